internal import Vocabulary

/// What a module or cable tells of itself.
package struct ModuleFacts: Sendable, Equatable {
  package struct Lane: Sendable, Equatable {
    /// Milliwatt.
    package let receivePower: Double?
    package let transmitPower: Double?
    /// Milliampere.
    package let bias: Double?
  }

  /// `QSFP28`; a number of SFF-8024 where it is not known.
  package let kind: String
  package var vendor: String?
  package var oui: String?
  package var partNumber: String?
  package var revision: String?
  package var serialNumber: String?
  /// `2021-05-15`
  package var date: String?
  package var connector: String?
  package var technology: String?
  /// Metres; `nil` of an optical module without a fixed cable.
  package var length: Double?
  /// Degrees Celsius; `nil` where the module does not measure.
  package var temperature: Double?
  /// Volt.
  package var voltage: Double?
  package var lanes: [Lane] = []
  package var alarms: [String] = []

  /// - Returns: `nil` of memory without its first byte.
  package init?(_ memory: ModuleMemory) {
    guard let identifier = memory.byte(ModulePlace(0)) else { return nil }
    kind = ModuleMap.kinds[identifier] ?? "0x\(identifier.hexadecimal(digits: 2))"
    guard let map = ModuleMap.of(identifier) else { return }
    vendor = Self.text(map.vendor, memory)
    oui = memory.bytes(map.oui).map { $0.map { $0.hexadecimal(digits: 2) }.joined(separator: ":") }
    partNumber = Self.text(map.part, memory)
    revision = Self.text(map.revision, memory)
    serialNumber = Self.text(map.serial, memory)
    date = Self.date(map.date, memory)
    connector = memory.byte(map.connector).map { ModuleMap.connectors[$0] ?? "0x\($0.hexadecimal(digits: 2))" }
    technology = map.technology.flatMap { field in memory.byte(field.place).flatMap(field.words) }
    length = map.lengths.lazy.compactMap { length in memory.byte(length.place).map(length.metres) }.first { $0 > 0 }
    // A cable without a sensor has zeros.
    if let raw = memory.number(map.voltage), raw != 0 {
      voltage = Double(raw) / 10_000
      temperature = memory.number(map.temperature).map { Double(Int16(truncatingIfNeeded: $0)) / 256 }
    }
    let lanes = (0..<map.laneCount).map { lane in
      Lane(
        receivePower: memory.number(map.receivePower.step(lane)).map { Double($0) / 10_000 },
        transmitPower: memory.number(map.transmitPower.step(lane)).map { Double($0) / 10_000 },
        bias: memory.number(map.bias.step(lane)).map { Double($0) / 500 })
    }
    let measures = lanes.contains { ($0.receivePower ?? 0) > 0 || ($0.transmitPower ?? 0) > 0 || ($0.bias ?? 0) > 0 }
    if measures { self.lanes = lanes }
    // Of a passive cable the bits mean nothing.
    guard measures || voltage != nil else { return }
    alarms = map.flags.filter { flag in memory.byte(flag.place).map { $0 >> flag.bit & 1 == 1 } ?? false }.map(\.words)
  }

  private static func text(_ place: ModulePlace, _ memory: ModuleMemory) -> String? {
    guard let bytes = memory.bytes(place) else { return nil }
    let shown = bytes.prefix { $0 != 0 }.map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: "?") }
    let text = String(decoding: shown, as: UTF8.self)
    return text.lastIndex { $0 != " " }.map { String(text[...$0]) }
  }

  /// Two digits each of year, month and day.
  private static func date(_ place: ModulePlace, _ memory: ModuleMemory) -> String? {
    guard let digits = memory.bytes(place), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    return "20\(text.prefix(2))-\(text.dropFirst(2).prefix(2))-\(text.suffix(2))"
  }
}
