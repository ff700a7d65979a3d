internal import CShims
internal import Glibc
public import HostAccess

extension LinuxProcesses {
  public func attend(
    _ program: String, _ arguments: [String], _ attendance: Attendance
  ) throws(ProcessError) -> any AttendedProcess {
    guard let path = find(program) else { throw .notFound }
    let isKept = attendance.streams == .kept
    let pipes: (output: Pipe, error: Pipe)? = isKept ? (try Pipe(), try Pipe()) : nil
    var identifier: Int32 = 0
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    let variables = unsafe Self.variables(attendance).map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    let output = pipes?.output.writing ?? (attendance.streams == .error ? STDERR_FILENO : -1)
    let code = unsafe rdmactl_attend(
      path, words, variables, output, pipes?.error.writing ?? -1, isKept ? 1 : 0, &identifier)
    pipes?.output.closeWriting()
    pipes?.error.closeWriting()
    switch code {
    case 0: return AttendedChild(Child(identifier), pipes, forwards: !isKept)
    case EACCES, EPERM: throw .notPermitted
    case let code: throw .failed("cannot be started: \(systemWords(code))")
    }
  }

  /// Our environment with what is added, as `name=value`.
  private static func variables(_ attendance: Attendance) -> [String] {
    var added = attendance.variables
    var ours: [String: String] = [:]
    var next = unsafe environ
    while let word = unsafe next.pointee {
      let text = unsafe String(cString: word)
      if let sign = text.firstIndex(of: "=") { ours[String(text[..<sign])] = String(text[text.index(after: sign)...]) }
      unsafe next += 1
    }
    if !attendance.preload.isEmpty {
      let before = ours["LD_PRELOAD"].flatMap { $0.isEmpty ? nil : $0 }
      added["LD_PRELOAD"] = (attendance.preload + (before.map { [$0] } ?? [])).joined(separator: ":")
    }
    return ours.merging(added) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}

/// A child that is looked after while it runs.
private final class AttendedChild: AttendedProcess {
  private let child: Child
  private let pipes: (output: Pipe, error: Pipe)?
  private let forwards: Bool

  init(_ child: Child, _ pipes: (output: Pipe, error: Pipe)?, forwards: Bool) {
    self.child = child
    self.pipes = pipes
    self.forwards = forwards
    if forwards { rdmactl_forward_signals(child.identifier) }
  }

  deinit { if !forwards { child.killGroup() } }

  var identifier: Int32 { child.identifier }

  func ended() -> FinishedProcess.End? {
    let end = child.ended()
    drain()
    // Its number may be another process's from now on.
    if end != nil, forwards { rdmactl_forward_signals(0) }
    return end
  }

  var output: [UInt8] {
    drain()
    return pipes?.output.bytes ?? []
  }

  var error: [UInt8] {
    drain()
    return pipes?.error.bytes ?? []
  }

  private func drain() {
    pipes?.output.drain()
    pipes?.error.drain()
  }

  func kill() {
    if forwards {
      if child.ended() == nil { Glibc.kill(child.identifier, SIGKILL) }
      while child.ended() == nil { usleep(1000) }
      rdmactl_forward_signals(0)
    } else {
      child.killGroup()
    }
  }
}
