import BinaryLayout
import CIBMad
import InfiniBandWire
import Testing

/// Our layouts against libibmad, which the field's tools decode with.
@Suite struct LayoutTests {
  static func random(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }

  static func judged(_ bytes: [UInt8], _ field: MAD_FIELDS, bits: Int) -> UInt64 {
    var copy = bytes
    return unsafe copy.withUnsafeMutableBytes {
      bits == 64
        ? unsafe mad_get_field64($0.baseAddress, 0, field)
        : UInt64(unsafe mad_get_field($0.baseAddress, 0, field))
    }
  }

  private func check(_ pairs: [(LayoutField, MAD_FIELDS)], length: Int) {
    for seed in UInt64(1)...50 {
      let bytes = Self.random(length, seed: seed)
      for (ours, theirs) in pairs {
        #expect(ours.read(bytes) == Self.judged(bytes, theirs, bits: ours.width), "\(ours.name), seed \(seed)")
      }
    }
  }

  @Test func portInfoIsLibibmads() {
    typealias Layout = PortInfo.Layout
    let judges: [MAD_FIELDS] = [
      IB_PORT_GID_PREFIX_F, IB_PORT_LID_F, IB_PORT_SMLID_F, IB_PORT_CAPMASK_F, IB_PORT_LINK_WIDTH_ENABLED_F,
      IB_PORT_LINK_WIDTH_SUPPORTED_F, IB_PORT_LINK_WIDTH_ACTIVE_F, IB_PORT_LINK_SPEED_SUPPORTED_F, IB_PORT_STATE_F,
      IB_PORT_PHYS_STATE_F, IB_PORT_LMC_F, IB_PORT_LINK_SPEED_ACTIVE_F, IB_PORT_LINK_SPEED_ENABLED_F,
      IB_PORT_NEIGHBOR_MTU_F, IB_PORT_SMSL_F, IB_PORT_VL_CAP_F, IB_PORT_INIT_TYPE_REPLY_F, IB_PORT_MTU_CAP_F,
      IB_PORT_OPER_VLS_F, IB_PORT_PART_EN_INB_F, IB_PORT_PART_EN_OUTB_F, IB_PORT_MKEY_VIOL_F, IB_PORT_PKEY_VIOL_F,
      IB_PORT_QKEY_VIOL_F, IB_PORT_SUBN_TIMEOUT_F,
      IB_PORT_LINK_SPEED_EXT_ACTIVE_F, IB_PORT_LINK_SPEED_EXT_SUPPORTED_F, IB_PORT_LINK_SPEED_EXT_ENABLED_F,
    ]
    #expect(judges.count == Layout.all.count)
    check(Array(zip(Layout.all, judges)), length: PortInfo.length)
  }

  @Test func nodeInfoIsLibibmads() {
    let judges: [MAD_FIELDS] = [
      IB_NODE_TYPE_F, IB_NODE_NPORTS_F, IB_NODE_SYSTEM_GUID_F, IB_NODE_GUID_F, IB_NODE_PORT_GUID_F,
      IB_NODE_PARTITION_CAP_F,
      IB_NODE_DEVID_F,
      IB_NODE_REVISION_F, IB_NODE_LOCAL_PORT_F, IB_NODE_VENDORID_F,
    ]
    #expect(judges.count == NodeInfo.Layout.all.count)
    check(Array(zip(NodeInfo.Layout.all, judges)), length: NodeInfo.length)
  }

  @Test func extendedPortInfoIsLibibmads() {
    typealias Layout = MellanoxExtendedPortInfo.Layout
    let judges = [
      IB_MLNX_EXT_PORT_STATE_CHG_ENABLE_F, IB_MLNX_EXT_PORT_LINK_SPEED_SUPPORTED_F,
      IB_MLNX_EXT_PORT_LINK_SPEED_ENABLED_F, IB_MLNX_EXT_PORT_LINK_SPEED_ACTIVE_F,
    ]
    #expect(judges.count == Layout.all.count)
    check(Array(zip(Layout.all, judges)), length: MellanoxExtendedPortInfo.length)
  }

