public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw diff`
public struct FirmwareDiff: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show the differences between two images, or a device and an image.",
    discussion: """
      Name two adapters or image files. Exits with 0 if both are the same, and with 2 if they differ.

      Examples:
        rdmactl fw diff -d mlx4_0 -i new.bin
        rdmactl fw diff -i old.bin -i new.bin
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: [.short, .customLong("device")], help: ArgumentHelp("An adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var devices: [String] = []

  @Option(
    name: [.short, .customLong("image")],
    help: ArgumentHelp("An image file, or a package with --psid.", valueName: "file"), completion: .file())
  public var images: [String] = []

  @Option(name: .long, help: ArgumentHelp("Board (PSID) to take from an MFA2 package.", valueName: "psid"))
  public var psid: String?

  @Argument(
    help: ArgumentHelp("Adapters or image files, instead of -d and -i.", valueName: "name|file"), completion: .file())
  public var words: [String] = []

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let devices = devices + words.filter { !FirmwareTarget.isFile($0, host) }
    let images = images + words.filter { FirmwareTarget.isFile($0, host) }
    guard devices.count + images.count == 2 else {
      throw UsageFailure.unreadable("name two adapters or image files", command: "fw diff")
    }
    var sides: [DiffAnswer.Side] = []
    for name in devices {
      sides.append(
        try DeviceSession.open(name, reach: reach, host: host) { session in
          try session.side()
        })
    }
    // A package is asked for the board that the device is.
    let board = sides.first?.facts.psid
    for path in images {
      let file = try ImageFile(path, psid: psid, board: board, host: host)
      sides.append(
        try file.wrapping {
          let image = try Firmware.read(file.placement, from: file.source)
          return DiffAnswer.Side(
            name: path, facts: image.facts, bytes: try Firmware.contents(file.placement, of: file.source),
            sections: image.sections)
        })
    }
    let answer = DiffAnswer(sides[0], sides[1])
    try output.show(answer)
    return answer.isSame ? .done : .checkFailed
  }
}
