package import HostAccess
internal import Synchronization
internal import Vocabulary

/// Keeps what a machine answers. The doors of ``host`` answer as the machine's own do.
package final class Recorder: Sendable {
  private let base: Host
  let recording = Mutex(Recording())
  /// Whether datagrams may be sent, and registers opened.
  let sendsDatagrams: Bool
  let opensRegisters: Bool

  package init(_ base: Host, sendsDatagrams: Bool, opensRegisters: Bool) {
    (self.base, self.sendsDatagrams, self.opensRegisters) = (base, sendsDatagrams, opensRegisters)
    recording.withLock {
      $0.talks.host = base.name
      $0.talks.runsPrograms = !(base.processes is AbsentProcesses)
      $0.talks.namespace = base.network.namespace.map {
        Conversation.Namespace(identifier: $0.identifier, ownsSysfs: $0.ownsSysfs, interfaces: $0.interfaces)
      }
    }
  }

  /// The machine, recorded: nothing can be written through it.
  /// - Parameter console: where its commands print.
  package func host(console: any Console) -> Host {
    var host = base
    host.files = RecordingFiles(base: base.files, recorder: self)
    host.store = SealedStore(base: base.store)
    host.management = RecordingManagement(base: base.management, recorder: self)
    host.verbs = RecordingVerbs(base: base.verbs, recorder: self)
    host.pci = RecordingPCI(base: base.pci, recorder: self)
    if !(base.processes is AbsentProcesses) {
      host.processes = RecordingProcesses(base: base.processes, recorder: self)
    }
    host.network = RecordingNetwork(base: base.network, recorder: self)
    host.console = console
    return host
  }

  /// What was kept, with a place for every name that a directory showed.
  package func finished() -> Recording {
    recording.withLock { recording in
      for (directory, names) in recording.shown {
        for name in names {
          let path = (directory == "/" ? "" : directory) + "/" + name
          guard recording.files[path] == nil else { continue }
          if let target = try? base.files.link(path) {
            recording.files[path] = .link(target)
          } else {
            recording.files[path] = base.files.directoryExists(path) ? .directory : .bytes([])
          }
        }
      }
      return recording
    }
  }
}

// MARK: Files

struct RecordingFiles: FileReading {
  let base: any FileReading
  let recorder: Recorder

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    do throws(FileError) {
      let bytes = try base.read(path, limit: limit)
      recorder.keep(.bytes(bytes), at: path, in: base)
      return bytes
    } catch {
      recorder.keep(error, of: path)
      throw error
    }
  }

  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    do throws(FileError) {
      let part = try base.part(path, from: offset, limit: limit)
      recorder.recording.withLock {
        $0.talks.parts.append(
          .init(
            path: path, offset: offset, limit: limit, start: part.start, size: part.size,
            text: Hexadecimal.text(part.bytes)))
      }
      return part
    } catch {
      recorder.keep(error, of: path)
      throw error
    }
  }

  func list(_ path: String) throws(FileError) -> [String] {
    do throws(FileError) {
      let names = try base.list(path)
      recorder.keep(.directory, at: path, in: base, names: names)
      return names
    } catch {
      recorder.keep(error, of: path, listing: true)
      throw error
    }
  }

  func contents(of directory: String, limit: Int) throws(FileError) -> [String: [UInt8]] {
    // One by one, so that each file that cannot be read is known.
    var contents: [String: [UInt8]] = [:]
    for name in try list(directory) { contents[name] = try? read("\(directory)/\(name)", limit: limit) }
    return contents
  }

  func link(_ path: String) throws(FileError) -> String {
    let target = try base.link(path)
    recorder.keep(.link(target), at: path, in: base)
    return target
  }

  func permissions(_ path: String) -> UInt16? {
    let bits = base.permissions(path)
    recorder.recording.withLock { $0.talks.permissions[path] = bits }
    return bits
  }
}

