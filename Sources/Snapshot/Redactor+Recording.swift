internal import Vocabulary

extension Redactor {
  /// A recording without what identifies its machine.
  /// - Parameters:
  ///   - others: texts that ``redacted(text:words:)`` gets later.
  ///   - answers: what commands printed of the machine, in JSON.
  package mutating func redact(
    _ recording: Recording, log: inout [UInt8], others: [[UInt8]] = [], answers: [[UInt8]] = []
  ) -> Recording {
    learn(recording)
    for json in others + answers { learn(serialsIn: json) }
    for text in [log] + others { learn(text: text, isFree: true) }
    seal()
    log = redacted(text: log, words: true)
    return redacted(recording)
  }

  /// What nobody needs and what identifies a machine only.
  private static let dropped: Set<String> = ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"]

  private enum Content { case numbers, names, free }

  /// What a file holds: of sysfs names stand in few files, elsewhere anywhere.
  private static func content(_ path: String) -> Content {
    let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
    if name == "node_desc" || name == "hostname" { return .names }
    if name == "phys_switch_id" || name == "phys_port_id" { return .free }
    return path.hasPrefix("/sys/") || path.hasPrefix("/proc/sys/") || path.hasPrefix("/dev/") ? .numbers : .free
  }

  // MARK: Learning

  private mutating func learn(_ recording: Recording) {
    if let host = recording.talks.host { learn(word: host) }
    for (path, entry) in recording.files {
      guard case .bytes(let bytes) = entry else { continue }
      let content = Self.content(path)
      if content == .names { learn(description: String(decoding: bytes, as: UTF8.self)) }
      if path.hasSuffix("/config") { learn(configuration: bytes) }
      if String(validating: bytes, as: UTF8.self) != nil { learn(text: bytes, isFree: content == .free) }
      if content == .free { learnHomes(in: bytes) }
    }
    for part in recording.talks.parts {
      let bytes = Hexadecimal.bytes(part.text) ?? []
      learn(text: bytes, isFree: true)
      learnHomes(in: bytes)
    }
    for run in recording.talks.runs { learn(text: Hexadecimal.bytes(run.output) ?? [], isFree: true) }
    for talk in recording.talks.kernel {
      for message in talk.answer ?? [] { learn(message.attributes, isDevlink: talk.family == "generic devlink") }
    }
    for case let answer? in recording.datagrams.values { learn(datagram: answer) }
  }

  /// `host3 mlx5_0`, `MF0;leaf1:MQM8700/U1`, or a name alone; not what makers write.
  private mutating func learn(description: String) {
    let text = description.prefix { $0 != "\0" && $0 != "\n" }
    guard !["Mellanox", "Technologies", "Voltaire", "Aggregation Node"].contains(where: { text.contains($0) }) else {
      return
    }
    if text.hasPrefix("MF0;"), let end = text.firstIndex(of: ":") { return learn(word: text[..<end].dropFirst(4)) }
    if let word = text.split(separator: " ").first { learn(word: word) }
  }

  /// The Device Serial Number of a PCI function, which most makers take from the MAC. Source: PCI Express Base
  /// Specification, 7.9.3: capability 3, its low dword first.
  private mutating func learn(configuration bytes: [UInt8]) {
    var place = 0x100
    for _ in 0..<64 where place >= 0x100 && place + 12 <= bytes.count {
      let header = (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
      if header & 0xffff == 3 {
        learn(guid: (0..<8).reduce(0) { $0 | UInt64(bytes[place + 4 + $1]) << UInt64(8 * $1) })
      }
      place = header >> 20
    }
  }

  private mutating func learnHomes(in bytes: [UInt8]) {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: "/home/")
    for part in parts.dropFirst() { learn(word: part.prefix { $0 != "/" && !$0.isWhitespace && $0 != "\0" }) }
  }

  /// Serial numbers in the information of devlink: DEVLINK_ATTR_INFO_SERIAL_NUMBER and …_BOARD_SERIAL_NUMBER of
  /// linux/devlink.h.
  private static let serials: Set<UInt16> = [99, 146]

