public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw read`
public struct FirmwareRead: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Copy the image that boots, or the whole flash, from a device into a file.",
    discussion: """
      Examples:
        rdmactl fw read -d mlx4_0 backup.bin            the image, as burn takes it
        rdmactl fw read -d mlx4_0 --flash flash.bin     every byte of the flash
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var device: String

  @Argument(help: ArgumentHelp("Where to write it.", valueName: "file"), completion: .file())
  public var file: String

  @Flag(help: "The whole flash instead of the image that boots.")
  public var flash = false

  @OptionGroup public var reach: DeviceReach

  @Option(help: ArgumentHelp("Tell of long work on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let meter = ByteProgress("reading \(device)", ProgressLine(output: output, mode: progress, clock: host.clock), host)
    defer { meter.end() }
    let (bytes, facts) = try DeviceSession.open(device, reach: reach, host: host) {
      session -> ([UInt8], FirmwareFacts?) in
      if flash { return (try session.wholeFlash(progress: meter.show), nil) }
      let boot = try session.bootImage(progress: meter.show)
      return (boot.bytes, boot.image.facts)
    }
    meter.end()
    try WrittenFileAnswer.write(bytes, to: file, of: device, facts: facts, host: host, output: output)
    return .done
  }
}
