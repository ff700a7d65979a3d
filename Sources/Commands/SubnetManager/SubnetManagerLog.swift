public import ArgumentParser
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm log`
public struct SubnetManagerLog: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show opensm's log, with its messages explained.",
    discussion: """
      Without --file: the log of the opensm that serves the port, or the log that rdmactl keeps for it. A time is 13:22, \
      13:22:49, or an age: 90s, 10m, 2h, 3d.

      Examples:
        rdmactl sm log --since 10m
        rdmactl sm log mlx5_0/1 -f -n 20
        rdmactl sm log --file /var/log/opensm.log --errors
        rdmactl sm log --from fabric.json      name the nodes of paths such as 0,1,3
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "Local port, by any of its names (default: the first with a link).", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Flag(name: .shortAndLong, help: "Keep showing new messages until Ctrl-C.")
  public var follow = false

  @Option(help: ArgumentHelp("Only messages since this time.", valueName: "time"))
  public var since: String?

  @Option(
    name: [.customShort("n"), .customLong("lines")], help: ArgumentHelp("Only the last messages.", valueName: "number"))
  public var lines: Int?

  @Flag(help: "Only errors.")
  public var errors = false

  @Option(help: ArgumentHelp("Show this log.", valueName: "file"), completion: .file())
  public var file: String?

  @Option(
    help: ArgumentHelp(
      "Saved fabric (rdmactl fabric discover --json, ibnetdiscover, ...): name the nodes that paths lead to.",
      valueName: "file"), completion: .file())
  public var from: String?

  public init() {}

  public func validate() throws {
    if file?.isEmpty == true { throw ValidationError("--file needs a file.") }
    if name != nil && file != nil { throw ValidationError("a port cannot be combined with --file.") }
    if let lines, lines < 1 { throw ValidationError("-n takes a number above 0.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let start = try since.map { try LogMoment($0, clock: host.clock) }
    let path = try file ?? logOfPort(host)
    if file == nil,
      case .failure(let error) = Result(catching: { () throws(FileError) in
        try host.store.part(path, from: 0, limit: 0)
      }), error.reason == .notFound
    {
      throw NoLogYet(path: path)
    }
    let places = try from.map { LogPlaces(try LoadedFabric($0, host: host).fabric) }
    let task = LogTask(
      path: path, since: start, last: lines, onlyErrors: errors, places: places, host: host, output: output)
    return try follow ? task.follow() : task.show()
  }

  private func logOfPort(_ host: Host) throws -> String {
    let port = try LocalPortChoice(name: name).all(on: host).first
    guard let port, let identity = LocalPortIdentity(port) else { throw LocalPortFailure.noGUID(name ?? "") }
    let service = OpenSMService(host, port: identity, among: port.identities)
    return service.running().managers.first?.logFile ?? service.logFile
  }
}

/// No opensm has written a log for the port.
private struct NoLogYet: Failure {
  let path: String
  let id = "sm.no_log"
  var subject: String? { path }
  let message = "no log: opensm has not run on this port"
  let fix = ["rdmactl sm status", "rdmactl sm start"]
  let exitStatus = ExitStatus.notFound
}
