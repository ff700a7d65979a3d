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
      GUID is the port GUID of the subnet manager (rdmactl sm list), its LID, or the description of its node. A subnet \
      manager of higher priority gets the subnet back at once; to change that for good, use priority.

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
    abstract: "Disable a standby until it is enabled again; with --boot, no longer start opensm at boot.",
    discussion: """
      The process of a disabled standby keeps running, but it does not take over from a master. The master cannot be disabled: \
      hand over first. With --boot, NAME is a local port (default: every port), and nothing is stopped now.

      Examples:
        rdmactl sm disable 0002c90300abcdf1
        rdmactl sm standby 0002c90300abcdf1   enable it again
        rdmactl sm disable --boot             no longer start opensm at boot
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "Subnet manager: its port GUID, its LID or the description of its node; with --boot, a local port.",
      valueName: "guid"))
  public var manager: String?

  @Flag(help: "Change what starts at boot (see rdmactl sm enable).")
  public var boot = false

  @Flag(help: "Send the control even if the subnet manager refuses it in its state.")
  public var force = false

  @OptionGroup public var change: AskOptions
  @OptionGroup public var fabric: FabricOptions

  public init() {}

  public func validate() throws {
    if manager == nil && !boot { throw ValidationError("name a subnet manager (rdmactl sm list), or use --boot") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard !boot else {
      return try OpenSMBootTask(host: host, output: output, ask: change, common: common).disable(manager)
    }
    var target = ControlTarget()
    target.manager = manager ?? ""
    target.force = force
    target.change = change
    target.fabric = fabric
    return try ControlTask(control: .disable, target: target, host: host, output: output).run()
  }
}

/// `rdmactl sm standby`
public struct SubnetManagerStandby: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "standby",
    abstract: "Enable a disabled subnet manager again.",
    discussion: """
      Examples:
        rdmactl sm standby 0002c90300abcdf1
        rdmactl sm standby host7              by the description of its node
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
    abstract: "Make a standby discover the subnet again.",
    discussion: """
      It looks for all subnet managers again, and becomes master if no other has a higher priority.

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

/// The subnet manager that gets a control.
public struct ControlTarget: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Subnet manager: its port GUID, its LID or the description of its node.", valueName: "guid"))
  public var manager: String

  @Flag(help: "Send the control even if the subnet manager refuses it in its state.")
  public var force = false

  @OptionGroup public var change: AskOptions
  @OptionGroup public var fabric: FabricOptions

  public init() {}
}
