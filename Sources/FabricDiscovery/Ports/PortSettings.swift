internal import BinaryLayout
public import InfiniBandWire

/// The PortInfo of a port, as its agent gives it and takes it back.
public struct PortSettings: Sendable, Equatable {
  private typealias Layout = PortInfo.Layout

  /// Codes of LinkSpeedEnabled and LinkSpeedExtEnabled that are no masks. Source: InfiniBand specification vol. 1,
  /// 14.2.5.6, and opensm's `IB_LINK_SPEED_EXT_DISABLE`.
  private enum Code {
    static let noExtendedSpeed: UInt64 = 30
    /// PortState and PortPhysicalState.
    static let down: UInt64 = 1
    static let polling: UInt64 = 2
    static let disabled: UInt64 = 3
    /// IsExtendedSpeedsSupported of CapabilityMask.
    static let extendedSpeeds: UInt32 = 1 << 14
    /// In the attribute modifier: the sender knows extended speeds.
    static let knowsExtendedSpeeds: UInt32 = 1 << 31
  }

  /// A LID of a Set whose port has none of its own: agents refuse 0, and a port of a switch ignores it. Source:
  /// infiniband-diags, ibportstate.c.
  private static let anyLID: UInt64 = 0x1234

  public let facts: PortFacts
  private let bytes: [UInt8]

  /// - Returns: `nil` when the attribute is shorter than a PortInfo.
  init?(_ attribute: ArraySlice<UInt8>) {
    guard let facts = PortFacts(attribute) else { return nil }
    self.facts = facts
    bytes = Array(attribute.prefix(PortInfo.length))
  }

  private func field(_ field: LayoutField) -> UInt64 { field.read(bytes) ?? 0 }

  public var isDisabled: Bool { facts.physicalState == .disabled }
  public var widthsEnabled: [LinkWidth] { LinkWidth.list(facts.widthsEnabled) }
  public var widthsSupported: [LinkWidth] { LinkWidth.list(facts.widthsSupported) }
  public var speedsEnabled: [LinkSpeed] {
    speeds(Layout.linkSpeedEnabled, Layout.linkSpeedExtEnabled, Layout.linkSpeedExtEnabled2)
  }
  public var speedsSupported: [LinkSpeed] {
    speeds(Layout.linkSpeedSupported, Layout.linkSpeedExtSupported, Layout.linkSpeedExtSupported2)
  }
  /// Data lanes: those in use, and those that the port has.
  public var operationalVLs: Int? { PortInfo.virtualLanes(code: field(Layout.operationalVLs)) }
  public var vlCap: Int? { PortInfo.virtualLanes(code: field(Layout.vlCap)) }
  /// In bytes.
  public var mtu: Int? { PortInfo.mtuBytes(code: UInt64(facts.neighborMTU)) }
  public var mtuCap: Int? { PortInfo.mtuBytes(code: UInt64(facts.mtuCap)) }
  /// 0: everybody may read and write without the M_Key being checked for reads; 2 and 3 hide the port.
  public var mKeyProtection: Int { Int(field(Layout.mKeyProtectBits)) }
  /// In seconds; 0: for ever.
  public var mKeyLease: Int { Int(field(Layout.mKeyLeasePeriod)) }

  private func speeds(_ base: LayoutField, _ extended: LayoutField, _ extended2: LayoutField) -> [LinkSpeed] {
    let masks = [field(base), field(extended) == Code.noExtendedSpeed ? 0 : field(extended), field(extended2)]
    return LinkSpeed.bits.filter { masks[$0.mask] & $0.bit != 0 }.map(\.speed)
  }

  // MARK: Sets

  /// What a Set changes.
  public enum Change: Sendable, Equatable {
    /// Down for good, until it is enabled.
    case disable
    /// From disabled to looking for its other end.
    case enable
    /// A new training of the link.
    case retrain
    case widths([LinkWidth])
    case speeds([LinkSpeed])
  }