  /// The three fields of XDR, which libibmad 44 does not have: its successors read byte 56 so.
  @Test func speedsOfXDR() {
    typealias Layout = PortInfo.Layout
    var bytes = [UInt8](repeating: 0, count: PortInfo.length)
    bytes[56] = 0x52
    let fields = [Layout.linkSpeedExtActive2, Layout.linkSpeedExtSupported2, Layout.linkSpeedExtEnabled2]
    #expect(fields.map { $0.read(bytes) } == [2, 2, 2])
    #expect(LinkSpeed.fastest(mask: 7, extended: 15, extended2: 1) == .xdr)
    #expect(LinkSpeed.fastest(mask: 7, extended: 15, extended2: 2) == .ndr)
    #expect(signallingRate(.x4, .xdr) == 850)
  }

  /// The number that people and the kernel call the link by.
  @Test func ratesAreNominal() {
    #expect(LinkSpeed.allCases.map { nominalRate(.x4, $0) } == [10, 20, 40, 40, 56, 100, 200, 400, 800])
    #expect(nominalRate(.x1, .hdr) == 50 && nominalRate(.x2, .ndr) == 200 && nominalRate(nil, .hdr) == nil)
    #expect(signallingRate(.x4, .hdr) == 212.5)
  }

  @Test func portCountersAreLibibmads() {
    let judges: [MAD_FIELDS] = [
      IB_PC_ERR_SYM_F, IB_PC_LINK_RECOVERS_F, IB_PC_LINK_DOWNED_F, IB_PC_ERR_RCV_F, IB_PC_ERR_PHYSRCV_F,
      IB_PC_ERR_SWITCH_REL_F, IB_PC_XMT_DISCARDS_F, IB_PC_ERR_XMTCONSTR_F, IB_PC_ERR_RCVCONSTR_F,
      IB_PC_ERR_LOCALINTEG_F, IB_PC_ERR_EXCESS_OVR_F, IB_PC_VL15_DROPPED_F, IB_PC_XMT_BYTES_F, IB_PC_RCV_BYTES_F,
      IB_PC_XMT_PKTS_F, IB_PC_RCV_PKTS_F, IB_PC_XMT_WAIT_F,
    ]
    #expect(judges.count == PortCounters.Layout.counters.count)
    check(Array(zip(PortCounters.Layout.counters.map(\.field), judges)), length: PortCounters.length)
    check([(PortCounters.Layout.portSelect, IB_PC_PORT_SELECT_F)], length: PortCounters.length)
  }

  @Test func headerIsLibibmads() {
    typealias Layout = ManagementDatagram.Layout
    check(
      [
        (Layout.baseVersion, IB_MAD_BASEVER_F), (Layout.managementClass, IB_MAD_MGMTCLASS_F),
        (Layout.classVersion, IB_MAD_CLASSVER_F), (Layout.transactionID, IB_MAD_TRID_F),
        (Layout.attributeID, IB_MAD_ATTRID_F), (Layout.attributeModifier, IB_MAD_ATTRMOD_F),
        (Layout.hopPointer, IB_DRSMP_HOPPTR_F), (Layout.hopCount, IB_DRSMP_HOPCNT_F),
        (Layout.directedSourceLID, IB_DRSMP_DRSLID_F), (Layout.directedDestinationLID, IB_DRSMP_DRDLID_F),
      ], length: ManagementDatagram.length)
  }

  /// Reading gives back what was written, and no neighbour changes.
  @Test func writingChangesNothingElse() {
    for (seed, field) in (PortInfo.Layout.all + NodeInfo.Layout.all).enumerated() {
      let before = Self.random(64, seed: UInt64(seed) + 7)
      let value = UInt64(0x5a5a_5a5a_5a5a_5a5a) & (field.width == 64 ? .max : (1 << UInt64(field.width)) - 1)
      var after = before
      field.write(value, into: &after)
      #expect(field.read(after) == value)
      if let old = field.read(before) { field.write(old, into: &after) }
      #expect(after == before, "\(field.name)")
    }
  }

