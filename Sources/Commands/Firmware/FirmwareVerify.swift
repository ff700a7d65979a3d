public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw verify`
public struct FirmwareVerify: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every section of an image, or of the images on a device.",
    discussion: """
      Exits with 0 if the image that boots is complete, and with 2 if it is not. The other slot is reported too; a \
      retired image is checked with --all.

      Examples:
        rdmactl fw verify fw.bin
        rdmactl fw verify mlx4_0 --progress json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: FirmwareTarget
  @OptionGroup public var reach: DeviceReach

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  @Flag(help: "With a device: also check the retired image.")
  public var all = false

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let answer: VerifyAnswer
    switch try target.kind(for: "verify", host: host) {
    case .image(let path):
      let file = try ImageFile(path, psid: target.psid, host: host)
      let images = try file.wrapping {
        try file.placements.enumerated().map { position, placement in
          VerifyAnswer.Verified(
            placement: placement, boots: position == 0,
            verification: try Firmware.verify(placement, in: file.source))
        }
      }
      answer = VerifyAnswer(target: path, images: images, problems: [])
    case .device(let name):
      let meter = ByteProgress(
        "verifying \(name)", ProgressLine(output: output, mode: progress, clock: host.clock), host)
      defer { meter.end() }
      answer = try DeviceSession.open(name, reach: reach, host: host) { session in
        try session.verify(withEnded: all, progress: meter.show)
      }
    }
    try output.show(answer)
    return answer.isWhole ? .done : .checkFailed
  }
}
