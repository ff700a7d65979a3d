internal import Foundation

/// The machines of this process, each for one test at a time.
final class GuestPool: @unchecked Sendable {
  static let shared = GuestPool()

  private let changed = NSCondition()
  private var machines: [GuestHardware: GuestMachine] = [:]
  private var taken: Set<GuestHardware> = []
  /// In the order of their last use.
  private var idle: [GuestHardware] = []
  /// So many may wait for the next test that wants them: each is a QEMU with some hundred MB.
  private let most = 3

  /// A machine as after its boot.
  func take(_ hardware: GuestHardware) throws -> GuestMachine {
    let there = changed.withLock {
      while taken.contains(hardware) { changed.wait() }
      taken.insert(hardware)
      idle.removeAll { $0 == hardware }
      return machines[hardware]
    }
    do {
      if let there, there.isRunning {
        try reset(there)
        return there
      }
      let machine = try GuestMachine(hardware)
      changed.withLock { machines[hardware] = machine }
      return machine
    } catch {
      giveBack(hardware)
      throw error
    }
  }

  func giveBack(_ hardware: GuestHardware) {
    changed.withLock {
      taken.remove(hardware)
      idle.append(hardware)
      while idle.count > most { machines.removeValue(forKey: idle.removeFirst())?.end() }
      changed.broadcast()
    }
  }

  /// No process, module, interface or name space that was not there after the boot. A machine that cannot be brought back
  /// to that is of no use to the next test.
  private func reset(_ machine: GuestMachine) throws {
    machine.forget()
    func run(_ word: String) throws -> GuestResult {
      try machine.start("/bin/sh /run/guest/reset \(word)", as: "root", input: "").wait(timeout: 120)
    }
    _ = try run("leave")
    try machine.send("Z", 0)
    let result = try run("")
    guard result.status == 0 else {
      machine.end()
      throw GuestFailure("the guest cannot be reset (\(result.status)): \(result.output)\(result.error)")
    }
  }
}
