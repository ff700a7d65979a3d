public import BinaryLayout

/// A management datagram (MAD) of 256 bytes. Source: InfiniBand specification vol. 1, 13.4.2 and 14.2.1.
public struct ManagementDatagram: Sendable, Equatable {
  public static let length = 256

  /// The fields of the common header, and those of a directed-route SMP.
  public enum Layout {
    public static let baseVersion = LayoutField("BaseVersion", at: 0, bits: 8)
    public static let managementClass = LayoutField("MgmtClass", at: 8, bits: 8)
    public static let classVersion = LayoutField("ClassVersion", at: 16, bits: 8)
    public static let method = LayoutField("Method", at: 24, bits: 8)
    /// Bit 15 is the direction bit of a directed-route SMP.
    public static let status = LayoutField("Status", at: 32, bits: 16)
    public static let hopPointer = LayoutField("HopPointer", at: 48, bits: 8)
    public static let hopCount = LayoutField("HopCount", at: 56, bits: 8)
    public static let transactionID = LayoutField("TransactionID", at: 64, bits: 64)
    public static let attributeID = LayoutField("AttributeID", at: 128, bits: 16)
    public static let attributeModifier = LayoutField("AttributeModifier", at: 160, bits: 32)
    /// Of SMPs alone.
    public static let mKey = LayoutField("M_Key", at: 192, bits: 64)
    public static let directedSourceLID = LayoutField("DrSLID", at: 256, bits: 16)
    public static let directedDestinationLID = LayoutField("DrDLID", at: 272, bits: 16)
  }

  /// Where the attribute stands, in SMPs and in datagrams of performance and device management alike.
  private static let attributeRange = 64..<256
  private static let subnetAttributeRange = 64..<128
  /// Of subnet administration the records begin earlier, and may go on behind the datagram.
  private static let administrationStart = 56
  private static let initialPathRange = 129..<192

  public enum Class: UInt8, Sendable {
    case subnetLIDRouted = 0x01
    case subnetAdministration = 0x03
    case performance = 0x04
    case deviceManagement = 0x06
    case subnetDirectedRoute = 0x81
  }

  public enum Method: UInt8, Sendable {
    case get = 0x01
    case set = 0x02
    case getResponse = 0x81
    /// Of subnet administration: every record that matches.
    case getTable = 0x12
    case getTableResponse = 0x92
  }

  /// Attributes of subnet management. Source: the same, 14.2.5.
  public enum SubnetAttribute: UInt16, Sendable {
    case nodeDescription = 0x0010
    case nodeInfo = 0x0011
    case switchInfo = 0x0012
    case portInfo = 0x0015
    case partitionKeyTable = 0x0016
    case linearForwardingTable = 0x0019
    case multicastForwardingTable = 0x001b
    case smInfo = 0x0020
    /// Mellanox's own: whether a 10.0 Gb/s lane is FDR10.
    case mellanoxExtendedPortInfo = 0xff90
  }

  /// Attributes of performance management. Source: the same, 16.1.3 and 16.1.4.
  public enum PerformanceAttribute: UInt16, Sendable {
    case classPortInfo = 0x0001
    case portCounters = 0x0012
    case portReceiveErrorDetails = 0x0015
    case portTransmitDiscardDetails = 0x0016
    case portCountersExtended = 0x001d
  }

  /// Attributes of subnet administration. Source: the same, 15.2.4.
  public enum AdministrationAttribute: UInt16, Sendable {
    case pathRecord = 0x0035
    case multicastMemberRecord = 0x0038
  }

  /// Attributes of device management. Source: the same, 16.3.3.
  public enum DeviceAttribute: UInt16, Sendable {
    case ioUnitInfo = 0x0010
    case ioControllerProfile = 0x0011
    case serviceEntries = 0x0012
  }

  public let bytes: [UInt8]

  /// - Returns: `nil` when `bytes` is not 256 bytes long; an answer of subnet administration has the length of its
  ///   records.
  public init?(_ bytes: [UInt8]) {
    let isAdministration =
      bytes.count >= Self.administrationStart && bytes[1] == Class.subnetAdministration.rawValue
    guard bytes.count == Self.length || isAdministration else { return nil }
    self.bytes = bytes
  }

  /// An SMP that takes a directed route all the way.
  /// - Parameter data: the attribute's bytes; what is missing of its 64 is 0.
  public static func directedRoute(
    _ attribute: SubnetAttribute, method: Method = .get, modifier: UInt32 = 0, route: DirectedRoute,
    transactionID: UInt32, data: [UInt8] = []
  ) -> Self {
    var bytes = request(.subnetDirectedRoute, method, attribute.rawValue, modifier, transactionID)
    Layout.hopCount.write(UInt64(route.hops.count), into: &bytes)
    // The permissive LID at both ends: the whole way is the directed route.
    Layout.directedSourceLID.write(0xffff, into: &bytes)
    Layout.directedDestinationLID.write(0xffff, into: &bytes)
    put(data, in: subnetAttributeRange, of: &bytes)
    // Entry 0 of the initial path is not used; hop 1 leaves the local port.
    put(route.hops, in: initialPathRange, of: &bytes)
    return Self(filled: bytes)
  }

