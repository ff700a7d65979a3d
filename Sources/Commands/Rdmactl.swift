public import ArgumentParser

/// The root of the command tree.
public struct Rdmactl: ParsableCommand {
  public static let version = "0.1.0"

  public static let configuration = CommandConfiguration(
    commandName: "rdmactl",
    abstract: "Inspect, check and manage RDMA adapters (InfiniBand, RoCE, iWARP).",
    discussion: """
      Examples:
        rdmactl status                      every port, and why one is not active
        rdmactl status mlx5_0/1 --json      the same for a script
        rdmactl guid2mac 0002c90300aabbcc   the MAC address of a port GUID
        rdmactl fw query -d mlx4_0          what is on an adapter's flash
      """,
    version: "rdmactl \(version)",
    subcommands: [
      Status.self, ListCounters.self, Events.self, GUIDToMAC.self, FirmwareGroup.self, LinkGroup.self,
      FabricGroup.self, SubnetManagerGroup.self, GIDGroup.self, RoCEGroup.self, OffloadGroup.self, NetnsGroup.self,
      SocketGroup.self, PerfGroup.self, SRPGroup.self, IGMPGroup.self, BootGroup.self, TraceGroup.self,
      FoldCommand.self,
      MetricsCommand.self, History.self, Undo.self, Explain.self, SimulationGroup.self,
    ]
  )

  @OptionGroup public var common: CommonOptions

  public init() {}
}
