internal import FirmwareImage
public import Vocabulary

/// What `rdmactl fw query` finds wrong with an image file.
public enum FirmwareImageProblem {
  static let id = "image.damaged"

  public static let descriptions = [
    ProblemDescription(
      id: id, severity: .warning,
      meaning:
        "an image file is incomplete: a section is damaged, or missing, as device data is in packages")
  ]

  static func notWhole(_ path: String, _ placement: Placement, _ verification: Verification) -> Problem {
    let bad = verification.checks.first { !$0.isGood }
    let why =
      bad.map { check in
        if case .bad(let words) = check.verdict { "\(check.name): \(words)" } else { check.name }
      } ?? "no section could be checked"
    return Problem(
      id: id, severity: .warning, subject: path,
      message: "the image at \(flashAddress(placement.start)) is incomplete (\(why))",
      fix: ["rdmactl fw verify -i \(path)"])
  }
}
