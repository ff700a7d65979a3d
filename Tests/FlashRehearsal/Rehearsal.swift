public import AdapterChips
internal import Change
public import FirmwareFlash
public import FirmwareImage
public import HostAccess
public import TestSupport

/// A burn that can be repeated on copies of the same flash, with anything going wrong.
public struct Rehearsal: Sendable, CustomStringConvertible {
  public let name: String
  public var description: String { name }
  public let format: ImageFormat
  /// The image to burn.
  public let image: [UInt8]
  /// The flash before.
  public let before: [UInt8]
  public let eraseSizes: [Int]
  /// What `Firmware.contents` gives of the image that boots before and after.
  public let oldContents: [UInt8]
  public let newContents: [UInt8]
  /// Flash operations of a burn that nothing disturbs.
  public let operations: Int
  /// Writes to files of such a burn.
  public let journalWrites: Int
  /// Bytes on the flash that belong to the card.
  public let sacred: [Range<Int>]

  public static let card = Card(name: "mlx4_0", identifier: "0000:03:00.0")

  public enum Surprise: Error { case noImage(String), failed(String) }

  /// - Parameters:
  ///   - size: of the flash.
  ///   - old: the image that is on it first; `nil` for an empty one.
  public init(
    _ name: String, format: ImageFormat, size: Int, eraseSizes: [Int] = [4096, 65536], old: [UInt8]?, new: [UInt8],
    turns: Int = 0, sacred: (_ flash: [UInt8]) -> [Range<Int>] = { _ in [] }
  ) throws {
    self.name = name
    self.format = format
    self.eraseSizes = eraseSizes
    image = new
    let flash = MemoryFlash.blank(size, eraseSizes: eraseSizes)
    if let old { _ = try Self.burn(old, format: format, on: flash).get() }
    // The other image and the old one again: then the old one stands in the other slot.
    for _ in 0..<turns {
      _ = try Self.burn(new, format: format, on: flash).get()
      if let old { _ = try Self.burn(old, format: format, on: flash).get() }
    }
    before = flash.bytes
    self.sacred = sacred(before)
    oldContents = old == nil ? [] : try Self.booting(before).contents
    flash.restart()
    let files = FullDisk(Self.store())
    let outcome = try Self.burn(new, format: format, on: flash, store: files).get()
    journalWrites = files.writes
    guard outcome.result == .written else { throw Surprise.failed("\(name): \(outcome)") }
    newContents = try Self.booting(flash.bytes).contents
    operations = flash.operations
  }

  /// A copy of the flash as it is before the burn.
  public func flash(seed: UInt64 = 1) -> MemoryFlash {
    let flash = MemoryFlash(before, eraseSizes: eraseSizes, seed: seed)
    flash.sacred = sacred
    return flash
  }

  /// Files in which a burn may keep its things.
  public static func store() -> FakeFiles {
    let files = FakeFiles()
    files.allowWriting(below: "/var/lib/rdmactl")
    for name in ["fw-\(card.identifier)", "history"] { files.allowLocking("/run/rdmactl/\(name).lock") }
    return files
  }

  public func burn(
    on flash: MemoryFlash, store: any FileReading & FileWriting = Rehearsal.store()
  ) -> Result<BurnOutcome, any Error> {
    Self.burn(image, format: format, on: flash, store: store)
  }

  /// A burn by a new process.
  public static func burn(
    _ image: [UInt8], format: ImageFormat, on flash: MemoryFlash,
    store: any FileReading & FileWriting = Rehearsal.store(),
    clock: any Clock = FakeClock()
  ) -> Result<BurnOutcome, any Error> {
    let request = BurnRequest(image: image, format: format, overrides: [.downgrade])
    return Result { try change(.burn, on: flash, store: store, clock: clock) { try $0.plan(request) }.outcome }
  }

