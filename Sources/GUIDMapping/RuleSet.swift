/// Whose rules make the MAC address of a GUID. Source: GUIDToMAC.md#rules and #contradictions.
public enum RuleSet: String, CaseIterable, Sendable, Codable {
  /// As the readme of the Windows driver says: 0002c903… gives 00:02:ca.
  case readme
  /// As the published driver does: 0002c903… gives 02:02:c9.
  case driver
  /// As later drivers and mstflint do: mask 0xe7 for every GUID.
  case generic

  /// One line for the help and the manual page.
  public var meaning: String {
    switch self {
    case .readme: "the document of the Windows driver (0002c903 gives 00:02:ca)"
    case .driver: "the published driver (0002c903 gives 02:02:c9)"
    case .generic: "later drivers and mstflint: mask 0xe7 for every GUID"
    }
  }
}

/// What made a MAC address. The raw values are stable words of the JSON.
public enum MappingRule: String, CaseIterable, Sendable, Codable {
  case mellanox0200 = "mellanox_0200"
  case mellanox0300 = "mellanox_0300"
  case voltaire
  case silverstorm
  case ouiTable = "oui_table"
  case generic
  case mask
  case local

  /// One line for the manual page.
  public var meaning: String {
    switch self {
    case .mellanox0200: "Mellanox, 0002c90200xxyyzz: 00:02:c9 and the last three bytes."
    case .mellanox0300: "Mellanox, 0002c90300xxyyzz: 00:02:ca (readme) or 02:02:c9 (driver) and the last three bytes."
    case .voltaire: "Voltaire, 0008f1: three bytes folded from the last five."
    case .silverstorm:
      "InfiniCon/SilverStorm/QLogic, 00066a: counted down from ff:f0:00 by the low 24 bits and the port."
    case .ouiTable: "An organisation in the driver's table: bytes 3 and 4 are left out (mask 0xe7)."
    case .generic: "Bytes 3 and 4 are left out (mask 0xe7), as later drivers do for every GUID."
    case .mask: "The bytes selected by a mask that was given or stored."
    case .local: "02:00 and a counter: not recognized and no mask."
    }
  }
}
