/// The format of a driver message that reports an event.
package struct EventPattern: Sendable {
  /// The module that prints it, as its messages begin: `mlx5_core`.
  package let driver: String
  /// Where the format stands in the kernel's source.
  package let file: String
  /// The kernel's format string, without its line feed.
  package let format: String
  package let kind: EventKind
  /// The last value must be this one: a reason code.
  package let value: UInt64?

  package init(_ driver: String, _ file: String, _ format: String, _ kind: EventKind, value: UInt64? = nil) {
    self.driver = driver
    self.file = file
    self.format = format
    self.kind = kind
    self.value = value
  }

  /// The first event that a message tells of.
  package static func kind(of text: String) -> EventKind? { all.first { $0.matches(text) }?.kind }

  /// Whether a message of the kernel was made with this format.
  package func matches(_ text: String) -> Bool {
    guard Self.heads[driver, default: ["\(driver) ", "\(driver):"]].contains(where: text.hasPrefix),
      driver != "ib_ipoib" || Self.beginsWithInterface(text)
    else { return false }
    let pieces = Self.literals(of: format)
    var rest = text[...]
    for (index, piece) in pieces.enumerated() where !piece.isEmpty {
      let isLast = index == pieces.count - 1
      if isLast {
        guard rest.hasSuffix(piece) else { return false }
        rest = rest.dropLast(piece.count)
      } else {
        guard let found = rest.firstRange(of: piece) else { return false }
        rest = rest[found.upperBound...]
      }
    }
    guard let value else { return true }
    return UInt64(rest.drop { $0 == " " }, radix: 16) == value
  }

  /// "ib0: ", and not the name and number of a process.
  private static func beginsWithInterface(_ text: String) -> Bool {
    guard let head = text.split(separator: " ", maxSplits: 1).first, head.last == ":" else { return false }
    return head.utf8.count <= 16 && !head.contains("[")
  }

  /// How the messages of a driver begin where that is not its name.
  private static let heads: [String: [String]] = [
    "rdma_rxe": ["infiniband "], "ib_srp": ["scsi host", "ib_srp: "], "ib_ipoib": [""],
  ]

  /// What stands between the values of a format; one more than there are values.
  static func literals(of format: String) -> [String] {
    var pieces = [""]
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        pieces[pieces.count - 1].append(character)
        continue
      }
      if rest.first == "%" {
        rest.removeFirst()
        pieces[pieces.count - 1].append("%")
        continue
      }
      rest = rest.drop { "-+ #0123456789.*hlzjt".contains($0) }
      let conversion = rest.popFirst()
      // The kernel's own: %pI6, %pM, %pISpsc. Source: Documentation/core-api/printk-formats.rst.
      if conversion == "p" { rest = rest.drop { $0.isLetter || $0.isNumber } }
      pieces.append("")
    }
    return pieces
  }
}
