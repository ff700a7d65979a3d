internal import BinaryLayout
internal import InfiniBandWire
internal import Vocabulary

/// What a NodeInfo says.
struct NodeAnswer: Equatable {
  var type: UInt8
  var portCount: Int
  var systemImageGUID: GUID
  var guid: GUID
  var portGUID: GUID
  var partitionCap: UInt16
  var deviceID: UInt16
  var revision: UInt32
  /// The port by which the question came in.
  var localPort: UInt8
  var vendorID: UInt32

  /// Ports of a switch beside port 0: 255 means none. Source: InfiniBand specification vol. 1, 14.2.5.3 and 17.2.1.3.
  static let mostPorts = 254

  /// - Returns: `nil` when the attribute is shorter than a NodeInfo.
  init?(_ attribute: ArraySlice<UInt8>) {
    typealias Layout = NodeInfo.Layout
    guard let record = LayoutRecord(attribute, length: NodeInfo.length) else { return nil }
    type = UInt8(record[Layout.nodeType])
    portCount = Int(record[Layout.numPorts])
    systemImageGUID = GUID(record[Layout.systemImageGUID])
    guid = GUID(record[Layout.nodeGUID])
    portGUID = GUID(record[Layout.portGUID])
    partitionCap = UInt16(record[Layout.partitionCap])
    deviceID = UInt16(record[Layout.deviceID])
    revision = UInt32(record[Layout.revision])
    localPort = UInt8(record[Layout.localPortNum])
    vendorID = UInt32(record[Layout.vendorID])
  }

  /// What no node can say, in one sentence; `nil` when there is nothing of the kind.
  /// - Parameter isOrigin: the local agent may be that of port 0 of a switch.
  func flaw(isOrigin: Bool) -> String? {
    if FabricNodeType(rawValue: type) == nil { return "NodeInfo says node type \(type), which is none" }
    if guid.rawValue == 0 { return "NodeInfo says node GUID 0" }
    if !(1...Self.mostPorts).contains(portCount) { return "NodeInfo says \(portCount) ports" }
    let first = isOrigin && type == FabricNodeType.switchNode.rawValue ? 0 : 1
    guard (first...portCount).contains(Int(localPort)) else {
      return "NodeInfo says that port \(localPort) of \(portCount) was asked"
    }
    return nil
  }
}

extension PortFacts {
  /// - Returns: `nil` when the attribute is shorter than a PortInfo.
  init?(_ attribute: ArraySlice<UInt8>) {
    typealias Layout = PortInfo.Layout
    guard let record = LayoutRecord(attribute, length: PortInfo.length) else { return nil }
    self.init()
    state = PortState(code: Int(record[Layout.portState]))
    physicalState = PhysicalState(code: Int(record[Layout.portPhysicalState]))
    lid = UInt16(record[Layout.lid])
    lmc = UInt8(record[Layout.lmc])
    masterSMLID = UInt16(record[Layout.masterSMLID])
    masterSMSL = UInt8(record[Layout.masterSMSL])
    capabilityMask = UInt32(record[Layout.capabilityMask])
    gidPrefix = record[Layout.gidPrefix]
    widthsEnabled = UInt8(record[Layout.linkWidthEnabled])
    widthsSupported = UInt8(record[Layout.linkWidthSupported])
    mtuCap = UInt8(record[Layout.mtuCap])
    neighborMTU = UInt8(record[Layout.neighborMTU])
    enforcesInbound = record[Layout.partitionEnforcementInbound] == 1
    enforcesOutbound = record[Layout.partitionEnforcementOutbound] == 1
    vlCap = UInt8(record[Layout.vlCap])
    operationalVLs = UInt8(record[Layout.operationalVLs])
    mKeyViolations = UInt16(record[Layout.mKeyViolations])
    pKeyViolations = UInt16(record[Layout.pKeyViolations])
    qKeyViolations = UInt16(record[Layout.qKeyViolations])
    fastestEnabled = Self.speed(
      record, Layout.linkSpeedEnabled, Layout.linkSpeedExtEnabled, Layout.linkSpeedExtEnabled2)
    fastestSupported = Self.speed(
      record, Layout.linkSpeedSupported, Layout.linkSpeedExtSupported, Layout.linkSpeedExtSupported2)
    // Width and speed of a port without a link are left over from the last one.
    guard hasLink else { return }
    width = LinkWidth(rawValue: UInt8(record[Layout.linkWidthActive]))
    speed = Self.speed(record, Layout.linkSpeedActive, Layout.linkSpeedExtActive, Layout.linkSpeedExtActive2)
  }

  private static func speed(
    _ record: LayoutRecord, _ field: LayoutField, _ extended: LayoutField, _ extended2: LayoutField
  ) -> LinkSpeed? {
    // 30 of the enabled speeds is no mask: extended speeds are off.
    let code = UInt8(record[extended])
    return LinkSpeed.fastest(
      mask: UInt8(record[field]), extended: code == 30 ? 0 : code, extended2: UInt8(record[extended2]))
  }
}

extension SwitchFacts {
  /// - Returns: `nil` when the attribute is shorter than a SwitchInfo.
  init?(_ attribute: ArraySlice<UInt8>) {
    typealias Layout = SwitchInfo.Layout
    guard let record = LayoutRecord(attribute, length: SwitchInfo.length) else { return nil }
    self.init(
      linearFDBCap: UInt16(record[Layout.linearFDBCap]), linearFDBTop: UInt16(record[Layout.linearFDBTop]),
      multicastFDBCap: UInt16(record[Layout.multicastFDBCap]), enhancedPort0: record[Layout.enhancedPort0] == 1)
    multicastFDBTop = UInt16(record[Layout.multicastFDBTop])
    partitionEnforcementCap = UInt16(record[Layout.partitionEnforcementCap])
  }
}
