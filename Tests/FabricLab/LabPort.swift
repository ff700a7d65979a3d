public import BinaryLayout
internal import InfiniBandWire

/// A port of an in-memory fabric: its PortInfo, as bytes that a test may change field by field, and its counters.
public struct LabPort: Sendable {
  /// 64 bytes.
  public var info: [UInt8]
  /// The other end of a cable that is up.
  public internal(set) var peer: Topology.End?
  /// Whether packets go through the cable: down for a moment, without PortInfo telling of it.
  public var dropsEverything = false
  /// By attribute ID; those that are missing are all 0.
  var counters: [UInt16: [UInt8]] = [:]

  public subscript(_ field: LayoutField) -> UInt64 {
    get { field.read(info) ?? 0 }
    set { field.write(newValue, into: &info) }
  }

  var isUp: Bool {
    peer != nil && !dropsEverything && self[PortInfo.Layout.portPhysicalState] == UInt64(PhysicalState.linkUp.code)
  }
  var isActive: Bool { self[PortInfo.Layout.portState] == UInt64(PortState.active.code) }
  var lid: UInt16 { UInt16(truncatingIfNeeded: self[PortInfo.Layout.lid]) }

  func has(lid: UInt16) -> Bool {
    let first = Int(self.lid)
    return first != 0 && (first..<first + 1 << Int(self[PortInfo.Layout.lmc])).contains(Int(lid))
  }
}

/// Fields of PortInfo that only the lab fills in, as ibsim does. Source: InfiniBand specification vol. 1, 14.2.5.6.
enum LabPortLayout {
  static let mKeyLeasePeriod = LayoutField("M_KeyLeasePeriod", at: 208, bits: 16)
  static let localPortNum = LayoutField("LocalPortNum", at: 224, bits: 8)
  static let linkDownDefaultState = LayoutField("LinkDownDefaultState", at: 268, bits: 4)
  static let vlArbitrationHighCap = LayoutField("VLArbitrationHighCap", at: 312, bits: 8)
  static let vlArbitrationLowCap = LayoutField("VLArbitrationLowCap", at: 320, bits: 8)
  static let guidCap = LayoutField("GUIDCap", at: 400, bits: 8)
}

extension LabPort {
  enum Role { case adapter, switchManagement, switchExternal }

  /// A port as it is before a subnet manager has come, with the values that ibsim gives it.
  init(_ role: Role, link: Topology.Link?, peer: Topology.End?) {
    info = [UInt8](repeating: 0, count: PortInfo.length)
    self.peer = peer
    let isUp = peer != nil || role == .switchManagement
    typealias Layout = PortInfo.Layout
    let state: PortState = role == .switchManagement ? .active : isUp ? .initialized : .down
    self[Layout.portState] = UInt64(state.code)
    self[Layout.portPhysicalState] = UInt64((isUp ? PhysicalState.linkUp : .polling).code)
    self[LabPortLayout.linkDownDefaultState] = 2
    switch role {
    case .adapter:
      self[Layout.capabilityMask] = isUp ? 0x0050_c048 : 0x0010_c048
      self[LabPortLayout.mKeyLeasePeriod] = 0x0ff9
      self[LabPortLayout.guidCap] = 32
      self[Layout.subnetTimeOut] = 31
    case .switchManagement:
      self[Layout.capabilityMask] = 0x0000_c048
      self[LabPortLayout.mKeyLeasePeriod] = 0x0ff9
      self[LabPortLayout.guidCap] = 1
      self[Layout.subnetTimeOut] = 31
    case .switchExternal: break
    }
    self[Layout.neighborMTU] = role == .switchManagement ? 1 : 4
    self[Layout.mtuCap] = role == .switchManagement ? 3 : 4
    self[Layout.vlCap] = 4
    self[Layout.operationalVLs] = 4
    self[LabPortLayout.vlArbitrationHighCap] = 8
    self[LabPortLayout.vlArbitrationLowCap] = 8
    setRate(link)
  }

  /// What a cable is and what its port could do. Both ends are enabled for all that is not above the cable's own width and
  /// speed, and support everything: so ibsim sees it.
  private mutating func setRate(_ link: Topology.Link?) {
    typealias Layout = PortInfo.Layout
    let width = link?.width ?? .x4
    let speed = link?.speed ?? .sdr
    self[Layout.linkWidthSupported] = 31
    self[Layout.linkWidthActive] = UInt64(width.rawValue)
    self[Layout.linkWidthEnabled] = UInt64(link == nil ? 2 : Self.enabledWidths[width] ?? 0)
    self[Layout.linkSpeedSupported] = 7
    let (plain, enabled): (UInt64, UInt64) =
      switch speed {
      case .sdr: (1, 1)
      case .ddr: (2, 3)
      default: (4, 7)
      }
    self[Layout.linkSpeedActive] = plain
    self[Layout.linkSpeedEnabled] = enabled
    let extended: [LinkSpeed: (active: UInt64, enabled: UInt64)] = [
      .fdr: (1, 1), .edr: (2, 3), .hdr: (4, 7), .ndr: (8, 15),
    ]
    guard let extended = extended[speed] else { return }
    self[Layout.linkSpeedExtSupported] = max(7, extended.enabled)
    self[Layout.linkSpeedExtActive] = extended.active
    self[Layout.linkSpeedExtEnabled] = extended.enabled
  }

  private static let enabledWidths: [LinkWidth: UInt8] = [.x1: 1, .x2: 16, .x4: 3, .x8: 4, .x12: 11]
}
