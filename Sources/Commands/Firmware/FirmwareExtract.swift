public import ArgumentParser
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw extract`
public struct FirmwareExtract: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Extract one board's image from an MFA2 package, or list the boards.",
    discussion: """
      Examples:
        rdmactl fw extract fw.mfa2                              the boards in it
        rdmactl fw extract fw.mfa2 --psid MT_2750110033 -o fw.bin
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The package.", valueName: "package"), completion: .file(extensions: ["mfa2"]))
  public var package: String

  @Option(name: .long, help: ArgumentHelp("Board (PSID) to extract.", valueName: "psid"))
  public var psid: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
  public var output: String?

  @OptionGroup var overwrite: OverwriteOption

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let file = try NamedFile(package, host: host)
    guard let contents = try file.package() else { throw ImageFileFailure.notPackage(package) }
    guard let destination = self.output else {
      if psid != nil { throw UsageFailure.unreadable("--psid needs -o", command: "fw extract") }
      try output.show(PackageAnswer(path: package, package: contents, host: host))
      return .done
    }
    let image = try ImageFile(file, psid: psid, host: host)
    let target = try OutputFile(destination, what: "the image", force: overwrite.force, host: host, output: output)
    let facts = try image.wrapping { try Firmware.read(image.placement, from: image.source).facts }
    try WrittenFileAnswer.write(image.bytes, to: destination, target, of: package, facts: facts, output: output)
    return .done
  }
}
