internal import Devlink
internal import FirmwareFlash
internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// A device that the kernel manages through devlink, as the user named it.
struct DevlinkTarget {
  let name: String
  let handle: DevlinkHandle
  /// `nil` when no other part of rdmactl knows it.
  let adapter: NamedAdapter?

  /// For the lock and the journal, which are the same for every method to burn a card.
  var card: Card {
    let address = handle.bus == "pci" ? PCIAddress(handle.device)?.card : nil
    return Card(name: name, identifier: address?.description ?? handle.description)
  }

  /// A burn that was begun and never finished.
  func unfinished(on host: Host) -> [Problem] {
    UnfinishedBurn.last(of: card, on: host).map { [$0.problem(of: card, fix: [])] } ?? []
  }

  /// - Parameter name: any name of an adapter, of devlink (`netdevsim/netdevsim10`), a PCI address, an interface.
  /// - Throws: `NameFailure`, `NamedAdapterFailure`, or `DevlinkFailure` for what only devlink could know.
  static func resolve(_ name: String, host: Host) throws -> DevlinkTarget {
    do {
      let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
      return DevlinkTarget(
        name: name, handle: DevlinkHandle(bus: "pci", device: adapter.address.description), adapter: adapter)
    } catch NameFailure.unknown(_, let known) {
      let devices = try DevlinkClient(host).devices()
      if let handle = handle(of: name, among: devices, host) {
        return DevlinkTarget(name: name, handle: handle, adapter: nil)
      }
      throw NameFailure.unknown(name, known: known + devices.map(\.description).filter { !known.contains($0) })
    } catch NamedAdapterFailure.notPCI {
      guard let handle = handle(of: name, among: try DevlinkClient(host).devices(), host) else {
        throw NamedAdapterFailure.notPCI(name)
      }
      return DevlinkTarget(name: name, handle: handle, adapter: nil)
    }
  }

  /// The device, when a failure to reach its flash leaves devlink as the way to it; `nil` when it does not, or devlink
  /// does not know the device.
  /// - Parameter reading: a right that is missing to read the flash leaves it too: what drivers tell, they tell everybody.
  static func other(than failure: any Failure, name: String, reading: Bool, host: Host) -> DevlinkTarget? {
    let leaves =
      switch failure {
      case let refused as DeviceFailure: refused.error.isClosed || reading && refused.exitStatus == .notPermitted
      case NameFailure.unknown, NamedAdapterFailure.notPCI, is ImageFileFailure: true
      default: false
      }
    guard leaves, let target = try? resolve(name, host: host) else { return nil }
    if target.adapter == nil { return target }
    let isKnown = (try? DevlinkClient(host).devices())?.contains(target.handle) == true
    return isKnown && !(failure is ImageFileFailure) ? target : nil
  }

  /// What the driver of a PCI device tells; `nil` where devlink does not know it.
  static func information(ofPCI address: String, host: Host) -> DevlinkInformation? {
    try? DevlinkClient(host).information(of: DevlinkHandle(bus: "pci", device: address))
  }

  private static func handle(of name: String, among devices: [DevlinkHandle], _ host: Host) -> DevlinkHandle? {
    let candidate =
      DevlinkHandle(name) ?? PCIAddress(name).map { DevlinkHandle(bus: "pci", device: $0.description) }
      ?? DevlinkHandle(interface: name, files: host.files)
    return candidate.flatMap { devices.contains($0) ? $0 : nil }
  }
}

/// What devlink tells of a device, as the JSON of `query` and `burn` has it.
struct DevlinkPayload: Encodable {
  let handle: String
  @ExplicitNull var driver: String?
  @ExplicitNull var serialNumber: String?
  @ExplicitNull var boardSerialNumber: String?
  /// Name, kind (fixed, running, stored) and version of each.
  let versions: [[String: String]]

  init(_ information: DevlinkInformation) {
    handle = information.handle.description
    driver = information.driver
    serialNumber = information.serialNumber
    boardSerialNumber = information.boardSerialNumber
    versions = information.versions.map { ["name": $0.name, "kind": $0.kind.rawValue, "version": $0.value] }
  }
}

extension DevlinkInformation {
  /// Names and values for people.
  var fields: [(name: String, value: String?)] {
    [
      ("driver", [driver ?? "unknown", "(devlink \(handle))"].joined(separator: " ")),
      ("serial number", serialNumber), ("board serial number", boardSerialNumber),
      ("fixed", versions(.fixed)), ("running", versions(.running)), ("stored", versions(.stored)),
    ]
  }

  /// `fw.mgmt 10.20.30, fw.undi 1.2`; `nil` when there are none.
  func versions(_ kind: Version.Kind) -> String? {
    let all = versions.filter { $0.kind == kind }.map { "\($0.name) \($0.value)" }
    return all.isEmpty ? nil : all.joined(separator: ", ")
  }
}
