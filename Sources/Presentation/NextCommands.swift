internal import Vocabulary

/// Spells the commands of `next:` for the machine that this call used.
public struct NextCommands: Sendable {
  private let simulation: String?

  /// - Parameter simulation: the directory of `--sim`.
  public init(simulation: String? = nil) { self.simulation = simulation }

  func typed(_ step: String) -> String {
    let program = "rdmactl "
    guard let simulation, step.hasPrefix(program), !step.hasPrefix("rdmactl sim ") else { return step }
    return "rdmactl --sim \(ShellWord.quoted(simulation)) " + step.dropFirst(program.count)
  }

  func typed(_ problem: Problem) -> Problem {
    guard simulation != nil else { return problem }
    return Problem(
      id: problem.id, severity: problem.severity, subject: problem.subject, message: problem.message,
      evidence: problem.evidence, fix: problem.fix.map(typed), hint: problem.hint)
  }
}
