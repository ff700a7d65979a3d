package import HostAccess
internal import Vocabulary

/// What `/proc` shows of processes and their sockets. Sources: proc(5), `/proc/pid/status`, `maps`, `fd` and `net/tcp`.
package struct ProcessTable {
  private let files: any FileReading

  package init(_ files: any FileReading) { self.files = files }

  /// A process, or the thread that asked.
  package struct Owner: Sendable, Equatable {
    package let process: Int32
    package let name: String?
  }

  /// The process of a thread: the kernel's lists of RDMA resources name threads, which `/proc` has, but does not list.
  /// - Returns: `nil` where the thread has ended, or may not be seen.
  package func owner(of thread: Int32) -> Owner? {
    guard let status = status(thread), let process = status["Tgid"].flatMap({ Int32($0) }) else { return nil }
    guard process != thread else { return Owner(process: process, name: status["Name"]) }
    // A thread may have a name of its own.
    return Owner(process: process, name: self.status(process)?["Name"] ?? status["Name"])
  }

  private func status(_ identifier: Int32) -> [String: String]? {
    guard let bytes = try? files.read("/proc/\(identifier)/status", limit: 1 << 16) else { return nil }
    var values: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      values[String(line[..<colon])] = line[line.index(after: colon)...].trimmingSpaces
    }
    return values
  }

  func parent(of process: Int32) -> Int32? { status(process)?["PPid"].flatMap { Int32($0) } }

  /// Every process that this user may see.
  package var processes: [Int32] { ((try? files.list("/proc")) ?? []).compactMap { Int32($0) }.sorted() }

  /// Whether a library is mapped by a process; `nil` where this user may not know.
  package func maps(_ process: Int32, _ library: String) -> Bool? {
    guard let bytes = try? files.read("/proc/\(process)/maps", limit: 64 << 20) else { return nil }
    return contains(bytes, Array(library.utf8))
  }

  /// A map has some hundred lines: most of its bytes are skipped (Horspool's search).
  private func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
    guard let last = word.last else { return false }
    var skips = [Int](repeating: word.count, count: 256)
    for (place, byte) in word.dropLast().enumerated() { skips[Int(byte)] = word.count - 1 - place }
    var end = word.count - 1
    while end < bytes.count {
      if bytes[end] == last, bytes[(end + 1 - word.count)...end].elementsEqual(word) { return true }
      end += skips[Int(bytes[end])]
    }
    return false
  }

  /// The TCP sockets of a process; `nil` where this user may not see its descriptors.
  package func tcpSockets(of process: Int32) -> [TCPSocket]? {
    guard let names = try? files.list("/proc/\(process)/fd") else { return nil }
    let inodes = Set(
      names.compactMap { name -> String? in
        guard let target = try? files.link("/proc/\(process)/fd/\(name)"), target.hasPrefix("socket:[") else {
          return nil
        }
        return String(target.dropFirst(8).dropLast())
      })
    guard !inodes.isEmpty else { return [] }
    return tcpSockets(below: "/proc/\(process)/net").filter { inodes.contains($0.inode) }
  }

  /// The TCP sockets of this network name space.
  package var tcpSockets: [TCPSocket] { tcpSockets(below: "/proc/net") }

  private func tcpSockets(below directory: String) -> [TCPSocket] {
    ["tcp", "tcp6"].flatMap { name -> [TCPSocket] in
      guard let bytes = try? files.read("\(directory)/\(name)", limit: 64 << 20) else { return [] }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { TCPSocket($0) }
    }
  }
}

/// A line of `/proc/net/tcp` or `tcp6`.
package struct TCPSocket: Sendable, Equatable {
  package let local: SocketAddress
  /// `nil` of a socket that listens.
  package let remote: SocketAddress?
  /// `established`, `listen`, …
  package let state: String
  package let inode: String

  package var listens: Bool { state == "listen" }

  /// From 1 on. Source: the kernel's include/net/tcp_states.h.
  private static let states = [
    "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait", "last_ack",
    "listen", "closing", "new_syn_recv",
  ]

  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    guard words.count >= 10, let local = Self.address(words[1]), let remote = Self.address(words[2]),
      let number = Int(words[3], radix: 16), Self.states.indices.contains(number - 1)
    else { return nil }
    self.local = local
    self.remote = remote.port == 0 ? nil : remote
    state = Self.states[number - 1]
    inode = String(words[9])
  }

  /// `0100007F:1F90`: words of 32 bits in the machine's byte order, and the port as a number.
  private static func address(_ text: Substring) -> SocketAddress? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, parts[0].count % 8 == 0, let port = Int(parts[1], radix: 16) else { return nil }
    var bytes: [UInt8] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: UInt32(littleEndian: word) >> (8 * UInt32($0))) }
      rest = rest.dropFirst(8)
    }
    return IPAddress(bytes: bytes).map { SocketAddress($0, port) }
  }
}

extension Substring {
  /// Without white space at both ends.
  var trimmingSpaces: String {
    var copy = self
    while copy.first?.isWhitespace == true { copy.removeFirst() }
    while copy.last?.isWhitespace == true { copy.removeLast() }
    return String(copy)
  }
}
