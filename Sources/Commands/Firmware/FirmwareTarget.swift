public import ArgumentParser
internal import FirmwareImage
internal import HostAccess
internal import Vocabulary

/// What a firmware command works on: a device or a file.
public struct FirmwareTarget: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var device: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The image file, or a package with --psid.", valueName: "file"),
    completion: .file())
  public var image: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Which board's image of an MFA2 package; any other image must be for this board.", valueName: "psid")
  )
  public var psid: String?

  /// Completes PCI devices too: firmware can be broken enough for no RDMA device to be there.
  static let deviceNames = "rdmactl fw list -q 2>/dev/null"

  public init() {}

  enum Kind { case device(String), image(String) }

  /// - Throws: `UsageFailure` unless exactly one of both is named.
  func kind(for command: String) throws(UsageFailure) -> Kind {
    switch (device, image) {
    case (.some, nil) where psid != nil: throw .unreadable("--psid goes with -i", command: "fw \(command)")
    case (let name?, nil): return .device(name)
    case (nil, let path?): return .image(path)
    case (nil, nil): throw .unreadable("name a device (-d) or an image file (-i)", command: "fw \(command)")
    case (_?, _?): throw .unreadable("-d and -i exclude each other here", command: "fw \(command)")
    }
  }
}
