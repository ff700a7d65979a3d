public import BinaryLayout

/// The PortInfo attribute. Source: InfiniBand specification vol. 1, 14.2.5.6.
public enum PortInfo {
  public static let length = 64

  public enum Layout {
    public static let mKey = LayoutField("M_Key", at: 0, bits: 64)
    public static let linkDownDefaultState = LayoutField("LinkDownDefaultState", at: 268, bits: 4)
    public static let mKeyProtectBits = LayoutField("M_KeyProtectBits", at: 272, bits: 2)
    public static let mKeyLeasePeriod = LayoutField("M_KeyLeasePeriod", at: 208, bits: 16)
    public static let gidPrefix = LayoutField("GidPrefix", at: 64, bits: 64)
    public static let lid = LayoutField("LID", at: 128, bits: 16)
    public static let masterSMLID = LayoutField("MasterSMLID", at: 144, bits: 16)
    public static let capabilityMask = LayoutField("CapabilityMask", at: 160, bits: 32)
    public static let linkWidthEnabled = LayoutField("LinkWidthEnabled", at: 232, bits: 8)
    public static let linkWidthSupported = LayoutField("LinkWidthSupported", at: 240, bits: 8)
    public static let linkWidthActive = LayoutField("LinkWidthActive", at: 248, bits: 8)
    public static let linkSpeedSupported = LayoutField("LinkSpeedSupported", at: 256, bits: 4)
    public static let portState = LayoutField("PortState", at: 260, bits: 4)
    public static let portPhysicalState = LayoutField("PortPhysicalState", at: 264, bits: 4)
    public static let lmc = LayoutField("LMC", at: 277, bits: 3)
    public static let linkSpeedActive = LayoutField("LinkSpeedActive", at: 280, bits: 4)
    public static let linkSpeedEnabled = LayoutField("LinkSpeedEnabled", at: 284, bits: 4)
    public static let neighborMTU = LayoutField("NeighborMTU", at: 288, bits: 4)
    public static let masterSMSL = LayoutField("MasterSMSL", at: 292, bits: 4)
    public static let vlCap = LayoutField("VLCap", at: 296, bits: 4)
    public static let initTypeReply = LayoutField("InitTypeReply", at: 328, bits: 4)
    public static let mtuCap = LayoutField("MTUCap", at: 332, bits: 4)
    public static let operationalVLs = LayoutField("OperationalVLs", at: 344, bits: 4)
    public static let partitionEnforcementInbound = LayoutField("PartitionEnforcementInbound", at: 348, bits: 1)
    public static let partitionEnforcementOutbound = LayoutField("PartitionEnforcementOutbound", at: 349, bits: 1)
    public static let mKeyViolations = LayoutField("M_KeyViolations", at: 352, bits: 16)
    public static let pKeyViolations = LayoutField("P_KeyViolations", at: 368, bits: 16)
    public static let qKeyViolations = LayoutField("Q_KeyViolations", at: 384, bits: 16)
    public static let subnetTimeOut = LayoutField("SubnetTimeOut", at: 411, bits: 5)
    public static let linkSpeedExtActive = LayoutField("LinkSpeedExtActive", at: 496, bits: 4)
    public static let linkSpeedExtSupported = LayoutField("LinkSpeedExtSupported", at: 500, bits: 4)
    public static let linkSpeedExtEnabled = LayoutField("LinkSpeedExtEnabled", at: 507, bits: 5)

    /// The three of XDR. Source: libibmad of rdma-core 50, `IB_PORT_LINK_SPEED_EXT_ACTIVE_2_F` and its neighbours.
    public static let linkSpeedExtActive2 = LayoutField("LinkSpeedExtActive2", at: 449, bits: 2)
    public static let linkSpeedExtSupported2 = LayoutField("LinkSpeedExtSupported2", at: 451, bits: 2)
    public static let linkSpeedExtEnabled2 = LayoutField("LinkSpeedExtEnabled2", at: 453, bits: 3)

    /// Those that libibmad 44 has as well.
    public static let all = [
      gidPrefix, lid, masterSMLID, capabilityMask, linkWidthEnabled, linkWidthSupported, linkWidthActive,
      linkSpeedSupported, portState, portPhysicalState, lmc, linkSpeedActive, linkSpeedEnabled, neighborMTU, masterSMSL,
      vlCap, initTypeReply, mtuCap, operationalVLs, partitionEnforcementInbound, partitionEnforcementOutbound,
      mKeyViolations, pKeyViolations, qKeyViolations, subnetTimeOut,
      linkSpeedExtActive, linkSpeedExtSupported, linkSpeedExtEnabled,
    ]
  }

  /// The number of data virtual lanes for a VLCap code: VL0, VL0-1, VL0-3, VL0-7, VL0-14.
  public static func virtualLanes(code: UInt64) -> Int? {
    [1: 1, 2: 2, 3: 4, 4: 8, 5: 15][code]
  }

  /// The bytes of an MTU code: 1 is 256, 5 is 4096.
  public static func mtuBytes(code: UInt64) -> Int? {
    (1...5).contains(code) ? 128 << Int(code) : nil
  }
}

/// Mellanox's ExtendedPortInfo: what PortInfo has no code for. Source: libibmad's fields `IB_MLNX_EXT_PORT_*`.
public enum MellanoxExtendedPortInfo {
  public static let length = 16

  public enum Layout {
    public static let stateChangeEnable = LayoutField("StateChangeEnable", at: 24, bits: 8)
    public static let linkSpeedSupported = LayoutField("LinkSpeedSupported", at: 56, bits: 8)
    public static let linkSpeedEnabled = LayoutField("LinkSpeedEnabled", at: 88, bits: 8)
    public static let linkSpeedActive = LayoutField("LinkSpeedActive", at: 120, bits: 8)

    public static let all = [stateChangeEnable, linkSpeedSupported, linkSpeedEnabled, linkSpeedActive]
  }

  /// The bit of the three speeds that says FDR10.
  public static let fdr10: UInt64 = 1
}
