public import Vocabulary

extension OpenSMLint {
  /// The findings of a partitions.conf, in the order of its lines.
  ///
  /// - Parameter options: what opensm was set to, for what depends on it.
  public static func problems(
    of partitions: PartitionsConfiguration, options: OpenSMConfiguration? = nil
  ) -> [Problem] {
    let lint = PartitionsLint(partitions: partitions, options: options.map { OpenSMState($0) })
    return (lint.refusal + lint.definitions + lint.defaultPartition).sorted { $0.line < $1.line }.map(\.problem)
  }
}

/// The findings of one partitions.conf.
struct PartitionsLint {
  let partitions: PartitionsConfiguration
  let options: OpenSMState?

  typealias Definition = PartitionsConfiguration.Definition
  typealias Flag = PartitionsConfiguration.Flag

  private func finding(
    _ problem: OpenSMLintProblem, _ line: Int, _ detail: String? = nil, fix: [String] = []
  ) -> LintFinding {
    LintFinding(line: line, problem: problem.at(partitions.file, line, detail: detail, fix: fix))
  }

  var refusal: [LintFinding] {
    let lone = partitions.loneSemicolons.map {
      finding(.loneSemicolon, $0, fix: ["put it at the end of the line before"])
    }
    let long =
      lone
      + partitions.longLines.map {
        finding(.longLine, $0, fix: ["break the list after a comma, into lines of less than 4,000 characters"])
      }
    guard let refusal = partitions.refusal else { return long }
    let (detail, fix): (String, String) =
      switch refusal.reason {
      case .missingSemicolon(let line): ("line \(line) has no ; at its end", "add ; at the end of line \(line)")
      case .noDefinition: ("no : in \(Spelling.shown(refusal.text))", "write name=P_Key : members ;")
      case .badDefinition: ("\(Spelling.shown(refusal.text)) is not a P_Key", "write 0x1 to 0x7fff")
      case .badPortGUID:
        (
          "\(Spelling.shown(refusal.text)) is not a port GUID",
          "write 0x and 16 digits, ALL, ALL_CAS, ALL_SWITCHES or SELF"
        )
      case .empty: ("no definition in the file", "Default=0x7fff,ipoib : ALL=full ;")
      }
    return long + [finding(.partitionsRefused, refusal.line, detail, fix: [fix])]
  }

  var definitions: [LintFinding] {
    var first: [UInt16: Definition] = [:]
    var names: [UInt16: [PartitionsConfiguration.Who.Key: PartitionsConfiguration.Member]] = [:]
    var found: [LintFinding] = []
    for definition in partitions.definitions {
      found += keyFindings(definition) + definition.flags.flatMap(findings(of:))
      found += definition.groups.flatMap(findings(of:)) + definition.members.flatMap(findings(of:))
      let isCutOff = partitions.refusal.map { $0.line == definition.line } ?? false
      if definition.members.isEmpty, definition.partition != 0x7fff, !isCutOff {
        found.append(finding(.emptyPartition, definition.line, definition.title, fix: ["name its members"]))
      }
      if !definition.isTerminated, partitions.refusal == nil {
        found.append(finding(.noTerminator, definition.line, definition.title, fix: ["end it with ;"]))
      }
      guard let key = definition.partition else { continue }
      if let earlier = first[key] {
        found.append(finding(.duplicatePartition, definition.line, "\(definition.title), as in line \(earlier.line)"))
      } else {
        first[key] = definition
      }
      for member in definition.members {
        // Given again with the same membership does no harm; distributions ship it so.
        if let first = names[key]?[member.who.key], first.membership != member.membership {
          let detail =
            "\(Spelling.shown(member.text)) is \(member.membership.rawValue) in partition 0x\(key.hexadecimal()), and "
            + "\(first.membership.rawValue) in line \(first.line)"
          found.append(finding(.duplicateMember, member.line, detail, fix: ["remove one of the two"]))
        }
        names[key, default: [:]][member.who.key] = member
      }
    }
    return found
  }

