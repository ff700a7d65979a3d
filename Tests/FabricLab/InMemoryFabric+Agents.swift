internal import BinaryLayout
internal import HostAccess
internal import InfiniBandWire

/// The agents of the nodes: what they answer.
extension InMemoryFabric {
  /// Status of a refusal. Source: InfiniBand specification vol. 1, 13.4.7.
  private enum Status {
    static let unsupportedMethod: UInt16 = 2 << 2
    static let unsupportedAttribute: UInt16 = 3 << 2
    static let invalidField: UInt16 = 7 << 2
  }

  /// `nil` when none comes.
  func answer(_ request: ManagementDatagram, to address: ManagementAddress) -> [UInt8]? {
    guard let way = way(of: request, to: address), let end = way.last else { return nil }
    switch silence[end.node] {
    case .entirely: return nil
    case .answers(let attributes) where attributes.isEmpty || attributes.contains(request.attributeID): return nil
    default: break
    }
    typealias Layout = ManagementDatagram.Layout
    guard let managementClass = Layout.managementClass.read(request.bytes).flatMap({ UInt8(exactly: $0) }),
      let kind = ManagementDatagram.Class(rawValue: managementClass)
    else { return nil }
    if kind == .subnetAdministration { return administer(request, at: end) }
    let isSubnet = kind != .performance
    var data = Array(request.bytes[isSubnet ? LabDatagram.subnetData : LabDatagram.performanceData])
    guard
      let status = isSubnet ? manage(request, at: end, &data) : measure(request, at: end, &data)
    else { return nil }

    var bytes = request.bytes
    Layout.method.write(UInt64(ManagementDatagram.Method.getResponse.rawValue), into: &bytes)
    let direction: UInt16 = kind == .subnetDirectedRoute ? 0x8000 : 0
    Layout.status.write(UInt64(status | direction), into: &bytes)
    bytes.replaceSubrange(
      LabDatagram.subnetData.lowerBound..<LabDatagram.subnetData.lowerBound + data.count, with: data)
    if kind == .subnetDirectedRoute {
      for (hop, entry) in way.enumerated() where hop > 0 {
        bytes[LabDatagram.returnPath.lowerBound + hop] = UInt8(truncatingIfNeeded: entry.port)
      }
    }
    return bytes
  }

  /// The subnet management agent. - Returns: its status; `nil` when nobody is there to answer.
  private func manage(_ request: ManagementDatagram, at end: Topology.End, _ data: inout [UInt8]) -> UInt16? {
    let modifier = UInt32(truncatingIfNeeded: ManagementDatagram.Layout.attributeModifier.read(request.bytes) ?? 0)
    let isSet = request.method == ManagementDatagram.Method.set.rawValue
    let node = topology.nodes[end.node]
    if let own = mKeys[end.node], isSet || own.hides,
      ManagementDatagram.Layout.mKey.read(request.bytes) != own.key
    {
      return nil
    }
    switch ManagementDatagram.SubnetAttribute(rawValue: request.attributeID) {
    case .nodeInfo:
      data = nodeInfo(of: end)
      return isSet ? Status.unsupportedMethod : 0
    case .nodeDescription:
      data = Array(node.description.utf8.prefix(64))
      data += [UInt8](repeating: 0, count: 64 - data.count)
      return isSet ? Status.unsupportedMethod : 0
    case .switchInfo:
      guard node.kind == .switchNode else { return Status.unsupportedAttribute }
      if isSet { setSwitchInfo(end.node, data) }
      data = switchInfos[end.node]
      return 0
    case .portInfo:
      if isSet, mayWrite?() == false { return nil }
      return portInfo(Int(modifier & 0x7fff_ffff), isSet: isSet, at: end, &data)
    case .linearForwardingTable: return forwardingTable(Int(modifier), isSet: isSet, at: end.node, &data)
    case .multicastForwardingTable: return multicastMasks(modifier, isSet: isSet, at: end.node, &data)
    case .partitionKeyTable: return partitionKeys(modifier, isSet: isSet, at: end, &data)
    case .smInfo: return subnetManagerInfo(modifier, isSet: isSet, at: end, &data)
    case .mellanoxExtendedPortInfo:
      data = [UInt8](repeating: 0, count: 64)
      return Int(modifier) <= node.portCount ? 0 : Status.invalidField
    case nil: return Status.unsupportedAttribute
    }
  }

