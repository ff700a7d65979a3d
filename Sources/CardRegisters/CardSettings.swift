internal import BinaryLayout

/// The settings of a card as they are read: each setting once for each of its values.
package struct CardSettings: Sendable {
  /// A parameter with its values; `nil` where the card does not tell it.
  package struct Entry: Sendable {
    package let parameter: CardParameter
    package let factory: UInt64?
    package let current: UInt64?
    package let next: UInt64?

    /// The card does not run with the factory's value, or will not after its next start.
    package var differs: Bool {
      [current, factory].contains { $0 != nil && $0 != next } || current != nil && factory != nil && current != factory
    }
  }

  /// In the order of the table.
  package let entries: [Entry]

  package init(of card: RunningCard, ports: Int) throws(CardRegisterError) {
    let modes = try card.settingModes()
    var known: [Key: [UInt8]?] = [:]
    func read(_ type: SettingType, _ size: Int, _ mode: MNVDA.Mode) throws(CardRegisterError) -> [UInt8]? {
      let key = Key(type: type, mode: mode)
      if let bytes = known[key] { return bytes }
      let bytes = try card.setting(type, size: size, mode)
      known[key] = bytes
      return bytes
    }
    var entries: [Entry] = []
    for parameter in CardParameter.all(ports: ports) {
      if let capability = parameter.capability {
        guard let bytes = try read(capability.type, capability.size, .next), capability.field.read(bytes) == 1 else {
          continue
        }
      }
      guard let next = try read(parameter.type, parameter.size, .next) else { continue }
      let factory = modes.contains(.factory) ? try read(parameter.type, parameter.size, .factory) : nil
      let current = modes.contains(.current) ? try read(parameter.type, parameter.size, .current) : nil
      entries.append(
        Entry(
          parameter: parameter, factory: factory.flatMap { parameter.value(in: $0) },
          current: current.flatMap { parameter.value(in: $0) }, next: parameter.value(in: next)))
    }
    self.entries = entries
  }

  private struct Key: Hashable {
    let type: SettingType
    let mode: MNVDA.Mode
  }
}
