public import ArgumentParser

/// `rdmactl gid`: the GID tables, and which entry to use.
public struct GIDGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "gid",
    abstract: "List GIDs; choose the GID index that reaches a peer.",
    discussion: """
      NAME is an adapter or a port, by any of its names (default: every adapter).

      Examples:
        rdmactl gid                         every GID, its address and interface
        rdmactl gid best mlx5_0             the index to use, and why
        rdmactl gid best --peer 192.0.2.7   the port and index that reach a host
        rdmactl gid best mlx5_0 --env nccl  the assignment to paste
        rdmactl gid default                 the RoCE version and ToS of rdma_cm
      """,
    subcommands: [GIDList.self, GIDBest.self, GIDDefault.self], defaultSubcommand: GIDList.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
