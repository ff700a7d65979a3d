internal import HostAccess

/// The family "ethtool" of generic netlink: numbers of commands and attributes. Source: `linux/ethtool_netlink.h`.
enum EthtoolMessage {
  static let family = "ethtool"
  static let getStrings: UInt16 = 1
  static let getLinkModes: UInt16 = 4
  static let getFeatures: UInt16 = 11
  static let setFeatures: UInt16 = 12
  /// The first attribute of every question and answer.
  static let header: UInt16 = 1
  static let speed: UInt16 = 5

  enum Header {
    static let index: UInt16 = 1
    static let name: UInt16 = 2
    static let flags: UInt16 = 3
    /// ETHTOOL_FLAG_COMPACT_BITSETS: bits as words, not as names.
    static let compact: UInt32 = 1
    /// ETHTOOL_FLAG_OMIT_REPLY: no word on what changed.
    static let omitReply: UInt32 = 2
  }

  enum Features {
    static let changeable: UInt16 = 2
    static let wanted: UInt16 = 3
    static let active: UInt16 = 4
    static let never: UInt16 = 5
  }

  enum Bitset {
    static let size: UInt16 = 2
    static let bits: UInt16 = 3
    static let value: UInt16 = 4
    static let bit: UInt16 = 1
    static let bitName: UInt16 = 2
    static let bitValue: UInt16 = 3
  }

  /// ETH_SS_FEATURES and ETH_SS_RSS_HASH_FUNCS of `linux/ethtool.h`.
  enum StringSet: UInt32 {
    case features = 4
    case hashFunctions = 5
  }

  /// Asks for all interfaces, or for one.
  static func ask(
    _ command: UInt16, _ index: Int?, flags: UInt32 = 0, nests: NetlinkNests = NetlinkNests()
  ) -> NetlinkRequest {
    var nests = nests
    nests.members[header] = NetlinkNests()
    return NetlinkRequest(
      .generic(family), command, isDump: index == nil, [headerAttribute(index, flags: flags)], nests: nests)
  }

  /// Sets something on one interface.
  static func set(_ command: UInt16, _ index: Int, _ attributes: [NetlinkAttribute]) -> NetlinkRequest {
    NetlinkRequest(
      .generic(family), command, [headerAttribute(index, flags: Header.omitReply)] + attributes)
  }

  /// Nothing in it is sent as a nest all the same: without one older kernels take a dump for damaged.
  static func headerAttribute(_ index: Int?, flags: UInt32) -> NetlinkAttribute {
    var members: [NetlinkAttribute] = []
    if let index { members.append(.number(Header.index, UInt32(clamping: index))) }
    if flags != 0 { members.append(.number(Header.flags, flags)) }
    return NetlinkAttribute(header, .nest(members))
  }

  /// The index of the interface that an answer is about.
  static func index(of message: NetlinkMessage) -> Int? {
    message.attributes.nests(header).first?.number(Header.index).flatMap { Int(exactly: $0) }
  }
}

/// A kind of settings that one message reads and another writes: an attribute for each.
struct ParameterTable: Sendable {
  struct Field: Sendable {
    enum Form: Sendable {
      case number
      /// A byte: "on" or "off".
      case flag
    }

    let name: String
    let attribute: UInt16
    /// The attribute with the most it takes, where there is one.
    let maximum: UInt16?
    let form: Form

    init(_ name: String, _ attribute: UInt16, max maximum: UInt16? = nil, _ form: Form = .number) {
      self.name = name
      self.attribute = attribute
      self.maximum = maximum
      self.form = form
    }
  }

  let kind: Knob.Kind
  let get: UInt16
  let set: UInt16
  let fields: [Field]

  static let all = [rings, channels, coalesce, pause]

  static func table(of kind: Knob.Kind) -> ParameterTable? { all.first { $0.kind == kind } }

