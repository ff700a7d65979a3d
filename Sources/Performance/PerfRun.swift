package import HostAccess
internal import Sockets
internal import Vocabulary

/// Where the other side is.
package enum PerfPeer: Sendable, Equatable {
  /// Somebody has started it.
  case listening(String)
  /// We start it on a host that ssh reaches; the address is the one to measure to.
  case ssh(String, address: String)
  /// We start it here.
  case loopback
  /// It is to start, and names itself so; we wait.
  case awaited(String)
}

/// Starts a program that measures, and waits for it.
struct PerfChild {
  static let pause = 20
  let host: Host

  func start(_ program: String, _ words: [String]) throws -> any AttendedProcess {
    do { return try host.processes.attend(program, words, Attendance(.kept)) } catch {
      switch error {
      case .notFound: throw PerfObstacle.missing(program: program)
      case .recorded: throw PerfObstacle.recorded
      default: throw PerfFailure(.other, subject: program, words: error.explanation)
      }
    }
  }

  static func text(_ child: any AttendedProcess) -> String {
    String(decoding: child.output, as: UTF8.self) + "\n" + String(decoding: child.error, as: UTF8.self)
  }

  /// - Returns: `nil` past the deadline.
  func wait<Value>(until deadline: Int, _ look: () -> Value?) throws -> Value? {
    while true {
      if let value = look() { return value }
      if host.clock.interrupted { throw PerfRun.Interruption() }
      guard host.clock.milliseconds < deadline else { return nil }
      host.clock.sleep(milliseconds: Self.pause)
    }
  }
}

