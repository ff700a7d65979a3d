internal import HostAccess
internal import Vocabulary

/// rtnetlink's view of an interface. Source: `linux/if_link.h`, `linux/rtnetlink.h`.
struct LinkMessage {
  static let newLink: UInt16 = 16
  static let getLink: UInt16 = 18
  static let setLink: UInt16 = 19

  enum Attribute {
    static let name: UInt16 = 3
    static let lower: UInt16 = 5
    static let master: UInt16 = 10
    static let information: UInt16 = 18
    static let extendedMask: UInt16 = 29
    static let lowerNamespace: UInt16 = 37
    static let xdp: UInt16 = 43
    static let minimumMTU: UInt16 = 50
    static let maximumMTU: UInt16 = 51
    static let permanentAddress: UInt16 = 54
  }

  /// Below `information`.
  enum Information {
    static let kind: UInt16 = 1
    static let data: UInt16 = 2
    static let memberKind: UInt16 = 4
  }

  /// A number that is read and set.
  struct Field: Sendable {
    let name: String
    let attribute: UInt16
    /// The attributes with the least and the most.
    var least: UInt16?
    var most: UInt16?
  }

  static let fields = [
    Field(name: "mtu", attribute: 4, least: Attribute.minimumMTU, most: Attribute.maximumMTU),
    Field(name: "txqueuelen", attribute: 13),
    Field(name: "gso-max-segs", attribute: 40, most: 60),
    Field(name: "gso-max-size", attribute: 41, most: 59),
    Field(name: "gro-max-size", attribute: 58),
  ]

  /// `IFLA_IPOIB_MODE`: its number is the place in this list.
  static let ipoibModes = ["datagram", "connected"]
  private static let ipoibMode: UInt16 = 2
  /// What the first attribute of these kinds' own is: IFLA_VLAN_ID, IFLA_IPOIB_PKEY.
  private static let tagged = ["vlan", "ipoib"]
  /// IFLA_LINK of these is the other end, which does not stand below it.
  private static let pairs = ["veth", "netkit", "vxcan"]
  /// RTEXT_FILTER_SKIP_STATS.
  private static let withoutStatistics: UInt32 = 8

  static let request = NetlinkRequest(
    .route, getLink, isDump: true, header: header(index: 0),
    [.number(Attribute.extendedMask, withoutStatistics)],
    nests: NetlinkNests([
      Attribute.information: NetlinkNests([Information.data: NetlinkNests()]), Attribute.xdp: NetlinkNests(),
    ]))

  /// `struct ifinfomsg`: family, type, index, flags, change.
  static func header(index: Int) -> [UInt8] {
    let index = Int32(clamping: index)
    return [0, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) } + [UInt8](repeating: 0, count: 8)
  }

  let index: Int
  /// ARPHRD_*: 1 Ethernet, 32 InfiniBand, 772 loopback.
  let type: UInt16
  let flags: UInt32
  let attributes: [NetlinkAttribute]
  let name: String

  /// - Returns: `nil` for what is no interface with a usable name.
  init?(_ message: NetlinkMessage) {
    let header = message.header
    guard message.command == Self.newLink, header.count >= 16, let name = message.attributes.text(Attribute.name),
      InterfaceFiles.isName(name)
    else { return nil }
    type = UInt16(header[2]) | UInt16(header[3]) << 8
    index = Int(header[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    flags = header[8..<12].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    attributes = message.attributes
    self.name = name
  }

  /// The number of an interface whose name could not be shown or be part of a path: such a name is the work of somebody
  /// who means harm.
  static func nameless(_ message: NetlinkMessage) -> Int? {
    let header = message.header
    guard message.command == newLink, header.count >= 16, let name = message.attributes.bytes(Attribute.name),
      LinkMessage(message) == nil, !name.isEmpty
    else { return nil }
    return Int(header[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
  }

  private var information: [NetlinkAttribute] { attributes.nests(Attribute.information).first ?? [] }
  private var data: [NetlinkAttribute] { information.nests(Information.data).first ?? [] }
  var kind: String? { information.text(Information.kind) }
  var memberKind: String? { information.text(Information.memberKind) }
  var master: Int? { number(Attribute.master) }
  /// The interface it stands on, when that is in this name space.
  var lower: Int? {
    if let kind, Self.pairs.contains(kind) { return nil }
    return attributes.bytes(Attribute.lowerNamespace) == nil ? number(Attribute.lower) : nil
  }
  var tag: Int? {
    guard let kind, Self.tagged.contains(kind) else { return nil }
    return data.number(1).flatMap { Int(exactly: $0) }
  }
  /// IFLA_XDP_ATTACHED.
  var hasXDP: Bool { attributes.nests(Attribute.xdp).first?.number(2) ?? 0 != 0 }
  var permanentMAC: MACAddress? { attributes.bytes(Attribute.permanentAddress).flatMap { MACAddress(bytes: $0) } }

  private func number(_ type: UInt16) -> Int? { attributes.number(type).flatMap { Int(exactly: $0) } }

  var knobs: [Knob: KnobState] {
    var knobs: [Knob: KnobState] = [:]
    for field in Self.fields {
      guard let value = number(field.attribute) else { continue }
      var state = KnobState(String(value))
      // 0: the driver does not tell.
      if let most = field.most.flatMap(number), most > 0 {
        let least = field.least.flatMap(number) ?? 0
        if least <= most { state.range = least...most }
      }
      knobs[Knob(.link, field.name)] = state
    }
    if kind == "ipoib", let mode = data.number(Self.ipoibMode), mode < 2 {
      knobs[Knob(.link, "ipoib-mode")] = KnobState(Self.ipoibModes[mode == 0 ? 0 : 1])
      if mode == 0 { knobs[.mtu]?.reason = "\(LinkRules.datagramMTU) at most in datagram mode" }
    }
    return knobs
  }

  var state: InterfaceState {
    var state = InterfaceState(
      identity: InterfaceIdentity(name: name, index: index, permanentMAC: permanentMAC), knobs: knobs)
    state.kind = kind
    state.isUp = flags & 1 != 0
    state.isLoopback = flags & 8 != 0
    state.isInfiniBand = type == 32
    state.hasXDP = hasXDP
    return state
  }

  /// The messages that set `values`: IPoIB's mode is a matter of its kind and goes first, for it changes the MTU.
  static func setting(_ values: [String: String], on index: Int) throws(NetworkFailure) -> [NetlinkRequest] {
    var requests: [NetlinkRequest] = []
    var attributes: [NetlinkAttribute] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let knob = Knob(.link, name)
      if name == "ipoib-mode" {
        guard let mode = ipoibModes.firstIndex(of: value) else { throw .noValue(value, knob) }
        let data: [NetlinkAttribute] = [.number(ipoibMode, UInt16(clamping: mode))]
        requests.append(
          NetlinkRequest(
            .route, newLink, header: header(index: index),
            [
              NetlinkAttribute(
                Attribute.information,
                .nest([.text(Information.kind, "ipoib"), NetlinkAttribute(Information.data, .nest(data))]))
            ]))
        continue
      }
      guard let field = fields.first(where: { $0.name == name }) else { throw .failed("\(knob) cannot be set") }
      guard let number = UInt32(decimal: value) else { throw .noValue(value, knob) }
      attributes.append(.number(field.attribute, number))
    }
    if !attributes.isEmpty {
      requests.append(NetlinkRequest(.route, setLink, header: header(index: index), attributes))
    }
    return requests
  }
}
