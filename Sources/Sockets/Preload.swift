package import HostAccess
internal import Vocabulary

/// The library of rsockets on this machine, and what its version can carry.
package struct PreloadLibrary: Sendable, Equatable {
  package let path: String
  /// `rdma-core 44`; `nil` where no file name says so.
  package let version: String?
  /// What it leaves to TCP, as half sentences.
  package let gaps: [String]
  package let isWide: Bool
  /// rdmactl's own library, which closes the gaps of old versions.
  package let compatibility: String?

  package var isOld: Bool { !gaps.isEmpty }

  /// - Throws: ``SocketFailure/noLibrary``
  package static func find(_ host: Host) throws(SocketFailure) -> PreloadLibrary {
    let files = host.files
    for directory in directories(files) {
      let path = "\(directory)/rsocket/librspreload.so"
      guard let bytes = try? files.read(path, limit: 16 << 20), let file = ELFFile(bytes) else { continue }
      let exports = file.exports
      return PreloadLibrary(
        path: path, version: version(files, directory), gaps: gaps.filter { !exports.contains($0.symbol) }.map(\.words),
        isWide: file.isWide, compatibility: compatibility(files))
    }
    throw .noLibrary
  }

  /// Debian has a folder for each architecture, Fedora one for each width.
  private static func directories(_ files: any FileReading) -> [String] {
    let folders = (try? files.list("/usr/lib")) ?? []
    return folders.filter { $0.contains("-linux-") }.map { "/usr/lib/\($0)" } + [
      "/usr/lib64", "/usr/lib", "/usr/local/lib",
    ]
  }

  /// What the library must define to carry a call. Since 2026 rdma-core has accept4, which came together with the flags of
  /// socket(), and epoll.
  private static let gaps: [(symbol: String, words: String)] = [
    ("accept4", "socket() with SOCK_CLOEXEC or SOCK_NONBLOCK, and accept4()"), ("epoll_ctl", "epoll"),
  ]

  /// The real name of librdmacm ends with the version of rdma-core: `librdmacm.so.1.3.44.0`.
  private static func version(_ files: any FileReading, _ directory: String) -> String? {
    guard let target = try? files.link("\(directory)/librdmacm.so.1") else { return nil }
    let parts = target.split(separator: ".")
    return parts.count >= 3 ? parts.dropLast().last.flatMap { Int($0) }.map { "rdma-core \($0)" } : nil
  }

  private static let name = "librdmactl-compat.so"

  /// Beside the program in a build, in `lib/rdmactl` where it is installed.
  private static func compatibility(_ files: any FileReading) -> String? {
    var places = ["/usr/lib/rdmactl", "/usr/local/lib/rdmactl"]
    if let program = try? files.link("/proc/self/exe"), let slash = program.lastIndex(of: "/") {
      let directory = program[..<slash]
      places =
        ["\(directory)"] + (directory.lastIndex(of: "/").map { ["\(directory[..<$0])/lib/rdmactl"] } ?? []) + places
    }
    return places.map { "\($0)/\(name)" }.first { files.permissions($0) != nil }
  }
}

/// A program that is to be started with a library loaded first.
package struct PreloadedProgram {
  package let path: String

  /// - Throws: ``SocketFailure`` for a program that the dynamic linker does not start, or starts without other libraries.
  package init(_ word: String, _ library: PreloadLibrary, on host: Host) throws(SocketFailure) {
    guard let found = host.processes.find(word.contains("/") ? host.absolute(word) : word) else {
      throw .noProgram(word)
    }
    path = found
    // A script is as its interpreter.
    var executable = found
    for _ in 0..<4 {
      guard let next = Self.interpreter(of: executable, host.files) else { break }
      executable = next
    }
    if let permissions = host.files.permissions(executable), permissions & 0o6000 != 0 {
      throw .notPreloadable(word, "\(executable) has a setuid or setgid bit, and runs without foreign libraries")
    }
    guard let bytes = try? host.files.read(executable, limit: 1 << 30) else {
      throw .notPreloadable(word, "\(executable) may not be read by this user")
    }
    guard let file = ELFFile(bytes) else { throw .notPreloadable(word, "\(executable) is not an ELF program") }
    guard file.isDynamic else { throw .notPreloadable(word, "\(executable) is linked statically") }
    guard file.isWide == library.isWide else {
      throw .notPreloadable(
        word, "\(executable) is a \(file.isWide ? 64 : 32)-bit program, and \(library.path) is not")
    }
  }

  private static func interpreter(of path: String, _ files: any FileReading) -> String? {
    guard let head = try? files.part(path, from: 0, limit: 256).bytes, head.starts(with: [0x23, 0x21]) else {
      return nil
    }
    let line = String(decoding: head.dropFirst(2).prefix { $0 != 0x0a }, as: UTF8.self)
    return line.split(separator: " ").first.map { String($0) }
  }
}

/// What a running program's sockets have come to.
package struct CarriedSockets: Sendable, Equatable {
  /// Connections over RDMA, without those that only listen.
  package let connections: Int
  package let listening: Int
  /// Sockets that stayed on TCP, without those between two ends on this host's loop-back address.
  package let onTCP: [SocketUse]
  package let devices: [String]

  package var isEmpty: Bool { connections == 0 && listening == 0 && onTCP.isEmpty }

  package init(_ survey: SocketSurvey) {
    let carried = survey.uses.filter { $0.via != SocketUse.tcp && $0.process != nil }
    let listeners = carried.filter { $0.state == "listen" || $0.state == "addr_bound" }
    listening = listeners.count
    connections = carried.count - listeners.count
    onTCP = survey.onTCP.filter { !$0.local.isLoopback && !$0.remote.isLoopback && $0.state != "close" }
    devices = Set(carried.compactMap(\.device)).sorted()
  }

  /// "over RDMA: 2 connections", "over TCP: 1 socket"
  package var words: String {
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    var parts: [String] = []
    if connections > 0 || listening > 0 && onTCP.isEmpty {
      parts.append(
        "over RDMA: " + (connections > 0 ? count(connections, "connection") : "waiting for connections")
          + (devices.isEmpty ? "" : " (\(devices.joined(separator: ", ")))"))
    }
    if !onTCP.isEmpty { parts.append("over TCP: \(count(onTCP.count, "socket"))") }
    return parts.isEmpty ? "no connection yet" : parts.joined(separator: "; ")
  }
}

extension SocketAddress? {
  fileprivate var isLoopback: Bool { self?.address.isLoopback ?? false }
}

extension ProcessTable {
  /// A process and all that it has started.
  package func family(of process: Int32) -> Set<Int32> {
    var children: [Int32: [Int32]] = [:]
    for each in processes { if let parent = parent(of: each) { children[parent, default: []].append(each) } }
    var family: Set<Int32> = [process]
    var rest = [process]
    while let next = rest.popLast() {
      for child in children[next] ?? [] where family.insert(child).inserted { rest.append(child) }
    }
    return family
  }
}
