internal import BinaryLayout

/// A setting's parameters, before the port's number is known.
private struct Group {
  /// Its type, by the number of a port where it has one.
  let type: @Sendable (Int) -> SettingType
  let size: Int
  var ofPort = false
  /// The setting that tells what the card can do of it.
  var capabilityType: (@Sendable (Int) -> SettingType)?
  var capabilitySize = 0
  let parameters: [Declaration]

  struct Declaration {
    let name: String
    let dword: Int
    let bits: ClosedRange<Int>
    let kind: CardParameter.Kind
    /// Dword and bit of the capability.
    var capability: (dword: Int, bit: Int)?
    /// The bit of dword 0 that says that the value counts.
    var valid: Int?
    /// Dword and bits of the capability: the largest value.
    var most: (dword: Int, bits: ClosedRange<Int>)?
    /// Dword and bit of the capability: `most` counts.
    var mostValid: (dword: Int, bit: Int)?
    var least: UInt64 = 0
    var greatest: UInt64?
    var since = 0

    static func flag(
      _ name: String, _ dword: Int, _ bit: Int, _ capability: (Int, Int)? = nil, valid: Int? = nil, since: Int = 0
    ) -> Self {
      Self(
        name: name, dword: dword, bits: bit...bit, kind: .flag, capability: capability, valid: valid, since: since)
    }

    static func number(
      _ name: String, _ dword: Int, _ bits: ClosedRange<Int>, _ capability: (Int, Int)? = nil, valid: Int? = nil,
      most: (Int, ClosedRange<Int>)? = nil, mostValid: (Int, Int)? = nil, least: UInt64 = 0,
      greatest: UInt64? = nil
    ) -> Self {
      Self(
        name: name, dword: dword, bits: bits, kind: .number, capability: capability, valid: valid, most: most,
        mostValid: mostValid, least: least, greatest: greatest)
    }

    /// - Parameter words: in the order of their values from 0 on; a word with `=` has its own.
    static func choice(
      _ name: String, _ dword: Int, _ bits: ClosedRange<Int>, _ words: String, _ capability: (Int, Int)? = nil,
      most: (Int, ClosedRange<Int>)? = nil, since: Int = 0
    ) -> Self {
      var next: UInt64 = 0
      let choices = words.split(separator: " ").map { word in
        let parts = word.split(separator: "=")
        let value = parts.count > 1 ? UInt64(parts[1]) ?? next : next
        next = value + 1
        return (word: String(parts[0]), value: value)
      }
      return Self(
        name: name, dword: dword, bits: bits, kind: .choice(choices), capability: capability, most: most, since: since)
    }
  }

  func parameters(port: Int) -> [CardParameter] {
    parameters.map { declaration in
      func field(_ dword: Int, _ bits: ClosedRange<Int>) -> LayoutField {
        LayoutField(declaration.name, dword: dword, bits: bits)
      }
      func capability(_ dword: Int, _ bits: ClosedRange<Int>) -> CardParameter.Capability? {
        capabilityType.map { .init(type: $0(port), size: capabilitySize, field: field(dword, bits)) }
      }
      return CardParameter(
        name: ofPort ? "\(declaration.name)_P\(port)" : declaration.name, type: type(port), size: size,
        field: field(declaration.dword, declaration.bits), kind: declaration.kind,
        capability: declaration.capability.flatMap { capability($0.dword, $0.bit...$0.bit) },
        validity: declaration.valid.map { field(0, $0...$0) },
        limit: declaration.most.flatMap { capability($0.dword, $0.bits) },
        limitValidity: declaration.mostValid.map { field($0.dword, $0.bit...$0.bit) }, least: declaration.least,
        greatest: declaration.greatest, sinceVersion: declaration.since)
    }
  }
}

extension CardParameter {
  /// Every parameter that rdmactl knows of a card with so many ports.
  package static func all(ports: Int) -> [CardParameter] {
    groups.flatMap { group in
      group.ofPort ? (1...max(1, min(ports, 2))).flatMap { group.parameters(port: $0) } : group.parameters(port: 1)
    }
  }

  /// - Parameter name: in any case.
  package static func named(_ name: String) -> CardParameter? {
    all(ports: 2).first { $0.name.lowercased() == name.lowercased() }
  }

