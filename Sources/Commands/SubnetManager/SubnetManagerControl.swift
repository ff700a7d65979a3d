public import ArgumentParser
public import HostAccess
internal import InfiniBandWire
public import Presentation
public import Vocabulary

/// `rdmactl sm handover`
public struct SubnetManagerHandover: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "handover",
    abstract: "Ask a standby to become master.",
    discussion: """
      GUID is the port GUID of the subnet manager (rdmactl sm list), its LID, or the description of its node. One of a \
      higher priority gets the subnet back at once; to change that for good, use priority.

      Examples:
        rdmactl sm handover 0002c90300abcdf1
        rdmactl sm handover 0002c90300abcdf1 --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ControlTarget

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try ControlTask(control: .handover, target: target, host: host, output: output).run()
  }
}

/// `rdmactl sm disable`
public struct SubnetManagerDisable: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "disable",
    abstract: "Make a standby do nothing until it is woken.",
    discussion: """
      Its process goes on, but it takes nobody's place. The master cannot be disabled: hand over first.

      Examples:
        rdmactl sm disable 0002c90300abcdf1
        rdmactl sm standby 0002c90300abcdf1   wakes it again
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ControlTarget

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try ControlTask(control: .disable, target: target, host: host, output: output).run()
  }
}

/// `rdmactl sm standby`
public struct SubnetManagerStandby: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "standby",
    abstract: "Wake a subnet manager that was disabled.",
    discussion: """
      Examples:
        rdmactl sm standby 0002c90300abcdf1
        rdmactl sm standby host7              by its node's description
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ControlTarget

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try ControlTask(control: .standby, target: target, host: host, output: output).run()
  }
}

/// `rdmactl sm discover`
public struct SubnetManagerDiscover: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Make a standby look at the subnet anew.",
    discussion: """
      It finds out again which subnet managers there are, and becomes master when none has a higher claim.

      Examples:
        rdmactl sm discover 0002c90300abcdf1
        rdmactl sm discover host7 --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ControlTarget

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try ControlTask(control: .discover, target: target, host: host, output: output).run()
  }
}

/// Which subnet manager a control goes to, and how.
public struct ControlTarget: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The subnet manager: its port GUID, its LID or its node's description.", valueName: "guid"))
  public var manager: String

  @Flag(help: "Send it although the subnet manager would refuse it in its state.")
  public var force = false

  @Flag(help: "Say what would be sent, and send nothing.")
  public var dryRun = false

  @OptionGroup public var fabric: FabricOptions

  public init() {}
}
