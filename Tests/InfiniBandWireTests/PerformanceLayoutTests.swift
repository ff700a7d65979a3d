import BinaryLayout
import CIBMad
import InfiniBandWire
import Testing

/// Performance management: our layouts against libibmad.
@Suite struct PerformanceLayoutTests {
  private func check(_ pairs: [(LayoutField, MAD_FIELDS)], length: Int) {
    for seed in UInt64(1)...50 {
      let bytes = LayoutTests.random(length, seed: seed)
      for (ours, theirs) in pairs {
        #expect(
          ours.read(bytes) == LayoutTests.judged(bytes, theirs, bits: ours.width), "\(ours.name), seed \(seed)")
      }
    }
  }

  @Test func classPortInfoIsLibibmads() {
    let judges = [IB_CPI_BASEVER_F, IB_CPI_CLASSVER_F, IB_CPI_CAPMASK_F, IB_CPI_CAPMASK2_F, IB_CPI_RESP_TIME_VALUE_F]
    #expect(judges.count == PerformanceClassPortInfo.Layout.all.count)
    check(Array(zip(PerformanceClassPortInfo.Layout.all, judges)), length: PerformanceClassPortInfo.length)
  }

  @Test func extendedCountersAreLibibmads() {
    let traffic = [
      IB_PC_EXT_XMT_BYTES_F, IB_PC_EXT_RCV_BYTES_F, IB_PC_EXT_XMT_PKTS_F, IB_PC_EXT_RCV_PKTS_F, IB_PC_EXT_XMT_UPKTS_F,
      IB_PC_EXT_RCV_UPKTS_F, IB_PC_EXT_XMT_MPKTS_F, IB_PC_EXT_RCV_MPKTS_F,
    ]
    let errors = [
      IB_PC_EXT_ERR_SYM_F, IB_PC_EXT_LINK_RECOVERS_F, IB_PC_EXT_LINK_DOWNED_F, IB_PC_EXT_ERR_RCV_F,
      IB_PC_EXT_ERR_PHYSRCV_F, IB_PC_EXT_ERR_SWITCH_REL_F, IB_PC_EXT_XMT_DISCARDS_F, IB_PC_EXT_ERR_XMTCONSTR_F,
      IB_PC_EXT_ERR_RCVCONSTR_F, IB_PC_EXT_ERR_LOCALINTEG_F, IB_PC_EXT_ERR_EXCESS_OVR_F, IB_PC_EXT_VL15_DROPPED_F,
      IB_PC_EXT_XMT_WAIT_F, IB_PC_EXT_QP1_DROP_F,
    ]
    typealias Layout = PortCountersExtended.Layout
    #expect(Layout.traffic.count == traffic.count && Layout.errors.count == errors.count)
    check(Array(zip(Layout.traffic, traffic)) + Array(zip(Layout.errors, errors)), length: PortCountersExtended.length)
    check(
      [
        (Layout.portSelect, IB_PC_EXT_PORT_SELECT_F), (Layout.counterSelect, IB_PC_EXT_COUNTER_SELECT_F),
        (Layout.counterSelect2, IB_PC_EXT_COUNTER_SELECT2_F),
      ], length: PortCountersExtended.length)
  }

  @Test func detailsAreLibibmads() {
    let receive = [
      IB_PC_RCV_LOCAL_PHY_ERR_F, IB_PC_RCV_MALFORMED_PKT_ERR_F, IB_PC_RCV_BUF_OVR_ERR_F, IB_PC_RCV_DLID_MAP_ERR_F,
      IB_PC_RCV_VL_MAP_ERR_F, IB_PC_RCV_LOOPING_ERR_F,
    ]
    let transmit = [
      IB_PC_XMT_INACT_DISC_F, IB_PC_XMT_NEIGH_MTU_DISC_F, IB_PC_XMT_SW_LIFE_DISC_F, IB_PC_XMT_SW_HOL_DISC_F,
    ]
    #expect(PortReceiveErrorDetails.Layout.counters.count == receive.count)
    #expect(PortTransmitDiscardDetails.Layout.counters.count == transmit.count)
    check(Array(zip(PortReceiveErrorDetails.Layout.counters, receive)), length: PortReceiveErrorDetails.length)
    check(Array(zip(PortTransmitDiscardDetails.Layout.counters, transmit)), length: PortTransmitDiscardDetails.length)
  }

  @Test func selectionsAreLibibmads() {
    check(
      [
        (PortCounters.Layout.counterSelect, IB_PC_COUNTER_SELECT_F),
        (PortCounters.Layout.counterSelect2, IB_PC_COUNTER_SELECT2_F),
      ], length: PortCounters.length)
    let attribute = PortCounters.selecting(port: 3, counters: 0x0fff, transmitWait: true)
    #expect(Array(attribute[0..<4]) == [0, 3, 0x0f, 0xff])
    #expect(attribute[18] == 1)
    let extended = PortCountersExtended.selecting(port: 3, counters: 0xff, errors: 0x1fff)
    #expect(Array(extended[0..<8]) == [0, 3, 0, 0xff, 0, 0, 0x1f, 0xff])
  }

  /// Bits as in the definitions of opensm's ib_types.h; 0x1300 is what ibsim's switches say, 0x1200 its adapters.
  @Test func capabilities() throws {
    var attribute = [UInt8](repeating: 0, count: 72)
    (attribute[2], attribute[3]) = (0x13, 0x00)
    let ofSwitch = try #require(PerformanceClassPortInfo.Capabilities(attribute))
    #expect(ofSwitch.allPortSelect && ofSwitch.extendedWidth && ofSwitch.transmitWait && ofSwitch.hasExtended)
    #expect(!ofSwitch.extendedWidthWithoutCast && !ofSwitch.extendedErrors)
    attribute[2] = 0x12
    // CapabilityMask2 is the upper 27 bits of its word: bit 1 of it is bit 6 of the word.
    attribute[7] = 0x40
    let ofAdapter = try #require(PerformanceClassPortInfo.Capabilities(attribute))
    #expect(!ofAdapter.allPortSelect && ofAdapter.extendedErrors)
    #expect(PerformanceClassPortInfo.Capabilities([UInt8](repeating: 0xff, count: 71)) == nil)
  }
}
