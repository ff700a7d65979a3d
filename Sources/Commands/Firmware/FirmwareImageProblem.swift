internal import FirmwareImage
public import Vocabulary

/// What `rdmactl fw query` finds wrong with an image file.
public enum FirmwareImageProblem {
  static let id = "image.damaged"

  public static let descriptions = [
    ProblemDescription(
      id: id, severity: .warning,
      meaning:
        "an image in a file is not whole: a part is damaged, or missing as what belongs to a device is in packages")
  ]

  static func notWhole(_ path: String, _ placement: Placement, _ verification: Verification) -> Problem {
    let bad = verification.checks.first { !$0.isGood }
    let why =
      bad.map { check in
        if case .bad(let words) = check.verdict { "\(check.name): \(words)" } else { check.name }
      } ?? "no part could be checked"
    return Problem(
      id: id, severity: .warning, subject: path,
      message: "the image at \(flashAddress(placement.start)) is not whole (\(why))",
      fix: ["rdmactl fw verify -i \(path)"])
  }
}
