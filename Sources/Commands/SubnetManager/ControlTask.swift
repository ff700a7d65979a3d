internal import Change
internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import Presentation
internal import SubnetManagement
public import Vocabulary

/// One Set(SMInfo), with the state before and after.
struct ControlTask {
  let control: SMInfo.Control
  let target: ControlTarget
  let host: Host
  let output: Output

  /// - Throws: `ManagerNameFailure`, `SMControlFailure`.
  func run() throws -> ExitStatus {
    let task = try FabricTask(try target.fabric.choice(), options: target.fabric, host: host, output: output)
    let fabric = try task.sweep()
    let survey = try task.ask { () throws(SessionFailure) in try task.session.subnetManagers(of: fabric) }
    let manager = try survey.manager(named: target.manager)
    let ask = target.change
    let writer = OpenSMWriter(control, of: manager, in: fabric, task.session, force: target.force, on: host)
    _ = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: ask.yes, dryRun: ask.dryRun)
    ) { plan in
      for line in plan.detail where !ask.yes || ask.dryRun { output.talk(line) }
    }
    guard let result = writer.outcome.control else {
      try output.show(ControlAnswer(control: control, manager: manager, result: nil))
      return .done
    }
    try output.show(ControlAnswer(control: control, manager: manager, result: result))
    return result.reached ? .done : .checkFailed
  }
}

extension SubnetManagerSurvey {
  /// - Throws: ``ManagerNameFailure`` unless exactly one is meant.
  func manager(named name: String) throws(ManagerNameFailure) -> SubnetManager {
    let guid = GUID(name)
    let lid = UInt16(name)
    var found = managers.filter { $0.guid == guid || lid != nil && lid == $0.lid || $0.nodeDescription == name }
    if found.isEmpty {
      // "host7 mlx5_0" is host7's.
      found = managers.filter { $0.nodeDescription?.split(separator: " ").first.map(String.init) == name }
    }
    switch found.count {
    case 1: return found[0]
    case 0: throw .unknown(name, known: managers.map(\.guid), silent: unanswered.count)
    default: throw .ambiguous(name, found.map(\.guid))
    }
  }
}

/// Why a name does not select a subnet manager.
enum ManagerNameFailure: Failure, Equatable {
  /// `silent`: so many ports have IsSM set and did not answer.
  case unknown(String, known: [GUID], silent: Int)
  case ambiguous(String, [GUID])

  var id: String {
    switch self {
    case .unknown: "sm.unknown"
    case .ambiguous: "sm.ambiguous"
    }
  }

  var subject: String? {
    switch self {
    case .unknown(let name, _, _), .ambiguous(let name, _): name
    }
  }

  var message: String {
    switch self {
    case .unknown(_, known: [], silent: 0): "no subnet manager runs on this subnet"
    case .unknown(_, let known, let silent):
      "no subnet manager of that name answers"
        + (known.isEmpty ? "" : "; found: \(known.map(\.description).joined(separator: ", "))")
        + (silent == 0 ? "" : "; \(silent) more did not answer")
    case .ambiguous(_, let found):
      "the name matches several subnet managers: \(found.map(\.description).joined(separator: ", "))"
    }
  }

  var fix: [String] { ["rdmactl sm list"] }
  var exitStatus: ExitStatus { .notFound }
}

/// The answer to a control.
struct ControlAnswer: Presentable {
  struct Payload: Encodable {
    let guid: GUID
    let control: String
    /// reached, not_reached or dry_run
    let result: String
    @ExplicitNull var before: String?
    @ExplicitNull var after: String?
    let states: [String]
    var changed = false
    var dryRun = false
    /// Of a dry run.
    @ExplicitNull var wouldChange: Bool?
  }

  static let schema = "rdmactl.sm.control/1"
  let control: SMInfo.Control
  let manager: SubnetManager
  /// `nil`: nothing was sent.
  let result: SMControlResult?

  var payload: Payload {
    Payload(
      guid: manager.guid, control: control.name,
      result: result.map { $0.reached ? "reached" : "not_reached" } ?? "dry_run",
      before: (result?.before.state ?? manager.state)?.word, after: result?.after?.state?.word,
      states: (result?.states ?? []).map(\.word), changed: result.map { $0.states.count > 1 } ?? false,
      dryRun: result == nil, wouldChange: result == nil ? true : nil)
  }

  var problems: [Problem] {
    guard let result, !result.reached else { return [] }
    let wasMaster = control == .handover && result.states.contains(.master)
    return [
      ControlProblem.notReached.found(
        manager.guid.description,
        "accepted \(control.name), but its state is now \(result.after?.state?.name ?? "unknown")"
          + (wasMaster
            ? ": it was master and gave the subnet back to a subnet manager of higher priority; raise its priority to "
              + "keep it master" : ""),
        fix: ["rdmactl sm list"])
    ]
  }
  var notes: [Note] { [] }
  var quietLines: [String] { [payload.after ?? payload.before ?? "unknown"] }

  func write(to page: inout Page) {
    let name =
      manager.nodeDescription.map { "\(manager.guid) (\(FabricNames.cleaned($0)))" } ?? manager.guid.description
    guard let result else {
      page.line("\(name) is \(manager.state?.name ?? "unknown")")
      page.line("Dry run: nothing was sent.")
      return
    }
    let states = result.states.map(\.name)
    page.line("\(name): \(states.isEmpty ? "unknown" : states.joined(separator: " -> "))")
    page.problems(problems)
  }
}

/// A control that was accepted and did not lead where it should.
public enum ControlProblem: String, CaseIterable, Sendable {
  case notReached = "sm.state_not_reached"

  /// The entries of the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map {
      ProblemDescription(
        id: $0.rawValue, severity: .error,
        meaning: "A subnet manager accepted a change of its state, but is now in a different state.")
    }
  }

  func found(_ subject: String, _ message: String, fix: [String]) -> Problem {
    Problem(id: rawValue, severity: .error, subject: subject, message: message, fix: fix)
  }
}
