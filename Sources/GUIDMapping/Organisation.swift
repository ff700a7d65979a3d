public import Vocabulary

/// The owner of a 24-bit organisation identifier in InfiniBand GUIDs.
///
/// Names as in IEEE's registry (Debian's ieee-data 20220827), shortened. Source of the lists:
/// GUIDToMAC.md#organisations.
public struct Organisation: Sendable, Equatable {
  /// Who knows the identifier.
  public enum Knowledge: Sendable, Equatable {
    /// The driver has a formula of its own.
    case ownRule
    /// In the driver's table, in its NDIS 5 (2003, XP) and NDIS 6 builds.
    case everyDriver
    /// In the table of the NDIS 6 build only: older drivers make a locally administered MAC.
    case newerDriver
    /// In no Windows driver that had rules; known to this program.
    case checkerOnly
  }

  public let identifier: UInt32
  public let owner: String
  public let knowledge: Knowledge

  /// The owner of a GUID's first three bytes; `nil` when no table has them.
  public static func of(_ guid: GUID) -> Organisation? { table[guid.oui] }

  /// Every identifier that is known here, smallest first.
  public static let all: [Organisation] = groups.flatMap { group in
    group.identifiers.map { Organisation(identifier: $0, owner: group.owner, knowledge: group.knowledge) }
  }.sorted { $0.identifier < $1.identifier }

  private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.identifier, $0) })

  private static let groups: [(owner: String, knowledge: Knowledge, identifiers: [UInt32])] = [
    ("Mellanox", .ownRule, [0x0002c9]),
    ("Voltaire", .ownRule, [0x0008f1]),
    ("InfiniCon", .ownRule, [0x00066a]),
    (
      "Hewlett Packard", .everyDriver,
      [
        0x000d9d, 0x00110a, 0x001185, 0x001279, 0x001321, 0x001438, 0x001635, 0x001708, 0x0017a4, 0x0018fe, 0x0019bb,
        0x001a4b, 0x001b78, 0x001e0b, 0x002264, 0x00237d, 0x00805f,
      ]
    ),
    ("Hewlett Packard", .newerDriver, [0x0025b3, 0x78e7d1, 0xd8d385]),
    ("Dell", .everyDriver, [0x00188b]),
    ("Dell", .newerDriver, [0x0024e8, 0xf04da2]),
    ("Super Micro", .everyDriver, [0x002590, 0x003048]),
    ("Topspin (Cisco)", .everyDriver, [0x0005ad]),
    ("Oracle (Sun)", .everyDriver, [0x0003ba]),
    ("Oracle (Sun)", .newerDriver, [0x002128]),
    (
      "Mellanox", .checkerOnly,
      [
        0x00258b, 0x043f72, 0x08c0eb, 0x0c42a1, 0x1070fd, 0x1c34da, 0x248a07, 0x506b4b, 0x7cfe90, 0x900a84, 0x946dae,
        0x98039b, 0x9c0591, 0xb83fd2, 0xb8599f, 0xb8cef6, 0xe41d2d, 0xe8ebd3, 0xec0d9a, 0xf45214,
      ]
    ),
    ("NVIDIA", .checkerOnly, [0x00044b, 0x48b02d]),
    ("Voltaire", .checkerOnly, [0x88dd79]),
    ("Cornelis Networks", .checkerOnly, [0xd0066a]),
    ("Intel (TrueScale)", .checkerOnly, [0x001175]),
    ("Bull", .checkerOnly, [0x080038]),
    ("OpenIB", .checkerOnly, [0x001405]),
    // Seen in a print of a card: 9cdc71ffff556630 with MAC 9c:dc:71:55:66:30.
    ("Hewlett Packard Enterprise", .checkerOnly, [0x9cdc71]),
  ]
}
