package import Vocabulary

/// A line of the kernel's log.
package struct KernelMessage: Sendable, Equatable {
  /// Since boot; `nil` where the log does not say.
  package let microseconds: UInt64?
  /// As the log has it, where it keeps the time of day and not the time since boot.
  package let stamp: String?
  package let text: String

  /// A record of `/dev/kmsg` (`4,310,5123,-;text`), a line of dmesg (`[    5.123] text`), or of a syslog file
  /// (`Nov 30 18:16:11 host kernel: [    5.123] text`). Source: the kernel's Documentation/ABI/testing/dev-kmsg.
  package init?(_ bytes: [UInt8]) {
    let line = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
    // Continued lines of a record hold keys.
    guard !line.isEmpty, !line.hasPrefix(" ") else { return nil }
    if let semicolon = line.firstIndex(of: ";"), let (level, time) = Self.head(line[..<semicolon]) {
      // Facilities other than the kernel's are programs that wrote into its log.
      guard level < 8 else { return nil }
      microseconds = time
      stamp = nil
      text = String(line[line.index(after: semicolon)...])
      return
    }
    var rest = line[...]
    var stamp: String?
    if let mark = rest.firstRange(of: " kernel: ") {
      let words = rest[..<mark.lowerBound].split(separator: " ")
      stamp = words.first.map { $0.contains("T") ? String($0) : words.prefix(3).joined(separator: " ") }
      rest = rest[mark.upperBound...]
    }
    self.stamp = stamp
    guard rest.first == "[", let end = rest.firstIndex(of: "]") else {
      microseconds = nil
      text = String(rest)
      return
    }
    let seconds = Double(rest[rest.index(after: rest.startIndex)..<end].drop { $0 == " " })
    microseconds = seconds.flatMap { $0 >= 0 && $0 < 1e12 ? UInt64($0 * 1e6) : nil }
    text = String(rest[rest.index(after: end)...].drop { $0 == " " })
  }

  private static func head(_ text: Substring) -> (level: Int, time: UInt64)? {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 4, let level = Int(fields[0]), UInt64(fields[1]) != nil, let time = UInt64(fields[2]) else {
      return nil
    }
    return (level, time)
  }

  /// The PCI function that the message names.
  package var address: PCIAddress? {
    words.prefix(3).lazy.compactMap { PCIAddress($0.last == ":" ? $0.dropLast() : $0) }.first
  }

  /// The RDMA device of "infiniband rxe0: …".
  package var device: String? {
    let words = words
    guard words.count > 1, words[0] == "infiniband" else { return nil }
    return Self.name(words[1])
  }

  /// The network interface of "mlx5_core 0000:3b:00.0 eth2: …", "mlx4_en: eth2: …" and "ib0: …".
  package var interface: String? {
    let words = words
    guard let first = words.first else { return nil }
    let candidate: Substring?
    if first == "mlx4_en:" {
      candidate = words.dropFirst().first
    } else if first.hasPrefix("mlx5_core") || first.hasPrefix("mlx4_core"), words.count > 2 {
      candidate = words[1].last == ":" ? nil : words[2]
    } else {
      candidate = first.hasPrefix("ib") && !first.hasPrefix("ib_") ? first : nil
    }
    guard let name = candidate.flatMap(Self.name), PCIAddress(name) == nil else { return nil }
    return name
  }

  private var words: [Substring] { text.split(separator: " ", maxSplits: 4) }

  private static func name(_ word: Substring) -> String? {
    guard word.last == ":", word.count > 1, word.count <= 64 else { return nil }
    return String(word.dropLast())
  }
}
