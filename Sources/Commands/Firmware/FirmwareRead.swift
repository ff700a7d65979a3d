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
    abstract: "Copy the image that boots, or the whole flash, to a file.",
    discussion: """
      Examples:
        rdmactl fw read -d mlx4_0 backup.bin            the image, as burn takes it
        rdmactl fw read -d mlx4_0 --flash flash.bin     every byte of the flash
      """)

  @OptionGroup public var common: CommonOptions

  @OptionGroup public var named: FirmwareDevice

  @Argument(
    help: ArgumentHelp("The adapter, unless -d names it, and the file to write.", valueName: "name"),
    completion: .file())
  public var words: [String] = []

  @Flag(help: "Copy the whole flash instead of the image that boots.")
  public var flash = false

  @OptionGroup var overwrite: OverwriteOption

  @OptionGroup public var reach: DeviceReach

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    let device = try named.name(&words, for: "read")
    guard words.count == 1, let file = words.first else {
      throw UsageFailure.unreadable("name one file to write", command: "fw read")
    }
    let target = try OutputFile(file, what: "the file", force: overwrite.force, host: host, output: output)
    let meter = ByteProgress("reading \(device)", ProgressLine(output: output, mode: progress, clock: host.clock), host)
    defer { meter.end() }
    let (bytes, facts) = try DeviceSession.open(device, reach: reach, host: host) {
      session -> ([UInt8], FirmwareFacts?) in
      if flash { return (try session.wholeFlash(progress: meter.show), nil) }
      let boot = try session.bootImage(progress: meter.show)
      return (boot.bytes, boot.image.facts)
    }
    meter.end()
    try WrittenFileAnswer.write(bytes, to: file, target, of: device, facts: facts, output: output)
    return .done
  }
}
