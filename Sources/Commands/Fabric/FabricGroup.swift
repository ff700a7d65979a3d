public import ArgumentParser

/// `rdmactl fabric`: the whole subnet.
public struct FabricGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fabric",
    abstract: "The whole subnet: nodes, cables, errors, routes; what is wrong with it.",
    discussion: """
      Everything is asked through one local port: by itself the first that is active, or the one that --from (any name), or \
      -C and -P, say. What does not answer is named, and the exit status is 8 then.

      Examples:
        rdmactl fabric discover    every node and its links
        rdmactl fabric links       every cable once, the bad ones first
        rdmactl fabric check       what is wrong, and what to do
        rdmactl fabric errors      the counters that are not as they should be
      """,
    subcommands: [
      FabricDiscover.self, FabricLinks.self, FabricErrors.self, FabricCheckup.self, FabricWay.self,
      FabricComparison.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
