/// What a command in the guest has come to.
public struct GuestResult: Sendable {
  /// The exit status; 128 and the signal's number for one that a signal has ended, as in the shell.
  public let status: Int32
  public let outputBytes: [UInt8]
  public let errorBytes: [UInt8]
  public var output: String { String(decoding: outputBytes, as: UTF8.self) }
  public var error: String { String(decoding: errorBytes, as: UTF8.self) }
}

/// A command that runs in the guest.
public final class GuestJob: Sendable {
  let identifier: UInt32
  let command: String
  let machine: GuestMachine

  init(_ identifier: UInt32, _ command: String, in machine: GuestMachine) {
    self.identifier = identifier
    self.command = command
    self.machine = machine
  }

  /// What it has written so far.
  public var output: String { String(decoding: machine.record(of: self).output, as: UTF8.self) }
  public var error: String { String(decoding: machine.record(of: self).error, as: UTF8.self) }
  public var isRunning: Bool { machine.record(of: self).status == nil }

  /// Sends a signal to the shell that runs it and all that this has started and that has not left its session.
  public func signal(_ number: Int32) throws {
    try machine.send("K", identifier, [UInt8(truncatingIfNeeded: number)])
  }

  /// Waits until it ends; past `timeout` seconds it is killed, and the call throws with what it had written.
  public func wait(timeout: Double = 60) throws -> GuestResult {
    if try machine.wait(seconds: timeout, until: { $0[self.identifier]?.status != nil }) { return result }
    try signal(9)
    let ended = try machine.wait(seconds: 10, until: { $0[self.identifier]?.status != nil })
    if !ended { machine.end() }
    throw GuestFailure(
      """
      \(command): did not end within \(timeout) s\(ended ? "" : ", nor when it was killed: the guest hangs");
      it wrote: \(output)\(error)
      the console ends: \(machine.console)
      """)
  }

  /// Waits until `condition` holds for what it has written to its standard output; throws past `timeout` seconds and when
  /// it ends before.
  public func wait(timeout: Double = 60, until what: String, _ condition: (_ output: String) -> Bool) throws {
    let met = try machine.wait(
      seconds: timeout,
      until: { jobs in
        guard let job = jobs[self.identifier] else { return true }
        return job.status != nil || condition(String(decoding: job.output, as: UTF8.self))
      })
    if condition(output) { return }
    throw GuestFailure("\(command): \(met ? "ended before" : "not within \(timeout) s"): \(what);\n\(output)\(error)")
  }

  private var result: GuestResult {
    let record = machine.record(of: self)
    // The macros of wait(2): the low seven bits are the signal, the second byte the exit status.
    let raw = record.status ?? 0
    let status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + (raw & 0x7f)
    return GuestResult(status: Int32(status), outputBytes: record.output, errorBytes: record.error)
  }
}
