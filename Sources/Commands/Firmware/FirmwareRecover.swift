public import ArgumentParser
internal import FirmwareFlash
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw recover`
public struct FirmwareRecover: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Finish or repair an interrupted burn.",
    discussion: """
      If several images claim to boot, the complete one is kept and the others are retired. If no image is complete, \
      burn one. If the card's firmware runs, an update that was not finished is cancelled: the card boots what it booted.

      Examples:
        rdmactl fw recover -d mlx5_0 --dry-run
        rdmactl fw recover -d mlx5_0 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter, instead of -d.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice

  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let device = try named.name(word, for: "recover")
    let adapter = try NamedAdapter.resolve(device, in: InventoryReader(host: host).read(InventoryRequest()))
    if try RunningSession.open(adapter, as: device, reach: reach, host: host, { _ in true }) == true {
      return try UpdateRepair(adapter, named: device, reach: reach, host: host).run(change, output)
    }
    return try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(
      .recover, on: device
    ) { session in
      try session.flashSession.recoveryPlan()
    }
  }
}
