internal import BinaryLayout
internal import InfiniBandWire

/// A multicast group as a test has made it.
public struct LabGroup: Sendable, Equatable {
  /// The last 64 bits of its MGID; the first are those of IPoIB's.
  public var identifier: UInt64
  public var lid: UInt16
  public var partitionKey: UInt16
  /// Port GUIDs.
  public var members: [UInt64]

  public init(identifier: UInt64, lid: UInt16, partitionKey: UInt16 = 0xffff, members: [UInt64] = []) {
    self.identifier = identifier
    self.lid = lid
    self.partitionKey = partitionKey
    self.members = members
  }
}

/// What the lab's subnet administration knows, and how it is asked.
public struct LabAdministration: Sendable {
  /// With it the members of groups are told; a request with another one is dropped.
  public var key: UInt64 = 1
  public var groups: [LabGroup] = []
  /// Whether answers of several packets arrive whole.
  public var hasReliableAnswers = true
  /// By source and destination LID.
  public var serviceLevel: @Sendable (UInt16, UInt16) -> UInt8 = { _, _ in 0 }
  /// Codes of MTU and rate, and the P_Key; `nil` for no path at all.
  public var path: (mtu: UInt64, rate: UInt64, partitionKey: UInt16)? = (4, 17, 0xffff)
}

extension InMemoryFabric {
  /// The P_Key table of a port; what is not set has the default partition alone, as in ibsim.
  func partitionKeys(_ modifier: UInt32, isSet: Bool, at end: Topology.End, _ data: inout [UInt8]) -> UInt16 {
    let isSwitch = topology.nodes[end.node].kind == .switchNode
    let port = isSwitch ? Int(modifier >> 16) : end.port
    guard !isSet, ports[end.node].indices.contains(port) else { return 7 << 2 }
    let keys = keyTables[Topology.End(end.node, port)] ?? [0xffff]
    let block = Int(modifier & 0xffff) * PartitionKeyTable.blockLength
    data = (0..<PartitionKeyTable.blockLength).flatMap { index -> [UInt8] in
      let key = keys.indices.contains(block + index) ? keys[block + index] : 0
      return [UInt8(key >> 8), UInt8(key & 0xff)]
    }
    return 0
  }

  func multicastMasks(_ modifier: UInt32, isSet: Bool, at node: Int, _ data: inout [UInt8]) -> UInt16 {
    typealias Table = MulticastForwardingTable
    guard topology.nodes[node].kind == .switchNode, !isSet else { return 3 << 2 }
    let (group, block) = (Int(modifier >> 28), Int(modifier & 0x1ff))
    data = (0..<Table.blockLength).flatMap { index -> [UInt8] in
      let lid = Table.firstLID + UInt16(block * Table.blockLength + index)
      let mask = (multicastTables[node]?[lid] ?? []).reduce(UInt16(0)) { mask, port in
        Int(port) / Table.portsPerMask == group ? mask | 1 << UInt16(Int(port) % Table.portsPerMask) : mask
      }
      return [UInt8(mask >> 8), UInt8(mask & 0xff)]
    }
    return 0
  }

