public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import InfiniBandWire
public import Presentation
internal import SCSITargets
public import Vocabulary

/// `rdmactl srp`: disks over the SCSI RDMA Protocol.
public struct SRPGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "srp",
    abstract: "List SRP targets on the fabric; show connections; log in and out.",
    discussion: """
      Examples:
        rdmactl srp                            connections of this host and their disks
        rdmactl srp list                       targets on the fabric
        rdmactl srp list --format add-target   the same as lines for srp login
        rdmactl srp login id_ext=2c90300aabbc0,ioc_guid=2c90300aabbc0,dest=192.0.2.7:5555
      """,
    subcommands: [SRPShow.self, SRPList.self, SRPLogin.self, SRPLogout.self], defaultSubcommand: SRPShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl srp show`
public struct SRPShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the targets that this host is logged in to, and their disks.",
    discussion: """
      Examples:
        rdmactl srp show
        rdmactl srp show --json
      """)

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let initiators = try TargetWriter.initiators(host.files)
    try output.show(SRPShowAnswer(initiators: initiators, connections: TargetConnection.all(host.files)))
    return .done
  }
}

public enum TargetFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table
  case addTarget = "add-target"
}

/// `rdmactl srp list`
public struct SRPList: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the SRP targets of the fabric, by their device management agents.",
    discussion: """
      Ports without device management are not asked. --format add-target prints one line per target, as ibsrpdm -c does; \
      srp login takes it. Exits with 3 if no target is found.

      Examples:
        rdmactl srp list
        rdmactl srp list --from mlx5_0/1 --format add-target
      """)

  @OptionGroup public var common: CommonOptions

  @Option(help: ArgumentHelp("Print a table, or lines for srp login: table, add-target.", valueName: "format"))
  public var format = TargetFormat.table

  @OptionGroup public var fabric: FabricOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try FabricTask(
      try fabric.choice(of: "srp list"), options: fabric, host: host, output: output,
      more: FabricSession.deviceManagement)
    let map = try task.sweep()
    let survey = try task.ask { () throws(SessionFailure) in try task.session.targets(of: map) }
    if format == .addTarget, output.format == .text {
      try output.write(survey.targets.map { $0.loginText + "\n" }.joined())
    } else {
      try output.show(SRPListAnswer(survey: survey))
    }
    return survey.targets.isEmpty ? .notFound : .done
  }
}

/// `rdmactl srp login`
public struct SRPLogin: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to an SRP target.",
    discussion: """
      TARGET is a line of rdmactl srp list --format add-target, or id_ext, ioc_guid and dest=ADDRESS:PORT for rdma_cm. A \
      refusal is explained from the kernel's log.

      Examples:
        rdmactl srp login id_ext=2c90300aabbc0,ioc_guid=2c90300aabbc0,dest=192.0.2.7:5555 --from rxe0
        rdmactl srp login id_ext=2c90300aabbc0,ioc_guid=2c90300aabbc0,dest=192.0.2.7:5555 --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The target.", valueName: "target"))
  public var target: String

  @Option(
    help: ArgumentHelp("Local adapter or port to log in through (default: the only one).", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var from: String?

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    if let complaint = TargetAddress.complaint(target) { throw ValidationError("\(complaint).") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard let address = TargetAddress(target) else { return .usage }
    let initiator = try SRPInitiator(host).named(from)
    return try SettingChange(host: host, output: output, ask: ask).run(
      TargetWriter(host, .login(address, initiator: initiator)), as: Kind.self)
  }

  enum Kind: SettingKind { static let schema = "rdmactl.srp.login/1" }
}

/// `rdmactl srp logout`
public struct SRPLogout: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Log out of an SRP target; its disks disappear.",
    discussion: """
      HOST is the SCSI host of the connection (rdmactl srp show). Disks that are in use lose their data path: unmount them \
      first.

      Examples:
        rdmactl srp logout host6
        rdmactl srp logout host6 --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("SCSI host of the connection.", valueName: "host"),
    completion: .shellCommand("rdmactl srp show -q 2>/dev/null | cut -d' ' -f1"))
  public var connection: String

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard let found = TargetConnection.all(host.files).first(where: { $0.host == connection }) else {
      throw TargetFailure.notConnected(connection)
    }
    return try SettingChange(host: host, output: output, ask: ask).run(
      TargetWriter(host, .logout(found)), as: Kind.self)
  }

  enum Kind: SettingKind { static let schema = "rdmactl.srp.logout/1" }
}
