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
      Where systemd runs, opensm becomes the unit opensm@GUID.service, elsewhere a process that keeps running after this command. \
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
    let outcome = try task.change(
      .start(options, session), "starting opensm", change,
      consequence: crowd.managers.first.map { "the subnet already has \($0.title)" })
    let deed = outcome.done.started.map(ServiceAnswer.Deed.started) ?? .planned("start", wouldChange: true)
    try output.show(ServiceAnswer(deed, port: task.port.name, crowd: crowd))
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
    let outcome = try task.change(
      .restart(options, session), "restarting opensm", change, consequence: consequence.sentence)
    let deed = outcome.done.started.map { ServiceAnswer.Deed.restarted(outcome.done.stopped, $0) }
    try output.show(ServiceAnswer(deed ?? .planned("restart", wouldChange: true), port: task.port.name))
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