  /// An SMP that switches forward by its LID.
  public static func lidRouted(
    _ attribute: SubnetAttribute, method: Method = .get, modifier: UInt32 = 0, transactionID: UInt32,
    data: [UInt8] = []
  ) -> Self {
    var bytes = request(.subnetLIDRouted, method, attribute.rawValue, modifier, transactionID)
    put(data, in: subnetAttributeRange, of: &bytes)
    return Self(filled: bytes)
  }

  /// A datagram for the performance management agent of a node.
  public static func performance(
    _ attribute: PerformanceAttribute, method: Method = .get, modifier: UInt32 = 0, transactionID: UInt32,
    data: [UInt8] = []
  ) -> Self {
    var bytes = request(.performance, method, attribute.rawValue, modifier, transactionID)
    put(data, in: attributeRange, of: &bytes)
    return Self(filled: bytes)
  }

  /// A datagram for the subnet administration, which the master subnet manager offers.
  /// - Parameters:
  ///   - components: which fields of the record select (ComponentMask).
  ///   - data: the record.
  public static func administration(
    _ attribute: AdministrationAttribute, method: Method = .get, components: UInt64, transactionID: UInt32,
    data: [UInt8], key: UInt64 = 0
  ) -> Self {
    var bytes = request(.subnetAdministration, method, attribute.rawValue, 0, transactionID)
    Layout.classVersion.write(2, into: &bytes)
    AdministrationHeader.key.write(key, into: &bytes)
    AdministrationHeader.components.write(components, into: &bytes)
    put(data, in: administrationStart..<length, of: &bytes)
    return Self(filled: bytes)
  }

  /// A question to the device management agent of a port: which I/O controllers it has.
  public static func deviceManagement(
    _ attribute: DeviceAttribute, modifier: UInt32 = 0, transactionID: UInt32
  ) -> Self {
    Self(filled: request(.deviceManagement, .get, attribute.rawValue, modifier, transactionID))
  }

  /// The same with a key for the port that protects its settings by one.
  public func with(mKey: UInt64) -> Self {
    var bytes = bytes
    Layout.mKey.write(mKey, into: &bytes)
    return Self(filled: bytes)
  }

  private init(filled bytes: [UInt8]) { self.bytes = bytes }

  private static func put(_ data: [UInt8], in range: Range<Int>, of bytes: inout [UInt8]) {
    for offset in 0..<min(data.count, range.count) { bytes[range.lowerBound + offset] = data[offset] }
  }

  private static func request(
    _ managementClass: Class, _ method: Method, _ attribute: UInt16, _ modifier: UInt32, _ transactionID: UInt32
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    Layout.baseVersion.write(1, into: &bytes)
    Layout.managementClass.write(UInt64(managementClass.rawValue), into: &bytes)
    Layout.classVersion.write(1, into: &bytes)
    Layout.method.write(UInt64(method.rawValue), into: &bytes)
    Layout.transactionID.write(UInt64(transactionID), into: &bytes)
    Layout.attributeID.write(UInt64(attribute), into: &bytes)
    Layout.attributeModifier.write(UInt64(modifier), into: &bytes)
    return bytes
  }

  private func field(_ field: LayoutField) -> UInt64 { field.read(bytes) ?? 0 }

  public var managementClass: UInt8 { UInt8(field(Layout.managementClass)) }
  public var method: UInt8 { UInt8(field(Layout.method)) }
  /// The status without the direction bit; 0 is success.
  public var status: UInt16 { UInt16(field(Layout.status)) & 0x7fff }
  /// Whether the agent asks to be asked later. Source: the same, 13.4.7.
  public var isBusy: Bool { status & 0x1f == 1 }
  /// The kernel and the simulator use the upper half for themselves.
  public var transactionID: UInt32 { UInt32(truncatingIfNeeded: field(Layout.transactionID)) }
  public var attributeID: UInt16 { UInt16(field(Layout.attributeID)) }

  /// The bytes of the attribute.
  public var attribute: ArraySlice<UInt8> {
    if managementClass == Class.subnetAdministration.rawValue { return bytes[Self.administrationStart...] }
    let isSubnet = managementClass & 0x7f == Class.subnetLIDRouted.rawValue
    return bytes[isSubnet ? Self.subnetAttributeRange : Self.attributeRange]
  }

  /// What the status says, in words. Source: the same, 13.4.7.
  public var statusMeaning: String {
    if managementClass == Class.subnetAdministration.rawValue, status & 0xff == 0,
      let meaning = AdministrationHeader.meanings[status >> 8]
    {
      return meaning
    }
    return switch (status & 0x3, status >> 2 & 0x7) {
    case (0, 0): "no error (status \(status))"
    case (_, 1): "class version not supported"
    case (_, 2): "method not supported"
    case (_, 3): "method not supported for this attribute"
    case (_, 7): "a value in the request is not valid"
    case (1, _), (3, _): "busy"
    case (2, _): "redirected elsewhere"
    default: "status \(status)"
    }
  }

  /// Whether this answers `request`: same transaction, same attribute, a response. Whether it is a refusal is
  /// ``status``'s to say.
  public func answers(_ request: ManagementDatagram) -> Bool {
    method == Method.getResponse.rawValue && transactionID == request.transactionID
      && attributeID == request.attributeID
  }
}