  /// Every width at every place in a byte, against one bit after the other.
  @Test func everyPlaceAndWidth() {
    for width in 1...64 {
      for offset in 0..<16 {
        let field = LayoutField("field", at: offset, bits: width)
        let before = Self.random(12, seed: UInt64(width * 16 + offset))
        #expect(field.read(before) == Self.bits(before, offset, width), "\(width) bits at \(offset)")
        #expect(field.read(before[0..<(offset + width - 1) / 8]) == nil)
        let value = Self.bits(Self.random(9, seed: UInt64(offset)), 0, 64)
        var after = [0xa5] + before
        field.write(value, into: &after, at: 1)
        #expect(field.read(after[1...]) == value & (.max >> UInt64(64 - width)), "\(width) bits at \(offset)")
        field.write(Self.bits(before, offset, width), into: &after, at: 1)
        #expect(after == [0xa5] + before, "\(width) bits at \(offset)")
      }
    }
  }

  private static func bits(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
    (offset..<offset + width).reduce(0) { $0 << 1 | UInt64(bytes[$1 / 8] >> UInt8(7 - $1 % 8) & 1) }
  }

  @Test func shortBytesAreNoValue() {
    #expect(PortInfo.Layout.linkSpeedExtEnabled.read([UInt8](repeating: 0, count: 63)) == nil)
    #expect(LayoutRecord([UInt8](repeating: 0, count: 63), length: PortInfo.length) == nil)
    #expect(ManagementDatagram([1, 2, 3]) == nil)
  }
}

@Suite struct DatagramTests {
  @Test func localGetIsADirectedRouteOfNoHops() throws {
    let request = ManagementDatagram.directedRoute(
      .portInfo, modifier: 1, route: .local, transactionID: 0x1234_5678)
    #expect(Array(request.bytes[0..<4]) == [0x01, 0x81, 0x01, 0x01])
    #expect(Array(request.bytes[4..<8]) == [0, 0, 0, 0], "status, hop pointer and hop count")
    #expect(Array(request.bytes[8..<24]) == [0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0x15, 0, 0, 0, 0, 0, 1])
    #expect(Array(request.bytes[32..<36]) == [0xff, 0xff, 0xff, 0xff], "DrSLID and DrDLID are permissive")
    #expect(request.bytes.count == 256)
  }

  @Test func performanceGetSelectsThePort() {
    let request = ManagementDatagram.performance(
      .portCounters, transactionID: 9, data: PortCounters.selecting(port: 2))
    #expect(Array(request.bytes[0..<4]) == [0x01, 0x04, 0x01, 0x01])
    #expect(request.bytes[65] == 2)
  }

  @Test func onlyTheAnswerAnswers() throws {
    let request = ManagementDatagram.directedRoute(.nodeInfo, route: .local, transactionID: 5)
    #expect(!request.answers(request), "a request is not a response")
    var bytes = request.bytes
    bytes[3] = 0x81
    bytes[9] = 0x77  // the kernel's half of the transaction id
    #expect(try #require(ManagementDatagram(bytes)).answers(request))
    bytes[15] ^= 1
    #expect(!(try #require(ManagementDatagram(bytes))).answers(request))
    bytes[15] ^= 1
    bytes[17] = 0x15
    #expect(!(try #require(ManagementDatagram(bytes))).answers(request), "another attribute")
    bytes[17] = 0x11
    (bytes[4], bytes[5]) = (0x80, 0x1c)
    #expect(try #require(ManagementDatagram(bytes)).status == 0x1c, "the direction bit is no error")
  }

  @Test func codes() {
    #expect((0...6).map { PortInfo.mtuBytes(code: $0) } == [nil, 256, 512, 1024, 2048, 4096, nil])
    #expect((0...6).map { PortInfo.virtualLanes(code: $0) } == [nil, 1, 2, 4, 8, 15, nil])
  }
}
