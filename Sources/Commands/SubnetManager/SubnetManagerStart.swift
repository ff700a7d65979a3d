public import ArgumentParser
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm start`
public struct SubnetManagerStart: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start opensm on a port.",
    discussion: """
      Where systemd runs, opensm becomes the unit opensm@GUID.service, elsewhere a process that outlives this command. \
      opensm itself exits with 0 when it found no port, got a wrong GUID, or replaced the routing engine; here these are \
      errors, with opensm's own last messages. An opensm that already runs as asked is left alone (exit status 0).

      Examples:
        rdmactl sm start --wait
        rdmactl sm start mlx5_0/1 --priority 10 --routing updn,minhop
        rdmactl sm start mlx5_0/1 --once       set the subnet up and exit
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions
  @OptionGroup public var start: StartOptions

  @Flag(help: "Set the subnet up once and exit.")
  public var once = false

  @OptionGroup public var change: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, starts: true, host: host, output: output)
    var options = start.options
    options.once = once
    let session = try task.session()
    if let manager = try task.service.runningAsAsked(options) {
      try task.run("waiting for the port") { try task.service.waitUntilActive(options, session: session, progress: $0) }
      try output.show(ServiceAnswer(.alreadyRunning(manager), port: task.port.name))
      return .done
    }
    try task.service.checkStart(options, session: session)
    let crowd = Crowd(try task.survey(), port: task.port)
    let plan = [
      "\(task.port.name): start opensm\(once ? " once" : "")\(options.summary)",
      crowd.managers.first.map { "the subnet already has \($0.title)" },
    ].compactMap(\.self)
    guard try task.confirm(plan, "Start opensm on \(task.port.name)?", change) else {
      try output.show(ServiceAnswer(.planned("start", wouldChange: true), port: task.port.name, crowd: crowd))
      return .done
    }
    let result = try task.run("starting opensm") {
      try task.service.start(options, session: session, progress: $0)
    }
    try output.show(ServiceAnswer(.started(result), port: task.port.name, crowd: crowd))
    return .done
  }
}

/// `rdmactl sm restart`
public struct SubnetManagerRestart: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Stop the opensm of a port and start it again.",
    discussion: """
      It starts with the configuration that rdmactl keeps for the port, changed by the options given here.

      Examples:
        rdmactl sm restart --wait
        rdmactl sm restart mlx5_0/1 --routing ftree
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions
  @OptionGroup public var start: StartOptions
  @OptionGroup public var change: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, starts: true, host: host, output: output)
    let options = start.options
    let session = try task.session()
    try task.service.checkStart(options, session: nil)
    let consequence = try StopConsequence(task)
    let plan = ["\(task.port.name): restart opensm\(options.summary)", consequence.sentence].compactMap(\.self)
    guard try task.confirm(plan, "Restart opensm on \(task.port.name)?", change) else {
      try output.show(ServiceAnswer(.planned("restart", wouldChange: true), port: task.port.name))
      return .done
    }
    let result = try task.run("restarting opensm") {
      try task.service.restart(options, session: session, progress: $0)
    }
    try output.show(ServiceAnswer(.restarted(result.stopped, result.started), port: task.port.name))
    return .done
  }
}

extension StartOptions {
  var options: OpenSMStartOptions {
    var options = OpenSMStartOptions()
    options.priority = priority
    options.configuration = config
    options.lmc = lmc
    options.routingEngines = routing?.split(separator: ",").map(String.init) ?? []
    options.wait = wait
    if let timeout { options.timeoutMilliseconds = timeout.milliseconds }
    return options
  }
}

extension OpenSMStartOptions {
  /// ` with sm_priority 10, routing_engine updn`; empty when nothing is decided.
  var summary: String {
    let words = decided.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let base = configuration.map { [" from \($0)"] } ?? []
    return (base + (words.isEmpty ? [] : [" with \(words.joined(separator: ", "))"])).joined()
  }
}
