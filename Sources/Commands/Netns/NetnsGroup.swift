public import ArgumentParser
internal import Change
public import HostAccess
internal import NetworkNamespaces
public import Presentation
public import Vocabulary

/// `rdmactl netns`
public struct NetnsGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "netns",
    abstract: "Show which RDMA device is in which network name space.",
    discussion: """
      In the mode shared every RDMA device can be used in every network name space; in the mode exclusive each is in one. \
      What the name spaces of other users hold needs root.

      Examples:
        rdmactl netns
        rdmactl netns mode exclusive --dry-run
      """,
    subcommands: [NetnsShow.self, NetnsMode.self],
    defaultSubcommand: NetnsShow.self)

  public init() {}
}

/// `rdmactl netns show`
public struct NetnsShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "List network name spaces, and what a process here may use.",
    discussion: """
      Examples:
        rdmactl netns show
        rdmactl netns show --json
      """)

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try output.show(NetnsAnswer(survey: NamespaceSurvey(host)))
    return .done
  }
}

/// `rdmactl netns mode`
public struct NetnsMode: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "mode",
    abstract: "Set whether all network name spaces share RDMA devices.",
    discussion: """
      The kernel changes the mode only while no other network name space is in use. The mode is lost at reboot; rdmactl \
      undo takes it back.

      Examples:
        rdmactl netns mode exclusive --dry-run
        rdmactl netns mode shared --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The mode: shared or exclusive.", valueName: "mode"))
  var mode: NamespaceMode

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let writer = NamespaceModeWriter(host, wish: mode)
    let options = Change.ChangeOptions(yes: ask.yes, dryRun: ask.dryRun)
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(options) { plan in
      for change in plan.changes { output.talk("mode: \(change.before.text) -> \(change.after.text)") }
      if ask.dryRun { output.talk("Dry run: nothing is written.") }
    }
    try output.show(NetnsModeAnswer(mode: mode, outcome: outcome))
    return .done
  }
}

extension NamespaceMode: ExpressibleByArgument {}

/// The answer of `rdmactl netns mode`.
struct NetnsModeAnswer: Presentable {
  struct Payload: Encodable {
    let changed: Bool
    let mode: String
    @ExplicitNull var journalId: Int?
  }

  static let schema = "rdmactl.netns.mode/1"
  let mode: NamespaceMode
  let outcome: ChangeOutcome<NamespaceMode?>

  var payload: Payload { Payload(changed: outcome.record != nil, mode: mode.rawValue, journalId: outcome.record?.id) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var wouldChange: Bool? { outcome.result == .dryRun ? true : nil }
  var quietLines: [String] { [mode.rawValue] }

  func write(to page: inout Page) {
    switch outcome.result {
    case .unchanged: page.line("already set, nothing to do")
    case .dryRun: break
    case .written(let record):
      page.line("mode: \(mode.rawValue) (\(mode.meaning))")
      page.line("back: rdmactl undo \(record.id)", tone: .faint)
    }
  }
}
