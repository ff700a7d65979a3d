internal import BinaryLayout
internal import CardRegisters
internal import FirmwareImage
internal import Vocabulary

/// A setting as the factory left it.
struct FactorySetting {
  let type: SettingType
  var version: UInt64 = 0
  let dwords: [UInt32]
  /// It tells what the card can do, and cannot be written.
  var isCapability = false

  var bytes: [UInt8] { RegisterEnvelope.bytes(dwords) }

  /// What a card of two ports has. Types, places and bits are those of mstflint's `mlxconfig_host.db`.
  static let all: [SettingType: FactorySetting] = Dictionary(
    uniqueKeysWithValues: (card + [1, 2].flatMap(port)).map { ($0.type, $0) })

  private static let card: [FactorySetting] = [
    // Functions, their memory and interrupts: no virtual functions, BARs of 32 and 2 MiB, 63 and 11 vectors.
    FactorySetting(type: .global(128), dwords: [0x9f00_0000, 0x0002_0000, 11 << 22 | 63 << 12 | 1 << 6 | 5]),
    FactorySetting(
      type: .global(129),
      dwords: [0x9f00_0000, 1 << 31 | 2 << 16 | 127, 0x1ff << 22 | 0x3ff << 12 | 12 << 6 | 12, 0, 0],
      isCapability: true),
    FactorySetting(type: .host(128), dwords: [0x0700_0000]),
    FactorySetting(type: .host(129), dwords: [0x8700_0000], isCapability: true),
    FactorySetting(type: .function(274), dwords: [0]),
    FactorySetting(type: .function(275), dwords: [1 << 28], isCapability: true),
    FactorySetting(type: .global(266), version: 1, dwords: [0, 0]),
    FactorySetting(type: .global(267), dwords: [0x800c_0100], isCapability: true),
    FactorySetting(type: .global(285), dwords: [18, 0]),
    FactorySetting(type: .global(257), dwords: [1 << 26], isCapability: true),
    FactorySetting(type: .function(406), dwords: [1 << 31]),
    FactorySetting(type: .function(545), version: 1, dwords: [1 << 16]),
    FactorySetting(type: .function(405), version: 2, dwords: [0]),
    FactorySetting(type: .function(514), dwords: [0, 0, 0]), FactorySetting(type: .function(518), dwords: [0]),
    FactorySetting(type: .function(546), dwords: [0]), FactorySetting(type: .function(16), dwords: [1 << 10]),
    FactorySetting(type: .function(31), dwords: [1 << 10], isCapability: true),
  ]

  private static func port(_ port: Int) -> [FactorySetting] {
    [
      // Ethernet.
      FactorySetting(type: .port(port, 18), dwords: [2 << 2]),
      FactorySetting(type: .port(port, 263), dwords: [0xff]),
      // Congestion control, with the values that cards of this age come with.
      FactorySetting(
        type: .port(port, 264),
        dwords: [0, 300, 32767, 1, 0, 5, 50, 11, 50, 1, 0, 1019, 1, 4, 1023, 4, 48 << 8 | 6]),
      FactorySetting(type: .port(port, 266), version: 1, dwords: [2 << 28, 0, 0]),
      FactorySetting(
        type: .port(port, 267), version: 1, dwords: [2 << 30 | 2 << 28 | 1 << 27, 0, 0], isCapability: true),
      FactorySetting(type: .port(port, 398), dwords: [0b101]),
      FactorySetting(type: .port(port, 400), version: 3, dwords: [0b10]),
      FactorySetting(type: .port(port, 402), dwords: [3, 0, 0]),
      FactorySetting(type: .port(port, 403), dwords: [7 << 4 | 4], isCapability: true),
    ]
  }
}

/// The settings that differ from the factory's, as dwords that outlive a process: type, whether of the next start, length in
/// bytes, bytes.
struct StoredSettings: Equatable {
  var next: [SettingType: [UInt8]] = [:]
  var current: [SettingType: [UInt8]] = [:]

  init(next: [SettingType: [UInt8]], current: [SettingType: [UInt8]]) {
    self.next = next
    self.current = current
  }

