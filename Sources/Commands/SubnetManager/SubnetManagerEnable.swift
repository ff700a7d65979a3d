public import ArgumentParser
public import HostAccess
internal import PortStatus
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm enable`
public struct SubnetManagerEnable: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Start opensm on a port whenever the machine starts.",
    discussion: """
      Enables the distribution's opensm.service; where it reads /etc/default/opensm (Debian), the port is added to PORTS. \
      Nothing is started now: use rdmactl sm start for that. rdmactl undo takes it back.

      Examples:
        rdmactl sm enable
        rdmactl sm enable mlx5_0/1 --dry-run
        rdmactl sm disable --boot mlx5_0/1    the way back
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Local port, by any of its names (default: the first with a link).", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let found = try LocalPortChoice(name: name).all(on: host)
    guard let identity = LocalPortIdentity(found[0]) else { throw LocalPortFailure.noGUID(found[0].name) }
    if name == nil, output.format == .text { output.talk("port: \(identity.name)") }
    let writer = OpenSMBootWriter(
      host, .enable(identity.guid), root: OpenSMBootTask.root(common, host), ports: found[0].identities.map(\.guid))
    return try SettingChange(host: host, output: output, ask: ask).run(writer, as: Kind.self)
  }

  enum Kind: SettingKind { static let schema = "rdmactl.sm.enable/1" }
}

/// `sm disable --boot`
struct OpenSMBootTask {
  let host: Host
  let output: Output
  let ask: AskOptions
  let common: CommonOptions

  /// Where the files of the machine stand that is written.
  static func root(_ common: CommonOptions, _ host: Host) -> String { common.root.map(host.absolute) ?? "" }

  func disable(_ name: String?) throws -> ExitStatus {
    let found = try name.map { try LocalPortChoice(name: $0).all(on: host) }
    let guid = try found.map { ports in
      guard let guid = ports[0].port.guid else { throw LocalPortFailure.noGUID(ports[0].name) }
      return guid
    }
    let writer = OpenSMBootWriter(
      host, .disable(guid), root: Self.root(common, host), ports: found?[0].identities.map(\.guid) ?? [])
    return try SettingChange(host: host, output: output, ask: ask).run(writer, as: Kind.self)
  }

  enum Kind: SettingKind { static let schema = "rdmactl.sm.disable_boot/1" }
}
