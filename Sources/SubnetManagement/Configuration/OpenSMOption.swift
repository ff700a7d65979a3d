/// A key of opensm.conf: what it is, what opensm 3.3.23 takes for it and what it does with something else.
public struct OpenSMOption: Sendable, Equatable {
  /// How a number is printed by `opensm -c`.
  public enum Spelling: Sendable, Equatable {
    case decimal
    /// `0x` and at least this many digits.
    case hexadecimal(digits: Int, uppercase: Bool = false)
  }

  /// What a path leads to.
  public enum Role: Sendable, Equatable {
    /// A file that opensm reads, when it is there.
    case input
    /// A file that opensm writes.
    case output
    case directory
  }

  public enum ValueType: Sendable, Equatable {
    /// `TRUE`; anything else is FALSE to opensm.
    case boolean
    /// `strtoul` with base 0: decimal, `0x…`, and octal with a leading zero.
    case unsigned(bits: Int, Spelling)
    /// `strtol` with base 0 and no check at all: what is not a number is 0.
    case signed
    case text
    case path(Role)
    /// One word of `choices`.
    case choice
    /// Names of routing engines with commas between them.
    case routingEngines
    /// `VL:weight` pairs with commas between them.
    case arbitration
    /// A virtual lane for each of 16 service levels, with commas between them.
    case serviceLevelMap
    /// A bit for each of 256 switch ports, in hexadecimal.
    case portMask
    /// `shift:multiplier`, an entry of the congestion control table.
    case congestionEntry
    /// Such entries with commas between them.
    case congestionTable
    /// A service level and its value; may be given once for each service level.
    case perServiceLevel(bits: Int)
  }

  public enum Section: String, Sendable, Equatable, CaseIterable {
    case device, partitions, sweep, routing, handover, timing, misc, performanceManager, events, log, quality,
      congestion
  }

  public let name: String
  /// Older names that mean the same.
  public let aliases: [String]
  public let type: ValueType
  /// As `opensm -c` prints it; `(null)` for none.
  public let defaultValue: String
  /// The numbers that mean something; `nil` for all that fit.
  public let allowed: [ClosedRange<UInt64>]?
  /// The words that mean something, for `.choice`.
  public let choices: [String]
  /// What it is for, in one sentence without its full stop.
  public let meaning: String
  /// Whether a running opensm takes the new value at SIGHUP; the others need a restart.
  public let appliesOnReload: Bool
  public let section: Section

  init(
    _ name: String, _ type: ValueType, _ defaultValue: String, _ section: Section, _ reload: Reload = .reload,
    allowed: [ClosedRange<UInt64>]? = nil, choices: [String] = [], aliases: [String] = [], is meaning: String
  ) {
    self.name = name
    self.aliases = aliases
    self.type = type
    self.defaultValue = defaultValue
    self.allowed = allowed
    self.choices = choices
    self.meaning = meaning
    self.appliesOnReload = reload == .reload
    self.section = section
  }

  enum Reload { case reload, restart }

  /// All names, the one of today first.
  public var names: [String] { [name] + aliases }
}

extension OpenSMOption {
  /// Every key of opensm 3.3.23. Source: its table of options, the defaults that `opensm -c` prints (which a test
  /// compares), and its manual page.
  public static let all: [OpenSMOption] =
    device + partitions + sweep + routing + handover + timing + misc + performanceManager + events + logging + quality
    + congestion

  /// The option with this name, of today or older.
  public static func named(_ key: String) -> OpenSMOption? { byName[key].map { all[$0] } }

  private static let byName: [String: Int] = {
    var table: [String: Int] = [:]
    for (index, option) in all.enumerated() {
      for name in option.names { table[name] = index }
    }
    return table
  }()

  /// Keys of other versions that 3.3.23 does not know, with what to do about them.
  public static let otherVersions: [String: String] = [
    "max_rate_enum": "opensm 3.3.24 brought it",
    "ucast_dump_file": "opensm 3.2.0 had it; today it is lfts_file",
    "no_multicast_option": "opensm 3.2.0 had it; today it is disable_multicast",
    "no_qos": "opensm before 3.2 had it; today it is qos, with the opposite meaning",
  ]

  /// The routing engines of opensm 3.3.23; `no_fallback` may end a list.
  public static let routingEngineNames: [String] = [
    "none", "minhop", "updn", "dnup", "file", "ftree", "lash", "dor", "torus-2QoS", "nue", "dfsssp", "sssp",
  ]
}
