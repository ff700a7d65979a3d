internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Sockets
internal import Vocabulary

/// Starts a program with the library of rsockets, looks at its sockets while it runs, and says what it sees.
struct AttendedRun {
  let host: Host
  let output: Output
  let library: PreloadLibrary
  let usesCompatibility: Bool
  let requires: Bool
  let reports: Bool

  /// When it is looked at, in milliseconds; later every ten seconds, so that a server's first client is seen too.
  private static let looks = [1000, 5000]
  private static let later = 10_000
  private static let pause = 20
  /// What a program gets to end itself.
  private static let patience = 2000

  /// - Returns: the exit status.
  func run(_ program: String, _ arguments: [String], fork: Bool) throws -> Int32 {
    let preload = (usesCompatibility ? library.compatibility.map { [$0] } ?? [] : []) + [library.path]
    let before = traffic
    let start = host.clock.milliseconds
    let child: any AttendedProcess
    do {
      child = try host.processes.attend(
        program, arguments,
        Attendance(
          output.format == .json ? .error : .ours, preload: preload, variables: fork ? ["RDMAV_FORK_SAFE": "1"] : [:]))
    } catch { throw SocketFailure.notStarted(program, error.explanation) }
    var looks = Self.looks[...]
    var next = looks.popFirst() ?? Self.later
    var told: String?
    var last: CarriedSockets?
    var end = child.ended()
    while end == nil {
      let elapsed = host.clock.milliseconds - start
      guard elapsed >= next else {
        host.clock.sleep(milliseconds: min(Self.pause, next - elapsed))
        end = child.ended()
        continue
      }
      next = looks.popFirst() ?? elapsed + Self.later
      if let seen = look(at: child.identifier) {
        if !seen.isEmpty || last == nil { last = seen }
        if seen.words != told, !seen.isEmpty || next > Self.looks[1] { tell(seen) }
        told = seen.words
        if requires, !seen.onTCP.isEmpty {
          stop(child)
          output.report(FellBack(subject: program, reason: reason(seen)))
          try summarize(program, last, before, milliseconds: elapsed, status: ExitStatus.checkFailed.rawValue)
          return ExitStatus.checkFailed.rawValue
        }
      }
      end = child.ended()
    }
    let status: Int32 =
      switch end {
      case .exited(let code)?: code
      case .signalled(let number)?: 128 + number
      case nil: ExitStatus.failed.rawValue
      }
    try summarize(program, last, before, milliseconds: host.clock.milliseconds - start, status: status)
    return status
  }

  private func look(at process: Int32) -> CarriedSockets? {
    let family = ProcessTable(host.files).family(of: process)
    return (try? SocketSurveyor(host).survey(only: family)).map { CarriedSockets($0) }
  }

  private func tell(_ seen: CarriedSockets) {
    output.talk("rdmactl: \(seen.words)" + (seen.onTCP.isEmpty ? "" : ", because \(reason(seen))"))
  }

  /// Why sockets stayed on TCP, as far as it can be known from outside.
  private func reason(_ seen: CarriedSockets) -> String {
    if (try? SocketSurveyor(host).survey(only: []))?.devices.isEmpty ?? true { return "there is no RDMA device" }
    if library.isOld, !usesCompatibility {
      return "\(library.words) leaves \(library.gaps[0]) to TCP; use --compat"
    }
    if let programs = try? ProgramList(host).read(), !programs.isEmpty {
      return "\(ProgramList.path) limits which sockets are carried; see rdmactl sock config programs"
    }
    return "the address belongs to no RDMA device, or the peer does not use rsockets"
  }

  private func stop(_ child: any AttendedProcess) {
    try? host.processes.send(.terminate, to: child.identifier)
    let deadline = host.clock.milliseconds + Self.patience
    while child.ended() == nil, host.clock.milliseconds < deadline { host.clock.sleep(milliseconds: Self.pause) }
    child.kill()
  }

  // MARK: the report

  /// Bytes that all ports have sent and received. Ports count in units of 4 bytes: IBA, PortCounters.
  private var traffic: (sent: Int, received: Int)? {
    let root = "/sys/class/infiniband"
    var sums: (sent: Int, received: Int)?
    for device in (try? host.files.list(root)) ?? [] {
      for port in (try? host.files.list("\(root)/\(device)/ports")) ?? [] {
        func counter(_ name: String) -> Int? {
          (try? host.files.text("\(root)/\(device)/ports/\(port)/counters/\(name)")).flatMap { Int($0) }
        }
        guard let sent = counter("port_xmit_data"), let received = counter("port_rcv_data") else { continue }
        sums = ((sums?.sent ?? 0) &+ sent &* 4, (sums?.received ?? 0) &+ received &* 4)
      }
    }
    return sums
  }

  private func summarize(
    _ program: String, _ seen: CarriedSockets?, _ before: (sent: Int, received: Int)?, milliseconds: Int, status: Int32
  ) throws {
    guard reports else { return }
    let after = traffic
    let sent = before.flatMap { before in after.map { max(0, $0.sent - before.sent) } }
    let received = before.flatMap { before in after.map { max(0, $0.received - before.received) } }
    let answer = SocketRunAnswer(
      program: program, library: library, compatibility: usesCompatibility, seen: seen, milliseconds: milliseconds,
      status: status, sent: sent, received: received)
    if output.format == .json { return try output.show(answer) }
    for line in answer.lines { output.talk("rdmactl: \(line)") }
  }
}

/// A program that had to use RDMA uses TCP.
private struct FellBack: Failure {
  let id = SocketProblem.fellBack.rawValue
  let subject: String?
  let fix: [String] = []
  let message: String
  let exitStatus = ExitStatus.checkFailed

  init(subject: String, reason: String) {
    self.subject = subject
    message = "the program was ended: it fell back to TCP, because \(reason)"
  }
}

/// The report of `rdmactl sock run`.
struct SocketRunAnswer: Presentable {
  struct Payload: Encodable {
    let program: String
    let library: String
    @ExplicitNull var libraryVersion: String?
    let compat: Bool
    let notCarried: [String]
    let status: Int32
    let seconds: Double
    @ExplicitNull var rdmaConnections: Int?
    @ExplicitNull var tcpSockets: Int?
    @ExplicitNull var sentBytes: Int?
    @ExplicitNull var receivedBytes: Int?
  }

  static let schema = "rdmactl.sock.run/1"
  let program: String
  let library: PreloadLibrary
  let compatibility: Bool
  let seen: CarriedSockets?
  let milliseconds: Int
  let status: Int32
  let sent: Int?
  let received: Int?

  var problems: [Problem] { [] }
  var notes: [Note] {
    seen == nil ? [Note(subject: program, message: "the program ended before its sockets were looked at (1 s)")] : []
  }
  var quietLines: [String] { [seen?.words ?? "unknown"] }

  var payload: Payload {
    Payload(
      program: program, library: library.path, libraryVersion: library.version, compat: compatibility,
      notCarried: compatibility ? Array(library.gaps.dropFirst()) : library.gaps, status: status,
      seconds: Double(milliseconds) / 1000, rdmaConnections: seen?.connections, tcpSockets: seen?.onTCP.count,
      sentBytes: sent, receivedBytes: received)
  }

  var lines: [String] {
    var lines = [seen?.words ?? "the program ended before its sockets were looked at"]
    if let sent, let received {
      lines.append("all RDMA ports meanwhile: \(sent) bytes sent, \(received) bytes received")
    }
    return lines
  }

  func write(to page: inout Page) { for line in lines { page.line(line) } }
}
