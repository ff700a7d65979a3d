public import BinaryLayout

/// The PortCounters attribute of performance management. Source: InfiniBand specification vol. 1, 16.1.3.5.
public enum PortCounters {
  public static let length = 44

  public enum Layout {
    public static let portSelect = LayoutField("PortSelect", at: 8, bits: 8)
    /// A bit for each of the first 16 counters, in their order here.
    public static let counterSelect = LayoutField("CounterSelect", at: 16, bits: 16)
    /// Bit 0 is PortXmitWait.
    public static let counterSelect2 = LayoutField("CounterSelect2", at: 144, bits: 8)
    /// Every counter; its name in the Linux kernel's `counters` directory stands beside it.
    public static let counters: [(field: LayoutField, name: String)] = [
      (LayoutField("SymbolErrorCounter", at: 32, bits: 16), "symbol_error"),
      (LayoutField("LinkErrorRecoveryCounter", at: 48, bits: 8), "link_error_recovery"),
      (LayoutField("LinkDownedCounter", at: 56, bits: 8), "link_downed"),
      (LayoutField("PortRcvErrors", at: 64, bits: 16), "port_rcv_errors"),
      (LayoutField("PortRcvRemotePhysicalErrors", at: 80, bits: 16), "port_rcv_remote_physical_errors"),
      (LayoutField("PortRcvSwitchRelayErrors", at: 96, bits: 16), "port_rcv_switch_relay_errors"),
      (LayoutField("PortXmitDiscards", at: 112, bits: 16), "port_xmit_discards"),
      (LayoutField("PortXmitConstraintErrors", at: 128, bits: 8), "port_xmit_constraint_errors"),
      (LayoutField("PortRcvConstraintErrors", at: 136, bits: 8), "port_rcv_constraint_errors"),
      (LayoutField("LocalLinkIntegrityErrors", at: 152, bits: 4), "local_link_integrity_errors"),
      (LayoutField("ExcessiveBufferOverrunErrors", at: 156, bits: 4), "excessive_buffer_overrun_errors"),
      (LayoutField("VL15Dropped", at: 176, bits: 16), "vl15_dropped"),
      (LayoutField("PortXmitData", at: 192, bits: 32), "port_xmit_data"),
      (LayoutField("PortRcvData", at: 224, bits: 32), "port_rcv_data"),
      (LayoutField("PortXmitPkts", at: 256, bits: 32), "port_xmit_packets"),
      (LayoutField("PortRcvPkts", at: 288, bits: 32), "port_rcv_packets"),
      (LayoutField("PortXmitWait", at: 320, bits: 32), "port_xmit_wait"),
    ]
  }

  /// The attribute of a request for the counters of a port.
  /// - Parameters:
  ///   - counters: for a Set: a bit for each of the first 16 counters.
  ///   - transmitWait: for a Set: PortXmitWait too.
  public static func selecting(port: UInt8, counters: UInt16 = 0, transmitWait: Bool = false) -> [UInt8] {
    var attribute = [UInt8](repeating: 0, count: length)
    Layout.portSelect.write(UInt64(port), into: &attribute)
    Layout.counterSelect.write(UInt64(counters), into: &attribute)
    Layout.counterSelect2.write(transmitWait ? 1 : 0, into: &attribute)
    return attribute
  }
}
