internal import BinaryLayout

/// A parameter with its values; `nil` where the card does not tell it.
package struct SettingEntry: Sendable {
  package let parameter: CardParameter
  package let factory: UInt64?
  package let current: UInt64?
  package let next: UInt64?

  /// The card does not run with the factory's value, or will not after its next start.
  package var differs: Bool {
    [current, factory].contains { $0 != nil && $0 != next } || current != nil && factory != nil && current != factory
  }
}

/// Reads the settings of a card: each setting once for each of its values, until it is written.
package final class CardSettings {
  private let card: RunningCard
  private var known: [Key: SettingData?] = [:]
  private var knownModes: [MNVDA.Mode]?

  private struct Key: Hashable {
    let type: SettingType
    let mode: MNVDA.Mode
  }

  package init(of card: RunningCard) { self.card = card }

  /// The values of parameters, in their order; those that the card does not have are left out.
  package func entries(
    _ parameters: [CardParameter] = CardParameter.all(ports: 2)
  ) throws(CardRegisterError) -> [SettingEntry] {
    var entries: [SettingEntry] = []
    for parameter in parameters {
      guard try has(parameter), let next = try read(parameter, .next) else { continue }
      entries.append(
        SettingEntry(
          parameter: parameter, factory: try read(parameter, .factory), current: try read(parameter, .current),
          next: next))
    }
    return entries
  }

  /// Whether the card has this parameter.
  private func has(_ parameter: CardParameter) throws(CardRegisterError) -> Bool {
    if let capability = parameter.capability {
      guard let able = try value(capability), able != 0 else { return false }
    }
    guard let data = try data(parameter.type, parameter.size, .next) else { return false }
    return data.version >= parameter.sinceVersion
  }

  /// A value of a parameter; `nil` where the card does not tell it.
  package func read(_ parameter: CardParameter, _ mode: MNVDA.Mode) throws(CardRegisterError) -> UInt64? {
    guard try modes().contains(mode) else { return nil }
    return try data(parameter.type, parameter.size, mode).flatMap { parameter.value(in: $0.bytes) }
  }

  /// The largest value that the card takes; `nil` where it does not tell one.
  package func most(_ parameter: CardParameter) throws(CardRegisterError) -> UInt64? {
    guard let limit = parameter.limit, let most = try value(limit) else { return parameter.greatest }
    if let field = parameter.limitValidity,
      try value(CardParameter.Capability(type: limit.type, size: limit.size, field: field)) != 1
    {
      return nil
    }
    // A card that has no limit to tell has zero there.
    return most == 0 ? nil : most
  }

  /// Writes parameters of one setting for the next start.
  package func write(_ values: [(parameter: CardParameter, value: UInt64)]) throws(CardRegisterError) {
    guard let first = values.first?.parameter else { return }
    // What is there now, and not what was there when the plan was made.
    known[Key(type: first.type, mode: .next)] = nil
    guard var data = try data(first.type, first.size, .next) else {
      throw .register(AccessRegister.mnvda.name, status: 7)
    }
    for (parameter, value) in values {
      parameter.field.write(value, into: &data.bytes)
      parameter.validity?.write(1, into: &data.bytes)
    }
    try write(data.bytes, version: data.version, to: first.type)
  }

  /// The bytes of a setting for the next start, as long as the card says; `nil` when it does not have the setting.
  package func raw(_ type: SettingType) throws(CardRegisterError) -> SettingData? {
    try data(type, MNVDA.data.count, .next)
  }

  package func write(_ bytes: [UInt8], version: Int, to type: SettingType) throws(CardRegisterError) {
    known[Key(type: type, mode: .next)] = nil
    try card.write(SettingData(bytes: bytes, version: version), to: type)
  }

  private func value(_ capability: CardParameter.Capability) throws(CardRegisterError) -> UInt64? {
    try data(capability.type, capability.size, .next).flatMap { capability.field.read($0.bytes) }
  }

  private func modes() throws(CardRegisterError) -> [MNVDA.Mode] {
    if let knownModes { return knownModes }
    let modes = try card.settingModes()
    knownModes = modes
    return modes
  }

  private func data(_ type: SettingType, _ size: Int, _ mode: MNVDA.Mode) throws(CardRegisterError) -> SettingData? {
    let key = Key(type: type, mode: mode)
    if let data = known[key] { return data }
    let data = try card.setting(type, size: size, mode)
    known[key] = .some(data)
    return data
  }
}