  private func nodeInfo(of end: Topology.End) -> [UInt8] {
    typealias Layout = NodeInfo.Layout
    let node = topology.nodes[end.node]
    var data = [UInt8](repeating: 0, count: 64)
    let versions = [LayoutField("BaseVersion", at: 0, bits: 8), LayoutField("ClassVersion", at: 8, bits: 8)]
    for version in versions { version.write(1, into: &data) }
    Layout.partitionCap.write(node.kind == .switchNode ? 8 : 64, into: &data)
    let type: UInt64 =
      switch node.kind {
      case .host: 1;
      case .switchNode: 2;
      case .router: 3
      }
    Layout.nodeType.write(type, into: &data)
    Layout.numPorts.write(UInt64(node.portCount), into: &data)
    Layout.systemImageGUID.write(node.systemImageGUID, into: &data)
    Layout.nodeGUID.write(node.guid, into: &data)
    Layout.portGUID.write(node.portGUID(end.port), into: &data)
    Layout.deviceID.write(UInt64(node.deviceID), into: &data)
    Layout.revision.write(0xa1, into: &data)
    Layout.localPortNum.write(UInt64(end.port), into: &data)
    Layout.vendorID.write(UInt64(node.vendorID), into: &data)
    return data
  }

  private func setSwitchInfo(_ node: Int, _ data: [UInt8]) {
    typealias Layout = SwitchInfo.Layout
    for field in [Layout.linearFDBTop, Layout.lifeTimeValue] {
      field.write(field.read(data) ?? 0, into: &switchInfos[node])
    }
    // A 1 takes the change bit away.
    if Layout.portStateChange.read(data) == 1 { Layout.portStateChange.write(0, into: &switchInfos[node]) }
  }

  private func portInfo(_ selected: Int, isSet: Bool, at end: Topology.End, _ data: inout [UInt8]) -> UInt16 {
    typealias Layout = PortInfo.Layout
    let isSwitch = topology.nodes[end.node].kind == .switchNode
    let number = selected == 0 && !isSwitch ? end.port : selected
    guard ports[end.node].indices.contains(number), isSwitch || number > 0 else { return Status.invalidField }
    if isSet {
      guard isSwitch || number == end.port else { return Status.invalidField }
      for field in [Layout.lid, Layout.masterSMLID, Layout.lmc, Layout.gidPrefix, Layout.operationalVLs] {
        ports[end.node][number][field] = field.read(data) ?? 0
      }
      for field in [Layout.linkWidthEnabled, Layout.linkSpeedEnabled, Layout.linkSpeedExtEnabled] {
        // 0 is "as it is".
        if let value = field.read(data), value != 0 { ports[end.node][number][field] = value }
      }
      train(Topology.End(end.node, number), by: data)
      let state = Layout.portState.read(data) ?? 0
      // 0 is "as it is"; a port that is down stays so.
      if state > 1, ports[end.node][number].peer != nil { ports[end.node][number][Layout.portState] = state }
    }
    data = ports[end.node][number].info
    LabPortLayout.localPortNum.write(UInt64(end.port), into: &data)
    return 0
  }

  /// Takes a link down and up again, as a Set asks.
  private func train(_ end: Topology.End, by data: [UInt8]) {
    typealias Layout = PortInfo.Layout
    let (disabled, polling) = (UInt64(PhysicalState.disabled.code), UInt64(PhysicalState.polling.code))
    let wanted = Layout.portPhysicalState.read(data) ?? 0
    let ends = [end] + (self[end].peer.map { [$0] } ?? [])
    let isDown = Layout.portState.read(data) == UInt64(PortState.down.code)
    guard wanted == disabled || wanted == polling || isDown else { return }
    if wanted != 0 { self[end][Layout.portPhysicalState] = wanted }
    let isUp = ends.count == 2 && ends.allSatisfy { self[$0][Layout.portPhysicalState] != disabled }
    let width = LinkWidth.widest(
      in: ends.reduce(0xff) { $0 & UInt8(truncatingIfNeeded: self[$1][Layout.linkWidthEnabled]) })
    for end in ends {
      self[end][Layout.portState] = UInt64((isUp ? PortState.initialized : .down).code)
      if isUp {
        self[end][Layout.portPhysicalState] = UInt64(PhysicalState.linkUp.code)
        if let width { self[end][Layout.linkWidthActive] = UInt64(width.rawValue) }
      } else if self[end][Layout.portPhysicalState] != disabled {
        self[end][Layout.portPhysicalState] = polling
      }
    }
  }

