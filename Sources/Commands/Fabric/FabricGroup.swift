public import ArgumentParser

/// `rdmactl fabric`: the whole subnet.
public struct FabricGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fabric",
    abstract: "Show and check the whole subnet; switch ports off and on.",
    discussion: """
      Requests go through one local port: the first active port, or the port of --from (any name) or -C and -P. Exits with \
      8 if a node did not answer, and names it.

      Examples:
        rdmactl fabric discover    every node and its links
        rdmactl fabric links       every cable, degraded links first
        rdmactl fabric check       fabric health, and what to do
        rdmactl fabric errors      error counters above their thresholds
        rdmactl fabric plan check plan.csv    the cables beside a plan
        rdmactl fabric port leaf0/4    a port and its other end
        rdmactl fabric partitions  P_Keys and their members
        rdmactl fabric report -o fabric.html    a picture of every cable
      """,
    subcommands: [
      FabricDiscover.self, FabricLinks.self, FabricErrors.self, FabricCheckup.self, FabricWay.self,
      FabricComparison.self, FabricPortControl.self, FabricPartitions.self, FabricTables.self, FabricPath.self,
      FabricPicture.self, FabricGroups.self, FabricPing.self, FabricMetricsCommand.self, FabricPlanGroup.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
