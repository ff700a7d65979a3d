internal import HostAccess
internal import Offload
internal import PortStatus
internal import Vocabulary

/// What users call interfaces, and the interfaces that are meant.
struct InterfaceNames {
  /// What the shell's completion asks: the machine's interfaces.
  static let completion = "ls /sys/class/net 2>/dev/null"

  let host: Host

  /// The kernel's names of what is named, each once, in the order of the names. A name of sysfs is taken as it stands; any
  /// other is looked up among the RDMA devices (`mlx5_0`, `mlx5_0/1`, PCI address, GUID, MAC).
  ///
  /// - Throws: ``InterfaceNameFailure``.
  func resolve(_ names: [String]) throws(InterfaceNameFailure) -> [String] {
    var found: [String] = []
    let known = host.interfaceNames
    for name in names {
      for interface in try interfaces(named: name, among: known) where !found.contains(interface) {
        found.append(interface)
      }
    }
    return found
  }

  private func interfaces(named name: String, among known: [String]) throws(InterfaceNameFailure) -> [String] {
    if known.contains(name) { return [name] }
    let ofDevice = known.filter { interface in
      if let mac = MACAddress(name) { return address(of: interface) == mac }
      guard let address = PCIAddress(name) else { return false }
      let device = (try? host.files.link("/sys/class/net/\(interface)/device"))?.split(separator: "/").last
      return device.flatMap { PCIAddress(String($0)) } == address
    }
    if !ofDevice.isEmpty { return ofDevice }
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let selection: Selection
    do { selection = try inventory.resolve(name) } catch {
      if case .ambiguous(_, let candidates) = error { throw .ambiguous(name, candidates) }
      throw .unknown(name, known: known)
    }
    let ports = inventory.adapters[selection.adapter].ports.filter { selection.port ?? $0.number == $0.number }
    let netdevs = ports.flatMap { $0.netdevs.map(\.name) }
    guard !netdevs.isEmpty else { throw .noInterface(name) }
    return netdevs
  }

  private func address(of interface: String) -> MACAddress? {
    (try? host.files.text("/sys/class/net/\(interface)/address")).flatMap { MACAddress($0) }
  }
}

/// Why a name means no interface.
enum InterfaceNameFailure: Failure, Equatable {
  case unknown(String, known: [String])
  case ambiguous(String, [String])
  /// An RDMA device without one.
  case noInterface(String)

  var id: String {
    switch self {
    case .unknown: "offload.no_interface"
    case .ambiguous: "name.ambiguous"
    case .noInterface: "offload.device_without_interface"
    }
  }

  var subject: String? {
    switch self {
    case .unknown(let name, _), .ambiguous(let name, _), .noInterface(let name): name
    }
  }

  var message: String {
    switch self {
    case .unknown(_, let known):
      "interface not found" + (known.isEmpty ? "" : "; known interfaces: \(known.joined(separator: ", "))")
    case .ambiguous(_, let candidates): "this names more than one: \(candidates.joined(separator: ", "))"
    case .noInterface: "this device has no network interface (no IPoIB or Ethernet driver is bound to its ports)"
    }
  }

  var fix: [String] {
    switch self {
    case .unknown, .ambiguous: ["rdmactl offload show -q"]
    case .noInterface(let name): ["rdmactl status \(ShellWord.quoted(name))"]
    }
  }

  var exitStatus: ExitStatus { .notFound }
}
