public import Vocabulary

/// Why a configuration of opensm could not be written.
public enum OpenSMConfigurationFailure: Failure, Equatable {
  /// opensm's format has no way to write it: a `#`, a line break or a NUL byte in it, or too long for a line.
  case unwritable(key: String, value: String)

  public var id: String { "sm.config_unwritable" }

  public var message: String {
    switch self {
    case .unwritable(let key, _):
      "the value for \(key) cannot be written into opensm.conf: it has a # or a line break in it, or is too long"
    }
  }

  public var subject: String? {
    switch self {
    case .unwritable(_, let value): value
    }
  }

  public var fix: [String] { ["choose a name or path without # and line breaks, of less than 900 characters"] }

  public var exitStatus: ExitStatus { .refused }
}