  /// A change by a new process, without a question.
  public static func change(
    _ purpose: BurnPlan.Purpose, on flash: MemoryFlash, store: any FileReading & FileWriting = Rehearsal.store(),
    clock: any Clock = FakeClock(), plan: @escaping (FlashSession) throws -> BurnPlan
  ) throws -> (plan: BurnPlan, outcome: BurnOutcome) {
    let host = Host.fake(files: store, clock: clock)
    let change = FlashChange(
      purpose, of: card.identifier, on: host, keepsOpen: true,
      open: { _ in OpenFlash(FlashSession(card: card, flash: flash, host: host)) {} }, plan: plan)
    return try change.perform(ChangeOptions(yes: true), kinds: ChangeKinds([change]))
  }

  /// What boots, with its bytes; throws when it is not whole.
  public static func booting(_ flash: [UInt8]) throws -> (placement: Placement, contents: [UInt8]) {
    let source = MemoryBytes(flash)
    guard let first = try Firmware.locate(in: source, medium: .flash).first else {
      throw Surprise.noImage("none boots")
    }
    guard try Firmware.verify(first, in: source).isWhole else {
      throw Surprise.noImage("what boots at \(first.start) is not whole")
    }
    return (first, try Firmware.contents(first, of: source))
  }

  /// Whether what boots is the old image or the new one, to the last byte.
  public func survivor(_ flash: MemoryFlash) throws -> BurnFailure.Boots {
    if oldContents.isEmpty, try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).isEmpty {
      return .nothing
    }
    let contents = try Self.booting(flash.bytes).contents
    if contents == newContents { return .new }
    if contents == oldContents { return .old }
    throw Surprise.noImage("what boots is neither the old image nor the new one")
  }

  /// Burns with a power cut, looks at what boots, burns again: with the next power cut, and at last with none.
  /// - Returns: what is wrong, or `nil`.
  public func trial(_ cuts: [MemoryFlash.PowerCut], seed: UInt64) -> String? {
    let flash = flash(seed: seed)
    let store = Self.store()
    for (number, cut) in cuts.enumerated() {
      flash.restart(seed: seed &+ UInt64(number))
      flash.cut = cut
      let result = burn(on: flash, store: store)
      if let complaint = complaint(about: result, flash) { return "cut \(number): \(complaint)" }
    }
    return repair(flash, store)
  }

  public func trial(_ cut: MemoryFlash.PowerCut, seed: UInt64) -> String? { trial([cut], seed: seed) }

  /// Burns in a process that dies after some writes to its files, and looks and burns as above.
  public func trial(deathAfter writes: Int) -> String? {
    let flash = flash()
    let store = Self.store()
    let mortal = FullDisk(store)
    mortal.fail(after: writes)
    flash.before = { [unowned flash] in if mortal.isDead { flash.cut = .init(operation: $0, isTorn: false) } }
    let result = burn(on: flash, store: mortal)
    return complaint(about: result, flash) ?? repair(flash, store)
  }

  /// Burns on a faulty flash, looks at what boots, burns again on a sound one.
  public func trial(_ faults: MemoryFlash.Faults, seed: UInt64) -> String? {
    let flash = flash(seed: seed)
    flash.faults = faults
    let result = burn(on: flash)
    return complaint(about: result, flash) ?? repair(flash, Self.store())
  }

  /// What is wrong after a burn, however it ended: something must boot, and it must be what the burn said.
  private func complaint(about result: Result<BurnOutcome, any Error>, _ flash: MemoryFlash) -> String? {
    do {
      let survivor = try survivor(flash)
      switch result {
      case .success(let outcome):
        guard survivor == .new, outcome.verified else { return "success, but \(survivor) boots" }
      case .failure(let failure):
        switch failure as? BurnFailure {
        case .stopped(_, let boots, _), .interrupted(let boots, _):
          guard boots == survivor else { return "\(boots) is said to boot, \(survivor) does" }
        default: break
        }
      }
      return flash.violations.first
    } catch {
      return "\(error)"
    }
  }

  /// What is wrong with a burn after one that did not end well.
  private func repair(_ flash: MemoryFlash, _ store: any FileReading & FileWriting) -> String? {
    flash.restart()
    do {
      _ = try burn(on: flash, store: store).get()
      guard try survivor(flash) == .new else { return "the next burn did not bring the new image" }
      return flash.violations.first
    } catch {
      return "the next burn: \(error)"
    }
  }
}
