/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
  /// Sixteen bytes; of IPv4 the mapped form `::ffff:a.b.c.d`, which is also its GID.
  public let bytes: [UInt8]

  private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xff, 0xff]

  /// - Parameter bytes: 4 or 16, first on the wire first; any other number gives `nil`.
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self.bytes = Self.mappedPrefix + bytes
    case 16: self.bytes = Array(bytes)
    default: return nil
    }
  }

  /// Reads `192.0.2.10`, `2001:db8::1`, `::ffff:192.0.2.10` and a GID as sysfs spells it. No zone (`%eth0`), no prefix.
  public init?(_ text: some StringProtocol) {
    if let short = Self.dotted(text) {
      self.init(bytes: short)
      return
    }
    guard text.utf8.count <= 45, text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    var text = String(text)
    // The last four bytes may be written as IPv4.
    if let colon = text.lastIndex(of: ":"), let tail = Self.dotted(text[text.index(after: colon)...]) {
      text =
        String(text[...colon])
        + [tail[0..<2], tail[2..<4]].map { pair in
          pair.map { UInt64($0).hexadecimal(digits: 2) }.joined()
        }.joined(separator: ":")
    }
    guard let groups = Self.groups(text) else { return nil }
    self.init(bytes: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] })
  }

  /// The four bytes of an IPv4 address.
  public var ipv4: [UInt8]? { bytes.starts(with: Self.mappedPrefix) ? Array(bytes[12...]) : nil }

  /// `fe80::/10`, and IPv4's `169.254.0.0/16`.
  public var isLinkLocal: Bool {
    if let ipv4 { return ipv4[0] == 169 && ipv4[1] == 254 }
    return bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
  }

  /// An IPv6 link-local address: without its interface nobody knows which link is meant.
  public var needsScope: Bool { ipv4 == nil && isLinkLocal }

  public var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

  /// `127.0.0.0/8` and `::1`.
  public var isLoopback: Bool {
    if let ipv4 { return ipv4[0] == 127 }
    return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  private static func dotted(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part in
      (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func groups(_ text: String) -> [UInt16]? {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    func numbers(_ half: Substring) -> [UInt16]? {
      if half.isEmpty { return [] }
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { part in
        (1...4).contains(part.utf8.count) && part.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d })
          ? UInt16(part, radix: 16) : nil
      }
      return numbers.count == parts.count ? numbers : nil
    }
    switch halves.count {
    case 1:
      guard let all = numbers(halves[0]), all.count == 8 else { return nil }
      return all
    case 2:
      guard let left = numbers(halves[0]), let right = numbers(halves[1]), left.count + right.count <= 7 else {
        return nil
      }
      return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    default: return nil
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// `192.0.2.10`; IPv6 as RFC 5952 writes it: `2001:db8::1`.
  public var description: String {
    if let ipv4 { return ipv4.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    // The longest run of zeros, the first of equal ones, from two on.
    var best = 0..<0
    var start = 0
    while start < 8 {
      let end = groups[start...].firstIndex { $0 != 0 } ?? 8
      if end - start > max(best.count, 1) { best = start..<end }
      start = max(end, start + 1)
    }
    func text(_ range: ArraySlice<UInt16>) -> String { range.map { $0.hexadecimal() }.joined(separator: ":") }
    return best.isEmpty ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }
}
