package import Vocabulary

/// Why a snapshot cannot be read or written.
package enum SnapshotFailure: Failure, Equatable {
  /// The file, and why in half a sentence.
  case damaged(String, String)
  /// A part whose digest is another now.
  case changed(String, parts: [String])
  case notPacked(String)

  package var id: String {
    switch self {
    case .damaged: "snapshot.damaged"
    case .changed: "snapshot.changed"
    case .notPacked: "snapshot.not_packed"
    }
  }

  package var subject: String? {
    switch self {
    case .damaged(let path, _), .changed(let path, _): path.isEmpty ? nil : path
    case .notPacked: nil
    }
  }

  package var message: String {
    switch self {
    case .damaged(_, let why): "not a snapshot: \(why)"
    case .changed(_, let parts): "the digest does not match: \(parts.joined(separator: ", "))"
    case .notPacked(let why): "the snapshot \(why)"
    }
  }

  package var fix: [String] {
    switch self {
    case .damaged(let path, _), .changed(let path, _): path.isEmpty ? [] : ["ls -l \(ShellWord.quoted(path))"]
    case .notPacked: []
    }
  }

  package var hint: [String] {
    switch self {
    case .notPacked: ["install liblzma5 (on Fedora and RHEL xz-libs)"]
    case .damaged, .changed: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .damaged, .notPacked: .failed
    case .changed: .checkFailed
    }
  }

  func at(_ path: String) -> SnapshotFailure {
    if case .damaged("", let why) = self { .damaged(path, why) } else { self }
  }
}