  // Types, places, values, limits and the bits of capabilities: mstflint's `mlxconfig_host.db`, tables `tlvs` and `params`.
  private static let groups: [Group] = [
    Group(
      type: { _ in .global(128) }, size: 12, capabilityType: { _ in .global(129) }, capabilitySize: 20,
      parameters: [
        .flag("SRIOV_EN", 1, 31, (1, 31), valid: 31),
        .number("NUM_OF_VFS", 1, 0...15, (1, 31), valid: 31, most: (1, 0...15), mostValid: (0, 31)),
        .number("NUM_OF_PF", 1, 16...23, (0, 28), valid: 28, most: (1, 16...23)),
        .number("PF_LOG_BAR_SIZE", 2, 0...5, (0, 24), valid: 24, most: (2, 0...5)),
        .number("VF_LOG_BAR_SIZE", 2, 6...11, (0, 25), valid: 25, most: (2, 6...11)),
        .number("NUM_PF_MSIX", 2, 12...21, (0, 26), valid: 26, most: (2, 12...21)),
        .number("NUM_VF_MSIX", 2, 22...31, (0, 27), valid: 27, most: (2, 22...31)),
        .flag("STRICT_VF_MSIX_NUM", 0, 21, (0, 21)), .flag("VF_NODNIC_ENABLE", 0, 22, (0, 22)),
        .flag("NON_PREFETCHABLE_PF_BAR", 0, 17, (0, 23), valid: 23), .flag("VF_VPD_ENABLE", 0, 18, (0, 18)),
      ]),
    Group(
      type: { .port($0, 18) }, size: 4, ofPort: true, parameters: [.choice("LINK_TYPE", 0, 2...3, "IB=1 ETH=2")]),
    Group(
      type: { _ in .host(128) }, size: 4, capabilityType: { _ in .host(129) }, capabilitySize: 4,
      parameters: [
        .flag("EXP_ROM_PXE_ENABLE", 0, 26, (0, 26)), .flag("EXP_ROM_UEFI_x86_ENABLE", 0, 25, (0, 25)),
        .flag("EXP_ROM_UEFI_ARM_ENABLE", 0, 24, (0, 24)), .flag("ATS_ENABLED", 0, 22, (0, 22)),
        .flag("DYNAMIC_VF_MSIX_TABLE", 0, 23, (0, 23)), .flag("ADVANCED_PCI_SETTINGS", 0, 31, (0, 31)),
      ]),
    Group(
      type: { _ in .function(545) }, size: 4, capabilityType: { _ in .global(257) }, capabilitySize: 4,
      parameters: [
        .choice("LEGACY_BOOT_PROTOCOL", 0, 16...23, "NONE PXE ISCSI PXE_WO_FAIL_ISCSI=4 ISCSI_WO_FAIL_PXE"),
        .choice("BOOT_RETRY_CNT", 0, 24...26, "NONE _1 _2 _3 _4 _5 _6 UNLIMITED", since: 1),
        .flag("BOOT_INTERRUPT_DIS", 0, 27, (0, 22)), .flag("BOOT_LACP_DIS", 0, 29, (0, 27)),
        .flag("BOOT_VLAN_EN", 0, 30), .number("BOOT_VLAN", 0, 0...11),
      ]),
    Group(
      type: { _ in .function(405) }, size: 4, capabilityType: { _ in .global(257) }, capabilitySize: 4,
      parameters: [
        .choice("IP_VER", 0, 8...9, "IPv4 IPv6 IPv4_IPv6 IPv6_IPv4", (0, 31)),
        .number("BOOT_UNDI_NETWORK_WAIT", 0, 16...23),
      ]),
    Group(type: { _ in .function(546) }, size: 4, parameters: [.number("BOOT_PKEY", 0, 0...15)]),
    Group(
      type: { _ in .function(406) }, size: 4, capabilityType: { _ in .global(257) }, capabilitySize: 4,
      parameters: [.flag("UEFI_HII_EN", 0, 31, (0, 26))]),
    Group(
      type: { _ in .function(16) }, size: 4, capabilityType: { _ in .function(31) }, capabilitySize: 4,
      parameters: [.flag("WOL_MAGIC_EN", 0, 10, (0, 10))]),
    Group(
      type: { _ in .function(274) }, size: 4, capabilityType: { _ in .function(275) }, capabilitySize: 4,
      parameters: [
        .choice("ROCE_CONTROL", 0, 26...27, "DEVICE_DEFAULT ROCE_DISABLE ROCE_ENABLE", (0, 27)),
        .choice("PCI_WR_ORDERING", 0, 28...29, "per_mkey force_relax", (0, 28)),
        .flag("MULTI_PORT_VHCA_EN", 0, 31, (0, 31)),
      ]),
    Group(type: { _ in .global(16) }, size: 4, parameters: [.number("ROCE_NEXT_PROTOCOL", 0, 0...7)]),
    Group(
      type: { _ in .global(130) }, size: 4,
      parameters: [.choice("INT_LOG_MAX_PAYLOAD_SIZE", 0, 0...3, "AUTOMATIC _4KB=12")]),
    Group(
      type: { _ in .global(12) }, size: 16,
      parameters: [.choice("INTERNAL_CPU_MODEL", 0, 0...3, "SEPARATED_HOST EMBEDDED_CPU")]),
    Group(
      type: { _ in .global(266) }, size: 8, capabilityType: { _ in .global(267) }, capabilitySize: 4,
      parameters: [
        .choice("CQE_COMPRESSION", 0, 0...2, "BALANCED AGGRESSIVE"), .flag("IP_OVER_VXLAN_EN", 0, 4, (0, 31)),
        .flag("MKEY_BY_NAME", 0, 5, (0, 30)), .flag("PRIO_TAG_REQUIRED_EN", 0, 7, (0, 7)),
        .flag("UCTX_EN", 0, 8, (0, 8)), .flag("REAL_TIME_CLOCK_ENABLE", 0, 10, (0, 19)),
        .flag("RDMA_SELECTIVE_REPEAT_EN", 0, 11, (0, 18)),
        .choice(
          "PCI_ATOMIC_MODE", 0, 12...14,
          "PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED_SERIALIZED"
            + " PCI_ATOMICS_ENABLED_EXT_ATOMICS_DISABLED PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED_NONCOHERENT"
            + " PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED"),
        .flag("TUNNEL_ECN_COPY_DISABLE", 0, 15, (0, 22)), .number("LRO_LOG_TIMEOUT0", 1, 0...3),
        .number("LRO_LOG_TIMEOUT1", 1, 4...7), .number("LRO_LOG_TIMEOUT2", 1, 8...11),
        .number("LRO_LOG_TIMEOUT3", 1, 12...15), .number("LOG_TX_PSN_WINDOW", 1, 16...21, (0, 17)),
        .choice("VF_MIGRATION_MODE", 1, 22...23, "DEVICE_DEFAULT MIGRATION_DISABLED MIGRATION_ENABLED", (0, 14)),
        .number("LOG_MAX_OUTSTANDING_WQE", 1, 24...28, (0, 20)), .flag("ROCE_ADAPTIVE_ROUTING_EN", 1, 29, (0, 13)),
        .flag("TUNNEL_IP_PROTO_ENTROPY_DISABLE", 1, 31, (0, 15)),
      ]),
    Group(type: { _ in .global(285) }, size: 8, parameters: [.number("LOG_MAX_QUEUE", 0, 0...5)]),
    Group(
      type: { _ in .global(136) }, size: 4, capabilityType: { _ in .global(137) }, capabilitySize: 4,
      parameters: [
        .choice("LAG_RESOURCE_ALLOCATION", 0, 20...21, "DEVICE_DEFAULT PRE_ALLOCATION", (0, 21)),
        .choice("PHY_COUNT_LINK_UP_DELAY", 0, 22...23, "DELAY_NONE DELAY_10_SEC DELAY_20_SEC", (0, 23)),
        .flag("ACCURATE_TX_SCHEDULER", 0, 24, (0, 24)),
      ]),
    Group(
      type: { .port($0, 406) }, size: 4, ofPort: true, capabilityType: { .port($0, 407) }, capabilitySize: 4,
      parameters: [
        .choice("DUP_MAC_ACTION", 0, 0...3, "LAST_CFG LOAD_BALANCE"),
        .choice("SRIOV_IB_ROUTING_MODE", 0, 30...30, "GID LID", (0, 29)),
        .choice("IB_ROUTING_MODE", 0, 31...31, "GID LID", (0, 31)),
      ]),
    Group(
      type: { .port($0, 263) }, size: 4, ofPort: true, parameters: [.number("ROCE_CC_PRIO_MASK", 0, 0...7)]),
    Group(
      type: { .port($0, 264) }, size: 68, ofPort: true,
      parameters: [
        .flag("CLAMP_TGT_RATE_AFTER_TIME_INC", 0, 30), .flag("CLAMP_TGT_RATE", 0, 31),
        .number("RPG_TIME_RESET", 1, 0...16), .number("RPG_BYTE_RESET", 2, 0...14),
        .number("RPG_THRESHOLD", 3, 0...4), .number("RPG_MAX_RATE", 4, 0...31), .number("RPG_AI_RATE", 5, 0...16),
        .number("RPG_HAI_RATE", 6, 0...16), .number("RPG_GD", 7, 0...3),
        .number("RPG_MIN_DEC_FAC", 8, 0...7, least: 1, greatest: 100), .number("RPG_MIN_RATE", 9, 0...16),
        .number("RATE_TO_SET_ON_FIRST_CNP", 10, 0...16), .number("DCE_TCP_G", 11, 0...9, least: 1),
        .number("DCE_TCP_RTT", 12, 0...16, least: 1), .number("RATE_REDUCE_MONITOR_PERIOD", 13, 0...16, least: 1),
        .number("INITIAL_ALPHA_VALUE", 14, 0...9), .number("MIN_TIME_BETWEEN_CNPS", 15, 0...16),
        .number("CNP_DSCP", 16, 8...13), .number("CNP_802P_PRIO", 16, 0...2),
      ]),
    Group(
      type: { .port($0, 400) }, size: 4, ofPort: true,
      parameters: [
        .flag("KEEP_ETH_LINK_UP", 0, 0), .flag("KEEP_IB_LINK_UP", 0, 1, since: 1),
        .flag("KEEP_LINK_UP_ON_BOOT", 0, 2, since: 1), .flag("KEEP_LINK_UP_ON_STANDBY", 0, 3, since: 1),
        .flag("DO_NOT_CLEAR_PORT_STATS", 0, 4, since: 2), .flag("AUTO_POWER_SAVE_LINK_DOWN", 0, 5, since: 3),
      ]),
    Group(
      type: { .port($0, 513) }, size: 8, ofPort: true, capabilityType: { .port($0, 514) }, capabilitySize: 4,
      parameters: [
        .choice("PHY_AUTO_NEG", 0, 24...25, "DEVICE_DEFAULT AUTO_NEG_ENABLED AUTO_NEG_DISABLED", (0, 29)),
        .flag("PHY_RATE_MASK_OVERRIDE", 0, 26, (0, 30)),
        .choice("PHY_FEC_OVERRIDE", 0, 28...30, "DEVICE_DEFAULT MODE_1 MODE_2 MODE_3 MODE_4", (0, 31)),
      ]),
    Group(
      type: { .port($0, 266) }, size: 12, ofPort: true, capabilityType: { .port($0, 267) }, capabilitySize: 12,
      parameters: [
        .flag("LLDP_NB_DCBX", 0, 27, (0, 27), since: 1),
        .choice("LLDP_NB_RX_MODE", 0, 28...29, "OFF MANDATORY ALL", most: (0, 28...29)),
        .choice("LLDP_NB_TX_MODE", 0, 30...31, "OFF MANDATORY ALL", most: (0, 30...31)),
      ]),
    Group(
      type: { .port($0, 398) }, size: 4, ofPort: true,
      parameters: [.flag("DCBX_IEEE", 0, 0), .flag("DCBX_CEE", 0, 1), .flag("DCBX_WILLING", 0, 2)]),
    Group(
      type: { .port($0, 402) }, size: 12, ofPort: true, capabilityType: { .port($0, 403) }, capabilitySize: 4,
      parameters: [
        .choice("NUM_OF_VL", 0, 0...3, "_1_VL=1 _2_VLs _4_VLs _8_VLs _15_VLs", most: (0, 0...3)),
        .choice("NUM_OF_TC", 0, 4...7, "_8_TCs _1_TC _2_TCs _3_TCs _4_TCs _5_TCs _6_TCs _7_TCs"),
      ]),
  ]
}