  private func keyFindings(_ definition: Definition) -> [LintFinding] {
    guard let key = definition.key, let text = definition.keyText else { return [] }
    let shown = Spelling.shown(text)
    // The top bit says full member; it is commonly written and does no harm.
    if (1...0x7fff).contains(key) || (0x8001...0xffff).contains(key) { return [] }
    let detail =
      definition.partition.map { "\(shown) becomes 0x\($0.hexadecimal())" } ?? "\(shown): opensm makes one up"
    return [finding(.badPKey, definition.line, detail, fix: ["write 0x1 to 0x7fff"])]
  }

  private func findings(of member: PartitionsConfiguration.Member) -> [LintFinding] {
    var found: [LintFinding] = []
    if case .port(let guid) = member.who, guid.oui == 0 || guid.rawValue == .max || guid.bytes[0] & 0x01 != 0 {
      found.append(finding(.badGUID, member.line, Spelling.shown(member.text), fix: ["rdmactl fabric discover"]))
    }
    if case .port(let guid) = member.who, guid.rawValue >> 32 != 0, member.text.hasPrefix("0x00"),
      member.text.utf8.count < 18
    {
      let detail = "\(Spelling.shown(member.text)) is 0x\(guid)"
      found.append(finding(.shortGUID, member.line, detail, fix: ["write all 16 digits"]))
    }
    if let keyword = member.who.keyword, keyword != member.text {
      found.append(finding(.shortenedWord, member.line, "\(member.text) is \(keyword)", fix: ["write \(keyword)"]))
    }
    guard let word = member.membershipText, !["full", "limited", "both"].contains(word) else { return found }
    let isStart = ["full", "limited", "both"].contains { $0.hasPrefix(word) }
    let detail = "\(Spelling.shown(member.text))=\(Spelling.shown(word)) is \(member.membership.rawValue)"
    found.append(
      finding(isStart ? .shortenedWord : .badMembership, member.line, detail, fix: ["write full, limited or both"]))
    return found
  }

  private func findings(of group: PartitionsConfiguration.Group) -> [LintFinding] {
    let isMulticast = group.mgid.lowercased().hasPrefix("ff") && group.mgid.contains(":")
    let address =
      isMulticast
      ? [] : [finding(.badMulticastGroup, group.line, Spelling.shown(group.mgid), fix: ["write mgid=ff12:401b::16"])]
    return address + group.flags.flatMap(findings(of:))
  }

  private func findings(of flag: Flag) -> [LintFinding] {
    let shown = flag.value.map { "\(Spelling.shown(flag.text))=\(Spelling.shown($0))" } ?? Spelling.shown(flag.text)
    // A comma too many does nothing.
    if flag.text.isEmpty { return [] }
    guard let name = flag.name else {
      let near = Spelling.nearest(to: flag.text, among: Self.flagNames)
      return [finding(.unknownFlag, flag.line, shown, fix: near.map { ["write \($0) if that is meant"] } ?? [])]
    }
    var found: [LintFinding] = []
    if name != flag.text {
      found.append(finding(.shortenedWord, flag.line, "\(flag.text) is \(name)", fix: ["write \(name)"]))
    }
    if name == "defmember" {
      if !["full", "limited", "both"].contains(flag.value ?? "") {
        found.append(finding(.badFlagValue, flag.line, shown, fix: ["write defmember=full or defmember=limited"]))
      }
    } else if let valid = Self.values[name] {
      let number = CNumber(flag.value ?? "")
      if name == "rate", number.isWhole, Self.newRates.contains(number.value) {
        found.append(finding(.newRate, flag.line, shown, fix: ["write rate=22 (600 Gb/s) or less"]))
      } else if !number.isWhole || !valid.contains(where: { $0.contains(number.value) }) {
        found.append(finding(.badFlagValue, flag.line, shown, fix: Self.advice[name].map { [$0] } ?? []))
      }
    }
    if name == "sl", let options, !options.flag("qos"), CNumber(flag.value ?? "").value != 0 {
      found.append(finding(.noEffect, flag.line, "\(shown), but qos is FALSE", fix: ["qos TRUE in opensm.conf"]))
    }
    return found
  }

