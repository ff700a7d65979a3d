public import ArgumentParser
internal import Change
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload tune persist`
public struct OffloadTunePersist: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "persist",
    abstract: "Write the files that apply settings at each boot.",
    discussion: """
      Without PROFILE, the settings changed through rdmactl and not undone. Writes a systemd .link file and a udev rule for \
      each interface, and one file of sysctls. Files of others are never changed.

      Examples:
        rdmactl offload tune persist --dry-run
        rdmactl offload tune persist throughput eth0
        rdmactl offload tune persist --remove --yes
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var words: TuneWords

  @Flag(help: "Remove the files that rdmactl wrote.")
  public var remove = false

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func validate() throws {
    if remove && words.profile != nil { throw ValidationError("--remove takes no profile: it removes all.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard common.root == nil, common.simulation == nil else { throw OffloadFailure.recorded }
    let (files, remarks) = try remove ? ([], []) : wanted(host)
    var options = change.options
    options.command =
      ["offload", "tune", "persist"] + (words.profile.map { [$0] } ?? []) + words.interfaces
      + (remove ? ["--remove"] : [])
    let run = ChangeRun(PersistWriter(host, files: files), on: host, kinds: .all(host))
    let outcome = try run.perform(options) { plan in
      guard !options.dryRun else { return }
      for step in plan.detail where step.action != .unchanged {
        output.talk("\(step.action == .write ? "to be written" : "to be removed"): \(step.path)")
      }
      for remark in remarks { output.talk("note: \(remark)") }
    }
    try output.show(
      PersistAnswer(
        steps: outcome.plan.detail, remarks: remarks, isDryRun: options.dryRun, journalID: outcome.record?.id))
    return .done
  }

  private func wanted(_ host: Host) throws -> (files: [PersistentFile], remarks: [String]) {
    guard let program = try? host.store.link("/proc/self/exe") else { throw PersistFailure.noProgram }
    let settings: [PersistentSetting]
    var remarks: [String] = []
    if let profile = words.profile {
      let (plan, state) = try words.plan(profile, on: host)
      settings = PersistentSetting.settings(of: plan, in: state)
    } else {
      let session = OffloadSession(host)
      let (all, unreadable) = try ChangeHistory(host).all(OffloadWriter.kind)
      let scope = ChangeScope.current(host)
      let records = all.filter {
        $0.scope.boot == scope.boot && $0.scope.difference(to: scope, needsNamespace: true) == nil
      }
      (settings, remarks) = PersistentSetting.settings(of: records, in: try session.state(of: nil))
      remarks += unreadable.map { "\($0.path) is left out: it \($0.reason)" }
    }
    let files = PersistentFiles(settings, program: program) { LinkFileInForce(of: $0, host.files) }
    remarks += files.remarks
    return (files.files, remarks)
  }
}

/// Why nothing can be kept.
enum PersistFailure: Failure {
  /// What udev is to start.
  case noProgram

  var id: String { "offload.no_program" }
  var subject: String? { nil }
  var message: String { "/proc/self/exe does not name the path of this program; nothing was written" }
  var fix: [String] { [] }
  var exitStatus: ExitStatus { .failed }
}

/// The answer of `rdmactl offload tune persist`.
struct PersistAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.persist/1"
  let steps: [Persistence.Step]
  let remarks: [String]
  let isDryRun: Bool
  let journalID: Int?

  var changes: Bool { steps.contains { $0.action != .unchanged } }
  var problems: [Problem] { [] }
  var notes: [Note] { remarks.map { Note(subject: "persist", message: $0) } }
  var quietLines: [String] { steps.filter { $0.action != .remove }.map(\.path) }

  func write(to json: inout JSONWriter) {
    json.field("changed", changes && !isDryRun)
    json.field("dry_run", isDryRun)
    json.field("journal_id", journalID)
    json.array("files", steps) { json, step in
      json.object { json in
        json.field("path", step.path)
        json.field("action", step.action.rawValue)
        json.field("text", step.text)
      }
    }
  }

  func write(to page: inout Page) {
    if steps.isEmpty { page.line("nothing to keep, and no file of rdmactl is there", tone: .good) }
    for step in steps {
      let words =
        switch step.action {
        case .write: isDryRun ? "to be written" : "written"
        case .remove: isDryRun ? "to be removed" : "removed"
        case .unchanged: "already set"
        }
      page.line("\(step.path): \(words)", tone: .heading)
      if isDryRun, let text = step.text {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { page.line("  \(line)") }
      }
    }
    if changes, !isDryRun { page.line("In force from the next boot on.", tone: .faint) }
  }
}
