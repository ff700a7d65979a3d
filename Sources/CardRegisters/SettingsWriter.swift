package import Change
package import Vocabulary

/// Cards that are open for as long as a change looks at them or writes them, by the PCI address of the card.
package final class OpenCards {
  private let open: (String) throws -> (card: RunningCard, close: () -> Void)
  private var cards: [String: (settings: CardSettings, guid: GUID?, close: () -> Void)] = [:]

  init(_ open: @escaping (String) throws -> (card: RunningCard, close: () -> Void)) { self.open = open }

  func close() {
    for card in cards.values { card.close() }
    cards = [:]
  }

  func settings(of address: String) throws -> CardSettings { try opened(address).settings }

  func object(_ address: String) throws -> ChangeObject {
    ChangeObject(address, facts: try opened(address).guid.map { ["guid=\($0)"] } ?? [])
  }

  private func opened(_ address: String) throws -> (settings: CardSettings, guid: GUID?, close: () -> Void) {
    if let card = cards[address] { return card }
    let (card, close) = try open(address)
    do {
      let opened = (settings: CardSettings(of: card), guid: try card.baseGUID(), close: close)
      cards[address] = opened
      return opened
    } catch {
      close()
      throw error
    }
  }
}

/// What is wanted of a card's settings.
package enum SettingsWish: Sendable {
  case set([(name: String, value: String)])
  /// The bytes of settings by their type.
  case raw([(type: SettingType, bytes: [UInt8])])
  /// The factory's values; of every parameter when none is named.
  case reset([String])
}

/// What a change of a card's settings would do.
package struct SettingsPlan: Sendable {
  package struct Row: Sendable {
    package let name: String
    /// As ``CardParameter/words(_:)`` writes them; bytes as hexadecimal digits.
    package let factory: String?
    package let current: String?
    package let before: String
    package let after: String

    package init(name: String, factory: String?, current: String?, before: String, after: String) {
      self.name = name
      self.factory = factory
      self.current = current
      self.before = before
      self.after = after
    }
  }

  package var rows: [Row] = []
  /// Named, and has the wanted value already.
  package var already: [String] = []

  package init() {}
}

