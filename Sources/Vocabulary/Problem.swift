/// How much a finding matters.
public enum Severity: String, Codable, Sendable, CaseIterable {
  case error, warning, info
}

/// A fault that was found, and how to fix it.
///
/// Ids are stable (`port.no_sm`) and listed in the manual page of the command that reports them.
public struct Problem: Sendable, Equatable {
  public let id: String
  public let severity: Severity
  /// What it is about: `mlx4_0/1`, a GUID, a file.
  public let subject: String
  /// One sentence: the cause, not the symptom.
  public let message: String
  /// The values that show it, as `name=value`.
  public let evidence: [String]
  /// Commands that can be run as they stand, best first: complete, on this machine, for this device.
  public let fix: [String]
  /// Advice that is not a command.
  public let hint: [String]

  public init(
    id: String, severity: Severity, subject: String, message: String, evidence: [String] = [], fix: [String] = [],
    hint: [String] = []
  ) {
    self.id = id
    self.severity = severity
    self.subject = subject
    self.message = message
    self.evidence = evidence
    self.fix = fix
    self.hint = hint
  }
}

/// Why a value is unknown (`null` in JSON): the source is missing, or reading it needs more rights.
public struct Note: Sendable, Equatable, Hashable, Encodable {
  public let subject: String
  public let message: String

  public init(subject: String, message: String) {
    self.subject = subject
    self.message = message
  }
}

/// The entry of a manual page for one problem id.
public struct ProblemDescription: Sendable {
  public let id: String
  public let severity: Severity
  /// When it is reported, in one sentence.
  public let meaning: String

  public init(id: String, severity: Severity, meaning: String) {
    self.id = id
    self.severity = severity
    self.meaning = meaning
  }
}

/// Why a command cannot go on. Each library has its own enumeration of these, with its sentences in one place.
public protocol Failure: Error {
  /// Stable, for scripts: `port.unknown`.
  var id: String { get }
  /// One sentence: what, where, why.
  var message: String { get }
  /// What it is about; `nil` when it is about the whole call.
  var subject: String? { get }
  /// Commands that can be run as they stand, best first.
  var fix: [String] { get }
  /// Advice that is not a command.
  var hint: [String] { get }
  var exitStatus: ExitStatus { get }
}

extension Failure {
  public var hint: [String] { [] }
}
