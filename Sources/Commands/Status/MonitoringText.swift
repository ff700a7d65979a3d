internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// `rdmactl status` for monitoring systems: one line that names the cause, and figures.
///
/// Sources: Monitoring Plugins' development guidelines (`nagios`), Checkmk's local checks (`local`).
struct MonitoringText {
  let report: StatusReport

  private enum State: Int {
    case ok, warning, critical, unknown

    var word: String { "\(self)".uppercased() }

    init(_ problems: [Problem]) {
      self =
        problems.contains { $0.severity == .error }
        ? .critical : problems.contains { $0.severity == .warning } ? .warning : .ok
    }
  }

  /// What was found comes before what it led to: an expectation that is not met.
  private var problems: [Problem] {
    let all = report.problems.filter { $0.severity != .info }
    let causes = all.filter { problem in !report.failures.contains(problem) }
    return causes.filter { $0.severity == .error } + report.failures + causes.filter { $0.severity == .warning }
  }

  private var ports: [(adapter: Adapter, port: Port)] {
    report.inventory.devices.flatMap { adapter in adapter.ports.map { (adapter, $0) } }
  }

  /// `RDMA CRITICAL - mlx5_0/1: no link …; 1 of 2 ports active | active=1;;;0;2 errors=1 warnings=0 …`
  var nagios: (line: String, status: ExitStatus) {
    let state = State(problems)
    let active = ports.count { $0.port.state == .active }
    let counts = "\(active) of \(ports.count) ports active"
    let words = problems.prefix(Self.shown).map(Self.sentence) + (problems.count > Self.shown ? ["…"] : []) + [counts]
    var figures = [
      "active=\(active);;;0;\(ports.count)", "errors=\(problems.count { $0.severity == .error })",
      "warnings=\(problems.count { $0.severity == .warning })",
    ]
    figures += ports.compactMap { adapter, port in
      port.state == .down ? nil : port.rate.map { "'\(adapter.label)/\(port.number) gbps'=\(StatusReport.number($0))" }
    }
    let line = "RDMA \(state.word) - \(words.joined(separator: "; ")) | \(figures.joined(separator: " "))\n"
    return (line, Self.status(state))
  }

  /// A line for each port, and one for the host.
  var local: String {
    var lines: [String] = []
    for (adapter, port) in ports {
      let place = "\(adapter.label)/\(port.number)"
      let mine = problems.filter { $0.subject == place || $0.subject == adapter.label }
      let rate = port.state == .down ? nil : port.rate
      lines.append(
        Self.line(
          State(mine), "RDMA \(place)", rate.map { "gbps=\(StatusReport.number($0))" },
          [port.state.rawValue] + mine.map(\.message)))
    }
    let subjects = Set(ports.flatMap { [$0.adapter.label, "\($0.adapter.label)/\($0.port.number)"] })
    let others = problems.filter { !subjects.contains($0.subject) }
    let active = ports.count { $0.port.state == .active }
    lines.append(
      Self.line(
        State(others), "RDMA host", "active=\(active)|ports=\(ports.count)",
        ["\(active) of \(ports.count) ports active"] + others.map(Self.sentence)))
    return lines.map { $0 + "\n" }.joined()
  }

  /// What cannot be checked: no device, an unknown name, a missing right.
  static func unknown(_ failure: any Failure, format: StatusFormat) -> String {
    let words = (failure.subject.map { "\($0): " } ?? "") + failure.message
    return format == .local
      ? line(.unknown, "RDMA host", nil, [words]) + "\n" : "RDMA UNKNOWN - \(clean(words))\n"
  }

  /// A plugin's line is read on a pager.
  private static let shown = 3

  private static func sentence(_ problem: Problem) -> String { clean("\(problem.subject): \(problem.message)") }

  /// The bar parts the text from the figures.
  private static func clean(_ text: String) -> String { Page.clean(text).replacing("|", with: "/") }

  private static func line(_ state: State, _ service: String, _ figures: String?, _ words: [String]) -> String {
    "\(state.rawValue) \"\(service)\" \(figures ?? "-") \(words.map(clean).joined(separator: "; "))"
  }

  /// The plugin's exit statuses are numbers of ours too.
  private static func status(_ state: State) -> ExitStatus {
    switch state {
    case .ok: .done
    case .warning: .failed
    case .critical: .checkFailed
    case .unknown: .notFound
    }
  }
}
