public import BinaryLayout

/// ClassPortInfo as the performance management class uses it.
///
/// Source: InfiniBand specification vol. 1, 13.4.8.1 (layout) and 16.1.3.1 (the bits of the two masks).
public enum PerformanceClassPortInfo {
  public static let length = 72

  public enum Layout {
    public static let baseVersion = LayoutField("BaseVersion", at: 0, bits: 8)
    public static let classVersion = LayoutField("ClassVersion", at: 8, bits: 8)
    public static let capabilityMask = LayoutField("CapabilityMask", at: 16, bits: 16)
    public static let capabilityMask2 = LayoutField("CapabilityMask2", at: 32, bits: 27)
    public static let responseTime = LayoutField("RespTimeValue", at: 59, bits: 5)

    public static let all = [baseVersion, classVersion, capabilityMask, capabilityMask2, responseTime]
  }

  /// What an agent says it can do.
  public struct Capabilities: Sendable, Equatable {
    public var mask: UInt16
    public var mask2: UInt32

    public init(mask: UInt16 = 0, mask2: UInt32 = 0) {
      self.mask = mask
      self.mask2 = mask2
    }

    /// `nil` when `attribute` is too short.
    public init?(_ attribute: some Collection<UInt8>) {
      guard let record = LayoutRecord(attribute, length: PerformanceClassPortInfo.length) else { return nil }
      mask = UInt16(truncatingIfNeeded: record[Layout.capabilityMask])
      mask2 = UInt32(truncatingIfNeeded: record[Layout.capabilityMask2])
    }

    /// PortSelect 0xff sums the counters of all ports.
    public var allPortSelect: Bool { mask >> 8 & 1 == 1 }
    /// PortCountersExtended with all of its traffic counters.
    public var extendedWidth: Bool { mask >> 9 & 1 == 1 }
    /// PortCountersExtended without those of unicast and multicast.
    public var extendedWidthWithoutCast: Bool { mask >> 10 & 1 == 1 }
    /// PortXmitWait is counted.
    public var transmitWait: Bool { mask >> 12 & 1 == 1 }
    /// PortCountersExtended has the error counters too, with 64 bits each.
    public var extendedErrors: Bool { mask2 >> 1 & 1 == 1 }
    public var hasExtended: Bool { extendedWidth || extendedWidthWithoutCast }
  }

  /// The PortSelect that means all ports. Source: the same, 16.1.3.5.
  public static let allPorts: UInt8 = 0xff
}

/// The PortCountersExtended attribute: 64 bits each. Source: InfiniBand specification vol. 1, 16.1.4.11.
public enum PortCountersExtended {
  public static let length = 184

  public enum Layout {
    public static let portSelect = LayoutField("PortSelect", at: 8, bits: 8)
    public static let counterSelect = LayoutField("CounterSelect", at: 16, bits: 16)
    public static let counterSelect2 = LayoutField("CounterSelect2", at: 32, bits: 32)
    /// In the order of their bits in CounterSelect.
    public static let traffic = fields(
      [
        "PortXmitData", "PortRcvData", "PortXmitPkts", "PortRcvPkts", "PortUnicastXmitPkts", "PortUnicastRcvPkts",
        "PortMulticastXmitPkts", "PortMulticastRcvPkts",
      ], from: 64)
    /// In the order of their bits in CounterSelect2; only where CapabilityMask2 says so.
    public static let errors = fields(
      [
        "SymbolErrorCounter", "LinkErrorRecoveryCounter", "LinkDownedCounter", "PortRcvErrors",
        "PortRcvRemotePhysicalErrors", "PortRcvSwitchRelayErrors", "PortXmitDiscards", "PortXmitConstraintErrors",
        "PortRcvConstraintErrors", "LocalLinkIntegrityErrors", "ExcessiveBufferOverrunErrors", "VL15Dropped",
        "PortXmitWait", "QP1Dropped",
      ], from: 576)

    private static func fields(_ names: [String], from start: Int) -> [LayoutField] {
      names.enumerated().map { LayoutField($1, at: start + 64 * $0, bits: 64) }
    }
  }

  /// The attribute of a request for the counters of a port.
  public static func selecting(port: UInt8, counters: UInt16 = 0, errors: UInt32 = 0) -> [UInt8] {
    var attribute = [UInt8](repeating: 0, count: length)
    Layout.portSelect.write(UInt64(port), into: &attribute)
    Layout.counterSelect.write(UInt64(counters), into: &attribute)
    Layout.counterSelect2.write(UInt64(errors), into: &attribute)
    return attribute
  }
}

/// The PortRcvErrorDetails attribute: what PortRcvErrors is made of. Source: the same, 16.1.4.1.
public enum PortReceiveErrorDetails {
  public static let length = 16

  public enum Layout {
    /// In the order of their bits in CounterSelect.
    public static let counters = [
      LayoutField("PortLocalPhysicalErrors", at: 32, bits: 16),
      LayoutField("PortMalformedPacketErrors", at: 48, bits: 16),
      LayoutField("PortBufferOverrunErrors", at: 64, bits: 16),
      LayoutField("PortDLIDMappingErrors", at: 80, bits: 16),
      LayoutField("PortVLMappingErrors", at: 96, bits: 16),
      LayoutField("PortLoopingErrors", at: 112, bits: 16),
    ]
  }
}

/// The PortXmitDiscardDetails attribute: what PortXmitDiscards is made of. Source: the same, 16.1.4.2.
public enum PortTransmitDiscardDetails {
  public static let length = 12

  public enum Layout {
    /// In the order of their bits in CounterSelect.
    public static let counters = [
      LayoutField("PortInactiveDiscards", at: 32, bits: 16),
      LayoutField("PortNeighborMTUDiscards", at: 48, bits: 16),
      LayoutField("PortSwLifetimeLimitDiscards", at: 64, bits: 16),
      LayoutField("PortSwHOQLifetimeLimitDiscards", at: 80, bits: 16),
    ]
  }
}
