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
    public static let directedSourceLID = LayoutField("DrSLID", at: 256, bits: 16)
    public static let directedDestinationLID = LayoutField("DrDLID", at: 272, bits: 16)
  }

  /// Where the attribute stands, in SMPs and in performance management datagrams alike.
  private static let attributeRange = 64..<256
  private static let subnetAttributeRange = 64..<128

  public enum Class: UInt8, Sendable {
    case subnetLIDRouted = 0x01
    case performance = 0x04
    case subnetDirectedRoute = 0x81
  }

  public enum Method: UInt8, Sendable {
    case get = 0x01
    case getResponse = 0x81
  }

  /// Attributes, with the class they belong to. Source: the same, 14.2.5 and 16.1.3.
  public enum Attribute: UInt16, Sendable {
    case nodeInfo = 0x0011
    case portInfo = 0x0015
    case portCounters = 0x0012
  }

  public let bytes: [UInt8]

  /// - Returns: `nil` when `bytes` is not 256 bytes long.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.length else { return nil }
    self.bytes = bytes
  }

  /// A Get of an attribute of the local port: a directed route of no hops.
  public static func localGet(_ attribute: Attribute, modifier: UInt32, transactionID: UInt32) -> Self {
    var bytes = request(.subnetDirectedRoute, attribute, modifier: modifier, transactionID: transactionID)
    // The permissive LID at both ends: the whole way is the directed route.
    Layout.directedSourceLID.write(0xffff, into: &bytes)
    Layout.directedDestinationLID.write(0xffff, into: &bytes)
    return Self(filled: bytes)
  }

  /// A Get(PortCounters) of port `port`, for the performance agent there.
  public static func performanceGet(port: UInt8, transactionID: UInt32) -> Self {
    var bytes = request(.performance, .portCounters, modifier: 0, transactionID: transactionID)
    var attribute = [UInt8](repeating: 0, count: PortCounters.length)
    PortCounters.Layout.portSelect.write(UInt64(port), into: &attribute)
    bytes.replaceSubrange(attributeRange.lowerBound..<attributeRange.lowerBound + attribute.count, with: attribute)
    return Self(filled: bytes)
  }

  private init(filled bytes: [UInt8]) { self.bytes = bytes }

  private static func request(
    _ managementClass: Class, _ attribute: Attribute, modifier: UInt32, transactionID: UInt32
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    Layout.baseVersion.write(1, into: &bytes)
    Layout.managementClass.write(UInt64(managementClass.rawValue), into: &bytes)
    Layout.classVersion.write(1, into: &bytes)
    Layout.method.write(UInt64(Method.get.rawValue), into: &bytes)
    Layout.transactionID.write(UInt64(transactionID), into: &bytes)
    Layout.attributeID.write(UInt64(attribute.rawValue), into: &bytes)
    Layout.attributeModifier.write(UInt64(modifier), into: &bytes)
    return bytes
  }

  private func field(_ field: LayoutField) -> UInt64 { field.read(bytes) ?? 0 }

  public var method: UInt8 { UInt8(field(Layout.method)) }
  /// The status without the direction bit; 0 is success.
  public var status: UInt16 { UInt16(field(Layout.status)) & 0x7fff }
  /// The kernel and the simulator use the upper half for themselves.
  public var transactionID: UInt32 { UInt32(truncatingIfNeeded: field(Layout.transactionID)) }
  public var attributeID: UInt16 { UInt16(field(Layout.attributeID)) }

  /// The bytes of the attribute.
  public var attribute: ArraySlice<UInt8> {
    let isSubnet = UInt8(field(Layout.managementClass)) & 0x7f == Class.subnetLIDRouted.rawValue
    return bytes[isSubnet ? Self.subnetAttributeRange : Self.attributeRange]
  }

  /// What the status says, in words. Source: the same, 13.4.7.
  public var statusMeaning: String {
    switch (status & 0x3, status >> 2 & 0x7) {
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