  private static let flagNames = PartitionsParser.groupFlags + PartitionsParser.partitionFlags + ["indx0"]

  /// The codes of the specification. Source: InfiniBand Architecture Specification vol. 1, 15.2.5.16 and 15.2.5.17.
  private static let values: [String: [ClosedRange<UInt64>]] = [
    "mtu": [1...5], "rate": [2...22], "scope": [1...14], "sl": [0...15], "Q_Key": [1...0xffff_ffff],
    "TClass": [0...255], "FlowLabel": [0...0xf_ffff],
  ]

  /// 800 and 1200 Gb/s. Source: rdma-core, `enum ibv_rate`.
  private static let newRates: ClosedRange<UInt64> = 23...24

  private static let advice: [String: String] = [
    "mtu": "use one of: 1 (256), 2 (512), 3 (1024), 4 (2048), 5 (4096)",
    "rate": """
    use one of: 2 (2.5 Gb/s), 3 (10), 4 (30), 5 (5), 6 (20), 7 (40), 8 (60), 9 (80), 10 (120), 11 (14), 12 (56), \
    13 (112), 14 (168), 15 (25), 16 (100), 17 (200), 18 (300), 19 (28), 20 (50), 21 (400), 22 (600)
    """,
    "scope": "use one of: 2 (link), 5 (site), 8 (organisation), 14 (global)",
    "sl": "write 0 to 15", "Q_Key": "write 0x1 to 0xffffffff", "TClass": "write 0 to 255",
    "FlowLabel": "write 0 to 0xfffff",
  ]

  /// Who is in 0x7fff. opensm makes every port a limited member of it and its own port a full one; rules come after.
  var defaultPartition: [LintFinding] {
    guard partitions.refusal == nil else { return [] }
    let rules = partitions.definitions.filter { $0.partition == 0x7fff }
    let example = "Default=0x7fff,ipoib : ALL=full ;"
    guard let first = rules.first else {
      return [LintFinding(line: 0, problem: OpenSMLintProblem.noDefaultPartition.at(partitions.file, fix: [example]))]
    }
    var managerIsFull = true
    var hostsAreFull = false
    for member in rules.flatMap(\.members) {
      let isFull = member.membership != .limited
      switch member.who {
      case .all: (managerIsFull, hostsAreFull) = (isFull, isFull)
      case .channelAdapters: (managerIsFull, hostsAreFull) = (isFull, isFull)
      case .subnetManager: managerIsFull = isFull
      case .port: hostsAreFull = hostsAreFull || isFull
      case .switches, .routers, .nobody: break
      }
    }
    var found: [LintFinding] = []
    if !managerIsFull { found.append(finding(.managerNotInDefault, first.line, first.title, fix: ["add SELF=full"])) }
    if !hostsAreFull { found.append(finding(.limitedDefault, first.line, first.title, fix: [example])) }
    return found
  }
}

extension PartitionsConfiguration.Definition {
  /// What to call it.
  fileprivate var title: String { Spelling.shown(name ?? keyText ?? "a definition") }
}

extension PartitionsConfiguration.Who {
  enum Key: Hashable {
    case keyword(String)
    case port(UInt64)
  }

  fileprivate var key: Key {
    if case .port(let guid) = self { .port(guid.rawValue) } else { .keyword(keyword ?? "NONE") }
  }

  /// `nil` for a port.
  fileprivate var keyword: String? {
    switch self {
    case .all: "ALL"
    case .channelAdapters: "ALL_CAS"
    case .switches: "ALL_SWITCHES"
    case .routers: "ALL_ROUTERS"
    case .subnetManager: "SELF"
    case .nobody: "NONE"
    case .port: nil
    }
  }
}
