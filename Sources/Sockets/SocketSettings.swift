package import Change
package import HostAccess
internal import Vocabulary

/// A default of new rsockets: a file with one number below `/etc/rdma/rsocket`.
/// Source: rsocket(7), and rs_configure() of rdma-core's librdmacm/rsocket.c, which clamps without a word.
package struct SocketSetting: Sendable, Equatable {
  package let key: String
  package let file: String
  package let range: ClosedRange<Int>
  package let usual: Int
  package let unit: String?
  package let meaning: String
  /// What it is called elsewhere: Winsock Direct's names.
  package let spellings: [String]

  package static let directory = "/etc/rdma/rsocket"
  private static let word = 0xffff_ffff / 2

  package static let all = [
    SocketSetting(
      key: "sqsize", file: "sqsize_default", range: 16...65534, usual: 384, unit: "messages",
      meaning: "send queue of a socket", spellings: ["sendbuffers", "rdma_sqsize", "rs_sq_size"]),
    SocketSetting(
      key: "rqsize", file: "rqsize_default", range: 16...65534, usual: 384, unit: "messages",
      meaning: "receive queue of a socket", spellings: ["receivebuffers", "recvbuffers", "rdma_rqsize", "rs_rq_size"]),
    SocketSetting(
      key: "inline", file: "inline_default", range: 16...65535, usual: 64, unit: "bytes",
      meaning: "data sent within the request itself", spellings: ["rdma_inline", "rs_inline"]),
    SocketSetting(
      key: "mem", file: "mem_default", range: 1...word, usual: 131072, unit: "bytes", meaning: "receive buffer",
      spellings: ["maximumrecvbuffersize", "rcvbuf"]),
    SocketSetting(
      key: "wmem", file: "wmem_default", range: 4096...word, usual: 131072, unit: "bytes", meaning: "send buffer",
      spellings: ["maximumsendbuffersize", "sndbuf"]),
    SocketSetting(
      key: "iomap", file: "iomap_size", range: 0...128, usual: 0, unit: "mappings",
      meaning: "buffers that a peer may write to directly", spellings: ["rdma_iomapsize"]),
    SocketSetting(
      key: "polling-time", file: "polling_time", range: 0...word, usual: 10, unit: "us",
      meaning: "time to poll before waiting", spellings: []),
    SocketSetting(
      key: "wake-up", file: "wake_up_interval", range: 0...word, usual: 5000, unit: "ms",
      meaning: "longest wait before poll() looks again", spellings: ["wakeup"]),
  ]

  package var path: String { "\(Self.directory)/\(file)" }

  /// By its key, the name of its file, or Winsock Direct's; any case.
  package static func named(_ word: some StringProtocol) -> SocketSetting? {
    let name = word.lowercased().replacing("_", with: "-")
    return all.first { setting in
      ([setting.key, setting.file] + setting.spellings).contains { $0.replacing("_", with: "-") == name }
    }
  }

  /// The number that a new socket reads from this text; `nil` where it is none and the default is used.
  package static func number(_ text: String) -> Int? {
    Int(text.trimmingSpaces)
  }
}

extension String {
  var trimmingSpaces: String { self[...].trimmingSpaces }
}

/// Writes the files of rsockets' defaults, and the list of programs: `sock config set`, `reset` and `programs`.
package struct SocketWriter: ChangeWriter {
  package typealias Access = NoAccess

  package let kind = "sockets"
  package let action: String
  package let locks = [ChangeLock.own("sockets")]
  private let host: Host
  /// The content of each file after the change; `nil` removes it.
  private let wish: [(path: String, content: String?)]

  /// - Parameter wish: empty for undo alone.
  package init(_ host: Host, action: String = "set", wish: [(path: String, content: String?)] = []) {
    self.host = host
    self.action = action
    self.wish = wish
  }

  package func plan(_ access: NoAccess) throws -> ChangePlan<[PlannedChange]> {
    // The files that are written are this machine's, whatever is read.
    if host.processes is AbsentProcesses, !wish.isEmpty { throw SocketFailure.recorded }
    var changes: [PlannedChange] = []
    for (path, content) in wish {
      let file = ChangedFile(path, host.store)
      let before = try reading { () throws(FileError) in try file.read() }
      let after = content.map { ChangedFile.value(of: Array($0.utf8)) } ?? .absent
      let isSame = before != .absent && content != nil && before.text.trimmingSpaces == content?.trimmingSpaces
      if before != after, !isSame { changes.append(PlannedChange(file.place, before: before, after: after)) }
    }
    return ChangePlan(
      changes, steps: changes.map { ChangeStep([$0]) }, subject: SocketSetting.directory,
      question: "Write \(changes.count == 1 ? "this file" : "these files")?")
  }

  package func read(_ places: Set<ChangePlace>, _ access: NoAccess) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      guard let file = ChangedFile(place, host.store) else { continue }
      values[place] = try reading { () throws(FileError) in try file.read() }
    }
    return values
  }

  package func write(_ changes: [PlannedChange], _ access: NoAccess, _ log: ChangeLog) throws {
    for change in changes {
      do { try ChangedFile(change.place, host.store)?.write(change.after) } catch {
        throw SocketFailure.file(error, isWriting: true)
      }
    }
  }

  private func reading(_ body: () throws(FileError) -> ChangeValue) throws(SocketFailure) -> ChangeValue {
    do { return try body() } catch { throw .file(error, isWriting: false) }
  }
}

/// Which sockets of which programs the library carries: `preload_config`. Without an entry it carries those of all programs.
/// Source: scan_config() of rdma-core's librdmacm/preload.c.
package struct ProgramList {
  package static let path = "\(SocketSetting.directory)/preload_config"

  package struct Entry: Sendable, Equatable {
    /// A name's beginning is enough; `*` is every program.
    package var program: String
    package var domain: String
    package var type: String
    package var protocolName: String

    package init(program: String, domain: String = "*", type: String = "*", protocolName: String = "*") {
      self.program = program
      self.domain = domain
      self.type = type
      self.protocolName = protocolName
    }

    package var line: String { "\(program) \(domain) \(type) \(protocolName)" }
  }

  private let host: Host

  package init(_ host: Host) { self.host = host }

  private func lines() throws(SocketFailure) -> [String] {
    do throws(FileError) {
      let text = String(decoding: try host.store.read(Self.path, limit: 1 << 20), as: UTF8.self)
      return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    } catch {
      if error.reason == .notFound { return [] }
      throw .file(error, isWriting: false)
    }
  }

  private static func entry(_ line: String) -> Entry? {
    let words = line.split(whereSeparator: \.isWhitespace).map { String($0) }
    guard words.count >= 4, !line.hasPrefix("#") else { return nil }
    return Entry(program: words[0], domain: words[1], type: words[2], protocolName: words[3])
  }

  package func read() throws(SocketFailure) -> [Entry] { try lines().compactMap(Self.entry) }

  /// The file with entries added and removed; comments and other lines stay.
  /// - Returns: `nil` where nothing is left: then there is no file.
  package func text(adding: [Entry], removing: [String]) throws(SocketFailure) -> String? {
    var kept = try lines().filter { line in Self.entry(line).map { !removing.contains($0.program) } ?? true }
    while kept.last?.isEmpty == true { kept.removeLast() }
    for entry in adding where !kept.compactMap(Self.entry).contains(entry) { kept.append(entry.line) }
    return kept.isEmpty ? nil : kept.joined(separator: "\n") + "\n"
  }
}
