public import ArgumentParser
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm log`
public struct SubnetManagerLog: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "What opensm wrote, with its messages explained.",
    discussion: """
      It is the log of the opensm that serves the port, or the one that rdmactl keeps for it. A time is 13:22, 13:22:49, \
      or how long ago: 90s, 10m, 2h, 3d.

      Examples:
        rdmactl sm log --since 10m
        rdmactl sm log mlx5_0/1 -f
        rdmactl sm log --file /var/log/opensm.log --errors
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "The local port, by any of its names; without it the first that is not down.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @Flag(name: .shortAndLong, help: "Go on with what is written from now on, until Ctrl-C.")
  public var follow = false

  @Option(help: ArgumentHelp("Only what was written since then.", valueName: "time"))
  public var since: String?

  @Flag(help: "Only errors.")
  public var errors = false

  @Option(help: ArgumentHelp("This log instead of the port's.", valueName: "file"), completion: .file())
  public var file: String?

  public init() {}

  public func validate() throws {
    if file?.isEmpty == true { throw ValidationError("--file needs a file.") }
    if name != nil && file != nil { throw ValidationError("a port and --file exclude each other.") }
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
    let task = LogTask(path: path, since: start, onlyErrors: errors, host: host, output: output)
    return try follow ? task.follow() : task.show()
  }

  private func logOfPort(_ host: Host) throws -> String {
    let port = try LocalPortChoice(name: name).all(on: host).first
    guard let port, let identity = LocalPortIdentity(port) else { throw LocalPortFailure.noGUID(name ?? "") }
    let service = OpenSMService(host, port: identity, among: port.identities)
    return service.running().managers.first?.logFile ?? service.logFile
  }
}

/// No opensm has written anything for the port.
private struct NoLogYet: Failure {
  let path: String
  let id = "sm.no_log"
  var subject: String? { path }
  let message = "there is no log: no opensm has written one for this port"
  let fix = ["rdmactl sm status", "rdmactl sm start"]
  let exitStatus = ExitStatus.notFound
}
