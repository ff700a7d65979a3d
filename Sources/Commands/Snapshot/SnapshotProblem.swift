public import Vocabulary

/// What `rdmactl snapshot verify` finds.
public enum SnapshotProblem: String, CaseIterable {
  case partChanged = "snapshot.part_changed"
  case answerDiffers = "snapshot.answer_differs"

  private var meaning: String {
    switch self {
    case .partChanged: "a part of the snapshot is missing, or its digest does not match"
    case .answerDiffers: "this rdmactl answers differently on the machine of the snapshot"
    }
  }

  /// A newer rdmactl may have more to say than the one that took the snapshot.
  private var severity: Severity { self == .partChanged ? .error : .warning }

  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ part: String, detail: String? = nil, evidence: [String] = [], fix: [String] = []) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: part, message: meaning + (detail.map { ": \($0)" } ?? ""),
      evidence: evidence, fix: fix)
  }
}
