public import Vocabulary

/// What is wrong with MAC addresses that have been made.
public enum MappingFindings {
  /// - Parameter mappings: those of one call or of one machine; MACs must differ among them.
  /// - Returns: the worst first, then in the order of `mappings`.
  public static func problems(of mappings: [Mapping]) -> [Problem] {
    var seen: Set<GUID> = []
    let distinct = mappings.filter { seen.insert($0.guid).inserted }
    let problems =
      repeated(mappings) + duplicates(distinct) + distinct.flatMap(single) + masks(distinct) + foreignOwner(distinct)
    return problems.sortedBySeverity()
  }

  private static func single(_ mapping: Mapping) -> [Problem] {
    let subject = mapping.guid.description
    if mapping.guid.rawValue == 0 {
      return [
        GUIDMappingProblem.guidZero.found(
          subject, "the GUID is all zero: the adapter has none", fix: ["rdmactl status"])
      ]
    }
    let evidence = ["mac=\(mapping.mac)"] + (mapping.mask.map { ["mask=\($0)"] } ?? [])
    var problems: [Problem] = []
    if mapping.mac.isMulticast {
      problems.append(
        GUIDMappingProblem.macMulticast.found(
          subject, "the MAC address \(mapping.mac) is a multicast address, which no interface may have",
          evidence: evidence, fix: ["rdmactl guid2mac --suggest \(subject)"]))
    }
    if mapping.mac.rawValue == 0 {
      problems.append(
        GUIDMappingProblem.macZero.found(
          subject, "the MAC address is all zero, which no interface may have", evidence: evidence,
          fix: ["rdmactl guid2mac --suggest \(subject)"]))
    }
    if mapping.outcome == .unrecognized { problems.append(local(mapping)) }
    if let mask = mapping.ignoredMask { problems.append(ignored(mask, for: mapping)) }
    if mapping.rule == .ouiTable, mapping.organisation?.knowledge == .newerDriver {
      problems.append(
        GUIDMappingProblem.guidNewerDriver.found(
          subject, "drivers older than NDIS 6 do not know this maker and give a locally administered MAC"))
    }
    return problems
  }

  private static func local(_ mapping: Mapping) -> Problem {
    let guid = mapping.guid.description
    return GUIDMappingProblem.macLocal.found(
      guid,
      "the rules do not recognize this GUID: the MAC is a counter that starts with 1 in each driver load, so "
        + "\(mapping.mac) is only an example",
      fix: ["rdmactl guid2mac \(guid) --mask \(GUIDMask.generic)", "rdmactl guid2mac --suggest \(guid)"])
  }

  private static func ignored(_ mask: GUIDMask, for mapping: Mapping) -> Problem {
    let guid = mapping.guid.description
    return GUIDMappingProblem.maskIgnored.found(
      guid, "mask \(mask) has no effect: the built-in rule \(mapping.rule.rawValue) goes before it",
      evidence: ["mac=\(mapping.mac)", "by_mask=\(mask.mac(of: mapping.guid))"],
      fix: ["rdmactl guid2mac \(guid) --mask \(mask) --rules generic"])
  }

  private static func repeated(_ mappings: [Mapping]) -> [Problem] {
    Dictionary(grouping: mappings, by: \.guid).filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
      GUIDMappingProblem.guidDuplicate.found(
        $0.key.description, "the GUID is there \($0.value.count) times; on a fabric each may be there once")
    }
  }

  private static func duplicates(_ mappings: [Mapping]) -> [Problem] {
    Dictionary(grouping: mappings, by: \.mac).filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
      mac, group in
      let guids = group.map(\.guid.description)
      // A command line of thousands of GUIDs helps nobody.
      let named = guids.count > 8 ? "-" : guids.joined(separator: " ")
      return GUIDMappingProblem.macDuplicate.found(
        mac.description, "\(guids.count) GUIDs get this MAC address: only one of them can be reached",
        evidence: guids.prefix(8).map { "guid=\($0)" }, fix: ["rdmactl guid2mac --suggest \(named)"])
    }
  }

  /// Weaknesses that a mask has whatever the GUID: told once per mask.
  private static func masks(_ mappings: [Mapping]) -> [Problem] {
    let masked = mappings.filter { $0.rule == .mask }
    return Set(masked.compactMap(\.mask)).sorted().flatMap { mask in
      problems(of: mask, example: masked.first { $0.mask == mask }?.guid)
    }
  }

  /// What a valid mask does badly with GUIDs of the usual layout (maker in bytes 0 to 2, card in bytes 5 to 7).
  ///
  /// - Parameter example: a GUID to try a better mask on.
  public static func problems(of mask: GUIDMask, example: GUID? = nil) -> [Problem] {
    var problems: [Problem] = []
    let fix = ["rdmactl guid2mac \(example.map(\.description) ?? "GUID") --mask \(GUIDMask.generic)"]
    if mask.lostLowBytes > 0 {
      let cards = (0..<mask.lostLowBytes).reduce(1) { count, _ in count * 256 }
      problems.append(
        GUIDMappingProblem.maskLosesCards.found(
          mask.description,
          "the mask leaves out \(count(mask.lostLowBytes, "byte")) of the last three: \(cards) cards share one MAC address",
          fix: fix))
    }
    if !mask.keepsOrganisation {
      problems.append(
        GUIDMappingProblem.maskDropsOwner.found(
          mask.description, "the mask leaves out bytes of the first three: the MAC no longer names its maker",
          fix: fix))
    }
    return problems
  }

  /// 00:02:ca is what the readme prints, and it is another company's.
  private static func foreignOwner(_ mappings: [Mapping]) -> [Problem] {
    let guids = mappings.filter { $0.rule == .mellanox0300 && $0.mac.oui == 0x0002ca }.map(\.guid.description)
    guard let first = guids.first else { return [] }
    return [
      GUIDMappingProblem.macForeignOwner.found(
        "00:02:ca", "these first three bytes belong to EndPoints, Inc.; the published driver makes 02:02:c9 instead",
        evidence: guids.prefix(8).map { "guid=\($0)" }, fix: ["rdmactl guid2mac \(first) --rules driver"])
    ]
  }

  private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

extension [Problem] {
  /// Errors, then warnings, then remarks; within each as they were.
  func sortedBySeverity() -> [Problem] {
    Severity.allCases.flatMap { severity in filter { $0.severity == severity } }
  }
}
