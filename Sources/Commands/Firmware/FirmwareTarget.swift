public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// The adapter that a firmware command works on, by `-d` or as the first word.
public struct FirmwareDevice: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var device: String?

  public init() {}

  /// - Parameters:
  ///   - words: the words of the command line; the first one is taken when `-d` is not given.
  func name(_ words: inout [String], for command: String) throws(UsageFailure) -> String {
    if let device { return device }
    guard !words.isEmpty else { throw .unreadable("missing adapter; use -d NAME", command: "fw \(command)") }
    return words.removeFirst()
  }

  /// The name, where the command takes no other words.
  func name(_ word: String?, for command: String) throws(UsageFailure) -> String {
    var words = word.map { [$0] } ?? []
    let name = try name(&words, for: command)
    if let extra = words.first { throw .unreadable("unexpected word \"\(extra)\"", command: "fw \(command)") }
    return name
  }
}

/// What a firmware command works on: a device or a file.
public struct FirmwareTarget: ParsableArguments {
  @Argument(
    help: ArgumentHelp("An adapter or an image file, instead of -d or -i.", valueName: "name|file"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The image file, or a package with --psid.", valueName: "file"),
    completion: .file())
  public var image: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Board whose image to take from an MFA2 package; any other image must be for this board.", valueName: "psid")
  )
  public var psid: String?

  /// Completes PCI devices too: with broken firmware there may be no RDMA device.
  static let deviceNames = "rdmactl fw list -q 2>/dev/null"

  public init() {}

  enum Kind { case device(String), image(String) }

  /// - Throws: `UsageFailure` unless exactly one of both is named.
  func kind(for command: String, host: Host) throws(UsageFailure) -> Kind {
    var (device, image) = (named.device, image)
    if let word {
      guard device == nil, image == nil else {
        throw .unreadable("unexpected word \"\(word)\"", command: "fw \(command)")
      }
      if Self.isFile(word, host) { image = word } else { device = word }
    }
    switch (device, image) {
    case (.some, nil) where psid != nil: throw .unreadable("--psid needs -i", command: "fw \(command)")
    case (let name?, nil): return .device(name)
    case (nil, let path?): return .image(path)
    case (nil, nil): throw .unreadable("missing adapter (-d) or image file (-i)", command: "fw \(command)")
    case (_?, _?): throw .unreadable("-d and -i cannot be combined here", command: "fw \(command)")
    }
  }

  /// `fw.bin mlx5_0` in the order of the command: the adapter, then the file.
  static func fileLast(_ words: [String], _ host: Host) -> [String] {
    words.count == 2 && isFile(words[0], host) && !isFile(words[1], host) ? words.reversed() : words
  }

  /// Whether a word names a file: there is such a file, or it looks like a path. Names of devlink (`pci/0000:03:00.0`)
  /// and ports (`mlx5_0/1`) have a slash too.
  static func isFile(_ word: String, _ host: Host) -> Bool {
    if host.store.permissions(word) != nil { return true }
    return ["/", "./", "../"].contains { word.hasPrefix($0) }
      || [".bin", ".mfa2", ".img"].contains { word.hasSuffix($0) }
  }
}
