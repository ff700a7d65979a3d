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
    abstract: "What two images, or a device and an image, have not in common.",
    discussion: """
      Name two of -d and -i. Ends with 0 when both are the same, and with 2 when they differ.

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

  @Option(name: .long, help: ArgumentHelp("Which board's image of an MFA2 package.", valueName: "psid"))
  public var psid: String?

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard devices.count + images.count == 2 else {
      throw UsageFailure.unreadable("name two of -d and -i", command: "fw diff")
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
