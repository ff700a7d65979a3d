public import Vocabulary

/// A GUID and the MAC address that a set of rules gives it.
public struct Mapping: Equatable, Sendable {
  public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// By a rule that the driver has built in.
    case recognized
    /// By a mask that was given or stored.
    case mask
    /// By neither: locally administered, with a number that depends on who spoke first.
    case unrecognized
  }

  /// Where the mask of a mapping comes from.
  public enum MaskSource: String, Codable, Sendable, CaseIterable {
    case rule, given, stored
  }

  /// What another set of rules makes of the same GUID.
  public struct Alternative: Equatable, Sendable {
    public let rules: RuleSet
    public let mac: MACAddress
  }

  public let guid: GUID
  public let mac: MACAddress
  public let rule: MappingRule
  /// The mask that was applied; `nil` for formulas and the local form.
  public let mask: GUIDMask?
  public let maskSource: MaskSource?
  /// The rule sets whose MAC differs.
  public let alternatives: [Alternative]
  /// A mask was there for this GUID and would give another MAC, but a built-in rule goes before it.
  public let ignoredMask: GUIDMask?

  public var outcome: Outcome {
    switch rule {
    case .mellanox0200, .mellanox0300, .voltaire, .silverstorm, .ouiTable, .generic: .recognized
    case .mask: .mask
    case .local: .unrecognized
    }
  }

  /// Who owns the GUID's first three bytes, where that is known.
  public var organisation: Organisation? { Organisation.of(guid) }
}

/// Makes MAC addresses of GUIDs. A value with a memory: the local form counts, as the driver does.
public struct GUIDMapper: Sendable {
  public let rules: RuleSet
  private let given: GUIDMask?
  private let stored: [GUID: GUIDMask]
  private var localNumbers: [GUID: UInt64] = [:]

  /// - Parameters:
  ///   - given: the mask for every GUID that no rule covers; goes before the stored ones.
  ///   - stored: the masks kept for single GUIDs.
  public init(rules: RuleSet = .readme, given: GUIDMask? = nil, stored: [GUID: GUIDMask] = [:]) {
    self.rules = rules
    self.given = given
    self.stored = stored
  }

  /// Never fails: what nothing recognizes gets the local form. The same GUID always gets the same MAC.
  public mutating func map(_ guid: GUID) -> Mapping {
    let made = make(guid, by: rules)
    var alternatives: [Mapping.Alternative] = []
    for other in RuleSet.allCases where other != rules {
      let mac = make(guid, by: other).mac
      if mac != made.mac { alternatives.append(Mapping.Alternative(rules: other, mac: mac)) }
    }
    let offered = given ?? stored[guid]
    let ignored =
      made.source == .given || made.source == .stored ? nil : offered.filter { $0.mac(of: guid) != made.mac }
    return Mapping(
      guid: guid, mac: made.mac, rule: made.rule, mask: made.mask, maskSource: made.source, alternatives: alternatives,
      ignoredMask: ignored)
  }

  private struct Made {
    let mac: MACAddress
    let rule: MappingRule
    var mask: GUIDMask?
    var source: Mapping.MaskSource?
  }

  private mutating func make(_ guid: GUID, by rules: RuleSet) -> Made {
    if rules != .generic, let made = builtIn(guid, rules) { return made }
    if let mask = given { return Made(mac: mask.mac(of: guid), rule: .mask, mask: mask, source: .given) }
    if let mask = stored[guid] { return Made(mac: mask.mac(of: guid), rule: .mask, mask: mask, source: .stored) }
    if rules == .generic { return selection(guid, rule: .generic) }
    return Made(mac: MACAddress(0x0200_0000_0000 | localNumber(of: guid)), rule: .local)
  }

  /// Rows A to D' of GUIDToMAC.md#rules: they go before any mask.
  private func builtIn(_ guid: GUID, _ rules: RuleSet) -> Made? {
    let low = guid.rawValue & 0xff_ffff
    switch (guid.oui, guid.rawValue >> 24 & 0xffff) {
    case (0x0002c9, 0x0200): return Made(mac: MACAddress(0x0002c9 << 24 | low), rule: .mellanox0200)
    case (0x0002c9, 0x0300):
      return Made(mac: MACAddress((rules == .readme ? 0x0002ca : 0x0202c9) << 24 | low), rule: .mellanox0300)
    case (0x0008f1, _): return Made(mac: Voltaire.mac(of: guid), rule: .voltaire)
    case (0x00066a, _) where SilverStorm.covers(guid): return Made(mac: SilverStorm.mac(of: guid), rule: .silverstorm)
    default: break
    }
    switch Organisation.of(guid)?.knowledge {
    case .everyDriver, .newerDriver: return selection(guid, rule: .ouiTable)
    case .ownRule, .checkerOnly, nil: return nil
    }
  }

  private func selection(_ guid: GUID, rule: MappingRule) -> Made {
    Made(mac: GUIDMask.generic.mac(of: guid), rule: rule, mask: .generic, source: .rule)
  }

  /// 32 bits, counted up before use: the first is 1.
  private mutating func localNumber(of guid: GUID) -> UInt64 {
    if let number = localNumbers[guid] { return number }
    let number = UInt64(localNumbers.count + 1) & 0xffff_ffff
    localNumbers[guid] = number
    return number
  }
}

extension Optional {
  fileprivate func filter(_ holds: (Wrapped) -> Bool) -> Wrapped? { flatMap { holds($0) ? $0 : nil } }
}
