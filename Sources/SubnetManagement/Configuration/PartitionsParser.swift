internal import Vocabulary

/// Reads partitions.conf line by line, in the order in which opensm does.
struct PartitionsParser {
  private(set) var definitions: [PartitionsConfiguration.Definition] = []
  private(set) var refusal: PartitionsConfiguration.Refusal?
  private(set) var longLines: [Int] = []
  private(set) var loneSemicolons: [Int] = []

  private var open: PartitionsConfiguration.Definition?
  /// Of the members of the open definition that say nothing themselves.
  private var defaultMembership = PartitionsConfiguration.Membership.limited
  private var line = 0
  /// The last line of the open definition.
  private var lastLine: Int?
  private var hasContent = false

  /// opensm counts what it reads at once, which is a line unless that is too long.
  mutating func read(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count, refusal == nil {
      let limit = min(start + PartitionsConfiguration.longestLine, bytes.count)
      let newline = bytes[start..<limit].firstIndex(of: 0x0a)
      line += 1
      if newline == nil, limit < bytes.count { longLines.append(line) }
      let end = newline ?? limit
      readLine(bytes[start..<end].prefix { $0 != 0 && $0 != UInt8(ascii: "#") })
      start = newline.map { $0 + 1 } ?? limit
    }
    if let open { definitions.append(open) }
    open = nil
    if !hasContent, refusal == nil { refusal = .init(reason: .empty, line: max(line, 1), text: "") }
  }

  private mutating func readLine(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes.drop(while: Self.isBlank)
    while !rest.isEmpty, refusal == nil {
      let statement = rest.prefix { $0 != UInt8(ascii: ";") }
      let isTerminated = statement.endIndex < rest.endIndex
      hasContent = true
      if statement.isEmpty { loneSemicolons.append(line) }
      readStatement(statement)
      guard refusal == nil else { return }
      lastLine = line
      if isTerminated, var finished = open {
        finished.isTerminated = true
        definitions.append(finished)
        open = nil
      }
      rest = rest[statement.endIndex...].dropFirst().drop(while: Self.isBlank)
    }
  }

  private mutating func readStatement(_ statement: ArraySlice<UInt8>) {
    guard open == nil else { return readMembers(statement) }
    guard let colon = statement.firstIndex(of: UInt8(ascii: ":")) else {
      return refuse(.noDefinition, Self.text(statement))
    }
    let header = Self.tokens(statement[..<colon])
    var definition = PartitionsConfiguration.Definition(line: line)
    (definition.name, definition.keyText) = (header.first?.name, header.first?.value)
    // A name that starts with a digit is the P_Key.
    if definition.keyText == nil, definition.name?.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
      (definition.name, definition.keyText) = (nil, definition.name)
    }
    if definition.name?.isEmpty == true { definition.name = nil }
    if let keyText = definition.keyText {
      let number = CNumber(keyText)
      guard number.isWhole else { return refuse(.badDefinition, keyText) }
      definition.key = number.value
    }
    definition.flags = header.dropFirst().map { flag($0, of: Self.groupFlags + Self.partitionFlags) }
    open = definition
    defaultMembership = Self.defaultMembership(definition.flags)
    readMembers(statement[(colon + 1)...])
  }

  private mutating func readMembers(_ list: ArraySlice<UInt8>) {
    let tokens = Self.tokens(list)
    for (index, token) in tokens.enumerated() {
      guard token.name != "mgid" else {
        // It takes the rest of the statement for its flags.
        let flags = tokens[(index + 1)...].map { flag($0, of: Self.groupFlags) }
        let group = PartitionsConfiguration.Group(mgid: token.value ?? "", flags: flags, line: line)
        open?.groups.append(group)
        return
      }
      guard let who = Self.who(token.name) else {
        if let last = lastLine, last < line, token.value?.hasPrefix("0x") == true || list.contains(UInt8(ascii: ":")) {
          return refuse(.missingSemicolon(line: last), token.name)
        }
        return refuse(.badPortGUID, token.name)
      }
      guard who != .nobody else { continue }
      let member = PartitionsConfiguration.Member(
        who: who, membership: Self.membership(token.value) ?? defaultMembership, text: token.name,
        membershipText: token.value, line: line)
      open?.members.append(member)
    }
  }

  /// The last `defmember` of the header, limited without one.
  private static func defaultMembership(
    _ flags: [PartitionsConfiguration.Flag]
  ) -> PartitionsConfiguration.Membership {
    let values = flags.filter { $0.name == "defmember" }.map(\.value)
    let known = values.compactMap { value in ["limited", "both", "full"].first { $0.hasPrefix(value ?? "-") } }
    // An empty word is the start of every word; opensm asks for "full" first.
    guard let last = values.last, last != "" else { return values.isEmpty ? .limited : .full }
    return known.last.flatMap(PartitionsConfiguration.Membership.init(rawValue:)) ?? .limited
  }

  private mutating func refuse(_ reason: PartitionsConfiguration.Refusal.Reason, _ text: String) {
    if let open { definitions.append(open) }
    open = nil
    refusal = .init(reason: reason, line: line, text: text)
  }
}

extension PartitionsParser {
  static let groupFlags = ["mtu", "rate", "scope", "Q_Key", "TClass", "sl", "FlowLabel"]
  static let partitionFlags = ["ipoib", "defmember"]

  private struct Token {
    let name: String
    let value: String?
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let start = bytes.drop(while: isBlank)
    let end = start.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start.startIndex
    return String(decoding: start[..<end], as: UTF8.self)
  }

  /// `name=value` with commas between them; the first `=` counts.
  private static func tokens(_ bytes: ArraySlice<UInt8>) -> [Token] {
    bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { part in
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return Token(name: text(part), value: nil) }
      return Token(name: text(part[..<equals]), value: text(part[(equals + 1)...]))
    }
  }

  /// opensm takes every start of a word for the word; `indx0` alone must be whole.
  private func flag(_ token: Token, of names: [String]) -> PartitionsConfiguration.Flag {
    let whole = names.contains("ipoib") && token.name == "indx0" ? "indx0" : nil
    return .init(
      name: names.first { $0.hasPrefix(token.name) } ?? whole, text: token.name, value: token.value, line: line)
  }

  /// `nil` for what opensm refuses.
  private static func who(_ name: String) -> PartitionsConfiguration.Who? {
    if "NONE".hasPrefix(name) { return .nobody }
    let keywords: [(String, PartitionsConfiguration.Who)] = [
      ("ALL", .all), ("ALL_CAS", .channelAdapters), ("ALL_SWITCHES", .switches), ("ALL_ROUTERS", .routers),
      ("SELF", .subnetManager),
    ]
    if let keyword = keywords.first(where: { $0.0.hasPrefix(name) }) { return keyword.1 }
    let number = CNumber(name)
    return number.isWhole && number.value != 0 ? .port(GUID(number.value)) : nil
  }

  /// `nil` where the default of the definition counts.
  private static func membership(_ word: String?) -> PartitionsConfiguration.Membership? {
    guard let word else { return nil }
    if "full".hasPrefix(word) { return .full }
    return "both".hasPrefix(word) ? .both : .limited
  }
}
