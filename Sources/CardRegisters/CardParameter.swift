package import BinaryLayout

/// A parameter of a card's settings: where it stands, and what its values mean.
///
/// Names, types, places and values are those of mstflint's public `mlxconfig_host.db`, so that guides and scripts fit.
package struct CardParameter: Sendable {
  package enum Kind: Sendable {
    case flag
    case number
    /// Words for values; a value without one is shown as a number.
    case choice([(word: String, value: UInt64)])
  }

  /// `SRIOV_EN`; of a port with its number: `LINK_TYPE_P1`.
  package let name: String
  package let type: SettingType
  /// Bytes of the setting.
  package let size: Int
  package let field: LayoutField
  package let kind: Kind
  /// Shown only when this bit of another setting is set: the card can do it.
  package let capability: Capability?

  package struct Capability: Sendable {
    package let type: SettingType
    package let size: Int
    package let field: LayoutField
  }

  /// The value of this parameter in the bytes of its setting.
  package func value(in bytes: [UInt8]) -> UInt64? { field.read(bytes) }

  /// `True(1)`, `ETH(2)`, `63`: as mstconfig writes it.
  package func words(_ value: UInt64) -> String {
    switch kind {
    case .flag: value == 0 ? "False(0)" : "True(1)"
    case .number: "\(value)"
    case .choice(let words): words.first { $0.value == value }.map { "\($0.word)(\(value))" } ?? "\(value)"
    }
  }
}

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

    init(
      _ name: String, _ dword: Int, _ bits: ClosedRange<Int>, _ kind: CardParameter.Kind,
      _ capability: (Int, Int)? = nil
    ) {
      self.name = name
      self.dword = dword
      self.bits = bits
      self.kind = kind
      self.capability = capability
    }

    static func flag(_ name: String, _ dword: Int, _ bit: Int, _ capability: (Int, Int)? = nil) -> Self {
      Self(name, dword, bit...bit, .flag, capability)
    }

    static func number(
      _ name: String, _ dword: Int, _ bits: ClosedRange<Int>, _ capability: (Int, Int)? = nil
    ) -> Self {
      Self(name, dword, bits, .number, capability)
    }
  }

  func parameters(port: Int) -> [CardParameter] {
    parameters.map { declaration in
      CardParameter(
        name: ofPort ? "\(declaration.name)_P\(port)" : declaration.name, type: type(port), size: size,
        field: LayoutField(declaration.name, dword: declaration.dword, bits: declaration.bits), kind: declaration.kind,
        capability: declaration.capability.flatMap { place in
          capabilityType.map {
            CardParameter.Capability(
              type: $0(port), size: capabilitySize,
              field: LayoutField(declaration.name, dword: place.dword, bits: place.bit...place.bit))
          }
        })
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

  private static let groups: [Group] = [
    Group(
      type: { _ in .global(128) }, size: 12, capabilityType: { _ in .global(129) }, capabilitySize: 20,
      parameters: [
        .flag("SRIOV_EN", 1, 31, (1, 31)), .number("NUM_OF_VFS", 1, 0...15, (1, 31)),
        .number("PF_LOG_BAR_SIZE", 2, 0...5, (0, 24)), .number("VF_LOG_BAR_SIZE", 2, 6...11, (0, 25)),
        .number("NUM_PF_MSIX", 2, 12...21, (0, 26)), .number("NUM_VF_MSIX", 2, 22...31, (0, 27)),
      ]),
    Group(
      type: { .port($0, 18) }, size: 4, ofPort: true,
      parameters: [.init("LINK_TYPE", 0, 2...3, .choice([("IB", 1), ("ETH", 2)]))]),
    Group(
      type: { _ in .host(128) }, size: 4, capabilityType: { _ in .host(129) }, capabilitySize: 4,
      parameters: [
        .flag("EXP_ROM_PXE_ENABLE", 0, 26, (0, 26)), .flag("EXP_ROM_UEFI_x86_ENABLE", 0, 25, (0, 25)),
        .flag("EXP_ROM_UEFI_ARM_ENABLE", 0, 24, (0, 24)), .flag("ATS_ENABLED", 0, 22, (0, 22)),
        .flag("ADVANCED_PCI_SETTINGS", 0, 31, (0, 31)),
      ]),
    Group(
      type: { _ in .function(545) }, size: 4,
      parameters: [
        .init(
          "LEGACY_BOOT_PROTOCOL", 0, 16...23,
          .choice([
            ("NONE", 0), ("PXE", 1), ("ISCSI", 2), ("PXE_WO_FAIL_ISCSI", 4), ("ISCSI_WO_FAIL_PXE", 5),
          ])),
        .flag("BOOT_VLAN_EN", 0, 30), .number("BOOT_VLAN", 0, 0...11),
      ]),
    Group(
      type: { _ in .function(406) }, size: 4, capabilityType: { _ in .global(257) }, capabilitySize: 4,
      parameters: [.flag("UEFI_HII_EN", 0, 31, (0, 26))]),
    Group(
      type: { _ in .function(16) }, size: 4, capabilityType: { _ in .function(31) }, capabilitySize: 4,
      parameters: [.flag("WOL_MAGIC_EN", 0, 10, (0, 10))]),
    Group(
      type: { _ in .function(274) }, size: 4, capabilityType: { _ in .function(275) }, capabilitySize: 4,
      parameters: [
        .init("PCI_WR_ORDERING", 0, 28...29, .choice([("per_mkey", 0), ("force_relax", 1)]), (0, 28)),
        .flag("MULTI_PORT_VHCA_EN", 0, 31, (0, 31)),
      ]),
    Group(
      type: { _ in .global(266) }, size: 8, capabilityType: { _ in .global(267) }, capabilitySize: 4,
      parameters: [
        .init("CQE_COMPRESSION", 0, 0...2, .choice([("BALANCED", 0), ("AGGRESSIVE", 1)])),
        .flag("IP_OVER_VXLAN_EN", 0, 4, (0, 31)), .flag("UCTX_EN", 0, 8, (0, 8)),
        .flag("REAL_TIME_CLOCK_ENABLE", 0, 10, (0, 19)), .flag("RDMA_SELECTIVE_REPEAT_EN", 0, 11, (0, 18)),
        .init(
          "PCI_ATOMIC_MODE", 0, 12...14,
          .choice([
            ("PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED", 0), ("PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED_SERIALIZED", 1),
            ("PCI_ATOMICS_ENABLED_EXT_ATOMICS_DISABLED", 2),
            ("PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED_NONCOHERENT", 3),
            ("PCI_ATOMICS_ENABLED_EXT_ATOMICS_ENABLED", 4),
          ])), .flag("ROCE_ADAPTIVE_ROUTING_EN", 1, 29, (0, 13)),
      ]),
    Group(type: { _ in .global(285) }, size: 8, parameters: [.number("LOG_MAX_QUEUE", 0, 0...5)]),
    Group(
      type: { .port($0, 263) }, size: 4, ofPort: true, parameters: [.number("ROCE_CC_PRIO_MASK", 0, 0...7)]),
    Group(
      type: { .port($0, 264) }, size: 68, ofPort: true,
      parameters: [.number("CNP_DSCP", 16, 8...13), .number("CNP_802P_PRIO", 16, 0...2)]),
    Group(
      type: { .port($0, 400) }, size: 4, ofPort: true,
      parameters: [.flag("KEEP_ETH_LINK_UP", 0, 0), .flag("KEEP_IB_LINK_UP", 0, 1)]),
    Group(
      type: { .port($0, 266) }, size: 12, ofPort: true, capabilityType: { .port($0, 267) }, capabilitySize: 12,
      parameters: [
        .flag("LLDP_NB_DCBX", 0, 27, (0, 27)),
        .init("LLDP_NB_RX_MODE", 0, 28...29, .choice([("OFF", 0), ("MANDATORY", 1), ("ALL", 2)])),
        .init("LLDP_NB_TX_MODE", 0, 30...31, .choice([("OFF", 0), ("MANDATORY", 1), ("ALL", 2)])),
      ]),
    Group(
      type: { .port($0, 398) }, size: 4, ofPort: true,
      parameters: [.flag("DCBX_IEEE", 0, 0), .flag("DCBX_CEE", 0, 1), .flag("DCBX_WILLING", 0, 2)]),
    Group(
      type: { .port($0, 402) }, size: 12, ofPort: true,
      parameters: [
        .init(
          "NUM_OF_VL", 0, 0...3,
          .choice([("_1_VL", 1), ("_2_VLs", 2), ("_4_VLs", 3), ("_8_VLs", 4), ("_15_VLs", 5)])),
        .init(
          "NUM_OF_TC", 0, 4...7,
          .choice([
            ("_8_TCs", 0), ("_1_TC", 1), ("_2_TCs", 2), ("_3_TCs", 3), ("_4_TCs", 4), ("_5_TCs", 5), ("_6_TCs", 6),
            ("_7_TCs", 7),
          ])),
      ]),
  ]
}