  /// The attribute's bytes and modifier of the Set that makes `change`: all else stays as it is.
  func set(_ change: Change, port: UInt8) -> (data: [UInt8], modifier: UInt32) {
    var data = bytes
    // 0 in any of these: no change.
    for untouched in [
      Layout.portState, Layout.portPhysicalState, Layout.linkWidthEnabled, Layout.linkSpeedEnabled,
      Layout.linkSpeedExtEnabled, Layout.linkSpeedExtEnabled2,
    ] { untouched.write(0, into: &data) }
    for lid in [Layout.lid, Layout.masterSMLID] where [0, 0xffff].contains(field(lid)) {
      lid.write(Self.anyLID, into: &data)
    }
    switch change {
    case .disable: Layout.portPhysicalState.write(Code.disabled, into: &data)
    case .enable: Layout.portPhysicalState.write(Code.polling, into: &data)
    case .retrain:
      // As a subnet manager does it: PortState down, and from there polling.
      Layout.portState.write(Code.down, into: &data)
      Layout.linkDownDefaultState.write(Code.polling, into: &data)
    case .widths(let widths):
      Layout.linkWidthEnabled.write(UInt64(widths.reduce(0) { $0 | $1.rawValue }), into: &data)
    case .speeds(let speeds):
      var masks: [UInt64] = [0, 0, 0]
      for entry in LinkSpeed.bits where speeds.contains(entry.speed) { masks[entry.mask] |= entry.bit }
      Layout.linkSpeedEnabled.write(masks[0], into: &data)
      let hasExtended = field(Layout.linkSpeedExtSupported) != 0
      Layout.linkSpeedExtEnabled.write(
        masks[1] == 0 && hasExtended ? Code.noExtendedSpeed : masks[1], into: &data)
      Layout.linkSpeedExtEnabled2.write(masks[2], into: &data)
    }
    let extended = facts.capabilityMask & Code.extendedSpeeds != 0 ? Code.knowsExtendedSpeeds : 0
    return (data, UInt32(port) | extended)
  }
}

extension LinkWidth {
  /// The widths of a mask, narrowest first.
  static func list(_ mask: UInt8) -> [LinkWidth] {
    allCases.filter { mask & $0.rawValue != 0 }.sorted { $0.lanes < $1.lanes }
  }
}

extension LinkSpeed {
  /// Each speed's bit in PortInfo's three masks, slowest first. FDR10 has none there. Source: the same.
  fileprivate static let bits: [(speed: LinkSpeed, mask: Int, bit: UInt64)] = [
    (.sdr, 0, 1), (.ddr, 0, 2), (.qdr, 0, 4), (.fdr, 1, 1), (.edr, 1, 2), (.hdr, 1, 4), (.ndr, 1, 8), (.xdr, 2, 1),
  ]
}

extension FabricSession {
  /// The settings of a port as its agent gives them now.
  /// - Returns: the reason instead when it does not.
  public func settings(
    of port: PortReference, in fabric: Fabric
  ) throws(SessionFailure) -> Result<PortSettings, PortRefusal> {
    try exchange(FabricRequest(.subnet(.portInfo), modifier: UInt32(port.port), to: destination(port, fabric)))
  }

  /// Sends a Set to a port.
  /// - Returns: its settings as the agent answered.
  public func set(
    _ change: PortSettings.Change, on port: PortReference, with settings: PortSettings, in fabric: Fabric
  ) throws(SessionFailure) -> Result<PortSettings, PortRefusal> {
    let (data, modifier) = settings.set(change, port: port.port)
    return try exchange(
      FabricRequest(
        .subnet(.portInfo), modifier: modifier, to: destination(port, fabric), method: .set, data: data))
  }

  /// By a route beside the port's own link where there is one: a port that is disabled answers by no other.
  private func destination(_ port: PortReference, _ fabric: Fabric) -> FabricRequest.Destination {
    .directedRoute(fabric.routes(without: port)[port.node] ?? fabric.nodes[port.node].route)
  }

  private func exchange(_ request: FabricRequest) throws(SessionFailure) -> Result<PortSettings, PortRefusal> {
    var result = Result<PortSettings, PortRefusal>.failure(.silent)
    try perform([((), request)]) { _, outcome, _ in
      switch outcome {
      case .answer(let datagram):
        result = PortSettings(datagram.attribute).map { .success($0) } ?? .failure(.silent)
      case .refused(let datagram): result = .failure(.refused(datagram.statusMeaning))
      case .silent: break
      }
    }
    return result
  }
}

/// Why a port did not answer a Get or Set of PortInfo.
public enum PortRefusal: Error, Equatable, Sendable {
  case silent
  case refused(String)
}
