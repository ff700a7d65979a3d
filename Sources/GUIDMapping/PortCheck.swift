public import Vocabulary

/// A port of this machine, as far as the checker wants to know it.
public struct LocalPort: Sendable, Equatable {
  public struct Netdev: Sendable, Equatable {
    public let name: String
    /// `nil` for devices without an Ethernet address (IPoIB).
    public let mac: MACAddress?

    public init(name: String, mac: MACAddress?) {
      self.name = name
      self.mac = mac
    }
  }

  /// `mlx4_0/1`
  public let name: String
  public let guid: GUID
  /// Whether the link layer is Ethernet: there the netdev has a MAC of its own, and IPoIB does not run.
  public let isEthernet: Bool
  public let netdevs: [Netdev]
  /// The 20 bytes of the IPoIB interface, where there is one.
  public let ipoibHardwareAddress: [UInt8]?
  /// The 16 bytes of GID 0.
  public let gid0: [UInt8]?
  public let nodeGUID: GUID?
  /// From 1.
  public let number: Int

  public init(
    name: String, guid: GUID, isEthernet: Bool = false, netdevs: [Netdev] = [], ipoibHardwareAddress: [UInt8]? = nil,
    gid0: [UInt8]? = nil, nodeGUID: GUID? = nil, number: Int = 1
  ) {
    self.name = name
    self.guid = guid
    self.isEthernet = isEthernet
    self.netdevs = netdevs
    self.ipoibHardwareAddress = ipoibHardwareAddress
    self.gid0 = gid0
    self.nodeGUID = nodeGUID
    self.number = number
  }
}

/// What the checker says of one port. Source of the three outcomes: the Windows readme, 4.2.3;
/// GUIDToMAC.md#the-checker.
public struct PortVerdict: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The driver's rules give the MAC: nothing to do.
    case recognized
    /// A stored mask gives the MAC.
    case stored
    /// No rule, but a mask works: it can be stored.
    case maskFound = "mask_found"
    /// No rule and no mask: the user must make one.
    case unknown
    /// The link layer is Ethernet: the rules do not matter.
    case ethernet

    /// Whether the port needs nothing from the user.
    public var holds: Bool {
      switch self {
      case .recognized, .stored, .ethernet: true
      case .maskFound, .unknown: false
      }
    }

    /// One line for the manual page.
    public var meaning: String {
      switch self {
      case .recognized: "The rules know the GUID."
      case .stored: "A stored mask makes the MAC address."
      case .maskFound: "The rules do not know the GUID, but a mask works; --apply stores it."
      case .unknown: "Neither the rules nor the checker know the GUID: choose a mask with --suggest."
      case .ethernet: "The link layer is Ethernet: the netdev has a MAC of its own."
      }
    }
  }

  public let port: LocalPort
  public let kind: Kind
  /// What the rules, the stored mask or (for `mask_found`) the found mask gives; `nil` for Ethernet ports.
  public let mapping: Mapping?
  /// The mask to store: for `mask_found`, and for `stored` when another one was given.
  public let maskToStore: GUIDMask?

  /// The MAC of the mapping, or the netdev's own one of an Ethernet port.
  public var mac: MACAddress? {
    mapping.map(\.mac) ?? port.netdevs.lazy.compactMap(\.mac).first
  }
}

/// The checker: judges every port of a machine at once, because MACs must differ among them.
public struct PortChecker: Sendable {
  private let rules: RuleSet
  private let given: GUIDMask?
  private let stored: [GUID: GUIDMask]

  /// - Parameters:
  ///   - given: a mask the user wants for the ports that no rule covers.
  ///   - stored: the masks in force now.
  public init(rules: RuleSet = .readme, given: GUIDMask? = nil, stored: [GUID: GUIDMask] = [:]) {
    self.rules = rules
    self.given = given
    self.stored = stored
  }

  /// - Parameters:
  ///   - ports: those to judge.
  ///   - others: further ports of the machine, whose MACs are taken.
  public func verdicts(for ports: [LocalPort], others: [LocalPort] = []) -> [PortVerdict] {
    var mapper = GUIDMapper(rules: rules, given: nil, stored: stored)
    let plain = ports.map { $0.isEthernet ? nil : mapper.map($0.guid) }
    let everyone = plain.compactMap { $0 } + others.filter { !$0.isEthernet }.map { mapper.map($0.guid) }
    var taken = Dictionary(
      everyone.filter { $0.outcome != .unrecognized }.map { ($0.mac, $0.guid) }, uniquingKeysWith: { first, _ in first }
    )
    return zip(ports, plain).map { port, mapping in
      guard let mapping else { return PortVerdict(port: port, kind: .ethernet, mapping: nil, maskToStore: nil) }
      let verdict = verdict(port, mapping, taken: taken)
      if verdict.kind == .maskFound, let mac = verdict.mac { taken[mac] = port.guid }
      return verdict
    }
  }

  private func verdict(_ port: LocalPort, _ mapping: Mapping, taken: [MACAddress: GUID]) -> PortVerdict {
    switch mapping.outcome {
    case .recognized: return PortVerdict(port: port, kind: .recognized, mapping: mapping, maskToStore: nil)
    case .mask where given == nil || given == mapping.mask:
      return PortVerdict(port: port, kind: .stored, mapping: mapping, maskToStore: nil)
    case .mask, .unrecognized: break
    }
    let others = Set(taken.filter { $0.value != port.guid }.keys)
    guard let mask = given ?? Self.mask(for: port.guid, taken: others) else {
      return PortVerdict(port: port, kind: .unknown, mapping: mapping, maskToStore: nil)
    }
    var mapper = GUIDMapper(rules: rules, given: mask)
    let masked = mapper.map(port.guid)
    let works = MaskAdvice.ranking(for: [port.guid], taken: others).contains { $0.mask == mask && $0.isUsable }
    return PortVerdict(
      port: port, kind: works ? .maskFound : .unknown, mapping: masked, maskToStore: works ? mask : nil)
  }

  /// The mask that the checker knows: 0xe7 for every maker of its table, another one only where 0xe7 gives a MAC that
  /// somebody else has or that no interface may have. `nil` for makers it does not know.
  static func mask(for guid: GUID, taken: Set<MACAddress>) -> GUIDMask? {
    guard Organisation.of(guid) != nil else { return nil }
    let best = MaskAdvice.ranking(for: [guid], taken: taken).first
    return best.flatMap { $0.isUsable ? $0.mask : nil }
  }
}
