public import HostAccess
public import Vocabulary

/// Plans to put the files of ``PersistentFiles`` in place, and to remove them. A file that somebody else wrote is never touched.
public struct Persistence {
  /// What is done to one file.
  public struct Step: Sendable, Equatable {
    public enum Action: String, Sendable {
      case write, remove
      /// It stands there already.
      case unchanged
    }

    public let path: String
    public let action: Action
    /// What is written; `nil` of one that is removed.
    public let text: String?
  }

  private let store: any FileReading & FileWriting

  /// - Parameter store: ``Host/store``: this machine's own files.
  public init(_ store: any FileReading & FileWriting) { self.store = store }

  /// What would be done so that these files are there, and no others of ours. Nothing is written.
  public func plan(_ files: [PersistentFile]) throws(PersistenceFailure) -> [Step] {
    var steps: [Step] = []
    for file in files {
      let there = try text(of: file.path)
      if let there, !Self.isOurs(there) { throw .foreign(file.path) }
      steps.append(Step(path: file.path, action: there == file.text ? .unchanged : .write, text: file.text))
    }
    let wanted = Set(files.map(\.path))
    for path in own() where !wanted.contains(path) { steps.append(Step(path: path, action: .remove, text: nil)) }
    return steps
  }

  /// The paths of the files that rdmactl wrote.
  private func own() -> [String] {
    let places = [
      (PersistentFiles.linkDirectory, "60-rdmactl-", ".link"),
      (PersistentFiles.rulesDirectory, "90-rdmactl-", ".rules"),
      (PersistentFiles.sysctlDirectory, "90-rdmactl", ".conf"),
    ]
    return places.flatMap { directory, prefix, suffix in
      ((try? store.list(directory)) ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
        .map { "\(directory)/\($0)" }
        .filter { path in (try? text(of: path)).flatMap { $0 }.map(Self.isOurs) ?? false }
    }
  }

  private static func isOurs(_ text: String) -> Bool { text.hasPrefix(PersistentFiles.mark) }

  /// `nil` when there is none.
  private func text(of path: String) throws(PersistenceFailure) -> String? {
    do throws(FileError) {
      return String(decoding: try store.read(path, limit: 1 << 20), as: UTF8.self)
    } catch {
      if error.reason == .notFound { return nil }
      throw .unreadable(error)
    }
  }
}

/// Why settings could not be kept.
public enum PersistenceFailure: Failure, Equatable {
  case foreign(String)
  case unreadable(FileError)
  case unwritable(FileError)

  public var id: String {
    switch self {
    case .foreign: "offload.foreign_file"
    case .unreadable: "offload.file_unreadable"
    case .unwritable: "offload.file_unwritable"
    }
  }

  public var subject: String? {
    switch self {
    case .foreign(let path): path
    case .unreadable(let error), .unwritable(let error): error.path
    }
  }

  public var message: String {
    switch self {
    case .foreign: "this file was not written by rdmactl; nothing was written"
    case .unreadable(let error): "the file \(error.explanation); nothing was written"
    case .unwritable(let error): "the file \(error.writeExplanation)"
    }
  }

  public var fix: [String] {
    switch self {
    case .foreign(let path): ["mv \(ShellWord.quoted(path)) \(ShellWord.quoted(path + ".own"))"]
    case .unreadable(let error), .unwritable(let error): error.reason == .notPermitted ? ["run it as root"] : []
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .foreign: .refused
    case .unreadable(let error), .unwritable(let error): error.reason == .notPermitted ? .notPermitted : .failed
    }
  }
}
