public import ArgumentParser

/// `rdmactl link`: the link of a port.
public struct LinkGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Module, cable and state of a link; InfiniBand or Ethernet (VPI).",
    discussion: """
      Examples:
        rdmactl link show mlx5_0          module, cable, error correction, why the link is down
        rdmactl link type mlx5_0 eth -n   the plan to make the port an Ethernet port
      """,
    subcommands: [LinkShow.self, LinkType.self], defaultSubcommand: LinkShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
