/// The low half of a transaction identifier, which is all that belongs to the sender: which open request, which of those
/// that used its place before, and which attempt.
struct TransactionID: Equatable {
  static let places = 1 << 12
  static let mostAttempts = 1 << 7 - 1

  static let generationMask: UInt16 = 0x1fff

  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(place: Int, generation: UInt16, attempt: Int) {
    rawValue = UInt32(generation & Self.generationMask) << 19 | UInt32(place & 0xfff) << 7 | UInt32(attempt & 0x7f)
  }

  var place: Int { Int(rawValue >> 7 & 0xfff) }
  var generation: UInt16 { UInt16(rawValue >> 19) }
  var attempt: Int { Int(rawValue & 0x7f) }
}

/// What a session remembers of requests that are over, so that a late answer is known for what it is.
struct TransactionLedger {
  /// Of each place, the generation that is open or comes next.
  private var generations: [UInt16] = []
  /// Attempts of requests that got their answer by another attempt, and until when each may still be answered.
  private var superfluous: [UInt32: Int] = [:]

  var underWay: Int { superfluous.count }
  /// When the last of them is given up.
  var lastDeadline: Int? { superfluous.values.max() }

  mutating func prepare(place: Int) {
    while generations.count <= place { generations.append(0) }
  }

  func currentGeneration(of place: Int) -> UInt16 { generations.indices.contains(place) ? generations[place] : 0 }

  mutating func close(place: Int) {
    guard generations.indices.contains(place) else { return }
    generations[place] = (generations[place] &+ 1) & TransactionID.generationMask
  }

  /// Whether `id` was used before: by a request that is over.
  func wasUsed(_ id: TransactionID) -> Bool {
    guard generations.indices.contains(id.place) else { return false }
    let age = (generations[id.place] &- id.generation) & TransactionID.generationMask
    return (1...TransactionID.generationMask / 2).contains(age)
  }

  mutating func expectLate(_ id: TransactionID, until deadline: Int) { superfluous[id.rawValue] = deadline }

  mutating func arrivedLate(_ id: TransactionID) {
    if !superfluous.isEmpty { superfluous[id.rawValue] = nil }
  }

  mutating func forgetLate(before now: Int) {
    if !superfluous.isEmpty { superfluous = superfluous.filter { $0.value > now } }
  }
}