  static let rings = ParameterTable(
    kind: .ring, get: 15, set: 16,
    fields: [
      Field("rx", 6, max: 2), Field("rx-mini", 7, max: 3), Field("rx-jumbo", 8, max: 4), Field("tx", 9, max: 5),
      Field("rx-buf-len", 10), Field("cqe-size", 12), Field("tx-push", 13, .flag),
    ])

  static let channels = ParameterTable(
    kind: .channels, get: 17, set: 18,
    fields: [
      Field("rx", 6, max: 2), Field("tx", 7, max: 3), Field("other", 8, max: 4), Field("combined", 9, max: 5),
    ])

  static let coalesce = ParameterTable(
    kind: .coalesce, get: 19, set: 20,
    fields: [
      Field("rx-usecs", 2), Field("rx-frames", 3), Field("rx-usecs-irq", 4), Field("rx-frames-irq", 5),
      Field("tx-usecs", 6), Field("tx-frames", 7), Field("tx-usecs-irq", 8), Field("tx-frames-irq", 9),
      Field("stats-block-usecs", 10), Field("adaptive-rx", 11, .flag), Field("adaptive-tx", 12, .flag),
      Field("pkt-rate-low", 13), Field("rx-usecs-low", 14), Field("rx-frames-low", 15), Field("tx-usecs-low", 16),
      Field("tx-frames-low", 17), Field("pkt-rate-high", 18), Field("rx-usecs-high", 19),
      Field("rx-frames-high", 20), Field("tx-usecs-high", 21), Field("tx-frames-high", 22),
      Field("sample-interval", 23), Field("cqe-mode-tx", 24, .flag), Field("cqe-mode-rx", 25, .flag),
    ])

  static let pause = ParameterTable(
    kind: .pause, get: 21, set: 22,
    fields: [Field("autoneg", 2, .flag), Field("rx", 3, .flag), Field("tx", 4, .flag)])

  /// The knobs in an answer; a field that the driver does not have is not in it.
  func knobs(in attributes: [NetlinkAttribute]) -> [Knob: KnobState] {
    var knobs: [Knob: KnobState] = [:]
    for field in fields {
      guard let number = attributes.number(field.attribute) else { continue }
      var state = KnobState(field.form == .flag ? (number == 0 ? "off" : "on") : String(number))
      if let most = field.maximum.flatMap(attributes.number).flatMap({ Int(exactly: $0) }) {
        state.range = 0...Swift.max(0, most)
      }
      knobs[Knob(kind, field.name)] = state
    }
    return knobs
  }

  /// The attributes that set `values`, which are texts as ``knobs(in:)`` gives them.
  func attributes(for values: [String: String]) throws(NetworkFailure) -> [NetlinkAttribute] {
    var attributes: [NetlinkAttribute] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let field = fields.first(where: { $0.name == name }) else {
        throw .failed("\(kind.rawValue) has no \(name)")
      }
      switch field.form {
      case .number:
        guard let number = UInt32(decimal: value) else { throw .noValue(value, Knob(kind, name)) }
        attributes.append(.number(field.attribute, number))
      case .flag:
        guard let flag = OnOff(value) else { throw .noValue(value, Knob(kind, name)) }
        attributes.append(.number(field.attribute, UInt8(flag.isOn ? 1 : 0)))
      }
    }
    return attributes
  }
}

/// "on" or "off", and nothing else.
struct OnOff {
  let isOn: Bool

  init?(_ text: String) {
    guard text == "on" || text == "off" else { return nil }
    isOn = text == "on"
  }
}

extension FixedWidthInteger {
  /// A number in digits alone: no sign, no blanks.
  init?(decimal text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.init(text, radix: 10)
  }
}

extension NetworkFailure {
  /// A text that is not for this knob: nothing was sent.
  static func noValue(_ text: String, _ knob: Knob) -> NetworkFailure { .failed("“\(text)” is not a value of \(knob)") }
}
