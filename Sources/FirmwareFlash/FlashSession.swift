internal import AdapterChips
internal import FirmwareImage
public import HostAccess

/// One card's flash from the first look to the last read-back. It knows neither gateways nor image formats.
public final class FlashSession {
  public let card: Card
  let host: Host
  let flash: any FlashDevice
  /// Everything on the flash; read once.
  public let bytes: FlashBytes
  let progress: (BurnProgress) -> Void
  /// The file that this session stored what was on the flash in.
  var storedBackup: String?
  var isWriting = false
  /// Whether a write was started.
  var hasWritten = false
  /// What an earlier process started on this card and did not finish.
  private(set) lazy var unfinished = UnfinishedBurn.last(of: card, on: host)

  public init(
    card: Card, flash: any FlashDevice, host: Host, progress: @escaping (BurnProgress) -> Void = { _ in }
  ) {
    self.card = card
    self.flash = flash
    self.host = host
    self.progress = progress
    bytes = FlashBytes(flash)
  }

  /// The images on the flash in the order in which the card would boot them.
  func livePlacements() throws(BurnFailure) -> [Placement] {
    try translating { try Firmware.locate(in: bytes, medium: .flash) }
  }

  /// The same, but no image that is broken stands before one that is whole: a recipe spares the first.
  ///
  /// An interrupted burn of another tool can leave a broken image that boots before a whole one
  /// (ImageFormats.md#order-of-writing); sparing the broken one would give up the only image that is whole.
  func placementsToSpare(_ live: [Placement]) throws(BurnFailure) -> [Placement] {
    guard live.count > 1 else { return live }
    var whole: [Placement] = []
    for placement in live where try isWhole(placement) { whole.append(placement) }
    guard let first = whole.first, first != live.first else { return live }
    return whole + live.filter { !whole.contains($0) }
  }

  /// The image and what it says; `nil` when it is damaged so that it cannot be read.
  func readImage(_ placement: Placement) throws(BurnFailure) -> Image? {
    try toleratingDamage { try Firmware.read(placement, from: bytes) }
  }

  /// Whether the image is complete. What belongs to the card (its identity, half set perhaps) is not the image's fault.
  func isWhole(_ placement: Placement) throws(BurnFailure) -> Bool {
    try soundness(placement) != .broken
  }

  enum Soundness {
    case whole, cardDataDamaged, broken
  }

  func soundness(_ placement: Placement) throws(BurnFailure) -> Soundness {
    guard let verification = try toleratingDamage({ try verify(placement) }) else { return .broken }
    let bad = verification.checks.filter { if case .bad = $0.verdict { true } else { false } }
    guard !bad.isEmpty || !verification.isWhole else { return .whole }
    guard let image = try readImage(placement), !bad.isEmpty else { return .broken }
    let cards = Set(image.sections.filter(\.isDeviceData).map(\.name))
    return bad.allSatisfy { cards.contains($0.name) } ? .cardDataDamaged : .broken
  }

  func verify(_ placement: Placement) throws -> Verification {
    try Firmware.verify(placement, in: bytes) { done, total in
      progress(BurnProgress(.reading, done: done, total: total))
      try stopIfInterrupted()
    }
  }

  /// Before anything is written the user may stop at any time; after that ``perform(_:note:)`` decides.
  func stopIfInterrupted() throws(BurnFailure) {
    guard !isWriting, host.clock.interrupted else { return }
    throw .interrupted(.old, card: card.name)
  }

  /// `nil` when the image is at fault; what the flash has to say is thrown.
  func toleratingDamage<Value>(_ body: () throws -> Value) throws(BurnFailure) -> Value? {
    do { return try body() } catch is ImageError { return nil } catch { throw translated(error) }
  }

  func translating<Value>(_ body: () throws -> Value) throws(BurnFailure) -> Value {
    do { return try body() } catch { throw translated(error) }
  }

  private func translated(_ error: any Error) -> BurnFailure {
    switch error {
    case let error as BurnFailure: error
    case let error as FlashError: .flash(error, card: card.name)
    case let error as ImageError: .image(error)
    default: .flash(.access("\(error)"), card: card.name)
    }
  }
}
