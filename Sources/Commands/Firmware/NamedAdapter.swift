internal import AdapterChips
internal import HostAccess
internal import PortStatus
internal import Vocabulary

/// An adapter as far as its firmware is concerned: a function on the PCI bus.
struct NamedAdapter {
  /// How rdmactl calls it: the RDMA name, else the PCI address.
  let label: String
  let address: PCIAddress
  let identity: PCIIdentity?
  /// "ConnectX-5".
  let model: String?

  /// - Throws: `NameFailure`, or ``NamedAdapterFailure``.
  static func resolve(_ name: String, in inventory: Inventory) throws -> NamedAdapter {
    // devlink's name of a PCI device.
    let known = name.hasPrefix("pci/") ? String(name.dropFirst("pci/".count)) : name
    let adapter = inventory.adapters[try inventory.resolve(known).adapter]
    if let function = adapter.virtualFunction { throw NamedAdapterFailure.virtual(name, function.physicalFunction) }
    guard let named = NamedAdapter(adapter) else { throw NamedAdapterFailure.notPCI(name) }
    if named.role == .virtualFunction { throw NamedAdapterFailure.virtualAlone(name) }
    return named
  }

  /// `nil` of a device id that rdmactl does not know.
  var role: AdapterChip.Role? {
    identity.flatMap { AdapterChip.find(vendor: $0.vendor, device: $0.device) }?.role
  }

  init?(_ adapter: Adapter) {
    guard let address = adapter.pciAddress else { return nil }
    label = adapter.label
    self.address = address
    identity = adapter.pciID
    model = adapter.model
  }
}

/// Why an adapter has no flash to look at.
enum NamedAdapterFailure: Failure, Equatable {
  case virtual(String, PCIAddress)
  /// As ``virtual(_:_:)``, in a machine that was given only this function.
  case virtualAlone(String)
  case notPCI(String)

  var id: String {
    switch self {
    case .virtual, .virtualAlone: "firmware.virtual_function"
    case .notPCI: "firmware.no_pci"
    }
  }

  var subject: String? {
    switch self {
    case .virtual(let name, _), .virtualAlone(let name), .notPCI(let name): name
    }
  }

  var message: String {
    switch self {
    case .virtual(_, let physical): "this is a virtual function; the firmware is that of the adapter at \(physical)"
    case .virtualAlone:
      "this is a virtual function: its firmware belongs to the physical function, which is not in this machine"
    case .notPCI: "this is no PCI device: it has no flash that could be reached"
    }
  }

  var fix: [String] {
    switch self {
    case .virtual(_, let physical): ["rdmactl fw query -d \(physical)"]
    case .virtualAlone, .notPCI: []
    }
  }

  var exitStatus: ExitStatus { .unsupported }
}
