public import ArgumentParser

/// `rdmactl sim`: adapters that are not there.
public struct SimulationGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sim",
    abstract: "Create simulated adapters and machines, to rehearse without hardware.",
    discussion: """
      Examples:
        rdmactl sim create lab --profile connectx3 --profile connectx5
        rdmactl sim image new.bin --profile connectx3 --version 2.42.5004
        rdmactl --sim lab fw burn -d 03:00.0 -i new.bin
      """,
    subcommands: [SimulationCreate.self, SimulationImage.self, SimulationHost.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
