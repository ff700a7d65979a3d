internal import BinaryLayout
internal import FabricLab
internal import InfiniBandWire

/// What the proxy looks at in a management datagram within a data datagram of the simulator.
struct Datagram {
  let isResponse: Bool
  let attribute: UInt16
  /// The hops of a directed route.
  let route: [UInt8]?
  /// Of an answer with NodeInfo.
  let nodeGUID: UInt64?
  let modifier: UInt32

  private static let start = SimulatorWire.Data.datagram
  private static let hopCount = start + ManagementDatagram.Layout.hopCount.offset / 8
  private static let method = start + ManagementDatagram.Layout.method.offset / 8
  private static let managementClass = start + ManagementDatagram.Layout.managementClass.offset / 8
  private static let attributeID = start + ManagementDatagram.Layout.attributeID.offset / 8
  /// The entries that count begin with the second.
  private static let firstHop = start + 129
  static let attributeData = start + 64

  /// - Parameters:
  ///   - bytes: at least 288.
  ///   - inDetail: whether anybody asks for the route and the GUID, which cost time.
  init(_ bytes: [UInt8], inDetail: Bool) {
    isResponse = bytes[Self.method] & 0x80 != 0
    attribute = UInt16(bytes[Self.attributeID]) << 8 | UInt16(bytes[Self.attributeID + 1])
    guard inDetail else {
      (route, nodeGUID, modifier) = (nil, nil, 0)
      return
    }
    let kind = ManagementDatagram.Class(rawValue: bytes[Self.managementClass])
    let hops = min(Int(bytes[Self.hopCount]), DirectedRoute.longest)
    route = kind == .subnetDirectedRoute ? Array(bytes[Self.firstHop..<Self.firstHop + hops]) : nil
    modifier = UInt32(truncatingIfNeeded: ManagementDatagram.Layout.attributeModifier.read(bytes[Self.start...]) ?? 0)
    let isNodeInfo =
      isResponse && attribute == ManagementDatagram.SubnetAttribute.nodeInfo.rawValue && kind != .performance
    nodeGUID = isNodeInfo ? NodeInfo.Layout.nodeGUID.read(bytes[Self.attributeData...]) : nil
  }
}
