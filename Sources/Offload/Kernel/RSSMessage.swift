internal import HostAccess

/// RSS by ethtool's ioctl: netlink has had it only since Linux 6.2, and to set since 6.17. Source: `linux/ethtool.h`.
struct RSSMessage {
  private enum Command {
    static let getHashFields: UInt32 = 0x29
    static let setHashFields: UInt32 = 0x2a
    static let getRingCount: UInt32 = 0x2d
    static let getTable: UInt32 = 0x46
    static let setTable: UInt32 = 0x47
  }

  /// The kinds of flow whose hashed fields can be set, with their numbers.
  static let flows: [(name: String, number: UInt32)] = [
    ("tcp4", 1), ("udp4", 2), ("sctp4", 3), ("ah4", 4), ("tcp6", 5), ("udp6", 6), ("sctp6", 7), ("ah6", 8),
  ]
  static let fieldsPrefix = "fields-"

  /// `struct ethtool_rxfh` up to the table, `struct ethtool_rxnfc` whole.
  private static let tableHeader = 24
  private static let flowLength = 192
  private static let noChange = UInt32.max
  /// Entries of a table and bytes of a key that are believed.
  private static let largest: UInt32 = 1 << 16
  private static let largestKey: UInt32 = 1 << 12

  let network: any NetworkAccess
  let interface: String
  /// By bit.
  let functions: [String]

  // MARK: reading

  /// - Parameter refused: told what the driver did not answer for another reason than that it cannot.
  /// - Returns: no knobs of a driver without RSS.
  func knobs(_ refused: (NetworkFailure) -> Void) -> [Knob: KnobState] {
    var knobs: [Knob: KnobState] = [:]
    do throws(NetworkFailure) { try readTable(into: &knobs) } catch {
      if !error.isUnsupported { refused(error) }
    }
    for flow in Self.flows {
      do throws(NetworkFailure) {
        let answer = try network.ethtool(interface, Self.flow(Command.getHashFields, flow.number))
        knobs[Knob(.rss, Self.fieldsPrefix + flow.name)] = KnobState(HashFields(bits: Self.data(of: answer)).text)
      } catch {
        // Who does not know TCP over IPv4 knows none.
        if flow.number == 1 { break }
      }
    }
    return knobs
  }

  /// The structure without a table or a key: how many entries there are, how many bytes, and the function.
  private func sizes() throws(NetworkFailure) -> [UInt8] {
    try network.ethtool(interface, Self.words([Command.getTable, 0, 0, 0, 0, 0]))
  }

  private func readTable(into knobs: inout [Knob: KnobState]) throws(NetworkFailure) {
    let sizes = try sizes()
    let (entries, keyLength) = (Self.word(sizes, at: 8), Self.word(sizes, at: 12))
    let functions = Self.word(sizes, at: 16)
    if let bit = (0..<8).first(where: { functions >> $0 & 1 != 0 }), bit < self.functions.count,
      !self.functions[bit].isEmpty
    {
      knobs[Knob(.rss, "function")] = KnobState(self.functions[bit])
    }
    guard entries > 0 || keyLength > 0 else { return }
    guard entries <= Self.largest, keyLength <= Self.largestKey else {
      throw .failed("its RSS table is said to have \(entries) entries and its key \(keyLength) bytes")
    }
    let room = [UInt8](repeating: 0, count: Int(entries) * 4 + Int(keyLength))
    let answer = try network.ethtool(interface, Self.words([Command.getTable, 0, entries, keyLength, 0, 0]) + room)
    guard answer.count == Self.tableHeader + room.count else { throw .failed("its RSS table is cut short") }
    if entries > 0 {
      let table = RSSTable((0..<Int(entries)).map { Self.word(answer, at: Self.tableHeader + $0 * 4) })
      let rings = (try? ringCount()) ?? 0
      knobs[Knob(.rss, "table")] = KnobState(table.text, range: rings > 0 ? 0...(rings - 1) : nil)
    }
    if keyLength > 0 {
      knobs[Knob(.rss, "key")] = KnobState(Self.keyText(answer.suffix(Int(keyLength))))
    }
  }

  /// How many receive queues the table may name.
  func ringCount() throws(NetworkFailure) -> Int {
    let answer = try network.ethtool(interface, Self.flow(Command.getRingCount, 0))
    return Int(min(Self.data(of: answer), UInt64(Self.largest)))
  }

  // MARK: writing

  /// The structures that set `values`: table, key and function in one, the hashed fields of each flow in another.
  ///
  /// A table that is what the kernel would make of an unset one is set by "default" (no entries): the driver would else
  /// keep it when the number of channels changes, which it did not before.
  func structures(for values: [String: String]) throws(NetworkFailure) -> [[UInt8]] {
    var structures: [[UInt8]] = []
    var entries = Self.noChange
    var table: [UInt32] = []
    var key: [UInt8] = []
    var function: UInt32 = 0
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let knob = Knob(.rss, name)
      switch name {
      case "table":
        table = try self.table(value)
        entries = UInt32(clamping: table.count)
      case "key":
        guard let bytes = Self.key(value) else { throw .noValue(value, knob) }
        key = bytes
      case "function":
        guard !value.isEmpty, let bit = functions.firstIndex(of: value), bit < 8 else { throw .noValue(value, knob) }
        function = 1 << UInt32(bit)
      default:
        guard name.hasPrefix(Self.fieldsPrefix),
          let flow = Self.flows.first(where: { $0.name == name.dropFirst(Self.fieldsPrefix.count) })
        else { throw .failed("\(knob) cannot be set") }
        guard let fields = HashFields(value) else { throw .noValue(value, knob) }
        structures.append(Self.flow(Command.setHashFields, flow.number, data: fields.bits))
      }
    }
    if entries != Self.noChange || !key.isEmpty || function != 0 {
      let header = [Command.setTable, 0, entries, UInt32(clamping: key.count), function, 0]
      structures.insert(Self.words(header + table) + key, at: 0)
    }
    return structures
  }

  /// The entries to send: none for the kernel's own table.
  private func table(_ text: String) throws(NetworkFailure) -> [UInt32] {
    if text == "default" { return [] }
    guard let table = RSSTable(text) else { throw .noValue(text, Knob(.rss, "table")) }
    // The kernel takes any table for the usual one when no entries go with it.
    let entries = Self.word(try sizes(), at: 8)
    guard table.queues.count == entries else {
      throw .failed("the RSS table has \(entries) entries, not \(table.queues.count)")
    }
    let usual = RSSTable(size: table.queues.count, inTurnOver: try ringCount())
    return table == usual ? [] : table.queues
  }

  // MARK: structures

  private static func flow(_ command: UInt32, _ flow: UInt32, data: UInt64 = 0) -> [UInt8] {
    let used = words([command, flow, UInt32(truncatingIfNeeded: data), UInt32(truncatingIfNeeded: data >> 32)])
    return used + [UInt8](repeating: 0, count: flowLength - used.count)
  }

  private static func data(of flow: [UInt8]) -> UInt64 { UInt64(word(flow, at: 8)) | UInt64(word(flow, at: 12)) << 32 }

  private static func words(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    guard offset >= 0, offset + 4 <= bytes.count else { return 0 }
    return bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// `6d:5a:56:…`, as ethtool prints and takes it.
  private static func keyText(_ bytes: some Collection<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }

  private static func key(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { $0.count == 2 && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil }
    return bytes.count == parts.count && bytes.count <= Int(largestKey) ? bytes : nil
  }
}

extension NetworkFailure {
  var isUnsupported: Bool {
    if case .refused(let refusal) = self { refusal.isUnsupported } else { false }
  }
}
