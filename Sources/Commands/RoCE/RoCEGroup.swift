public import ArgumentParser

/// `rdmactl roce`: how RoCE fares on this host.
public struct RoCEGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "roce",
    abstract: "Check and set what RoCE depends on: PFC, DSCP map, ToS, version.",
    discussion: """
      NAME is an adapter or a port, by any of its names; without it every RoCE port is taken. The chain matters: the type of \
      service of a connection gives its DSCP, the DSCP a priority, and priority flow control (PFC) holds that priority back \
      instead of dropping its packets. Only this host is checked: every switch on the way needs the same settings.

      Examples:
        rdmactl roce check mlx5_0               is it lossless, and why not
        rdmactl roce check --profile dc-qcn
        rdmactl roce set mlx5_0 --profile lossless --dry-run
        rdmactl roce set mlx5_0 tos=106 mode=v2
      """,
    subcommands: [RoCECheckCommand.self, RoCESet.self], defaultSubcommand: RoCECheckCommand.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
