public import ArgumentParser
public import Presentation

/// The local port whose opensm is meant.
public struct ServicePortOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Local port, by any of its names (default: the port that opensm serves, else the first with a link).",
      valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}
}

/// The settings of a start.
public struct StartOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Priority, 0 to 15; the highest of a subnet becomes master.", valueName: "number"))
  public var priority: Int?

  @Option(
    help: ArgumentHelp(
      "Start from this opensm.conf (default: /etc/opensm/opensm.conf).", valueName: "file"),
    completion: .file())
  public var config: String?

  @Option(help: ArgumentHelp("LID mask control, 0 to 7: every port gets 2^LMC LIDs.", valueName: "number"))
  public var lmc: Int?

  @Option(
    help: ArgumentHelp(
      "Routing engines, in order of preference: minhop, updn, dnup, ftree, lash, dor, torus-2QoS, nue, dfsssp, sssp.",
      valueName: "engine,…"))
  public var routing: String?

  @Flag(help: "Wait until the port is active.")
  public var wait = false

  @Option(help: ArgumentHelp("Stop waiting after this time, such as 30s (default: 60s).", valueName: "time"))
  public var timeout: DurationArgument?

  public init() {}

  public func validate() throws {
    if let priority, !(0...15).contains(priority) { throw ValidationError("--priority takes 0 to 15.") }
    if let lmc, !(0...7).contains(lmc) { throw ValidationError("--lmc takes 0 to 7.") }
    if config?.isEmpty == true { throw ValidationError("--config needs a file.") }
    guard let routing else { return }
    for engine in routing.split(separator: ",", omittingEmptySubsequences: false)
    where !Self.engines.contains(String(engine)) {
      throw ValidationError(
        "unknown routing engine \"\(engine)\"; use one of: \(Self.engines.joined(separator: ", ")).")
    }
  }

  /// Of opensm 3.3.23, from its manual page.
  static let engines = [
    "minhop", "updn", "dnup", "ftree", "lash", "dor", "torus-2QoS", "nue", "dfsssp", "sssp", "file", "no_fallback",
  ]
}
