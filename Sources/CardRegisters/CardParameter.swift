package import BinaryLayout

/// A parameter of a card's settings: where it stands, and what its values mean.
///
/// Names, types, places and values are those of mstflint's public `mlxconfig_host.db`, so that guides and scripts fit.
package struct CardParameter: Sendable {
  package enum Kind: Sendable {
    case flag
    case number
    /// Words for values; a value without one is shown as a number.
    case choice([(word: String, value: UInt64)])
  }

  /// `SRIOV_EN`; of a port with its number: `LINK_TYPE_P1`.
  package let name: String
  package let type: SettingType
  /// Bytes of the setting.
  package let size: Int
  package let field: LayoutField
  package let kind: Kind
  /// Shown only when this bit of another setting is set: the card can do it.
  package let capability: Capability?
  /// A bit of the same setting that says that the value counts; set with each write.
  package let validity: LayoutField?
  /// The field of another setting that has the largest value.
  package let limit: Capability?
  /// A bit beside ``limit``: it counts only when the bit is set.
  package let limitValidity: LayoutField?
  package let least: UInt64
  /// The largest value, where the field could hold a larger one.
  package let greatest: UInt64?
  /// The parameter exists from this version of its setting on.
  package let sinceVersion: Int

  package struct Capability: Sendable {
    package let type: SettingType
    package let size: Int
    package let field: LayoutField
  }

  /// The value of this parameter in the bytes of its setting.
  package func value(in bytes: [UInt8]) -> UInt64? { field.read(bytes) }

  /// `True(1)`, `ETH(2)`, `63`: as mstconfig writes it.
  package func words(_ value: UInt64) -> String {
    switch kind {
    case .flag: value == 0 ? "False(0)" : "True(1)"
    case .number: "\(value)"
    case .choice(let words): words.first { $0.value == value }.map { "\($0.word)(\(value))" } ?? "\(value)"
    }
  }

  /// The value that a person means: a word in any case, a number (also hexadecimal), or both as ``words(_:)`` writes them.
  package func parse(_ text: String) -> UInt64? {
    var text = text.lowercased()
    if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
      let number = parse(String(text[text.index(after: open)...].dropLast()))
      return number.flatMap { words($0).lowercased() == text ? $0 : nil }
    }
    if case .flag = kind, let value = Self.flagWords[text] { return value }
    if case .choice(let words) = kind, let found = words.first(where: { $0.word.lowercased() == text }) {
      return found.value
    }
    let isHexadecimal = text.hasPrefix("0x")
    if isHexadecimal { text.removeFirst(2) }
    guard let number = UInt64(text, radix: isHexadecimal ? 16 : 10) else { return nil }
    switch kind {
    case .flag: return number < 2 ? number : nil
    case .choice(let words): return words.contains { $0.value == number } ? number : nil
    case .number: return number <= field.largest ? number : nil
    }
  }

  private static let flagWords: [String: UInt64] = [
    "true": 1, "false": 0, "on": 1, "off": 0, "yes": 1, "no": 0, "enable": 1, "disable": 0,
  ]

  /// `True(1) or False(0)`, `IB(1), ETH(2)`, `0 to 127`
  /// - Parameter most: the largest value that the card takes, where it tells one.
  package func allowed(most: UInt64?) -> String {
    switch kind {
    case .flag: "False(0), True(1)"
    case .number: "\(least) to \(most ?? field.largest)"
    case .choice(let choices):
      choices.map(\.value).filter { $0 <= most ?? .max && $0 >= least }.map(words).joined(separator: ", ")
    }
  }
}

extension LayoutField {
  fileprivate var largest: UInt64 { .max >> UInt64(64 - width) }
}
