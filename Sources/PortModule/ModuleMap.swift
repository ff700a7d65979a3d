/// Where a kind of module has what. Sources: SFF-8472 12.4 (SFP), SFF-8636 2.11 (QSFP), CMIS 5.2 (QSFP-DD, OSFP); the numbers
/// of kinds and connectors SFF-8024 4.11.
struct ModuleMap: Sendable {
  /// A bit that is set when something is wrong.
  struct Flag: Sendable {
    let place: ModulePlace
    let bit: Int
    let words: String
  }

  /// Metres, from a byte.
  struct Length: Sendable {
    let place: ModulePlace
    let metres: @Sendable (UInt8) -> Double
  }

  let vendor: ModulePlace
  let oui: ModulePlace
  let part: ModulePlace
  let revision: ModulePlace
  let serial: ModulePlace
  let date: ModulePlace
  let connector: ModulePlace
  let lengths: [Length]
  let technology: (place: ModulePlace, words: @Sendable (UInt8) -> String?)?
  /// 1/256 degree, signed; 100 microvolt.
  let temperature: ModulePlace
  let voltage: ModulePlace
  let laneCount: Int
  /// Of the first lane: a tenth of a microwatt, a tenth of a microwatt, two microampere.
  let receivePower: ModulePlace
  let transmitPower: ModulePlace
  let bias: ModulePlace
  let flags: [Flag]
  /// The pages that the map needs, besides the lower one.
  let pages: [ModulePage]
  /// Only the lower page and page 0 are there.
  let isFlat: (place: ModulePlace, bit: Int)?

  static func of(_ identifier: UInt8) -> ModuleMap? {
    switch identifier {
    case 0x03: sfp
    case 0x0c, 0x0d, 0x11: qsfp
    case 0x18, 0x19, 0x1e: cmis
    default: nil
    }
  }

  static let kinds: [UInt8: String] = [
    0x03: "SFP", 0x0c: "QSFP", 0x0d: "QSFP+", 0x11: "QSFP28", 0x18: "QSFP-DD", 0x19: "OSFP", 0x1e: "QSFP112",
  ]

  static let connectors: [UInt8: String] = [
    0x01: "SC", 0x07: "LC", 0x0b: "optical pigtail", 0x0c: "MPO 1x12", 0x0d: "MPO 2x16", 0x21: "copper pigtail",
    0x22: "RJ45", 0x23: "no separable connector", 0x24: "MXC 2x16", 0x25: "CS", 0x26: "SN", 0x27: "MPO 2x12",
    0x28: "MPO 1x16",
  ]

  private static let sfp = ModuleMap(
    vendor: ModulePlace(20, 16), oui: ModulePlace(37, 3), part: ModulePlace(40, 16), revision: ModulePlace(56, 4),
    serial: ModulePlace(68, 16), date: ModulePlace(84, 6), connector: ModulePlace(2),
    lengths: [
      Length(place: ModulePlace(14)) { Double($0) * 1000 }, Length(place: ModulePlace(18)) { Double($0) },
      Length(place: ModulePlace(19)) { Double($0) * 10 }, Length(place: ModulePlace(16)) { Double($0) * 10 },
    ],
    technology: (
      ModulePlace(8),
      { $0 & 0x04 != 0 ? "passive cable" : $0 & 0x08 != 0 ? "active cable" : nil }
    ),
    temperature: ModulePlace(diagnostics: 96, 2), voltage: ModulePlace(diagnostics: 98, 2), laneCount: 1,
    receivePower: ModulePlace(diagnostics: 104, 2), transmitPower: ModulePlace(diagnostics: 102, 2),
    bias: ModulePlace(diagnostics: 100, 2),
    flags: [
      Flag(place: ModulePlace(diagnostics: 112), bit: 7, words: "temperature too high"),
      Flag(place: ModulePlace(diagnostics: 112), bit: 6, words: "temperature too low"),
      Flag(place: ModulePlace(diagnostics: 112), bit: 5, words: "voltage too high"),
      Flag(place: ModulePlace(diagnostics: 112), bit: 4, words: "voltage too low"),
      Flag(place: ModulePlace(diagnostics: 113), bit: 7, words: "receive power too high"),
      Flag(place: ModulePlace(diagnostics: 113), bit: 6, words: "receive power too low"),
      Flag(place: ModulePlace(diagnostics: 110), bit: 1, words: "no signal received"),
      Flag(place: ModulePlace(diagnostics: 110), bit: 2, words: "transmitter fault"),
    ], pages: [.diagnostics], isFlat: nil)

