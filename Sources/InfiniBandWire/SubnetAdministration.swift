public import BinaryLayout

/// What stands between the common header and the records of a subnet administration (SA) datagram: the RMPP header and
/// the SA's own. Source: InfiniBand specification vol. 1, 13.6.2.1 and 15.2.1.
public enum AdministrationHeader {
  public static let rmppType = LayoutField("RMPPType", at: 200, bits: 8)
  public static let rmppFlags = LayoutField("RMPPFlags", at: 213, bits: 3)
  public static let segment = LayoutField("SegmentNumber", at: 224, bits: 32)
  public static let payloadLength = LayoutField("PayloadLength", at: 256, bits: 32)
  public static let key = LayoutField("SM_Key", at: 288, bits: 64)
  /// From one record to the next, in units of 8 bytes.
  public static let attributeOffset = LayoutField("AttributeOffset", at: 352, bits: 16)
  public static let components = LayoutField("ComponentMask", at: 384, bits: 64)

  /// Bits of RMPPFlags: the first packet, the last one.
  public static let first: UInt64 = 2
  public static let last: UInt64 = 4

  /// The statuses of the class. Source: the same, 15.2.2, table "SA MAD Class-Specific Status".
  static let meanings: [UInt16: String] = [
    1: "the subnet administration has no resources for it",
    2: "the subnet administration does not accept the request",
    3: "the subnet administration has no such record",
    4: "the subnet administration has more than one such record",
    5: "the subnet administration does not know the GID",
    6: "the request has too few components",
    7: "the subnet administration denies the request",
  ]
}

extension ManagementDatagram {
  /// The records of an answer of subnet administration, each `length` bytes or longer; what is all 0 ends them.
  public func records(length: Int) -> [ArraySlice<UInt8>] {
    let stride = max(Int(AdministrationHeader.attributeOffset.read(bytes) ?? 0) * 8, length)
    let data = attribute
    return Swift.stride(from: data.startIndex, to: data.endIndex, by: stride).lazy
      .filter { $0 + length <= data.endIndex }.map { data[$0..<$0 + length] }
      .prefix { $0.contains { $0 != 0 } }.map(\.self)
  }

  /// Whether records may be missing: one packet of several, full to its end, as a fabric without RMPP delivers it.
  public func isCut(length: Int) -> Bool {
    let flags = AdministrationHeader.rmppFlags.read(bytes) ?? 0
    guard bytes.count == Self.length, flags & AdministrationHeader.last == 0 else { return false }
    return records(length: length).count >= attribute.count / max(length, 1)
  }
}

/// The PathRecord attribute: what an application is given for a connection. Source: the same, 15.2.5.16.
public enum PathRecord {
  public static let length = 64

  public enum Layout {
    public static let destinationPrefix = LayoutField("DGIDPrefix", at: 64, bits: 64)
    public static let destinationGUID = LayoutField("DGIDGUID", at: 128, bits: 64)
    public static let sourcePrefix = LayoutField("SGIDPrefix", at: 192, bits: 64)
    public static let sourceGUID = LayoutField("SGIDGUID", at: 256, bits: 64)
    public static let destinationLID = LayoutField("DLID", at: 320, bits: 16)
    public static let sourceLID = LayoutField("SLID", at: 336, bits: 16)
    public static let hopLimit = LayoutField("HopLimit", at: 376, bits: 8)
    public static let trafficClass = LayoutField("TClass", at: 384, bits: 8)
    public static let reversible = LayoutField("Reversible", at: 392, bits: 1)
    public static let pathCount = LayoutField("NumbPath", at: 393, bits: 7)
    public static let partitionKey = LayoutField("P_Key", at: 400, bits: 16)
    public static let serviceLevel = LayoutField("SL", at: 428, bits: 4)
    public static let mtu = LayoutField("Mtu", at: 434, bits: 6)
    public static let rate = LayoutField("Rate", at: 442, bits: 6)
    public static let lifetime = LayoutField("PacketLifeTime", at: 450, bits: 6)
  }

  /// Bits of the ComponentMask.
  public enum Component {
    public static let destinationGID: UInt64 = 1 << 2
    public static let sourceGID: UInt64 = 1 << 3
    public static let destinationLID: UInt64 = 1 << 4
    public static let sourceLID: UInt64 = 1 << 5
    public static let reversible: UInt64 = 1 << 11
    public static let pathCount: UInt64 = 1 << 12
  }
}

/// The MCMemberRecord attribute: a multicast group, or a member of one. Source: the same, 15.2.5.17.
public enum MulticastMemberRecord {
  public static let length = 52

  public enum Layout {
    public static let groupPrefix = LayoutField("MGIDPrefix", at: 0, bits: 64)
    public static let groupRest = LayoutField("MGIDRest", at: 64, bits: 64)
    public static let portPrefix = LayoutField("PortGIDPrefix", at: 128, bits: 64)
    public static let portGUID = LayoutField("PortGIDGUID", at: 192, bits: 64)
    public static let queueKey = LayoutField("Q_Key", at: 256, bits: 32)
    public static let lid = LayoutField("MLID", at: 288, bits: 16)
    public static let mtu = LayoutField("MTU", at: 306, bits: 6)
    public static let trafficClass = LayoutField("TClass", at: 312, bits: 8)
    public static let partitionKey = LayoutField("P_Key", at: 320, bits: 16)
    public static let rate = LayoutField("Rate", at: 338, bits: 6)
    public static let serviceLevel = LayoutField("SL", at: 352, bits: 4)
    public static let scope = LayoutField("Scope", at: 384, bits: 4)
    public static let joinState = LayoutField("JoinState", at: 388, bits: 4)
  }
}

/// Codes of a rate in the records of subnet administration. Source: the same, 15.2.5.16, and rdma-core, `enum ibv_rate`.
public enum RateCode {
  private static let gigabits: [UInt64: Double] = [
    2: 2.5, 3: 10, 4: 30, 5: 5, 6: 20, 7: 40, 8: 60, 9: 80, 10: 120, 11: 14, 12: 56, 13: 112, 14: 168, 15: 25, 16: 100,
    17: 200, 18: 300, 19: 28, 20: 50, 21: 400, 22: 600, 23: 800, 24: 1200,
  ]

  /// Nominal, in Gb/s; `nil` for a code that means none.
  public static func gigabits(_ code: UInt64) -> Double? { gigabits[code] }
}

/// A block of the P_Key table of a port: 32 keys of 16 bits. Source: the same, 14.2.5.7.
public enum PartitionKeyTable {
  public static let blockLength = 32

  public static func keys(_ attribute: ArraySlice<UInt8>) -> [UInt16] { bigEndianWords(attribute, blockLength) }
}

/// A block of the MulticastForwardingTable: for each of 32 MLIDs a mask of 16 ports. Source: the same, 14.2.5.12.
public enum MulticastForwardingTable {
  public static let blockLength = 32
  public static let portsPerMask = 16
  public static let firstLID: UInt16 = 0xc000

  public static func masks(_ attribute: ArraySlice<UInt8>) -> [UInt16] { bigEndianWords(attribute, blockLength) }

  /// The attribute modifier of a block and a group of 16 ports.
  public static func modifier(block: Int, group: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: group) << 28 | UInt32(truncatingIfNeeded: block) & 0x1ff
  }
}

private func bigEndianWords(_ bytes: ArraySlice<UInt8>, _ count: Int) -> [UInt16] {
  let words = min(count, bytes.count / 2)
  return (0..<words).map { word in
    let start = bytes.startIndex + 2 * word
    return UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
  }
}
