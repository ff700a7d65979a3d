public import ArgumentParser
internal import Change
public import HostAccess
internal import InfiniBandWire
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm stop`
public struct SubnetManagerStop: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stop the opensm of a port, also if another program started it.",
    discussion: """
      Active ports stay active, but nobody handles changes of the subnet until another subnet manager takes over. opensm \
      gets SIGTERM; it is killed only with --force. The port needs no link.

      Examples:
        rdmactl sm stop
        rdmactl sm stop mlx5_0/1 --force
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: ServicePortOptions

  @Flag(help: "Kill opensm if it does not exit in time.")
  public var force = false

  @OptionGroup public var change: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let name = task.port.name
    guard !task.service.running().managers.isEmpty else {
      try output.show(ServiceAnswer(change.dryRun ? .planned("stop", wouldChange: false) : .notRunning, port: name))
      return .done
    }
    let consequence = try StopConsequence(task)
    let outcome = try task.change(.stop(force: force), "stopping opensm", change, consequence: consequence.sentence)
    let deed = outcome.done.stopped.map(ServiceAnswer.Deed.stopped) ?? .planned("stop", wouldChange: true)
    try output.show(ServiceAnswer(deed, port: name))
    return .done
  }
}

/// What it means for the subnet when the opensm of a port stops.
struct StopConsequence {
  /// Without its full stop; `nil` when it is not known, or no opensm runs.
  let sentence: String?

  /// - Throws: `Interrupted`.
  init(_ task: ServiceTask) throws {
    guard !task.service.running().managers.isEmpty, let managers = try task.survey()?.managers,
      let own = managers.first(where: { $0.guid == task.port.guid })
    else {
      sentence = nil
      return
    }
    guard own.state == .master else {
      sentence = managers.first { $0.state == .master }.map { "this is a standby; the master is \($0.title)" }
      return
    }
    sentence =
      managers.first { $0.state == .standby }.map { "this is the master; \($0.title) takes over" }
      ?? "this is the only master and there is no standby: nobody handles changes of the subnet until another subnet "
      + "manager starts"
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
  @OptionGroup public var change: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let name = task.port.name
    let outcome = try task.change(.reload(try task.session()), "reloading opensm", change)
    let deed = outcome.done.reloaded.map(ServiceAnswer.Deed.reloaded) ?? .planned("reload", wouldChange: true)
    try output.show(ServiceAnswer(deed, port: name))
    return .done
  }
}

/// `rdmactl sm priority`
public struct SubnetManagerPriority: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "priority",
    abstract: "Set the priority of a port's opensm, now and for later starts.",
    discussion: """
      The highest priority of a subnet becomes master; among equal priorities the lowest GUID.

      Examples:
        rdmactl sm priority 15
        rdmactl sm priority 3 mlx5_0/1
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("0 to 15.", valueName: "priority"))
  public var priority: Int

  @OptionGroup public var target: ServicePortOptions
  @OptionGroup public var change: AskOptions

  public init() {}

  public func validate() throws {
    if !(0...15).contains(priority) { throw ValidationError("a priority is a number from 0 to 15.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try ServiceTask(target, host: host, output: output)
    let name = task.port.name
    let session = try task.session()
    let outcome = try task.change(.priority(priority, session), "setting the priority", change)
    let deed: ServiceAnswer.Deed
    if let result = outcome.done.priority {
      deed = .priority(result)
    } else if change.dryRun {
      deed = .planned("priority", wouldChange: !outcome.plan.isEmpty)
    } else {
      deed = .priority(try task.service.presentPriority(priority, session))
    }
    try output.show(ServiceAnswer(deed, port: name))
    return .done
  }
}