  private func forwardingTable(_ block: Int, isSet: Bool, at node: Int, _ data: inout [UInt8]) -> UInt16 {
    guard topology.nodes[node].kind == .switchNode else { return Status.unsupportedAttribute }
    let length = LinearForwardingTable.blockLength
    guard block < 0xc000 / length else { return Status.invalidField }
    let range = block * length..<(block + 1) * length
    if isSet {
      extendTable(of: node, to: range.upperBound)
      tables[node].replaceSubrange(range, with: data)
    }
    data =
      range.upperBound <= tables[node].count
      ? Array(tables[node][range]) : [UInt8](repeating: LinearForwardingTable.noPort, count: length)
    return 0
  }

  func extendTable(of node: Int, to count: Int) {
    let missing = count - tables[node].count
    if missing > 0 { tables[node] += [UInt8](repeating: LinearForwardingTable.noPort, count: missing) }
  }

  /// The performance management agent.
  private func measure(_ request: ManagementDatagram, at end: Topology.End, _ data: inout [UInt8]) -> UInt16? {
    let isSet = request.method == ManagementDatagram.Method.set.rawValue
    guard let attribute = ManagementDatagram.PerformanceAttribute(rawValue: request.attributeID) else {
      return Status.unsupportedAttribute
    }
    let node = topology.nodes[end.node]
    if attribute == .classPortInfo {
      data = Self.performanceClassInfo(allPorts: node.kind == .switchNode)
      return isSet ? Status.unsupportedMethod : 0
    }
    let selected = Int(PortCounters.Layout.portSelect.read(data) ?? 0)
    let everyPort = 0xff
    if node.kind == .switchNode, selected == everyPort {
      sum(attribute, of: end.node, isSet: isSet, &data)
      return 0
    }
    guard ports[end.node].indices.contains(selected), node.kind == .switchNode || selected == end.port else {
      return Status.invalidField
    }
    if isSet { clear(attribute, Topology.End(end.node, selected), by: data) }
    copyCounters(attribute, of: Topology.End(end.node, selected), &data)
    return 0
  }

  private func copyCounters(
    _ attribute: ManagementDatagram.PerformanceAttribute, of end: Topology.End, _ data: inout [UInt8]
  ) {
    let own = self[end].counters[attribute.rawValue] ?? Self.noCounters
    for field in Counter.fields(of: attribute) { field.write(field.read(own) ?? 0, into: &data) }
  }

  private func sum(
    _ attribute: ManagementDatagram.PerformanceAttribute, of node: Int, isSet: Bool, _ data: inout [UInt8]
  ) {
    let selection = data
    for field in Counter.fields(of: attribute) {
      let limit = Counter(attribute, field: field).limit
      var total: UInt64 = 0
      for number in ports[node].indices {
        let value = field.read(ports[node][number].counters[attribute.rawValue] ?? Self.noCounters) ?? 0
        let (sum, overflow) = total.addingReportingOverflow(value)
        total = overflow ? limit : min(sum, limit)
      }
      field.write(total, into: &data)
    }
    if isSet { for number in ports[node].indices { clear(attribute, Topology.End(node, number), by: selection) } }
  }

  /// A Set writes the counters that CounterSelect names; all that is asked for here is 0.
  private func clear(
    _ attribute: ManagementDatagram.PerformanceAttribute, _ end: Topology.End, by selection: [UInt8]
  ) {
    var chosen = PortCounters.Layout.counterSelect.read(selection) ?? 0
    if attribute == .portCounters, PortCounters.Layout.counterSelect2.read(selection) ?? 0 & 1 != 0 {
      chosen |= 1 << 16
    }
    var bytes = self[end].counters[attribute.rawValue] ?? Self.noCounters
    for (bit, field) in Counter.fields(of: attribute).enumerated() where chosen >> UInt64(bit) & 1 == 1 {
      field.write(0, into: &bytes)
    }
    self[end].counters[attribute.rawValue] = bytes
  }

  private static func performanceClassInfo(allPorts: Bool) -> [UInt8] {
    typealias Layout = PerformanceClassPortInfo.Layout
    var data = [UInt8](repeating: 0, count: 192)
    Layout.baseVersion.write(1, into: &data)
    Layout.classVersion.write(1, into: &data)
    // What ibsim's agents say: PortCountersExtended and PortXmitWait, and of switches PortSelect 0xff.
    Layout.capabilityMask.write(allPorts ? 0x1300 : 0x1200, into: &data)
    Layout.responseTime.write(0x12, into: &data)
    return data
  }
}
