public import ArgumentParser
public import Presentation

/// The local port whose opensm is meant.
public struct ServicePortOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The local port, by any of its names; without it the first that is not down.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Option(help: ArgumentHelp("Tell of the waiting on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  public init() {}
}

/// What a start decides.
public struct StartOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Its priority, 0 to 15; the highest of a subnet becomes master.", valueName: "number"))
  public var priority: Int?

  @Option(
    help: ArgumentHelp("An opensm.conf to begin with instead of /etc/opensm/opensm.conf.", valueName: "file"),
    completion: .file())
  public var config: String?

  @Option(help: ArgumentHelp("LID mask control, 0 to 7: 2 to that power LIDs for each port.", valueName: "number"))
  public var lmc: Int?

  @Option(
    help: ArgumentHelp(
      "Routing engines, the one to try first first: minhop, updn, dnup, ftree, lash, dor, torus-2QoS, nue, dfsssp, sssp.",
      valueName: "engine,…"))
  public var routing: String?

  @Flag(help: "Come back when the port is active, or say why it is not.")
  public var wait = false

  @Option(help: ArgumentHelp("How long --wait and --once wait; 60 where it is not given.", valueName: "seconds"))
  public var timeout: Double?

  public init() {}

  public func validate() throws {
    if let priority, !(0...15).contains(priority) { throw ValidationError("--priority takes 0 to 15.") }
    if let lmc, !(0...7).contains(lmc) { throw ValidationError("--lmc takes 0 to 7.") }
    if config?.isEmpty == true { throw ValidationError("--config needs a file.") }
    if let timeout, !(timeout.isFinite && timeout > 0 && timeout <= 86_400) {
      throw ValidationError("--timeout takes more than 0 and at most 86400 seconds.")
    }
    guard let routing else { return }
    for engine in routing.split(separator: ",", omittingEmptySubsequences: false)
    where !Self.engines.contains(String(engine)) {
      throw ValidationError("\"\(engine)\" is no routing engine; there are: \(Self.engines.joined(separator: ", ")).")
    }
  }

  /// Of opensm 3.3.23, as its manual page has them.
  static let engines = [
    "minhop", "updn", "dnup", "ftree", "lash", "dor", "torus-2QoS", "nue", "dfsssp", "sssp", "file", "no_fallback",
  ]
}
