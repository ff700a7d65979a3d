public import ArgumentParser

/// `rdmactl sm`: the subnet managers of the subnet, and opensm under control.
public struct SubnetManagerGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sm",
    abstract: "The subnet managers of the subnet; run opensm and steer it.",
    discussion: """
      NAME is a local InfiniBand port, by any of its names; without it the first that is not down.

      Examples:
        rdmactl sm list            which there are, the master first
        rdmactl sm status          what runs here; whether the master is alive
        rdmactl sm start --wait    run opensm; back when the port is active
        rdmactl sm lint            mistakes in opensm's configuration
      """,
    subcommands: [
      SubnetManagerList.self, SubnetManagerStatus.self, SubnetManagerStart.self, SubnetManagerStop.self,
      SubnetManagerRestart.self,
      SubnetManagerReload.self, SubnetManagerPriority.self, SubnetManagerHandover.self, SubnetManagerDisable.self,
      SubnetManagerStandby.self,
      SubnetManagerDiscover.self, SubnetManagerLog.self, SubnetManagerLint.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
