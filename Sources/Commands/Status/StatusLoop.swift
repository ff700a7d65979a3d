internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import Presentation
public import Vocabulary

/// `--wait` and `--watch`: the same answer again and again, with the ports' states as they are at that moment.
struct StatusLoop {
  let task: StatusTask

  /// Until every port is as wanted, or the time is over (exit 2).
  func wait(for target: WaitTarget, timeout: Double, progress mode: ProgressMode) throws -> ExitStatus {
    let clock = task.host.clock
    clock.holdInterruptions()
    let start = clock.milliseconds
    let limit = Int(timeout * 1000)
    let progress = ProgressLine(output: task.output, mode: mode, clock: clock)
    defer { progress.end() }
    var missing: [String] = []
    while true {
      let sight = try look(first: missing.isEmpty)
      if case .success(let inventory) = sight {
        missing = Self.ports(of: inventory, not: target)
        if missing.isEmpty {
          progress.end()
          return try task.show(inventory)
        }
      }
      let spent = clock.milliseconds - start
      if clock.interrupted { throw Interrupted() }
      if spent >= limit {
        progress.end()
        try report(try seen(sight), missing: missing, target: target, seconds: timeout)
        return .checkFailed
      }
      progress.show(
        "waiting for \(missing.joined(separator: ", ")) to be \(target.rawValue): \(spent / 1000) of \(limit / 1000) s",
        done: spent, of: limit)
      if clock.takeSuspension() { clock.suspend() }
      clock.sleep(milliseconds: min(Self.pollInterval, limit - spent))
    }
  }

  /// Until the user has seen enough.
  func watch(every seconds: Double) throws -> ExitStatus {
    let loop = WatchLoop(host: task.host, output: task.output, seconds: seconds, command: "status")
    return try loop.run { wish in
      switch (try look(first: wish.isFirst, streaming: !wish.isForPeople), wish.isForPeople) {
      case (.success(let inventory), true): return try task.output.text(of: task.report(on: inventory, live: true))
      case (.success(let inventory), false): try task.output.stream(task.report(on: inventory, live: true))
      case (.failure(let gone), true): return gone.failure.message + "\n"
      case (.failure(let gone), false): try task.output.stream(gone.failure)
      }
      return nil
    }
  }

  private static let pollInterval = 200

  /// What was there before and is not now: a driver that is being loaded anew, a card that was pulled.
  private struct Gone: Error {
    let failure: any Failure
  }

  /// - Throws: what is not there at the first look will not come by itself; later it may come back.
  private func look(first: Bool, streaming: Bool = false) throws -> Result<Inventory, Gone> {
    do {
      let inventory = try task.read(streaming: streaming, live: true)
      guard !inventory.devices.isEmpty else { throw NoDevice(inventory) }
      return .success(inventory)
    } catch let failure as any Failure where !first {
      return .failure(Gone(failure: failure))
    }
  }

  private func seen(_ sight: Result<Inventory, Gone>) throws -> Inventory {
    do { return try sight.get() } catch { throw error.failure }
  }

  /// The ports that are not as wanted; no port at all counts as one, for nothing may pass by being absent.
  private static func ports(of inventory: Inventory, not target: WaitTarget) -> [String] {
    let ports = inventory.devices.flatMap { adapter in adapter.ports.map { (adapter.label, $0) } }
    guard !ports.isEmpty else { return inventory.devices.map(\.label) }
    return ports.filter { _, port in
      switch target {
      case .active: port.state != .active
      case .up: !port.isUp
      case .down: port.state != .down
      }
    }.map { "\($0)/\($1.number)" }
  }

  private func report(_ inventory: Inventory, missing: [String], target: WaitTarget, seconds: Double) throws {
    let failures = missing.map {
      Problem(
        id: WaitProblem.timedOut, severity: .error, subject: $0,
        message: "not \(target.rawValue) within \(StatusReport.number(seconds)) s", fix: ["rdmactl status \($0) -v"])
    }
    try task.show(task.report(on: inventory, more: failures, live: true))
  }
}

public enum WaitProblem {
  static let timedOut = "wait.timed_out"

  /// For the manual page.
  public static let descriptions = [
    ProblemDescription(
      id: timedOut, severity: .error, meaning: "a port was not as --wait wanted it before the time was over")
  ]
}
