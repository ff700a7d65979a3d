public import ArgumentParser

/// `rdmactl offload`: what interfaces leave to their hardware, and how they move data.
public struct OffloadGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "offload",
    abstract: "Show, change, tune and undo offloads and other settings.",
    discussion: """
      IF is a network interface, or an RDMA device, port, PCI address or MAC that has one.

      Examples:
        rdmactl offload show eth0
        rdmactl offload set eth0 tso=off rx-ring=4096
        rdmactl offload undo
        rdmactl offload tune show throughput eth0
      """,
    subcommands: [
      OffloadShow.self, OffloadSet.self, OffloadUndo.self, OffloadHistory.self, OffloadTry.self, OffloadKeep.self,
      OffloadGuard.self, OffloadTuneGroup.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
