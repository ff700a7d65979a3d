public import Vocabulary

/// What one of the 28 masks does with a set of GUIDs.
public struct MaskAdvice: Sendable, Equatable {
  public let mask: GUIDMask
  /// In the order of the GUIDs.
  public let macs: [MACAddress]
  /// How many GUIDs share their MAC with another GUID.
  public let collisions: Int
  /// How many MACs no interface may have: multicast or all zero.
  public let forbidden: Int
  /// How many of the last three bytes, which number the card, are left out.
  public let lostLowBytes: Int
  public let keepsOrganisation: Bool

  /// Whether every GUID gets a MAC of its own that an interface may have.
  public var isUsable: Bool { collisions == 0 && forbidden == 0 }

  /// What speaks for and against the mask, most important first.
  public var reasons: [String] {
    var reasons: [String] = []
    if collisions > 0 { reasons.append("\(collisions) of \(macs.count) GUIDs share a MAC") }
    if forbidden > 0 { reasons.append("\(forbidden) of \(macs.count) MACs are multicast or zero") }
    if isUsable { reasons.append(macs.count == 1 ? "a lawful MAC" : "\(macs.count) different lawful MACs") }
    reasons.append(
      lostLowBytes == 0 ? "keeps the card's three bytes" : "leaves out \(lostLowBytes) of the card's bytes")
    reasons.append(keepsOrganisation ? "keeps the maker's identifier" : "drops the maker's identifier")
    if mask == .generic { reasons.append("what later drivers and mstflint use") }
    return reasons
  }

  /// The 28 masks, best first: no shared MAC, no forbidden MAC, the card's bytes kept, the maker's bytes kept, 0xe7.
  /// - Parameter taken: MACs that others have already; to meet one counts as sharing.
  public static func ranking(for guids: [GUID], taken: Set<MACAddress> = []) -> [MaskAdvice] {
    var seen: Set<GUID> = []
    let distinct = guids.filter { seen.insert($0).inserted }
    return GUIDMask.all.map { advice($0, distinct, taken) }.sorted {
      ($0.collisions, $0.forbidden, $0.mask.merit.0, $0.mask.merit.1, $0.mask == .generic ? 0 : 1, $0.mask.rawValue)
        < ($1.collisions, $1.forbidden, $1.mask.merit.0, $1.mask.merit.1, $1.mask == .generic ? 0 : 1, $1.mask.rawValue)
    }
  }

  /// What is wrong when even the best mask of a ranking is not usable.
  public static func problems(of ranking: [MaskAdvice]) -> [Problem] {
    guard let best = ranking.first, !best.isUsable else { return [] }
    return [
      GUIDMappingProblem.maskNone.found(
        best.mask.description,
        "no mask gives each GUID a lawful MAC of its own; even the best: "
          + best.reasons.joined(separator: ", "), fix: ["rdmactl guid2mac --suggest GUID (fewer of them)"])
    ]
  }

  private static func advice(_ mask: GUIDMask, _ guids: [GUID], _ taken: Set<MACAddress>) -> MaskAdvice {
    let macs = guids.map(mask.mac(of:))
    let uses = Dictionary(macs.map { ($0, 1) }, uniquingKeysWith: +)
    return MaskAdvice(
      mask: mask, macs: macs,
      collisions: macs.count { uses[$0] != 1 || taken.contains($0) },
      forbidden: macs.count { $0.isMulticast || $0.rawValue == 0 },
      lostLowBytes: mask.lostLowBytes, keepsOrganisation: mask.keepsOrganisation)
  }
}
