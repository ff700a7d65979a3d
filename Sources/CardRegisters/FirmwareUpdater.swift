internal import BinaryLayout
package import HostAccess

/// The steps of an update of the firmware by itself, in their order.
package enum UpdateStage: String, Sendable {
  case reserve, begin, download, verify, activate
}

/// Why an update did not come to its end.
package enum UpdateStop: Error, Equatable {
  /// Somebody else has begun one.
  case held(UpdateStatus)
  /// The firmware refuses a step, with its error code.
  case refused(code: UInt8, UpdateStage)
  case register(CardRegisterError, UpdateStage)
  /// The firmware is at another step than the one that was asked for.
  case unexpected(MCC.State, UpdateStage)
  /// A step was not finished within so many seconds.
  case slow(seconds: Int, UpdateStage)
  case interrupted
  /// The firmware took the image, and this version waits for a reset instead of the image's.
  case notPending(String?)
  /// The journal could not be written.
  case journal(FileError)
}

/// An update of the firmware by itself: reserve, begin, send, have it checked, activate, release. The old image boots until
/// the activation, and runs until the next reset. Source: mstflint `fw_comps_mgr/fw_comps_mgr.cpp`, Linux
/// `drivers/net/ethernet/mellanox/mlxfw/mlxfw_fsm.c`.
package final class FirmwareUpdater {
  /// Milliseconds: the firmware erases a slot, or checks a signature.
  private static let patience = 300_000
  /// A pause doubles from one to the other.
  private static let pause = (first: 5, longest: 240)

  private let mailbox: CommandMailbox
  private let ability: UpdateAbility
  private let clock: any Clock
  private var handle: UInt64 = 0
  private var stage = UpdateStage.reserve
  /// The firmware was asked to boot the new image from now on.
  package private(set) var hasActivated = false

  package init(_ card: RunningCard, _ ability: UpdateAbility, clock: any Clock) {
    mailbox = card.mailbox
    self.ability = ability
    self.clock = clock
  }

  /// - Parameters:
  ///   - image: as `UpdateImage.make` gives it.
  ///   - beforeActivation: the last moment at which the old image is the only one that could boot.
  package func run(
    _ image: [UInt8], beforeActivation: () throws(FileError) -> Void, progress: (_ done: Int) -> Void
  ) throws(UpdateStop) {
    mailbox.retries = CommandMailbox.updateRetries
    try reserve()
    do throws(UpdateStop) {
      stage = .begin
      try command(.update, size: image.count, from: [.initialize], to: .download)
      stage = .download
      try send(image, progress)
      stage = .verify
      try command(.verify, from: [.verify], to: .locked)
      try stopIfInterrupted()
      do { try beforeActivation() } catch { throw .journal(error) }
      stage = .activate
      hasActivated = true
      try command(.activate, from: [.apply, .activate], to: .locked)
    } catch {
      // Cancelled where it can be; released in any case.
      _ = try? instruct(.cancel)
      _ = try? instruct(.release)
      throw error
    }
    // Activated: whether the handle is free is no longer a matter of this image.
    _ = try? instruct(.release)
  }

  private func reserve() throws(UpdateStop) {
    let status = UpdateStatus(try access(.mcc, .read, [(MCC.component, ability.component)]))
    guard status.isFree else { throw .held(status) }
    handle = status.handle
    let locked: UpdateStatus
    do { locked = try instruct(.lock) } catch {
      // Another tool was quicker.
      if let now = try? UpdateStatus(access(.mcc)), !now.isFree { throw .held(now) }
      throw error
    }
    guard locked.state == .locked else { throw .unexpected(locked.state, stage) }
  }

  /// Gives an instruction, and waits while the firmware is at one of the states on the way to the wanted one.
  private func command(
    _ instruction: MCC.Instruction, size: Int = 0, from passing: Set<MCC.State>, to wanted: MCC.State
  ) throws(UpdateStop) {
    var status = try instruct(instruction, size: size)
    let start = clock.milliseconds
    var pause = Self.pause.first
    while true {
      if status.error != 0 { throw .refused(code: status.error, stage) }
      // The answer to an instruction may still show the state before it: it is asked once more.
      if passing.contains(status.state) {
        let waited = clock.milliseconds - start
        guard waited < Self.patience else { throw .slow(seconds: waited / 1000, stage) }
        if !hasActivated { try stopIfInterrupted() }
        clock.sleep(milliseconds: pause)
        pause = min(2 * pause, Self.pause.longest)
      } else if status.state == wanted {
        return
      } else {
        throw .unexpected(status.state, stage)
      }
      status = UpdateStatus(try access(.mcc, .read, [(MCC.component, ability.component), (MCC.handle, handle)]))
    }
  }

  /// - Returns: the state, asked for after the instruction: its own answer may be older.
  @discardableResult
  private func instruct(_ instruction: MCC.Instruction, size: Int = 0) throws(UpdateStop) -> UpdateStatus {
    let values: [(LayoutField, UInt64)] = [
      (MCC.instruction, instruction.rawValue), (MCC.component, ability.component), (MCC.handle, handle),
      (MCC.size, UInt64(size)),
    ]
    let answer: UpdateStatus
    do throws(CardRegisterError) { answer = UpdateStatus(try mailbox.access(.mcc, .write, values)) } catch {
      throw explained(error)
    }
    if answer.error != 0 { throw .refused(code: answer.error, stage) }
    return UpdateStatus(try access(.mcc, .read, [(MCC.component, ability.component), (MCC.handle, handle)]))
  }

  private func send(_ image: [UInt8], _ progress: (Int) -> Void) throws(UpdateStop) {
    for start in stride(from: 0, to: image.count, by: ability.blockSize) {
      try stopIfInterrupted()
      let piece = image[start..<min(start + ability.blockSize, image.count)]
      do throws(CardRegisterError) {
        _ = try mailbox.access(
          .mcda, .write,
          [(MCDA.handle, handle), (MCDA.offset, UInt64(start)), (MCDA.size, UInt64((piece.count + 3) / 4 * 4))],
          bytes: (MCDA.data.byte, Self.reversedDwords(piece)), wanted: 0..<0)
      } catch { throw explained(error) }
      progress(start + piece.count)
    }
  }

  /// The bytes of each dword of the file travel reversed; what is missing at the end is blank.
  private static func reversedDwords(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let padded = Array(bytes) + [UInt8](repeating: 0xff, count: (4 - bytes.count % 4) % 4)
    return stride(from: 0, to: padded.count, by: 4).flatMap { padded[$0..<$0 + 4].reversed() }
  }

  /// Where a register is refused, the state tells why.
  private func explained(_ error: CardRegisterError) -> UpdateStop {
    if case .register = error, let code = try? access(.mcc, .read, [(MCC.handle, handle)])[MCC.error], code != 0 {
      return .refused(code: UInt8(truncatingIfNeeded: code), stage)
    }
    return .register(error, stage)
  }

  private func access(
    _ register: AccessRegister, _ method: CommandMailbox.Method = .read, _ values: [(LayoutField, UInt64)] = []
  ) throws(UpdateStop) -> RegisterValue {
    do throws(CardRegisterError) { return try mailbox.access(register, method, values) } catch {
      throw .register(error, stage)
    }
  }

  private func stopIfInterrupted() throws(UpdateStop) { if clock.interrupted { throw .interrupted } }
}