  private static let qsfp = ModuleMap(
    vendor: ModulePlace(148, 16), oui: ModulePlace(165, 3), part: ModulePlace(168, 16),
    revision: ModulePlace(184, 2), serial: ModulePlace(196, 16), date: ModulePlace(212, 6),
    connector: ModulePlace(130),
    lengths: [
      Length(place: ModulePlace(142)) { Double($0) * 1000 }, Length(place: ModulePlace(143)) { Double($0) * 2 },
      Length(place: ModulePlace(146)) { Double($0) },
    ],
    technology: (
      ModulePlace(147),
      { byte in
        let words = [
          "850 nm VCSEL", "1310 nm VCSEL", "1550 nm VCSEL", "1310 nm FP", "1310 nm DFB", "1550 nm DFB", "1310 nm EML",
          "1550 nm EML", "other", "1490 nm DFB", "copper, unequalized", "copper, passive equalized",
          "copper, equalized at both ends", "copper, equalized at the far end", "copper, equalized at the near end",
          "copper, linear active",
        ]
        return words[Int(byte >> 4)]
      }
    ),
    temperature: ModulePlace(22, 2), voltage: ModulePlace(26, 2), laneCount: 4, receivePower: ModulePlace(34, 2),
    transmitPower: ModulePlace(50, 2), bias: ModulePlace(42, 2),
    flags: (0..<4).flatMap { lane in
      [
        Flag(place: ModulePlace(3), bit: lane, words: "lane \(lane + 1): no signal received"),
        Flag(place: ModulePlace(3), bit: lane + 4, words: "lane \(lane + 1): no signal from the host"),
        Flag(place: ModulePlace(4), bit: lane, words: "lane \(lane + 1): transmitter fault"),
        Flag(place: ModulePlace(5), bit: lane, words: "lane \(lane + 1): receiver not locked"),
      ]
    } + [
      Flag(place: ModulePlace(6), bit: 7, words: "temperature too high"),
      Flag(place: ModulePlace(6), bit: 6, words: "temperature too low"),
      Flag(place: ModulePlace(7), bit: 7, words: "voltage too high"),
      Flag(place: ModulePlace(7), bit: 6, words: "voltage too low"),
    ], pages: [.upper(0)], isFlat: nil)

  private static let cmis = ModuleMap(
    vendor: ModulePlace(129, 16), oui: ModulePlace(145, 3), part: ModulePlace(148, 16),
    revision: ModulePlace(164, 2), serial: ModulePlace(166, 16), date: ModulePlace(182, 6),
    connector: ModulePlace(203),
    lengths: [
      Length(place: ModulePlace(202)) { byte in
        Double(byte & 0x3f) * [0.1, 1, 10, 100][Int(byte >> 6)]
      }
    ],
    technology: (
      ModulePlace(212),
      { byte in
        let words = [
          "850 nm VCSEL", "1310 nm VCSEL", "1550 nm VCSEL", "1310 nm FP", "1310 nm DFB", "1550 nm DFB", "1310 nm EML",
          "1550 nm EML", "other", "1490 nm DFB", "copper, unequalized", "copper, passive equalized",
          "copper, equalized at both ends", "copper, equalized at the far end", "copper, equalized at the near end",
          "copper, linear active", "C-band tunable laser", "L-band tunable laser",
        ]
        return Int(byte) < words.count ? words[Int(byte)] : nil
      }
    ),
    temperature: ModulePlace(14, 2), voltage: ModulePlace(16, 2), laneCount: 8,
    receivePower: ModulePlace(186, 2, page: 0x11), transmitPower: ModulePlace(154, 2, page: 0x11),
    bias: ModulePlace(170, 2, page: 0x11),
    flags: [
      Flag(place: ModulePlace(9), bit: 0, words: "temperature too high"),
      Flag(place: ModulePlace(9), bit: 1, words: "temperature too low"),
      Flag(place: ModulePlace(9), bit: 4, words: "voltage too high"),
      Flag(place: ModulePlace(9), bit: 5, words: "voltage too low"),
    ]
      + (0..<8).flatMap { lane in
        [
          Flag(place: ModulePlace(147, page: 0x11), bit: lane, words: "lane \(lane + 1): no signal received"),
          Flag(place: ModulePlace(148, page: 0x11), bit: lane, words: "lane \(lane + 1): receiver not locked"),
          Flag(place: ModulePlace(135, page: 0x11), bit: lane, words: "lane \(lane + 1): transmitter fault"),
          Flag(place: ModulePlace(136, page: 0x11), bit: lane, words: "lane \(lane + 1): no signal from the host"),
        ]
      }, pages: [.upper(0), .upper(0x11)], isFlat: (ModulePlace(2), 7))
}
