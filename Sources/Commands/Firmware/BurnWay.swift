public import ArgumentParser
internal import Devlink
internal import Presentation
internal import Vocabulary

/// Who writes the flash.
public enum BurnWay: String, CaseIterable, Sendable, Encodable, ExpressibleByArgument {
  case auto, direct, mcc, devlink

  public static var allValueDescriptions: [String: String] {
    [
      "auto": "the driver or the firmware of a card that runs, else rdmactl itself",
      "direct": "rdmactl itself, through the adapter's flash registers",
      "mcc": "the firmware of a card that runs, through its own update registers",
      "devlink": "the driver, through the kernel",
    ]
  }
}

/// What only a burn through the kernel knows.
public struct DevlinkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Who writes the flash: auto, direct, mcc or devlink.", valueName: "way"))
  public var via = BurnWay.auto

  @Option(
    help: ArgumentHelp("With devlink: the component to write, by its name in fw query.", valueName: "name")
  )
  public var component: String?

  @Option(
    help: ArgumentHelp(
      "With devlink: also overwrite settings, identifiers, or both separated by a comma.", valueName: "list"))
  public var overwrite: String?

  public init() {}

  /// The option that only the driver could follow, when one is given.
  var reason: String? { component != nil ? "--component" : overwrite != nil ? "--overwrite" : nil }

  func sections() throws(UsageFailure) -> Set<FlashOrder.Overwrite> {
    guard let overwrite else { return [] }
    var sections: Set<FlashOrder.Overwrite> = []
    for word in overwrite.split(separator: ",", omittingEmptySubsequences: false) {
      guard let section = FlashOrder.Overwrite(rawValue: String(word)) else {
        throw .unreadable("--overwrite takes settings and identifiers, not \"\(word)\"", command: "fw burn")
      }
      sections.insert(section)
    }
    return sections
  }

  /// - Parameter direct: the options given that only rdmactl itself can follow.
  /// - Throws: when the options exclude each other.
  func check(against direct: [String]) throws(UsageFailure) {
    if component?.isEmpty == true { throw .unreadable("the name of the component is empty", command: "fw burn") }
    if let reason, via == .direct || via == .mcc {
      throw .unreadable("\(reason) needs --via devlink", command: "fw burn")
    }
    if let first = direct.first, via == .devlink || reason != nil {
      throw .unreadable(
        "\(first) needs --via direct: with devlink, the driver decides", command: "fw burn")
    }
  }
}
