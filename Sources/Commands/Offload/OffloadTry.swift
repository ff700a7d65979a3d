public import ArgumentParser
internal import Change
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload try`
public struct OffloadTry: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Change settings for a limited time; they are restored unless confirmed.",
    discussion: """
      A separate process restores everything when the time is over, even if the terminal or the connection is gone.

      Examples:
        rdmactl offload try eth0 mtu=9000
        rdmactl offload try eth0 rx-ring=8192 --revert-after 300
        rdmactl offload keep
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var assignments: AssignmentWords

  @Flag(help: "For a bond: also change its members.")
  public var members = false

  @Option(help: ArgumentHelp("Restore the settings after this many seconds.", valueName: "seconds"))
  public var revertAfter = 60

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func validate() throws {
    guard (1...86_400).contains(revertAfter) else {
      throw ValidationError("--revert-after takes 1 to 86400 seconds.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    // The very program that runs now: what PATH finds may be another one.
    guard let program = try? host.store.link("/proc/self/exe") else {
      throw ChangeFailure.noGuard("cannot be found: /proc/self/exe does not name the path of this program")
    }
    let trial = Trial(seconds: revertAfter, guardCommand: [program, "offload", "guard"])
    return try OffloadChangeTask(host: host, output: output, change: change).run(
      try assignments.requests(on: host), words: ["try"] + assignments.words + (members ? ["--members"] : []),
      members: members, action: "try", trial: trial)
  }
}

/// `rdmactl offload keep`
public struct OffloadKeep: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "keep",
    abstract: "Confirm the settings of a trial: they stay.",
    discussion: """
      Without ID, the newest open trial is confirmed.

      Examples:
        rdmactl offload keep
        rdmactl offload keep 12
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The number of the change (rdmactl history).", valueName: "id"))
  public var id: Int?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let (record, changed) = try ChangeHistory(host).keep(id, OffloadSession(host).writer())
    try output.show(OffloadKeepAnswer(id: record.id, changed: changed))
    return .done
  }
}

/// The answer of `rdmactl offload keep`.
struct OffloadKeepAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.keep/1"
  let id: Int
  let changed: Bool

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { ["\(id)"] }

  func write(to json: inout JSONWriter) {
    json.field("journal_id", id)
    json.field("changed", changed)
  }

  func write(to page: inout Page) {
    page.line("\(id) \(changed ? "stays" : "was confirmed before")", tone: .good)
    page.line("to take it back: rdmactl undo \(id)", tone: .faint)
  }
}

/// `rdmactl offload guard`: the process that `try` leaves behind.
public struct OffloadGuard: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "guard", abstract: "Put a trial back when its time is over.", shouldDisplay: false)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The change.", valueName: "id"))
  public var id: Int

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let undo = ChangeUndo(OffloadSession(host).writer(), on: host, kinds: .all(host))
    guard let outcome = try TrialGuard(undo).run(id) else { return .done }
    try output.show(UndoAnswer(plan: outcome.plan, outcome: outcome, isDryRun: false))
    return outcome.exitStatus
  }
}
