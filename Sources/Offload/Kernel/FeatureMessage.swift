internal import HostAccess

/// Device features: what can be changed, what is wanted and what is in force, each a bit.
struct FeatureMessage {
  /// By bit; empty where the kernel has no name.
  let names: [String]

  /// Asks for the names of features and of hash functions at once.
  static let namesRequest: NetlinkRequest = {
    let sets = [EthtoolMessage.StringSet.features, .hashFunctions].map {
      // ETHTOOL_A_STRINGSETS_STRINGSET, of an ETHTOOL_A_STRINGSET_ID.
      NetlinkAttribute(1, .nest([.number(1, $0.rawValue)]))
    }
    let string = NetlinkNests([1: NetlinkNests()])
    let set = NetlinkNests([3: string])
    return NetlinkRequest(
      .generic(EthtoolMessage.family), EthtoolMessage.getStrings,
      [EthtoolMessage.headerAttribute(nil, flags: 0), NetlinkAttribute(2, .nest(sets))],
      nests: NetlinkNests([1: NetlinkNests(), 2: NetlinkNests([1: set])]))
  }()

  /// The strings of a set by their number; a hole is empty.
  static func names(_ set: EthtoolMessage.StringSet, in answer: NetlinkAnswer) -> [String] {
    // No kernel has as many; the numbers in an answer must not say how much is allocated.
    let limit = 4096
    var names: [String] = []
    for found in answer.messages.flatMap({ $0.attributes.nests(2) }).flatMap({ $0.nests(1) })
    where found.number(1) == UInt64(set.rawValue) {
      for string in found.nests(3).flatMap({ $0.nests(1) }) {
        guard let index = string.number(1).flatMap({ Int(exactly: $0) }), index < limit, let name = string.text(2)
        else { continue }
        while names.count <= index { names.append("") }
        names[index] = name
      }
    }
    return names
  }

  static let bitsetNests = NetlinkNests([
    EthtoolMessage.Features.changeable: NetlinkNests(), EthtoolMessage.Features.wanted: NetlinkNests(),
    EthtoolMessage.Features.active: NetlinkNests(), EthtoolMessage.Features.never: NetlinkNests(),
  ])

  static func request(_ index: Int?) -> NetlinkRequest {
    EthtoolMessage.ask(
      EthtoolMessage.getFeatures, index, flags: EthtoolMessage.Header.compact, nests: bitsetNests)
  }

  /// What is fixed has the value it has: nobody's wish counts.
  func knobs(in attributes: [NetlinkAttribute]) -> [Knob: KnobState] {
    let changeable = Bits(attributes, EthtoolMessage.Features.changeable)
    let wanted = Bits(attributes, EthtoolMessage.Features.wanted)
    let active = Bits(attributes, EthtoolMessage.Features.active)
    let never = Bits(attributes, EthtoolMessage.Features.never)
    var knobs: [Knob: KnobState] = [:]
    for (index, name) in names.enumerated() where !name.isEmpty && index < active.count {
      let isFixed = !changeable[index] || never[index]
      let inForce = active[index] ? "on" : "off"
      knobs[Knob(.feature, name)] = KnobState(
        isFixed ? inForce : wanted[index] ? "on" : "off", active: inForce, isFixed: isFixed)
    }
    return knobs
  }

  /// A message that changes these features and no others.
  static func setting(_ values: [String: String], on index: Int) throws(NetworkFailure) -> NetlinkRequest {
    var bits: [NetlinkAttribute] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let flag = OnOff(value) else { throw .noValue(value, Knob(.feature, name)) }
      var bit: [NetlinkAttribute] = [.text(EthtoolMessage.Bitset.bitName, name)]
      if flag.isOn { bit.append(NetlinkAttribute(EthtoolMessage.Bitset.bitValue, .bytes([]))) }
      bits.append(NetlinkAttribute(EthtoolMessage.Bitset.bit, .nest(bit)))
    }
    return EthtoolMessage.set(
      EthtoolMessage.setFeatures, index,
      [
        NetlinkAttribute(
          EthtoolMessage.Features.wanted, .nest([NetlinkAttribute(EthtoolMessage.Bitset.bits, .nest(bits))]))
      ])
  }
}

/// A compact bit set: words of 32 bits in the machine's order.
private struct Bits {
  let count: Int
  private let bytes: [UInt8]

  init(_ attributes: [NetlinkAttribute], _ type: UInt16) {
    let set = attributes.nests(type).first ?? []
    bytes = set.bytes(EthtoolMessage.Bitset.value) ?? []
    count = min(set.number(EthtoolMessage.Bitset.size).flatMap { Int(exactly: $0) } ?? 0, bytes.count * 8)
  }

  subscript(index: Int) -> Bool {
    index >= 0 && index < count && bytes[index / 8] >> (index % 8) & 1 != 0
  }
}