  /// The subnet administration: where the master subnet manager is. - Returns: the whole answer; `nil` when none comes.
  func administer(_ request: ManagementDatagram, at end: Topology.End) -> [UInt8]? {
    typealias Header = AdministrationHeader
    guard managers.contains(where: { $0.end.node == end.node && $0.state == .master }) else { return nil }
    let key = Header.key.read(request.bytes) ?? 0
    guard key == 0 || key == administration.key else { return nil }
    var status: UInt64 = 0
    var records: [[UInt8]] = []
    let isTable = request.method == ManagementDatagram.Method.getTable.rawValue
    switch ManagementDatagram.AdministrationAttribute(rawValue: request.attributeID) {
    case .pathRecord: records = pathRecord(request)
    case .multicastMemberRecord: records = administration.groups.flatMap { members(of: $0, isTrusted: key != 0) }
    case nil: status = 3 << 2
    }
    // No such record.
    if records.isEmpty, status == 0, !isTable { status = 3 << 8 }
    let stride = ((records.first?.count ?? 0) + 7) / 8 * 8
    var bytes = Array(request.bytes[..<56])
    for record in records { bytes += record + [UInt8](repeating: 0, count: stride - record.count) }
    let method: ManagementDatagram.Method = isTable ? .getTableResponse : .getResponse
    ManagementDatagram.Layout.method.write(UInt64(method.rawValue), into: &bytes)
    ManagementDatagram.Layout.status.write(status, into: &bytes)
    Header.attributeOffset.write(UInt64(stride / 8), into: &bytes)
    if bytes.count > 256, !administration.hasReliableAnswers { bytes.removeLast(bytes.count - 256) }
    if !isTable, bytes.count < 256 { bytes += [UInt8](repeating: 0, count: 256 - bytes.count) }
    return bytes
  }

  private func pathRecord(_ request: ManagementDatagram) -> [[UInt8]] {
    typealias Layout = PathRecord.Layout
    let components = AdministrationHeader.components.read(request.bytes) ?? 0
    var record = Array(request.attribute.prefix(PathRecord.length))
    func lid(_ field: LayoutField, _ guidField: LayoutField, _ component: UInt64) -> UInt64? {
      let wanted = field.read(record) ?? 0
      if components & component != 0 { return wanted }
      let guid = guidField.read(record) ?? 0
      for node in topology.nodes.indices {
        for port in ports[node].indices where topology.nodes[node].portGUID(port) == guid {
          let own = topology.nodes[node].kind == .switchNode ? 0 : port
          return ports[node][own].lid == 0 ? nil : UInt64(ports[node][own].lid)
        }
      }
      return nil
    }
    guard let path = administration.path,
      let source = lid(Layout.sourceLID, Layout.sourceGUID, PathRecord.Component.sourceLID),
      let target = lid(Layout.destinationLID, Layout.destinationGUID, PathRecord.Component.destinationLID)
    else { return [] }
    Layout.sourceLID.write(source, into: &record)
    Layout.destinationLID.write(target, into: &record)
    Layout.mtu.write(path.mtu, into: &record)
    Layout.rate.write(path.rate, into: &record)
    Layout.partitionKey.write(UInt64(path.partitionKey), into: &record)
    Layout.lifetime.write(18, into: &record)
    let level = administration.serviceLevel(UInt16(truncatingIfNeeded: source), UInt16(truncatingIfNeeded: target))
    Layout.serviceLevel.write(UInt64(level), into: &record)
    return [record]
  }

  /// As opensm: the group once for those without the key, and each member for those with it.
  private func members(of group: LabGroup, isTrusted: Bool) -> [[UInt8]] {
    typealias Layout = MulticastMemberRecord.Layout
    let members: [UInt64] = isTrusted && !group.members.isEmpty ? group.members : [0]
    return members.map { member in
      var record = [UInt8](repeating: 0, count: MulticastMemberRecord.length)
      Layout.groupPrefix.write(0xff12_401b_0000_0000 | UInt64(group.partitionKey) << 16, into: &record)
      Layout.groupRest.write(group.identifier, into: &record)
      if member != 0 {
        Layout.portPrefix.write(0xfe80_0000_0000_0000, into: &record)
        Layout.joinState.write(1, into: &record)
      }
      Layout.portGUID.write(member, into: &record)
      Layout.queueKey.write(0xb1b, into: &record)
      Layout.lid.write(UInt64(group.lid), into: &record)
      Layout.mtu.write(4, into: &record)
      Layout.rate.write(3, into: &record)
      Layout.partitionKey.write(UInt64(group.partitionKey), into: &record)
      Layout.scope.write(2, into: &record)
      return record
    }
  }
}
