public import ArgumentParser
internal import FirmwareImage
public import HostAccess
public import Presentation
internal import SimulatedHardware
public import Vocabulary

/// `rdmactl sim image`
public struct SimulationImage: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Create an image file for a simulated adapter.",
    discussion: """
      Everything in the image is valid except its code, which is arbitrary. Never burn it on a real adapter.

      Examples:
        rdmactl sim image new.bin --profile connectx3 --version 2.42.5004
        rdmactl sim image big.bin --profile connectx5 --code-size 2000000
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  public var file: String

  @Option(
    help: ArgumentHelp("The kind of adapter.", valueName: "profile"),
    completion: .list(AdapterProfile.choices.map(\.name)))
  public var profile = "connectx3"

  @Option(
    name: .customLong("version"),
    help: ArgumentHelp("Version number (default: that of a new simulated adapter).", valueName: "version"))
  public var claimedVersion: String?

  @Option(help: ArgumentHelp("Size of the largest section in bytes.", valueName: "bytes"))
  public var codeSize = 0x4000

  @Option(help: ArgumentHelp("Seed of the generated code.", valueName: "number"))
  public var seed: UInt64 = 2

  @OptionGroup var overwrite: OverwriteOption

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard let chosen = AdapterProfile.named(profile) else { throw SimulationFailure.unknownProfile(profile) }
    guard (0x100...32 << 20).contains(codeSize) else {
      throw UsageFailure.unreadable("--code-size takes 256 to \(32 << 20) bytes", command: "sim image")
    }
    let version = try claimedVersion.map { text in
      guard let version = FirmwareVersion(text) else {
        throw UsageFailure.unreadable(
          "--version takes three numbers separated by dots, as 2.42.5000", command: "sim image")
      }
      return version
    }
    let (bytes, facts) = try made(chosen, version)
    let target = try OutputFile(file, what: "the image", force: overwrite.force, host: host, output: output)
    try WrittenFileAnswer.write(bytes, to: file, target, of: chosen.name, facts: facts, output: output)
    return .done
  }

  private func made(_ profile: AdapterProfile, _ version: FirmwareVersion?) throws -> ([UInt8], FirmwareFacts) {
    do {
      let bytes = try InitialFlash.image(for: profile, version: version, codeSize: codeSize, seed: seed)
      guard let placement = try Firmware.locate(in: MemoryBytes(bytes), medium: .file).first else {
        throw ImageError.noImage
      }
      return (bytes, try Firmware.read(placement, from: MemoryBytes(bytes)).facts)
    } catch is ImageError {
      throw UsageFailure.unreadable(
        "an image of \(profile.name) has no room for \(codeSize) bytes of code", command: "sim image")
    }
  }
}