  init(_ dwords: [UInt32]) {
    var rest = dwords[...]
    while rest.count >= 3 {
      let head = Array(rest.prefix(3))
      let count = Int(head[2])
      let bytes = RegisterEnvelope.bytes(Array(rest.dropFirst(3).prefix((count + 3) / 4))).prefix(count)
      let type = SettingType(rawValue: head[0])
      if head[1] == 1 { next[type] = Array(bytes) } else { current[type] = Array(bytes) }
      rest = rest.dropFirst(3 + (count + 3) / 4)
    }
  }

  var dwords: [UInt32] { Self.dwords(current, 0) + Self.dwords(next, 1) }

  private static func dwords(_ settings: [SettingType: [UInt8]], _ kind: UInt32) -> [UInt32] {
    settings.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { type, bytes in
      [type.rawValue, kind, UInt32(bytes.count)]
        + RegisterEnvelope.dwords(bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4))
    }
  }
}

extension Device {
  /// The firmware has started with its settings.
  mutating func startFirmware(_ settings: [SettingType: [UInt8]]) {
    firmware?.nextSettings = settings
    firmware?.currentSettings = settings
  }

  func serveSettingTypes(_ value: inout [UInt8]) -> Status {
    guard let setting = FactorySetting.all[Self.type(MNVQC.type, value)] else { return .done }
    MNVQC.canRead.write(1, into: &value)
    MNVQC.canWrite.write(setting.isCapability ? 0 : 1, into: &value)
    MNVQC.version.write(setting.version, into: &value)
    return .done
  }

  func serveSettingModes(_ value: inout [UInt8]) -> Status {
    MNVGC.readsFactory.write(1, into: &value)
    MNVGC.readsCurrent.write(1, into: &value)
    return .done
  }

  mutating func serveSettingsReset(writes: Bool) -> Status {
    guard writes else { return .method }
    firmware?.nextSettings = [:]
    return .done
  }

  mutating func serveSetting(_ value: inout [UInt8], writes: Bool) -> Status {
    let type = Self.type(MNVDA.type, value)
    if type == .allocatedAddresses {
      // Eight MACs and eight GUIDs, both there.
      if writes { return .permission }
      Self.put(RegisterEnvelope.bytes([3 << 30, 8 << 16 | 8]), version: 0, into: &value)
      return .done
    }
    if type == .baseAddresses { return writes ? .permission : serveBaseAddresses(&value) }
    guard let factory = FactorySetting.all[type] else { return .parameter }
    let size = factory.bytes.count
    if writes {
      guard !factory.isCapability else { return .permission }
      guard MNVDA.length.read(value) == UInt64(size) else { return .length }
      let bytes = Array(value[MNVDA.data.byte..<MNVDA.data.byte + size])
      // The factory's value again is no setting of its own.
      firmware?.nextSettings[type] = bytes == factory.bytes ? nil : bytes
      return .done
    }
    let bytes =
      switch MNVDA.Mode(rawValue: MNVDA.mode.read(value) ?? 0) {
      case .next: firmware?.nextSettings[type] ?? factory.bytes
      case .current: firmware?.currentSettings[type] ?? factory.bytes
      case .factory: factory.bytes
      case nil: [UInt8]()
      }
    Self.put(bytes, version: factory.version, into: &value)
    return .done
  }

  /// The base MAC and GUID, each in two dwords.
  private mutating func serveBaseAddresses(_ value: inout [UInt8]) -> Status {
    guard let facts = runningFacts() else { return .parameter }
    var bytes = [UInt8](repeating: 0, count: 16)
    LayoutField("base_mac", byte: 0, bytes: 8).write(facts.macs.port1?.rawValue ?? 0, into: &bytes)
    LayoutField("base_guid", byte: 8, bytes: 8).write(facts.guids.node?.rawValue ?? 0, into: &bytes)
    Self.put(bytes, version: 0, into: &value)
    return .done
  }

  private static func put(_ bytes: [UInt8], version: UInt64, into value: inout [UInt8]) {
    MNVDA.length.write(UInt64(bytes.count), into: &value)
    MNVDA.version.write(version, into: &value)
    value.replaceSubrange(MNVDA.data.byte..<MNVDA.data.byte + bytes.count, with: bytes)
  }

  private static func type(_ field: LayoutField, _ value: [UInt8]) -> SettingType {
    SettingType(rawValue: UInt32(truncatingIfNeeded: field.read(value) ?? 0))
  }
}