/// Changes the settings that a card keeps for the next start of its firmware: `fw config set` and `reset`.
///
/// A place is a parameter by its name, or a setting by the number of its type (`type 0x00000080`).
package struct SettingsWriter: ChangeWriter {
  package let kind = "settings"
  package let action: String
  package let locks: [ChangeLock]
  private let address: String
  private let wish: SettingsWish
  private let lock: (String) -> ChangeLock
  private let open: (ChangePurpose, String) throws -> (card: RunningCard, close: () -> Void)

  private static let rawKey = "type 0x"

  /// - Parameters:
  ///   - address: the PCI address of the card's function 0; empty for undo alone.
  ///   - lock: the lock of the card with an address.
  ///   - open: opens the card with an address; the closure frees it.
  package init(
    _ wish: SettingsWish = .set([]), of address: String = "", lock: @escaping (String) -> ChangeLock,
    open: @escaping (ChangePurpose, String) throws -> (card: RunningCard, close: () -> Void)
  ) {
    self.wish = wish
    self.address = address
    self.lock = lock
    self.open = open
    locks = address.isEmpty ? [] : [lock(address)]
    action = if case .reset = wish { "reset" } else { "set" }
  }

  package func locks(of record: ChangeRecord) -> [ChangeLock] { record.scope.card.map { [lock($0.address)] } ?? [] }

  package func withAccess<Result>(_ purpose: ChangePurpose, _ body: (OpenCards) throws -> Result) throws -> Result {
    let cards = OpenCards { try open(purpose, $0) }
    defer { cards.close() }
    return try body(cards)
  }

  package func plan(_ access: OpenCards) throws -> ChangePlan<SettingsPlan> {
    let settings = try access.settings(of: address)
    let object = try access.object(address)
    var plan = SettingsPlan()
    var steps: [SettingType: [PlannedChange]] = [:]
    func add(_ type: SettingType, _ row: SettingsPlan.Row, key: String?) {
      guard row.before != row.after else { return plan.already.append(row.name) }
      plan.rows.append(row)
      steps[type, default: []].append(
        PlannedChange(
          ChangePlace(object, row.name), before: ChangeValue(row.before), after: ChangeValue(row.after), key: key))
    }
    switch wish {
    case .set(let values):
      for (name, text) in values {
        let entry = try entry(name, settings)
        let value = try value(text, for: entry.parameter, settings)
        add(entry.parameter.type, Self.row(entry, after: value), key: "\(entry.parameter.name)=\(text)")
      }
    case .reset(let names):
      let entries = try names.isEmpty ? settings.entries() : names.map { try self.entry($0, settings) }
      for entry in entries {
        guard let factory = entry.factory else { throw SettingsFailure.noDefaults(address) }
        add(entry.parameter.type, Self.row(entry, after: factory), key: entry.parameter.name)
      }
      if names.isEmpty { plan.already = [] }
    case .raw(let values):
      for (type, bytes) in values {
        let name = Self.rawKey + UInt64(type.rawValue).hexadecimal(digits: 8)
        guard let before = try settings.raw(type) else { throw SettingsFailure.absent(name, address) }
        guard before.bytes.count == bytes.count else {
          throw SettingsFailure.length(name, bytes.count, wanted: before.bytes.count)
        }
        let row = SettingsPlan.Row(
          name: name, factory: nil, current: nil, before: Self.digits(before.bytes), after: Self.digits(bytes))
        add(type, row, key: name)
      }
    }
    let ordered = steps.sorted { $0.key.rawValue < $1.key.rawValue }.map { ChangeStep($0.value) }
    return ChangePlan(
      plan, steps: ordered, subject: address, question: "Write these settings to the card \(address)?",
      card: ChangeScope.Card(guid: object.fact("guid"), address: address))
  }

  private static func row(_ entry: SettingEntry, after: UInt64) -> SettingsPlan.Row {
    let words = entry.parameter.words
    return SettingsPlan.Row(
      name: entry.parameter.name, factory: entry.factory.map(words), current: entry.current.map(words),
      before: words(entry.next ?? 0), after: words(after))
  }

  private func entry(_ name: String, _ settings: CardSettings) throws -> SettingEntry {
    guard let parameter = CardParameter.named(name) else { throw SettingsFailure.unknown(name, address) }
    guard let entry = try settings.entries([parameter]).first else {
      throw SettingsFailure.absent(parameter.name, address)
    }
    return entry
  }

  private func value(_ text: String, for parameter: CardParameter, _ settings: CardSettings) throws -> UInt64 {
    let most = try settings.most(parameter)
    guard let value = parameter.parse(text), value >= parameter.least, value <= most ?? .max else {
      throw SettingsFailure.value(parameter.name, text, allowed: parameter.allowed(most: most))
    }
    return value
  }

  package func read(_ places: Set<ChangePlace>, _ access: OpenCards) throws -> ChangeSnapshot {
    var values: ChangeSnapshot = [:]
    for place in places {
      guard let object = place.object else { continue }
      let settings = try access.settings(of: object.name)
      if let type = Self.type(of: place) {
        values[place] = try settings.raw(type).map { ChangeValue(Self.digits($0.bytes)) }
      } else if let parameter = CardParameter.named(place.key) {
        values[place] = try settings.read(parameter, .next).map { ChangeValue(parameter.words($0)) }
      }
    }
    return values
  }

  /// All changes of a step are of one setting, which is written once; to put back, they come one by one.
  package func write(_ changes: [PlannedChange], _ access: OpenCards, _ log: ChangeLog) throws {
    guard let place = changes.first?.place, let object = place.object else { return }
    let settings = try access.settings(of: object.name)
    if let type = Self.type(of: place) {
      guard let bytes = Self.bytes(changes[0].after.text), let before = try settings.raw(type) else { return }
      return try settings.write(bytes, version: before.version, to: type)
    }
    try settings.write(
      changes.compactMap { change in
        CardParameter.named(change.place.key).flatMap { parameter in
          parameter.parse(change.after.text).map { (parameter, $0) }
        }
      })
  }

  /// Another card in the same slot is not the one that was changed.
  package func locate(
    _ objects: [ChangeObject], isOfThisBoot: Bool, _ access: OpenCards
  ) throws -> [ChangeObject: LocatedObject] {
    var found: [ChangeObject: LocatedObject] = [:]
    for object in objects {
      let now = try access.object(object.name)
      let isSame = object.fact("guid") == nil || object.fact("guid") == now.fact("guid")
      found[object] =
        isSame
        ? LocatedObject(object)
        : LocatedObject(
          nil, remark: "at \(object.name) is another card now: its GUID is \(now.fact("guid") ?? "unknown")")
    }
    return found
  }

  private static func type(of place: ChangePlace) -> SettingType? {
    guard place.key.hasPrefix(rawKey) else { return nil }
    return UInt32(place.key.dropFirst(rawKey.count), radix: 16).map { SettingType(rawValue: $0) }
  }

  private static func digits(_ bytes: [UInt8]) -> String { bytes.map { $0.hexadecimal(digits: 2) }.joined() }

  /// - Returns: `nil` unless the text is pairs of hexadecimal digits.
  package static func bytes(_ digits: String) -> [UInt8]? {
    let text = Array(digits.utf8)
    guard text.count % 2 == 0, !text.isEmpty else { return nil }
    let bytes = stride(from: 0, to: text.count, by: 2).compactMap {
      UInt8(String(decoding: text[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return bytes.count * 2 == text.count ? bytes : nil
  }
}

/// Why settings of a card are not changed.
package enum SettingsFailure: Failure, Equatable {
  /// rdmactl knows no such parameter.
  case unknown(String, String)
  /// This card does not have it.
  case absent(String, String)
  case value(String, String, allowed: String)
  case length(String, Int, wanted: Int)
  /// The card does not tell the factory's values.
  case noDefaults(String)

  package var id: String {
    switch self {
    case .unknown: "config.unknown_parameter"
    case .absent: "config.absent_parameter"
    case .value, .length: "config.bad_value"
    case .noDefaults: "config.no_defaults"
    }
  }

  package var subject: String? {
    switch self {
    case .unknown: nil
    case .value(let name, _, _), .length(let name, _, _): name
    case .absent(_, let address), .noDefaults(let address): address
    }
  }

  package var message: String {
    switch self {
    case .unknown(let name, _):
      "unknown parameter \(Spelling.shown(name))"
        + (Spelling.nearest(to: name.uppercased(), among: CardParameter.all(ports: 2).map(\.name))
          .map { "; did you mean \($0)?" } ?? "")
    case .absent(let name, _): "the card does not have \(name)"
    case .value(_, let text, let allowed): "the value cannot be \(Spelling.shown(text)); allowed: \(allowed)"
    case .length(_, let count, let wanted): "the setting has \(wanted) bytes, not \(count)"
    case .noDefaults: "the card's firmware does not report the factory defaults; set the values by name"
    }
  }

  package var fix: [String] {
    switch self {
    case .unknown(_, let address) where !address.isEmpty: ["rdmactl fw config show -d \(address) --all"]
    case .absent(_, let address): ["rdmactl fw config show -d \(address) --all"]
    default: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .unknown, .value, .length: .usage
    case .absent, .noDefaults: .unsupported
    }
  }
}
