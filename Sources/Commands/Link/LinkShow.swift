public import ArgumentParser
public import HostAccess
internal import InfiniBandWire
internal import PortModule
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl link show`
public struct LinkShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show module, cable, error correction, and why a link is down.",
    discussion: """
      NAME is an adapter or a port, by any of its names; without it every adapter is taken. The values come from the \
      module's memory and from the driver, through the port's network interface.

      Examples:
        rdmactl link show mlx5_0
        rdmactl link show eth0 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter or port.", valueName: "name"), completion: .shellCommand(FirmwareTarget.deviceNames)
  )
  public var name: String?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let selection = try name.map { name throws(NameFailure) in try inventory.resolve(name) }
    let adapters = selection.map { [inventory.adapters[$0.adapter]] } ?? inventory.shown
    var links: [LinkAnswer.Link] = []
    for adapter in adapters {
      for port in adapter.ports where selection?.port == nil || port.number == selection?.port {
        links.append(LinkAnswer.Link(adapter, port, host))
      }
    }
    guard !links.isEmpty else { throw NoDevice(inventory) }
    try output.show(LinkAnswer(links: links))
    return links.contains { $0.facts == nil } && links.contains { $0.facts != nil } ? .partial : .done
  }
}

/// The answer of `rdmactl link show`.
struct LinkAnswer: Presentable {
  struct Link {
    let name: String
    let state: String
    let interface: String?
    let facts: LinkFacts?
    let problem: String?

    init(_ adapter: Adapter, _ port: Port, _ host: Host) {
      name = "\(adapter.label)/\(port.number)"
      state = port.physicalState.rawValue
      interface = port.netdevs.first { $0.isHere != false }?.name
      guard let interface else {
        (facts, problem) = (nil, "no network interface of this port is in this network name space")
        return
      }
      do throws(NetworkFailure) {
        facts = try LinkReader(host.network, interface: interface).read()
        problem = nil
      } catch {
        (facts, problem) = (nil, error.words)
      }
    }
  }

  struct Payload: Encodable { let links: [LinkPayload] }

  struct LinkPayload: Encodable {
    let port: String
    let physicalState: String
    @ExplicitNull var netdev: String?
    @ExplicitNull var linkUp: Bool?
    @ExplicitNull var reason: String?
    @ExplicitNull var linkDownCount: Int?
    @ExplicitNull var fec: String?
    @ExplicitNull var module: ModulePayload?
  }

  struct ModulePayload: Encodable {
    let kind: String
    @ExplicitNull var vendor: String?
    @ExplicitNull var oui: String?
    @ExplicitNull var partNumber: String?
    @ExplicitNull var revision: String?
    @ExplicitNull var serialNumber: String?
    @ExplicitNull var date: String?
    @ExplicitNull var connector: String?
    @ExplicitNull var technology: String?
    @ExplicitNull var lengthMetres: Double?
    @ExplicitNull var temperatureCelsius: Double?
    @ExplicitNull var voltage: Double?
    let lanes: [LanePayload]
    let alarms: [String]

    init(_ facts: ModuleFacts) {
      kind = facts.kind
      vendor = facts.vendor
      oui = facts.oui
      partNumber = facts.partNumber
      revision = facts.revision
      serialNumber = facts.serialNumber
      date = facts.date
      connector = facts.connector
      technology = facts.technology
      lengthMetres = facts.length
      temperatureCelsius = facts.temperature
      voltage = facts.voltage
      lanes = facts.lanes.map {
        LanePayload(rxPowerMw: $0.receivePower, txPowerMw: $0.transmitPower, txBiasMa: $0.bias)
      }
      alarms = facts.alarms
    }
  }

  struct LanePayload: Encodable {
    @ExplicitNull var rxPowerMw: Double?
    @ExplicitNull var txPowerMw: Double?
    @ExplicitNull var txBiasMa: Double?
  }

  static let schema = "rdmactl.link.show/1"
  let links: [Link]

  var payload: Payload {
    Payload(
      links: links.map {
        LinkPayload(
          port: $0.name, physicalState: $0.state, netdev: $0.interface, linkUp: $0.facts?.isUp,
          reason: $0.facts?.reason, linkDownCount: $0.facts?.downCount, fec: $0.facts?.fec,
          module: $0.facts?.module.map(ModulePayload.init))
      })
  }

  var problems: [Problem] {
    links.flatMap { link in
      (link.facts?.module?.alarms ?? []).map {
        Problem(id: LinkProblem.alarm, severity: .warning, subject: link.name, message: "the module reports: \($0)")
      }
    }
  }

  var notes: [Note] {
    links.flatMap { link in
      ((link.problem.map { [$0] } ?? []) + (link.facts?.notes ?? [])).map { Note(subject: link.name, message: $0) }
    }
  }

  var quietLines: [String] {
    links.map { "\($0.name) \($0.facts?.module?.partNumber ?? "-") \($0.facts?.module?.serialNumber ?? "-")" }
  }

  func write(to page: inout Page) {
    for (number, link) in links.enumerated() {
      if number > 0 { page.gap() }
      page.line(link.name, tone: .heading)
      page.fields(link.fields)
      guard let lanes = link.facts?.module?.lanes, !lanes.isEmpty else { continue }
      let fields: [Table.Field<(Int, ModuleFacts.Lane)>] = [
        .init("LANE", number: { $0.0 }), .init("RX POWER", .right, text: { Self.milliwatt($0.1.receivePower) }),
        .init("TX POWER", .right, text: { Self.milliwatt($0.1.transmitPower) }),
        .init("BIAS", .right, text: { $0.1.bias.map { "\(Self.rounded($0, 100)) mA" } }),
      ]
      page.table(Table(fields, rows: lanes.enumerated().map { ($0.offset + 1, $0.element) }))
    }
    page.problems(problems)
  }

  private static func milliwatt(_ power: Double?) -> String? { power.map { "\(rounded($0, 10_000)) mW" } }

  fileprivate static func rounded(_ value: Double, _ parts: Double) -> Double { (value * parts).rounded() / parts }
}

extension LinkAnswer.Link {
  fileprivate var fields: [(name: String, value: String?)] {
    let module = facts?.module
    let rounded = LinkAnswer.rounded
    return [
      ("interface", interface),
      ("link", facts?.isUp.map { $0 ? "up" : "down" }),
      ("why down", facts?.reason),
      ("times down", facts?.downCount.map { "\($0)" }),
      ("error correction", facts?.fec),
      ("module", module.map { [$0.kind, $0.technology, $0.connector].compactMap { $0 }.joined(separator: ", ") }),
      ("length", module?.length.map { "\(rounded($0, 10)) m" }),
      ("vendor", module?.vendor.map { name in module?.oui.map { "\(name) (\($0))" } ?? name }),
      ("part number", module?.partNumber),
      ("revision", module?.revision),
      ("serial number", module?.serialNumber),
      ("made", module?.date),
      ("temperature", module?.temperature.map { "\(rounded($0, 10)) °C" }),
      ("voltage", module?.voltage.map { "\(rounded($0, 100)) V" }),
    ]
  }
}

/// What `rdmactl link show` says of a module.
public enum LinkProblem {
  static let alarm = "link.module_alarm"

  public static let descriptions = [
    ProblemDescription(
      id: alarm, severity: .warning,
      meaning: "The module or cable of a port reports a value beyond its limits, or a lane without signal.")
  ]
}
