public import ArgumentParser
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm start`
public struct SubnetManagerStart: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Run opensm on a port.",
    discussion: """
      Where systemd runs it becomes the unit opensm@GUID.service, elsewhere a process that outlives this call. Where \
      opensm would end with 0 although it did nothing (no port, a wrong GUID, a routing engine that did not work), this \
      is an error, with opensm's own last words.

      Examples:
        rdmactl sm start --wait
        rdmactl sm start mlx5_0/1 --priority 10 --routing updn,minhop
        rdmactl sm start mlx5_0/1 --once       set the subnet up and end
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions
  @OptionGroup public var start: StartOptions

  @Flag(help: "Set the subnet up once and end.")
  public var once = false

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    var options = start.options
    options.once = once
    let crowd = try Crowd(task, host: host)
    let result = try task.run("starting opensm") {
      try task.service.start(options, session: task.session, progress: $0)
    }
    try output.show(ServiceAnswer(.started(result), port: task.port.name, crowd: crowd))
    return .done
  }
}

/// `rdmactl sm restart`
public struct SubnetManagerRestart: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "End the opensm of a port and start it again.",
    discussion: """
      It starts with what rdmactl keeps for the port, changed by the options given here.

      Examples:
        rdmactl sm restart --wait
        rdmactl sm restart mlx5_0/1 --routing ftree
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions
  @OptionGroup public var start: StartOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let result = try task.run("restarting opensm") {
      try task.service.restart(start.options, session: task.session, progress: $0)
    }
    try output.show(ServiceAnswer(.restarted(result.stopped, result.started), port: task.port.name))
    return .done
  }
}

/// `rdmactl sm stop`
public struct SubnetManagerStop: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "End the opensm of a port, whoever started it.",
    discussion: """
      Ports that are active stay so; but nobody answers changes until another subnet manager takes over. It is asked to \
      end; only with --force it is killed when it does not.

      Examples:
        rdmactl sm stop
        rdmactl sm stop mlx5_0/1 --force
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions

  @Flag(help: "Kill it when it does not end by itself.")
  public var force = false

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    guard !task.service.running().managers.isEmpty else {
      try output.show(ServiceAnswer(.notRunning, port: task.port.name))
      return .done
    }
    let result = try task.service.stop(force: force)
    try output.show(ServiceAnswer(.stopped(result), port: task.port.name))
    return .done
  }
}

/// `rdmactl sm reload`
public struct SubnetManagerReload: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Make opensm read its configuration again and sweep the whole subnet.",
    discussion: """
      Examples:
        rdmactl sm reload
        rdmactl sm reload mlx5_0/1 --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let result = try task.service.reload(session: task.session)
    try output.show(ServiceAnswer(.reloaded(result), port: task.port.name))
    return .done
  }
}

/// `rdmactl sm priority`
public struct SubnetManagerPriority: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "priority",
    abstract: "Set the priority of a port's opensm, now and for later starts.",
    discussion: """
      The highest priority of a subnet becomes master, among equal ones the lowest GUID.

      Examples:
        rdmactl sm priority 15
        rdmactl sm priority 3 mlx5_0/1
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("0 to 15.", valueName: "priority"))
  public var priority: Int

  @OptionGroup public var target: ServicePortOptions

  public init() {}

  public func validate() throws {
    if !(0...15).contains(priority) { throw ValidationError("a priority is 0 to 15.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let result = try task.service.setPriority(priority, session: task.session)
    try output.show(ServiceAnswer(.priority(result), port: task.port.name))
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
    if let timeout { options.timeoutMilliseconds = Int(timeout * 1000) }
    return options
  }
}
