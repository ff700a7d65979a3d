internal import HostAccess

/// Files, with a line for each access.
struct LoggedFiles<Base: Sendable>: Sendable {
  let base: Base
  let door: String
  let log: AccessLog

  private func line<Value>(
    _ call: String, _ path: String, _ outcome: (Value) -> String = { _ in "done" },
    _ body: () throws(FileError) -> Value
  ) throws(FileError) -> Value {
    try log.line("\(door).\(call) \(path)", outcome, of: { $0.explanation }, body)
  }
}

extension FileReading {
  func logged(_ door: String, _ log: AccessLog) -> any FileReading { LoggedFiles(base: self, door: door, log: log) }
}

extension FileReading where Self: FileWriting {
  func loggedStore(_ log: AccessLog) -> any FileReading & FileWriting {
    LoggedFiles(base: self, door: "store", log: log)
  }
}

extension LoggedFiles: FileReading where Base: FileReading {
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try line("read", path, { "\($0.count) bytes" }) { () throws(FileError) in try base.read(path, limit: limit) }
  }

  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    try line("part", path, { "\($0.bytes.count) bytes from \($0.start) of \($0.size)" }) { () throws(FileError) in
      try base.part(path, from: offset, limit: limit)
    }
  }

  func list(_ path: String) throws(FileError) -> [String] {
    try line("list", path, { "\($0.count) names" }) { () throws(FileError) in try base.list(path) }
  }

  func contents(of directory: String, limit: Int) throws(FileError) -> [String: [UInt8]] {
    try line("contents", directory, { "\($0.count) files" }) { () throws(FileError) in
      try base.contents(of: directory, limit: limit)
    }
  }

  func link(_ path: String) throws(FileError) -> String {
    try line("link", path, { "-> \($0)" }) { () throws(FileError) in try base.link(path) }
  }

  func records(_ path: String) throws(FileError) -> any RecordSource {
    try line("records", path, { _ in "open" }) { () throws(FileError) in try base.records(path) }
  }

  func permissions(_ path: String) -> UInt16? {
    let bits = base.permissions(path)
    log.line("\(door).permissions \(path): \(bits.map { "0" + String($0, radix: 8) } ?? "none")")
    return bits
  }
}

extension LoggedFiles: FileWriting where Base: FileReading & FileWriting {
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try line("replace", "\(path) \(bytes.count) bytes") { () throws(FileError) in try base.replace(path, with: bytes) }
  }

  func create(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try line("create", "\(path) \(bytes.count) bytes") { () throws(FileError) in try base.create(path, with: bytes) }
  }

  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try line("append", "\(path) \(bytes.count) bytes") { () throws(FileError) in try base.append(path, bytes) }
  }

  func makePrivateDirectory(_ path: String) throws(FileError) {
    try line("directory", path) { () throws(FileError) in try base.makePrivateDirectory(path) }
  }

  func makeLink(_ path: String, to target: String) throws(FileError) {
    try line("link", "\(path) -> \(target)") { () throws(FileError) in try base.makeLink(path, to: target) }
  }

  func remove(_ path: String) throws(FileError) {
    try line("remove", path) { () throws(FileError) in try base.remove(path) }
  }

  func lock(_ path: String) throws(FileError) -> any Lock {
    try line("lock", path) { () throws(FileError) in try base.lock(path) }
  }

  func openFieldLock(_ path: String) throws(FileError) -> any FieldLock {
    let lock = try line("open", path) { () throws(FileError) in try base.openFieldLock(path) }
    return LoggedFieldLock(base: lock, path: path, log: log)
  }
}

private final class LoggedFieldLock: FieldLock {
  private let base: any FieldLock
  private let path: String
  private let log: AccessLog

  init(base: any FieldLock, path: String, log: AccessLog) {
    self.base = base
    self.path = path
    self.log = log
  }

  func take() throws(FileError) {
    try log.line("lock.take \(path)", of: { $0.explanation }) { () throws(FileError) in try base.take() }
  }

  func release() {
    base.release()
    log.line("lock.release \(path)")
  }
}
