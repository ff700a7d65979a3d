internal import HostAccess
internal import PortStatus
internal import Presentation
internal import SCSITargets
internal import Vocabulary

/// Which of ib_srp's ports a user means.
struct SRPInitiator {
  private let host: Host

  init(_ host: Host) { self.host = host }

  /// - Throws: `TargetFailure`, `NameFailure`.
  func named(_ name: String?) throws -> String {
    let known = try TargetWriter.initiators(host.files)
    guard let name else {
      guard known.count == 1 else { throw TargetFailure.noInitiator("", known: known) }
      return known[0]
    }
    if known.contains(name) { return name }
    let inventory = InventoryReader(host: host).read(InventoryRequest(names: [name]))
    let selection = try inventory.resolve(name)
    let adapter = inventory.adapters[selection.adapter]
    let ports = selection.port.map { [$0] } ?? adapter.ports.map(\.number)
    let wanted = ports.map { "srp-\(adapter.label)-\($0)" }.filter(known.contains)
    guard wanted.count == 1 else { throw TargetFailure.noInitiator(name, known: known) }
    return wanted[0]
  }
}

/// The answer of `rdmactl srp show`.
struct SRPShowAnswer: Presentable {
  struct Payload: Encodable {
    let initiators: [String]
    let connections: [Connection]
  }

  struct Connection: Encodable {
    let host: String
    @ExplicitNull var device: String?
    @ExplicitNull var port: Int?
    @ExplicitNull var idExt: String?
    @ExplicitNull var iocGuid: String?
    @ExplicitNull var serviceId: String?
    @ExplicitNull var pkey: String?
    @ExplicitNull var sgid: String?
    @ExplicitNull var dgid: String?
    @ExplicitNull var channels: Int?
    @ExplicitNull var requestLimit: Int?
    @ExplicitNull var remotePort: String?
    @ExplicitNull var state: String?
    let disks: [String]
  }

  static let schema = "rdmactl.srp.show/1"
  let initiators: [String]
  let connections: [TargetConnection]

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { connections.map { ([$0.host] + $0.disks).joined(separator: " ") } }

  var payload: Payload {
    Payload(
      initiators: initiators,
      connections: connections.map {
        Connection(
          host: $0.host, device: $0.device, port: $0.port, idExt: $0.identifierExtension, iocGuid: $0.controllerGUID,
          serviceId: $0.serviceIdentifier, pkey: $0.partitionKey, sgid: $0.sourceGID, dgid: $0.destinationGID,
          channels: $0.channels, requestLimit: $0.requestLimit, remotePort: $0.remotePort, state: $0.state,
          disks: $0.disks)
      })
  }

  func write(to page: inout Page) {
    let fields: [Table.Field<TargetConnection>] = [
      .init("HOST", text: \.host), .init("STATE", text: \.state),
      .init("FROM", text: { entry in entry.device.map { "\($0)/\(entry.port ?? 1)" } }),
      .init("DISKS", text: { $0.disks.isEmpty ? nil : $0.disks.joined(separator: ", ") }),
      .init("IOC GUID", text: \.controllerGUID), .init("ID EXT", rank: 1, text: \.identifierExtension),
      .init("DGID", rank: 2, text: \.destinationGID), .init("CHANNELS", rank: 2, number: \.channels),
    ]
    page.table(Table(fields, rows: connections))
    if connections.isEmpty {
      page.line("not logged in to any target")
      page.fields([("ports", initiators.joined(separator: ", "))])
    }
  }
}

/// The answer of `rdmactl srp list`.
struct SRPListAnswer: Presentable {
  struct Payload: Encodable {
    let targets: [Target]
    let portsAsked: Int
  }

  struct Target: Encodable {
    @ExplicitNull var node: String?
    let lid: UInt16
    let gid: String
    let iocGuid: GUID
    let description: String
    let ioClass: UInt16
    let idExt: String
    let service: String
    let serviceId: String
    let addTarget: String
  }

  static let schema = "rdmactl.srp.list/1"
  let survey: TargetSurvey

  var problems: [Problem] { [] }
  var notes: [Note] { survey.notes }
  var quietLines: [String] { survey.targets.map(\.loginText) }

  var payload: Payload {
    Payload(
      targets: survey.targets.map {
        Target(
          node: $0.node, lid: $0.lid, gid: $0.gid, iocGuid: $0.controllerGUID, description: $0.description,
          ioClass: $0.ioClass, idExt: $0.identifierExtension, service: $0.service,
          serviceId: $0.serviceIdentifier.hexadecimal(digits: 16), addTarget: $0.loginText)
      }, portsAsked: survey.portsAsked)
  }

  func write(to page: inout Page) {
    let fields: [Table.Field<DiscoveredTarget>] = [
      .init("NODE", text: \.node), .init("LID", number: { Int($0.lid) }),
      .init("IOC GUID", text: { "\($0.controllerGUID)" }), .init("TARGET", text: \.description),
      .init("ID EXT", text: \.identifierExtension), .init("GID", rank: 1, text: \.gid),
    ]
    page.table(Table(fields, rows: survey.targets))
    if survey.targets.isEmpty { page.line("no target found; ports with device management: \(survey.portsAsked)") }
  }
}