/// Runs perftest, always within a time limit. Both sides that were started here have ended when a call returns or throws.
package struct PerfRun {
  package static let listenLimit = 600_000
  private static let retry = 300

  private let host: Host
  private let test: PerfTest
  private let endpoint: PerfEndpoint
  private let limit: Int
  private var children: PerfChild { PerfChild(host: host) }

  /// - Parameter limit: milliseconds of the whole call.
  package init(_ host: Host, _ test: PerfTest, _ endpoint: PerfEndpoint, limit: Int? = nil) {
    self.host = host
    self.test = test
    self.endpoint = endpoint
    self.limit = limit ?? test.limit
  }

  /// The user wanted to stop.
  package struct Interruption: Error { package init() {} }

  /// A TCP port on this host that nobody has.
  package static func freePort(_ host: Host, from first: Int = PerfTest.usualControlPort) -> Int {
    let taken = Set(ProcessTable(host.files).tcpSockets.map(\.local.port))
    return (first..<first + 1000).first { !taken.contains($0) } ?? first
  }

  /// The figures of a test to a peer.
  package func measure(_ peer: PerfPeer) throws -> PerfText {
    host.clock.holdInterruptions()
    let deadline = host.clock.milliseconds + limit
    var server: (any AttendedProcess)?
    var client: (any AttendedProcess)?
    defer {
      client?.kill()
      server?.kill()
    }
    let address: String
    switch peer {
    case .listening(let name): address = name
    case .awaited(let name): address = name
    case .loopback:
      address = "127.0.0.1"
      let started = try children.start(test.program, endpoint.options + test.options)
      server = started
      try wait(for: started, deadline)
    case .ssh(let remote, let name):
      address = name
      server = try children.start("ssh", remoteWords(remote))
    }
    while true {
      let started = try children.start(test.program, endpoint.options + test.options + [address])
      client = started
      let end = try children.wait(until: deadline) { started.ended() }
      let text = PerfChild.text(started)
      let figures = PerfText(text)
      if end == .exited(0), figures.hasFigures { return figures }
      // The other side may need a moment to start.
      if case .ssh = peer, PerfMistake(text) == .noListener, server?.ended() == nil,
        host.clock.milliseconds < deadline - Self.retry
      {
        host.clock.sleep(milliseconds: Self.retry)
        continue
      }
      throw failure(text, server.map(PerfChild.text) ?? "", hasEnded: end != nil, peer, server)
    }
  }

  /// Waits for one test as the side that listens.
  /// - Parameter name: by which the other side can name this host.
  package func listen(_ name: String) throws -> PerfText {
    host.clock.holdInterruptions()
    let deadline = host.clock.milliseconds + limit
    let server = try children.start(test.program, endpoint.options + test.options)
    defer { server.kill() }
    let end = try children.wait(until: deadline) { server.ended() }
    let text = PerfChild.text(server)
    guard end == .exited(0) else { throw failure(text, "", hasEnded: end != nil, .awaited(name), nil) }
    return PerfText(text)
  }

  /// Until our own server listens; what ends it earlier is a mistake of its own.
  private func wait(for server: any AttendedProcess, _ deadline: Int) throws {
    let table = ProcessTable(host.files)
    let isReady = try children.wait(until: deadline) { () -> Bool? in
      if server.ended() != nil { return false }
      return table.tcpSockets.contains { $0.listens && $0.local.port == test.controlPort } ? true : nil
    }
    guard isReady == true else { throw failure(PerfChild.text(server), "", hasEnded: isReady == false, .loopback, nil) }
  }

  /// A terminal makes sshd end the program when the connection goes; `timeout` ends it in any case.
  private func remoteWords(_ remote: String) -> [String] {
    let seconds = limit / 1000 + 5
    let ours = endpoint.address?.description
    let device = ours.map { "$(rdmactl gid best --peer \($0) --env perftest 2>/dev/null)" } ?? ""
    let words = "exec timeout -k 1 \(seconds) \(test.program) \(device) \(test.options.joined(separator: " "))"
    return ["-tt", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "--", remote, words]
  }

  private func failure(
    _ text: String, _ other: String, hasEnded: Bool, _ peer: PerfPeer, _ server: (any AttendedProcess)?
  ) -> PerfFailure {
    let subject: String
    switch peer {
    case .listening(let name): subject = name
    case .ssh(let remote, _):
      subject = remote
      // ssh's own failures have the status 255; 127 is the shell's for a program that is not there.
      if case .exited(let status)? = server?.ended(), status == 255 || status == 127 {
        return PerfFailure(
          .sshFailed, subject: remote, words: PerfFailure.words(in: other),
          fix: ["ssh -o BatchMode=yes \(ShellWord.quoted(remote)) true"],
          hint: status == 127 ? ["install perftest on \(remote)"] : [])
      }
    case .loopback, .awaited: subject = endpoint.place
    }
    let known = PerfMistake(text) ?? PerfMistake(other)
    let mistake = known ?? (hasEnded && !PerfText(text).results.contains { ($0.average ?? 1) == 0 } ? .other : .silent)
    let words = PerfFailure.words(in: text) ?? PerfFailure.words(in: other)
    return PerfFailure(mistake, subject: subject, words: words, fix: fix(mistake, peer), hint: hint(mistake, peer))
  }

  private func fix(_ mistake: PerfMistake, _ peer: PerfPeer) -> [String] {
    switch mistake {
    case .portDown: return ["rdmactl status \(endpoint.place)"]
    case .typesDiffer, .noPath:
      if case .listening(let name) = peer, IPAddress(name) != nil {
        return ["rdmactl gid best --peer \(name)"]
      }
      return ["rdmactl gid list \(endpoint.place)"]
    case .noAcknowledgement: return ["rdmactl counters \(endpoint.adapter)"]
    case .portInUse: return ["rdmactl sock who :\(test.controlPort)", "ss -tlnp sport = :\(test.controlPort)"]
    default: return []
    }
  }

  private func hint(_ mistake: PerfMistake, _ peer: PerfPeer) -> [String] {
    switch mistake {
    case .noListener: return ["start on the peer: \(listenLine)"]
    case .optionsDiffer, .silent:
      if case .awaited(let name) = peer { return ["on the other host, with the same options: \(clientLine(name))"] }
      return ["start on the peer, with the same options: \(listenLine)"]
    case .typesDiffer: return ["on the peer: rdmactl gid best; both sides need an index of the same kind"]
    case .noAcknowledgement: return ["a firewall must let UDP port 4791 pass (RoCE v2); then check PFC and MTU"]
    case .tooLarge: return ["use --size with at most the MTU, see rdmactl status -v"]
    case .memory: return ["raise the limit: ulimit -l unlimited"]
    default: return []
    }
  }

  /// What to type on the other side.
  package var listenLine: String {
    (["rdmactl", "perf", "listen", test.kind.rawValue] + test.words).joined(separator: " ")
  }

  /// What a client types to measure to this host.
  package func clientLine(_ name: String) -> String {
    (["rdmactl", "perf", test.kind.rawValue, name] + test.words).joined(separator: " ")
  }
}
