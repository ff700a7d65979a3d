/// The parts of a packet that RSS hashes, by the letters that ethtool has for them.
public struct HashFields: Hashable, Sendable {
  /// RXH_* of `linux/ethtool.h`: a bit and its letter.
  private static let letters: [(bit: UInt64, letter: Character)] = [
    (1 << 1, "m"), (1 << 2, "v"), (1 << 3, "t"), (1 << 4, "s"), (1 << 5, "d"), (1 << 6, "f"), (1 << 7, "n"),
    (1 << 31, "r"),
  ]
  private static let none = "none"

  /// As the kernel has it.
  public let bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  /// `sdfn`, `none`, and for bits that have no letter here `sd+0x100`.
  public init?(_ text: some StringProtocol) {
    guard text != Self.none else {
      bits = 0
      return
    }
    let parts = text.split(separator: "+", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !text.isEmpty else { return nil }
    var bits: UInt64 = 0
    for letter in parts[0] {
      guard let known = Self.letters.first(where: { $0.letter == letter }), bits & known.bit == 0 else { return nil }
      bits |= known.bit
    }
    if parts.count == 2 {
      guard parts[1].hasPrefix("0x"), let more = UInt64(parts[1].dropFirst(2), radix: 16) else { return nil }
      bits |= more
    }
    self.bits = bits
  }

  public var text: String {
    var rest = bits
    var text = ""
    for known in Self.letters where rest & known.bit != 0 {
      text.append(known.letter)
      rest &= ~known.bit
    }
    if rest != 0 { text += "+0x" + String(rest, radix: 16) }
    return text.isEmpty ? Self.none : text
  }
}
