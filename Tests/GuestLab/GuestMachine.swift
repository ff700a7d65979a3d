internal import Foundation
internal import Glibc

/// One QEMU and the agent in it. A thread of its own starts QEMU, reads what comes from it, and stays until it ends:
/// QEMU dies with the thread that started it (PR_SET_PDEATHSIG), and so with this process, whatever ends that.
final class GuestMachine: @unchecked Sendable {
  /// What is known of a command.
  struct Record {
    var output: [UInt8] = []
    var error: [UInt8] = []
    /// As wait(2) has it, once it has ended.
    var status: UInt32?
  }

  /// Whole frames only. Another lock than that of the state: what comes is taken while something is being sent, or both
  /// sides wait for each other.
  private let sending = NSLock()
  /// Guards all below.
  private let changed = NSCondition()
  private var jobs: [UInt32: Record] = [:]
  private var lastIdentifier: UInt32 = 0
  private var isReady = false
  /// Why it is no more.
  private var ended: String?
  private var consoleText: [UInt8] = []
  private var incoming: [UInt8] = []
  private var child: pid_t = 0

  private let agent: Int32

  /// Boots; returns when the agent is there.
  init(_ hardware: GuestHardware, timeout: Double = 180) throws {
    let parts = try GuestParts.found.get()
    let (ours, theirs) = try Self.connected()
    let (reading, writing) = try Self.connected()
    agent = ours
    // A guest that does not listen must not hold a test up for ever.
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    unsafe setsockopt(agent, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let words = try ["setpriv", "--pdeathsig", "KILL", parts.emulator] + hardware.arguments(parts, agent: 3)
    Thread.detachNewThread {
      self.start(words, agent: theirs, console: writing)
      close(theirs)
      close(writing)
      self.listen(console: reading)
    }
    guard try wait(seconds: timeout, until: { _ in self.isReady }) else {
      end()
      throw GuestFailure("the guest did not boot within \(timeout) s; its console ends:\n\(self.console)")
    }
  }

  deinit { close(agent) }

  /// Two ends that no other child inherits.
  private static func connected() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw GuestFailure("no sockets for a guest: errno \(errno)")
    }
    return (ends[0], ends[1])
  }

  /// The last of what the kernel and QEMU have said.
  var console: String {
    changed.withLock { String(decoding: consoleText.suffix(4000), as: UTF8.self) }
  }

  var processIdentifier: pid_t { changed.withLock { child } }

  var isRunning: Bool { changed.withLock { ended == nil } }

  func record(of job: GuestJob) -> Record { changed.withLock { jobs[job.identifier] } ?? Record() }

  /// Nobody wants to know of the commands that have ended.
  func forget() { changed.withLock { jobs = jobs.filter { $0.value.status == nil } } }

  /// Starts a command.
  func start(_ command: String, as user: String, input: String) throws -> GuestJob {
    let identifier = changed.withLock {
      lastIdentifier += 1
      jobs[lastIdentifier] = Record()
      return lastIdentifier
    }
    try send("S", identifier, Array(user.utf8) + [0] + Array(command.utf8) + [0] + Array(input.utf8))
    return GuestJob(identifier, command, in: self)
  }

  /// Sends the agent a frame: Tests/guest/agent.c has them.
  func send(_ type: Unicode.Scalar, _ identifier: UInt32, _ payload: [UInt8] = []) throws {
    let size = UInt32(truncatingIfNeeded: payload.count)
    let frame =
      [UInt8(truncatingIfNeeded: type.value)] + identifier.littleEndianBytes + size.littleEndianBytes + payload
    try sending.withLock {
      var sent = 0
      while sent < frame.count {
        let count = unsafe frame.withUnsafeBytes {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[sent...])
          return unsafe Glibc.send(agent, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else {
          let code = errno
          throw GuestFailure("the guest takes no orders: \(changed.withLock { ended } ?? "errno \(code)")")
        }
        sent += count
      }
    }
  }

  /// Waits until `condition` holds; whether it did in time. Throws when the guest ends before.
  func wait(seconds: Double, until condition: ([UInt32: Record]) -> Bool) throws -> Bool {
    let limit = Date(timeIntervalSinceNow: seconds)
    return try changed.withLock {
      while !condition(jobs) {
        if let ended { throw GuestFailure(ended) }
        if !changed.wait(until: limit) { return condition(jobs) }
      }
      return true
    }
  }

  func end() {
    changed.withLock { if child > 0 && ended == nil { _ = kill(child, SIGKILL) } }
  }

  // MARK: the thread

  private func start(_ words: [String], agent: Int32, console: Int32) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, console, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, console, 2)
    unsafe posix_spawn_file_actions_adddup2(&actions, agent, 3)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A group of its own: the interrupt key at the terminal is for the tests, who end it then.
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let pointers = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var started: pid_t = 0
    let code = unsafe posix_spawnp(&started, words[0], &actions, &attributes, pointers, environ)
    changed.withLock { child = code == 0 ? started : 0 }
  }

  /// Until QEMU has gone.
  private func listen(console: Int32) {
    var watched = [agent, console].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var piece = [UInt8](repeating: 0, count: 65536)
    while watched.contains(where: { $0.fd >= 0 }) {
      guard unsafe poll(&watched, 2, -1) > 0 else { continue }
      for index in watched.indices where watched[index].revents != 0 {
        let count = unsafe read(watched[index].fd, &piece, piece.count)
        guard count > 0 else {
          watched[index].fd = -1
          continue
        }
        changed.withLock {
          if index == 0 { take(piece[..<count]) } else { consoleText = (consoleText + piece[..<count]).suffix(20_000) }
          changed.broadcast()
        }
      }
    }
    close(console)
    var raw: Int32 = 0
    let process = changed.withLock { child }
    if process > 0 { _ = unsafe waitpid(process, &raw, 0) }
    changed.withLock {
      child = 0
      ended =
        "the guest has ended (wait status \(raw)); its console ends:\n\(String(decoding: consoleText.suffix(4000), as: UTF8.self))"
      changed.broadcast()
    }
  }

  /// Frames from the agent, cut anywhere.
  private func take(_ bytes: ArraySlice<UInt8>) {
    incoming += bytes
    var at = 0
    while incoming.count - at >= 9 {
      let identifier = UInt32(littleEndian: incoming, at: at + 1)
      let length = Int(UInt32(littleEndian: incoming, at: at + 5))
      guard incoming.count - at - 9 >= length else { break }
      let payload = incoming[(at + 9)..<(at + 9 + length)]
      switch Unicode.Scalar(incoming[at]) {
      case "R": isReady = true
      case "O": jobs[identifier]?.output += payload
      case "E": jobs[identifier]?.error += payload
      case "X": jobs[identifier]?.status = payload.reversed().reduce(0) { $0 << 8 | UInt32($1) }
      default: break
      }
      at += 9 + length
    }
    incoming.removeFirst(at)
  }
}
