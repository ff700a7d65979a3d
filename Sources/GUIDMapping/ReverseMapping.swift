public import Vocabulary

/// A GUID that is known to exist, with the names it goes by (`mlx4_0/1`).
public struct KnownGUID: Sendable, Equatable {
  public let name: String
  public let guid: GUID

  public init(name: String, guid: GUID) {
    self.name = name
    self.guid = guid
  }
}

/// The GUIDs that a MAC address may come from: a list of candidates, never one answer. Source: GUIDToMAC.md#linux.
public struct ReverseMapping: Sendable, Equatable {
  public struct Candidate: Sendable, Equatable {
    /// 16 hexadecimal digits, `?` for one that cannot be told.
    public let pattern: String
    /// `nil` where digits are missing.
    public let guid: GUID?
    /// Which rule leads from it to the MAC, in one word: those of ``MappingRule``, or `eui64` for software adapters.
    public let rule: String
    /// The rule sets by which it gives this MAC.
    public let rules: [RuleSet]
    /// The names it goes by on this machine.
    public fileprivate(set) var present: [String] = []
  }

  public let mac: MACAddress
  public let candidates: [Candidate]
  public let problems: [Problem]

  /// - Parameters:
  ///   - mask: a mask that may have been in use.
  ///   - known: GUIDs of this machine, to mark.
  public init(of mac: MACAddress, mask: GUIDMask? = nil, known: [KnownGUID] = []) {
    self.mac = mac
    var list = CandidateList(mac: mac, mask: mask)
    for guid in Self.layouts(of: mac) { list.add(guid) }
    list.addSoftwareForm()
    list.addPatterns()
    list.mark(known)
    candidates = list.candidates
    problems = Self.problems(of: mac)
  }

  /// The GUIDs whose MAC may be this one by a rule or by mask 0xe7, likeliest first.
  private static func layouts(of mac: MACAddress) -> [GUID] {
    let (maker, card) = (mac.rawValue >> 24, mac.rawValue & 0xff_ffff)
    // The driver's counter: no byte of it is the GUID's.
    guard mac.rawValue >> 32 != 0x0200 else { return [] }
    func guid(_ maker: UInt64, _ middle: UInt64) -> GUID { GUID(maker << 40 | middle << 24 | card) }
    var guids: [GUID] = []
    if maker == 0x0202c9 || maker == 0x0002ca { guids.append(guid(0x0002c9, 0x0300)) }
    if maker == 0x00066a {
      // Byte 4 does not enter the formula; these two values are those seen on cards.
      for port: UInt64 in [1, 2, 0] {
        guard let low = SilverStorm.lowBits(of: mac, port: port) else { continue }
        guids += [0xa0, 0x98].map { GUID(0x00066a << 40 | port << 32 | $0 << 24 | low) }
      }
    }
    let middles: [UInt64] = maker == 0x0002c9 ? [0x0200, 0x0300] : [0x0300, 0x0200]
    return guids + (middles + [0xffff, 0xfffe, 0x0000]).map { guid(maker, $0) }
  }

  private static func problems(of mac: MACAddress) -> [Problem] {
    let subject = mac.description
    if mac.isMulticast {
      return [
        GUIDMappingProblem.macMulticast.found(
          subject, "this is a multicast address: no interface has it, so no GUID belongs to it by the rules")
      ]
    }
    if mac.rawValue >> 32 == 0x0200 {
      return [
        GUIDMappingProblem.macNotInvertible.found(
          subject, "02:00 and a number is the driver's counter for GUIDs it did not recognize: the GUID is not in it",
          fix: ["rdmactl guid2mac --check"])
      ]
    }
    if mac.oui == 0x0008f1 {
      return [
        GUIDMappingProblem.macNotInvertible.found(
          subject,
          "Voltaire's formula folds five bytes into three: \(Voltaire.solutionCount(of: mac)) GUIDs give this MAC "
            + "for each value of byte 3", fix: ["rdmactl status"])
      ]
    }
    if mac.oui == 0x0002ca {
      return [
        GUIDMappingProblem.macForeignOwner.found(
          subject, "00:02:ca belongs to EndPoints, Inc.: only the readme's rule makes it of a Mellanox GUID")
      ]
    }
    return []
  }
}

/// Candidates being collected; each GUID once.
private struct CandidateList {
  let mac: MACAddress
  let mask: GUIDMask?
  var candidates: [ReverseMapping.Candidate] = []

  /// Adds a GUID with the rule sets that confirm it, or drops it when none does.
  mutating func add(_ guid: GUID) {
    guard !candidates.contains(where: { $0.guid == guid }), let candidate = confirmed(guid) else { return }
    candidates.append(candidate)
  }

  private func confirmed(_ guid: GUID) -> ReverseMapping.Candidate? {
    var rules: [RuleSet] = []
    var rule: MappingRule?
    for set in RuleSet.allCases {
      var mapper = GUIDMapper(rules: set, given: mask)
      let mapping = mapper.map(guid)
      // Without a mask too: whoever asks with one does not know which of the two was in use.
      var bare = GUIDMapper(rules: set)
      for made in [mapping, bare.map(guid)] where made.mac == mac && made.outcome != .unrecognized {
        if rules.last != set { rules.append(set) }
        rule = rule ?? made.rule
      }
    }
    guard let rule else { return nil }
    return ReverseMapping.Candidate(pattern: guid.description, guid: guid, rule: rule.rawValue, rules: rules)
  }

  mutating func addSoftwareForm() {
    let guid = ModifiedEUI64.guid(of: mac)
    guard !mac.isMulticast, !candidates.contains(where: { $0.guid == guid }) else { return }
    candidates.append(.init(pattern: guid.description, guid: guid, rule: "eui64", rules: []))
  }

  mutating func addPatterns() {
    let driverRules: [RuleSet] = [.readme, .driver]
    let bytes = mac.bytes.map { UInt64($0).hexadecimal(digits: 2) }
    if mac.oui == 0x00066a {
      for port: UInt64 in [1, 2] {
        guard let low = SilverStorm.lowBits(of: mac, port: port) else { continue }
        let pattern = "00066a0\(port)??" + low.hexadecimal(digits: 6)
        candidates.append(
          .init(pattern: pattern, guid: nil, rule: MappingRule.silverstorm.rawValue, rules: driverRules))
      }
    }
    if mac.oui == 0x0008f1 {
      candidates.append(
        .init(pattern: "0008f1??????????", guid: nil, rule: MappingRule.voltaire.rawValue, rules: driverRules))
    }
    if let mask {
      var rest = bytes[...]
      let pattern = (0..<8).map { mask.selects($0) ? rest.popFirst() ?? "" : "??" }.joined()
      candidates.append(.init(pattern: pattern, guid: nil, rule: MappingRule.mask.rawValue, rules: []))
    }
  }

  /// Marks the candidates that are there, and adds GUIDs of this machine that the formulas could not be turned back to.
  mutating func mark(_ known: [KnownGUID]) {
    for entry in known { add(entry.guid) }
    for position in candidates.indices {
      let guid = candidates[position].guid
      candidates[position].present = known.filter { $0.guid == guid }.map(\.name)
    }
    candidates = candidates.filter { !$0.present.isEmpty } + candidates.filter(\.present.isEmpty)
  }
}
