public import ArgumentParser
internal import FirmwareFlash
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw recover`
public struct FirmwareRecover: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Finish or repair what an interrupted burn has left on a device.",
    discussion: """
      Of several images that claim to boot, the complete one stays. Where none is complete, another burn is the way.

      Examples:
        rdmactl fw recover -d mlx5_0 --dry-run
        rdmactl fw recover -d mlx5_0 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var device: String

  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(on: device) { session in
      try session.flashSession.recoveryPlan()
    }
  }
}
