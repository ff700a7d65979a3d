internal import BinaryLayout
internal import InfiniBandWire
public import Vocabulary

/// A multicast group, or a member of one, as the subnet administration has it.
public struct MulticastRecord: Sendable, Equatable {
  /// 16 bytes.
  public var groupID: [UInt8]
  /// Of a member; `nil` of a group.
  public var member: GUID?
  public var lid: UInt16
  public var queueKey: UInt32
  public var partitionKey: UInt16
  /// In bytes; `nil` for a code that means none.
  public var mtu: Int?
  /// Nominal, in Gb/s; `nil` for a code that means none.
  public var rate: Double?
  public var serviceLevel: UInt8
  public var scope: UInt8
  /// Bits: full member, non-member that receives, non-member that only sends.
  public var joinState: UInt8

  init?(_ record: ArraySlice<UInt8>) {
    typealias Layout = MulticastMemberRecord.Layout
    guard let record = LayoutRecord(record, length: MulticastMemberRecord.length) else { return nil }
    groupID = Array(record.bytes.prefix(16))
    let guid = record[Layout.portGUID]
    member = guid == 0 ? nil : GUID(guid)
    lid = UInt16(record[Layout.lid])
    queueKey = UInt32(record[Layout.queueKey])
    partitionKey = UInt16(record[Layout.partitionKey])
    mtu = PortInfo.mtuBytes(code: record[Layout.mtu])
    rate = RateCode.gigabits(record[Layout.rate])
    serviceLevel = UInt8(record[Layout.serviceLevel])
    scope = UInt8(record[Layout.scope])
    joinState = UInt8(record[Layout.joinState])
  }

  /// Whether the packets of the group must reach the member.
  public var receives: Bool { joinState & 0b11 != 0 }

  /// `ff12:401b:ffff:0000:0000:0000:ffff:ffff`, as the kernel spells GIDs.
  public var groupName: String {
    stride(from: 0, to: 16, by: 2).map { index in
      (UInt64(groupID[index]) << 8 | UInt64(groupID[index + 1])).hexadecimal(digits: 4)
    }.joined(separator: ":")
  }
}

/// Records of the subnet administration.
public struct MulticastRecords: Sendable, Equatable {
  public var records: [MulticastRecord]
  /// Whether the answer was cut behind its first packet: more records may be there.
  public var isCut: Bool
}

extension FabricSession {
  /// Asks the subnet administration for all multicast groups, or for all members; `nil` without a subnet manager.
  /// - Parameter key: the SA_Key: without the right one nobody is told the members. A wrong one is not answered.
  public func multicastRecords(
    of fabric: Fabric, key: UInt64 = 0
  ) throws(SessionFailure) -> AdministrationOutcome<MulticastRecords>? {
    guard let administration = fabric.administration else { return nil }
    var request = FabricRequest(
      .administration(.multicastMemberRecord, components: 0, key: key), to: .lid(administration.lid),
      method: .getTable)
    request.serviceLevel = administration.serviceLevel
    if key != 0 { request.mostSilences = 3 }
    var found: AdministrationOutcome<MulticastRecords>?
    let length = MulticastMemberRecord.length
    try perform([((), request)]) { _, outcome, _ in
      found =
        switch outcome {
        case .answer(let datagram):
          .answer(
            MulticastRecords(
              records: datagram.records(length: length).compactMap { MulticastRecord($0) },
              isCut: datagram.isCut(length: length)))
        case .refused(let datagram): .refused(datagram.statusMeaning)
        case .silent(let attempts): .silent(attempts: attempts)
        }
    }
    return found
  }
}
