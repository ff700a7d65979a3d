public import ArgumentParser
internal import CardRegisters
internal import Change
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// What the port of a VPI card can be.
public enum LinkKind: String, CaseIterable, Sendable, ExpressibleByArgument {
  case ib, eth, auto

  var words: String {
    switch self {
    case .ib: "InfiniBand"
    case .eth: "Ethernet"
    case .auto: "what the other end is"
    }
  }
}

/// `rdmactl link type`
public struct LinkType: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "type",
    abstract: "Make the port of a VPI card an InfiniBand or an Ethernet port.",
    discussion: """
      On ConnectX-4 and later this is the card's setting LINK_TYPE_P1 or LINK_TYPE_P2: the port changes with the next start \
      of the card, and each function of the card stands for its own port. On ConnectX-3 the driver changes the port at \
      once, until the next boot; only there is auto possible.

      Examples:
        rdmactl link type mlx5_0 eth --dry-run
        rdmactl link type mlx5_1 ib
        rdmactl link type mlx4_0/2 auto --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter or port.", valueName: "name"), completion: .shellCommand(FirmwareTarget.deviceNames)
  )
  public var name: String

  @Argument(help: ArgumentHelp("Type: ib, eth or auto.", valueName: "type"))
  public var kind: LinkKind

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let selection = try inventory.resolve(name)
    let adapter = inventory.adapters[selection.adapter]
    let named = try NamedAdapter.resolve(adapter.pciAddress?.description ?? name, in: inventory)
    let ports = adapter.ports.filter { selection.port == nil || $0.number == selection.port }
    var task = ConfigurationChangeTask(host: host, output: output, ask: ask, reach: try .parse([]))
    task.remarks = remarks(ports)
    let directory = "/sys/bus/pci/devices/\(named.address)"
    let files = PortTypeWriter.ports(in: directory, host)
    guard files.isEmpty else {
      let wanted = selection.port.map { [$0] } ?? files
      return try task.run(
        PortTypeWriter(host: host, address: named.address.description, ports: wanted, kind: kind), on: name,
        effect: "in force now, until the next boot")
    }
    guard kind != .auto else { throw NoAutomaticType(name: name) }
    task.remarks.append("the change needs a start of the card's firmware; then all its ports go down for some seconds")
    // A function of these cards has one port; the functions are counted like the ports.
    let number = named.address.function + 1
    return try task.run(
      .set([(name: "LINK_TYPE_P\(number)", value: kind.rawValue)]), on: named.address.description)
  }

  /// What the change cuts.
  private func remarks(_ ports: [Port]) -> [String] {
    ports.filter { $0.linkLayer != nil || !$0.netdevs.isEmpty }.map { port in
      let names = port.netdevs.map(\.name)
      return "port \(port.number) becomes \(kind.words)"
        + (names.isEmpty ? "" : "; its interface \(names.joined(separator: ", ")) goes, with every address on it")
    }
  }
}

/// A card of a generation that has no such setting.
private struct NoAutomaticType: Failure {
  let name: String
  let id = "link.no_auto"
  let message = "this card's ports are InfiniBand or Ethernet; only ConnectX-3 detects the type"
  var subject: String? { name }
  let fix: [String] = []
  let hint = ["use ib or eth"]
  let exitStatus = ExitStatus.unsupported
}
