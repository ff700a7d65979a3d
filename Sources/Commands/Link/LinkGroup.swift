public import ArgumentParser

/// `rdmactl link`: the link of a port.
public struct LinkGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "The link of a port: InfiniBand or Ethernet (VPI).",
    discussion: """
      Examples:
        rdmactl link type mlx5_0 eth --dry-run    the plan
        rdmactl link type mlx5_0 eth              the port becomes an Ethernet port
      """,
    subcommands: [LinkType.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
