public import BinaryLayout

/// The NodeInfo attribute. Source: InfiniBand specification vol. 1, 14.2.5.3.
public enum NodeInfo {
  public static let length = 40

  public enum Layout {
    public static let nodeType = LayoutField("NodeType", at: 16, bits: 8)
    public static let numPorts = LayoutField("NumPorts", at: 24, bits: 8)
    public static let systemImageGUID = LayoutField("SystemImageGUID", at: 32, bits: 64)
    public static let nodeGUID = LayoutField("NodeGUID", at: 96, bits: 64)
    public static let portGUID = LayoutField("PortGUID", at: 160, bits: 64)
    /// How many entries the P_Key table of a port of an adapter, or of port 0 of a switch, has.
    public static let partitionCap = LayoutField("PartitionCap", at: 224, bits: 16)
    public static let deviceID = LayoutField("DeviceID", at: 240, bits: 16)
    public static let revision = LayoutField("Revision", at: 256, bits: 32)
    public static let localPortNum = LayoutField("LocalPortNum", at: 288, bits: 8)
    public static let vendorID = LayoutField("VendorID", at: 296, bits: 24)

    public static let all = [
      nodeType, numPorts, systemImageGUID, nodeGUID, portGUID, partitionCap, deviceID, revision, localPortNum, vendorID,
    ]
  }
}

/// The SwitchInfo attribute. Source: the same, 14.2.5.4.
public enum SwitchInfo {
  public static let length = 20

  public enum Layout {
    public static let linearFDBCap = LayoutField("LinearFDBCap", at: 0, bits: 16)
    public static let randomFDBCap = LayoutField("RandomFDBCap", at: 16, bits: 16)
    public static let multicastFDBCap = LayoutField("MulticastFDBCap", at: 32, bits: 16)
    public static let linearFDBTop = LayoutField("LinearFDBTop", at: 48, bits: 16)
    public static let defaultPort = LayoutField("DefaultPort", at: 64, bits: 8)
    public static let lifeTimeValue = LayoutField("LifeTimeValue", at: 88, bits: 5)
    public static let portStateChange = LayoutField("PortStateChange", at: 93, bits: 1)
    public static let lidsPerPort = LayoutField("LIDsPerPort", at: 96, bits: 16)
    public static let partitionEnforcementCap = LayoutField("PartitionEnforcementCap", at: 112, bits: 16)
    public static let enhancedPort0 = LayoutField("EnhancedPort0", at: 132, bits: 1)
    public static let multicastFDBTop = LayoutField("MulticastFDBTop", at: 144, bits: 16)

    public static let all = [
      linearFDBCap, randomFDBCap, multicastFDBCap, linearFDBTop, defaultPort, lifeTimeValue, portStateChange,
      lidsPerPort,
      partitionEnforcementCap, enhancedPort0, multicastFDBTop,
    ]
  }
}

/// The NodeDescription attribute: 64 bytes of text. Source: the same, 14.2.5.2.
public enum NodeDescription {
  public static let length = 64

  /// The text up to the first zero byte; bytes that are no UTF-8 become U+FFFD.
  @inlinable public static func text(_ attribute: some Collection<UInt8>) -> String {
    String(decoding: attribute.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// A block of the LinearForwardingTable: the output ports of 64 LIDs. Source: the same, 14.2.5.10.
public enum LinearForwardingTable {
  /// LIDs a block, which is as many bytes.
  public static let blockLength = 64
  /// The port that means "nowhere".
  public static let noPort: UInt8 = 0xff
}
