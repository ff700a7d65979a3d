extension [NetlinkAttribute] {
  /// The bytes of the first attribute of this type; `nil` without one.
  public func bytes(_ type: UInt16) -> [UInt8]? {
    for attribute in self where attribute.type == type {
      if case .bytes(let bytes) = attribute.value { return bytes }
    }
    return nil
  }

  /// A text: up to its first zero byte, and what is not UTF-8 in it replaced.
  public func text(_ type: UInt16) -> String? {
    bytes(type).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// A number of 1, 2, 4 or 8 bytes; `nil` for any other length.
  public func number(_ type: UInt16) -> UInt64? {
    guard let bytes = bytes(type), [1, 2, 4, 8].contains(bytes.count) else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What stands in each of the nests of this type.
  public func nests(_ type: UInt16) -> [[NetlinkAttribute]] {
    compactMap { attribute in
      if attribute.type == type, case .nest(let members) = attribute.value { members } else { nil }
    }
  }
}

extension NetlinkAttribute {
  /// A text with its zero byte.
  public static func text(_ type: UInt16, _ text: String) -> NetlinkAttribute {
    NetlinkAttribute(type, .bytes(Array(text.utf8) + [0]))
  }

  /// A number in as many bytes as its type has, in the byte order of the machine.
  public static func number(_ type: UInt16, _ value: some FixedWidthInteger & UnsignedInteger) -> NetlinkAttribute {
    let bytes = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return NetlinkAttribute(type, .bytes(bytes))
  }
}
