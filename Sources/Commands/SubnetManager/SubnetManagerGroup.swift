public import ArgumentParser

/// `rdmactl sm`: the subnet managers of the subnet, and opensm under control.
public struct SubnetManagerGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sm",
    abstract: "List subnet managers; run and control opensm.",
    discussion: """
      NAME is a local InfiniBand port, by any of its names. Without a command: rdmactl sm status.

      Examples:
        rdmactl sm list            the subnet managers of the subnet
        rdmactl sm status          what runs here; whether the master is alive
        rdmactl sm start --wait    start opensm and wait until the port is active
        rdmactl sm enable          start opensm whenever the machine starts
        rdmactl sm lint            check opensm's configuration
      """,
    subcommands: [
      SubnetManagerList.self, SubnetManagerStatus.self, SubnetManagerStart.self, SubnetManagerStop.self,
      SubnetManagerRestart.self,
      SubnetManagerReload.self, SubnetManagerPriority.self, SubnetManagerHandover.self, SubnetManagerEnable.self,
      SubnetManagerDisable.self,
      SubnetManagerStandby.self,
      SubnetManagerDiscover.self, SubnetManagerLog.self, SubnetManagerLint.self,
    ], defaultSubcommand: SubnetManagerStatus.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
