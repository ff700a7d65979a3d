internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// A subnet being asked through a local port.
struct FabricTask {
  let port: LocalFabricPort
  let session: FabricSession
  private let host: Host
  private let progress: ProgressLine

  /// Opens the port. From here on Ctrl-C only sets a wish, so that what is under way can be taken back in order.
  ///
  /// - Parameter more: management classes to register besides those of agents.
  /// - Throws: `LocalPortFailure` and what it stands beside, ``FabricFailure``.
  init(
    _ choice: LocalPortChoice, options: FabricOptions, host: Host, output: Output,
    more: [ManagementClass] = []
  ) throws {
    port = try choice.resolve(on: host)
    self.host = host
    progress = ProgressLine(output: output, mode: options.progress, clock: host.clock)
    let policy = try options.policy(on: host)
    do {
      session = try FabricSession(
        host.management, device: port.device, port: port.port.number, clock: host.clock, policy: policy,
        classes: FabricSession.classes + more)
    } catch {
      throw FabricFailure.unreachable(port.name, error)
    }
    host.clock.holdInterruptions()
  }

  /// The whole subnet.
  func sweep() throws -> Fabric {
    let fabric = try ask { () throws(SessionFailure) in
      try session.sweep { counts in
        progress.show(
          "reading the fabric",
          line: "reading the fabric: \(counts.nodes) nodes, \(counts.answered) of \(counts.asked) requests answered",
          done: counts.answered, of: counts.asked)
      }
    }
    LastSweep(host).keep(nodesOf: fabric)
    return fabric
  }

  /// More questions, with their failures in our words.
  func ask<Value>(_ work: () throws(SessionFailure) -> Value) throws -> Value {
    defer { progress.end() }
    return try FabricFailure.told(of: port.name, work)
  }
}

/// Why a subnet cannot be asked at all.
enum FabricFailure: Failure, Equatable {
  case unreachable(String, ManagementError)
  case outOfTime(String, milliseconds: Int)

  /// Asks through a port, with the failures of a session in our words.
  ///
  /// - Throws: ``FabricFailure``, `Interrupted`.
  static func told<Value>(of port: String, _ work: () throws(SessionFailure) -> Value) throws -> Value {
    do throws(SessionFailure) {
      return try work()
    } catch {
      switch error {
      case .interrupted: throw Interrupted()
      case .outOfTime(let milliseconds): throw Self.outOfTime(port, milliseconds: milliseconds)
      case .management(let error): throw Self.unreachable(port, error)
      }
    }
  }

  var id: String {
    switch self {
    case .unreachable(_, .noDevice): "management.no_device"
    case .unreachable(_, .recorded): "management.recorded"
    case .unreachable(_, .noLibrary): "management.no_library"
    case .unreachable(_, .notPermitted): "management.not_permitted"
    case .unreachable(_, .failed), .unreachable(_, .congested): "management.failed"
    case .outOfTime: "management.timeout"
    }
  }

  var subject: String? {
    switch self {
    case .unreachable(let name, _), .outOfTime(let name, _): name
    }
  }

  var message: String {
    switch self {
    case .unreachable(_, .recorded): "this is a recorded machine; its ports are not connected to a subnet"
    case .unreachable(_, let error): "this port \(error.explanation)"
    case .outOfTime(_, let milliseconds):
      "not finished within \(DurationArgument(milliseconds: milliseconds)) (--timeout)"
    }
  }

  var fix: [String] {
    switch self {
    case .unreachable(_, .noDevice): ["modprobe ib_umad", "ls -l /dev/infiniband"]
    case .unreachable(_, .recorded), .unreachable(_, .noLibrary), .outOfTime: []
    case .unreachable(_, .notPermitted(let path)): ["sudo rdmactl …, or give this user the right to open \(path)"]
    case .unreachable(let name, .failed), .unreachable(let name, .congested):
      ["rdmactl status \(ShellWord.quoted(name))", "dmesg | tail"]
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .unreachable(_, .noDevice), .unreachable(_, .noLibrary), .unreachable(_, .recorded): .unsupported
    case .unreachable(_, .notPermitted): .notPermitted
    case .unreachable(_, .failed), .unreachable(_, .congested), .outOfTime: .failed
    }
  }
}