  private mutating func learn(_ attributes: [Conversation.Attribute], isDevlink: Bool) {
    for attribute in attributes {
      if let nest = attribute.nest { learn(nest, isDevlink: isDevlink) }
      guard let bytes = attribute.bytes.flatMap(Hexadecimal.bytes) else { continue }
      if isDevlink, Self.serials.contains(attribute.type) {
        learn(word: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
      } else if bytes.count == 6 {
        learn(mac: bytes.reduce(0) { $0 << 8 | UInt64($1) })
      } else if bytes.count == 20 {
        learn(gid: Array(bytes.suffix(16)))
      } else if bytes.last == 0 {
        learn(text: bytes)
      }
    }
  }

  private mutating func learn(datagram: [UInt8]) {
    let data = DatagramBytes.subnetData
    guard DatagramBytes.isSubnet(datagram), datagram.count >= data + 64 else { return }
    func guid(_ offset: Int) -> UInt64 {
      datagram[data + offset..<data + offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    switch DatagramBytes.attribute(datagram) {
    // System image GUID, node GUID, port GUID.
    case DatagramBytes.nodeInfo: for offset in [4, 12, 20] { learn(guid: guid(offset)) }
    case DatagramBytes.smInfo: learn(guid: guid(0))
    case DatagramBytes.guidInfo: for offset in stride(from: 0, to: 64, by: 8) { learn(guid: guid(offset)) }
    case DatagramBytes.nodeDescription:
      learn(description: String(decoding: datagram[data..<data + 64].prefix { $0 != 0 }, as: UTF8.self))
    default: break
    }
  }

  // MARK: Replacing

  private func redacted(_ recording: Recording) -> Recording {
    var result = Recording()
    for (path, entry) in recording.files where !Self.dropped.contains(path) && !path.hasSuffix("/vpd") {
      result.files[text(path)] =
        switch entry {
        case .directory: .directory
        case .link(let target): .link(text(target))
        case .bytes(let bytes): .bytes(redacted(bytes, of: path))
        }
    }
    result.talks = redacted(recording.talks)
    for (key, answer) in recording.datagrams {
      var key = key
      key.request = redacted(bytes: key.request, step: 4)
      result.datagrams[key] = .some(answer.map { redacted(datagram: $0) })
    }
    return result
  }

  private func text(_ text: String) -> String { String(decoding: redacted(text: Array(text.utf8)), as: UTF8.self) }

  private func redacted(_ bytes: [UInt8], of path: String) -> [UInt8] {
    guard String(validating: bytes, as: UTF8.self) != nil, !path.hasSuffix("/config") else {
      return redacted(bytes: bytes)
    }
    return redacted(text: bytes, words: Self.content(path) != .numbers)
  }

  private func redacted(datagram: [UInt8]) -> [UInt8] {
    guard DatagramBytes.isSubnet(datagram), DatagramBytes.attribute(datagram) == DatagramBytes.nodeDescription else {
      return redacted(bytes: datagram, step: 4)
    }
    let data = DatagramBytes.subnetData
    // A name and its other name are equally long: the field keeps its place.
    return Array(datagram[..<data]) + redacted(text: Array(datagram[data...]), words: true)
  }

  private func redacted(_ talks: Conversation) -> Conversation {
    var result = talks
    result.host = talks.host.map { redacted(word: $0) }
    result.namespace?.interfaces = talks.namespace?.interfaces.map(text) ?? []
    result.errors = Dictionary(talks.errors.map { (text($0.key), $0.value) }) { first, _ in first }
    result.permissions = Dictionary(talks.permissions.map { (text($0.key), $0.value) }) { first, _ in first }
    for index in result.parts.indices {
      let bytes = Hexadecimal.bytes(talks.parts[index].text) ?? []
      result.parts[index].text = Hexadecimal.text(redacted(text: bytes, words: true))
    }
    for index in result.runs.indices {
      result.runs[index].output = hex(talks.runs[index].output, words: true)
      result.runs[index].error = hex(talks.runs[index].error, words: true)
      result.runs[index].arguments = talks.runs[index].arguments.map {
        String(decoding: redacted(text: Array($0.utf8), words: true), as: UTF8.self)
      }
    }
    for index in result.kernel.indices {
      let isDevlink = talks.kernel[index].family == "generic devlink"
      result.kernel[index].request.attributes = attributes(talks.kernel[index].request.attributes, isDevlink)
      result.kernel[index].answer = talks.kernel[index].answer?.map { message in
        var message = message
        message.attributes = attributes(message.attributes, isDevlink)
        return message
      }
    }
    for index in result.ethtool.indices {
      result.ethtool[index].interface = text(talks.ethtool[index].interface)
      result.ethtool[index].answer = talks.ethtool[index].answer.flatMap(Hexadecimal.bytes).map {
        Hexadecimal.text(redacted(bytes: $0))
      }
    }
    return result
  }

  private func hex(_ digits: String, words: Bool) -> String {
    Hexadecimal.text(redacted(text: Hexadecimal.bytes(digits) ?? [], words: words))
  }

  private func attributes(_ attributes: [Conversation.Attribute], _ isDevlink: Bool) -> [Conversation.Attribute] {
    attributes.map { attribute in
      var attribute = attribute
      if let nest = attribute.nest {
        attribute.nest = self.attributes(nest, isDevlink)
      } else if let bytes = attribute.bytes.flatMap(Hexadecimal.bytes) {
        let isText = bytes.count > 1 && bytes.last == 0 && bytes.dropLast().allSatisfy { (0x20...0x7e).contains($0) }
        let isSerial = isDevlink && Self.serials.contains(attribute.type)
        attribute.bytes = Hexadecimal.text(
          isText ? redacted(text: bytes, words: isSerial) : redacted(bytes: bytes))
      }
      return attribute
    }
  }
}