extension Recorder {
  func keep(_ entry: Recording.Entry, at path: String, in files: any FileReading, names: [String] = []) {
    recording.withLock { recording in
      let isLink = if case .link = entry { true } else { false }
      guard let place = Self.place(path, in: files, &recording, last: !isLink) else { return }
      switch (recording.files[place], entry) {
      case (.bytes(let old)?, .bytes(let new)) where old.count > new.count: break
      default: recording.files[place] = entry
      }
      if entry == .directory { recording.shown[place] = names }
    }
  }

  /// The configuration space of a function, as its file: libpci and sysfs are the same bytes.
  func keep(configuration bytes: [UInt8], of address: PCIAddress) {
    keep(.bytes(bytes), at: "/sys/bus/pci/devices/\(address)/config", in: base.files)
  }

  func keep(_ error: FileError, of path: String, listing: Bool = false) {
    // What is not in the recording is not found, and a file is no directory there either.
    guard error.reason != .notFound, error.reason != .wrongKind else { return }
    recording.withLock { $0.talks.errors[(listing ? "list " : "read ") + path] = Conversation.Failure(error.reason) }
  }

  /// The path without symbolic links; the links on the way are kept.
  private static func place(
    _ path: String, in files: any FileReading, _ recording: inout Recording, last: Bool, depth: Int = 0
  ) -> String? {
    guard depth < 40 else { return nil }
    var place = ""
    var parts = path.split(separator: "/")[...]
    while let part = parts.popFirst() {
      if part == "." { continue }
      if part == ".." {
        place = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
        continue
      }
      let next = place + "/" + part
      if parts.isEmpty, !last { return next }
      guard let target = link(next, in: files, &recording) else {
        place = next
        continue
      }
      let rest = parts.isEmpty ? "" : "/" + parts.joined(separator: "/")
      let way = (target.hasPrefix("/") ? target : "\(place)/\(target)") + rest
      return Self.place(way, in: files, &recording, last: last, depth: depth + 1)
    }
    return place.isEmpty ? "/" : place
  }

  private static func link(_ path: String, in files: any FileReading, _ recording: inout Recording) -> String? {
    if case .link(let target)? = recording.files[path] { return target }
    if recording.files[path] != nil || recording.plain.contains(path) { return nil }
    guard let target = try? files.link(path) else {
      recording.plain.insert(path)
      return nil
    }
    recording.files[path] = .link(target)
    return target
  }
}

/// Files of which some are read, and never written.
struct SealedStore: FileReading, FileWriting {
  let base: any FileReading & FileWriting
  /// What is below this is sealed.
  var place = ""

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try base.read(path, limit: limit) }
  func part(_ path: String, from offset: Int, limit: Int) throws(FileError) -> FilePart {
    try base.part(path, from: offset, limit: limit)
  }
  func list(_ path: String) throws(FileError) -> [String] { try base.list(path) }
  func link(_ path: String) throws(FileError) -> String { try base.link(path) }
  func permissions(_ path: String) -> UInt16? { base.permissions(path) }

  private func check(_ path: String) throws(FileError) {
    guard !path.hasPrefix(place) else { throw FileError(path: path, reason: .notPermitted) }
  }

  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try check(path)
    try base.replace(path, with: bytes)
  }
  func create(_ path: String, with bytes: [UInt8]) throws(FileError) {
    try check(path)
    try base.create(path, with: bytes)
  }
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try check(path)
    try base.append(path, bytes)
  }
  func makePrivateDirectory(_ path: String) throws(FileError) {
    try check(path)
    try base.makePrivateDirectory(path)
  }
  func remove(_ path: String) throws(FileError) {
    try check(path)
    try base.remove(path)
  }
  func lock(_ path: String) throws(FileError) -> any Lock {
    try check(path)
    return try base.lock(path)
  }
  func openFieldLock(_ path: String) throws(FileError) -> any FieldLock {
    try check(path)
    return try base.openFieldLock(path)
  }
}
