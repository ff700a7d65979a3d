public import Vocabulary

/// The findings of `guid2mac`: stable ids, listed in its manual page.
public enum GUIDMappingProblem: String, CaseIterable, Sendable {
  case macLocal = "mac.local"
  case macDuplicate = "mac.duplicate"
  case macMulticast = "mac.multicast"
  case macZero = "mac.zero"
  case macForeignOwner = "mac.foreign_owner"
  case macNotInvertible = "mac.not_invertible"
  case maskLosesCards = "mask.loses_cards"
  case maskDropsOwner = "mask.drops_owner"
  case maskIgnored = "mask.ignored"
  case maskNone = "mask.none"
  case maskNotStored = "mask.not_stored"
  case maskLineBad = "mask.bad_line"
  case maskFileUnreadable = "mask.file_unreadable"
  case guidZero = "guid.zero"
  case guidDuplicate = "guid.duplicate"
  case guidNewerDriver = "guid.newer_driver"
  case guidLineBad = "guid.bad_line"
  case guidUnknown = "guid.unknown"
  case guidNodeSequence = "guid.node_sequence"
  case guidHardwareAddress = "guid.hardware_address"
  case guidGID0 = "guid.gid0"

  public var severity: Severity {
    switch self {
    case .macDuplicate, .macMulticast, .macZero, .maskNone, .maskLineBad, .guidZero, .guidDuplicate, .guidLineBad,
      .guidUnknown, .guidHardwareAddress:
      .error
    case .macLocal, .macNotInvertible, .maskLosesCards, .maskDropsOwner, .maskNotStored, .maskFileUnreadable, .guidGID0:
      .warning
    case .macForeignOwner, .maskIgnored, .guidNewerDriver, .guidNodeSequence: .info
    }
  }

  /// When it is reported, in one sentence.
  public var meaning: String {
    switch self {
    case .macLocal: "No rule and no mask covers the GUID: the MAC is a counter, and another one after the next start."
    case .macDuplicate: "Two GUIDs get the same MAC address, so one of the two cannot be reached."
    case .macMulticast: "The MAC address has the multicast bit: no interface may have it."
    case .macZero: "The MAC address is all zero: no interface may have it."
    case .macForeignOwner: "The MAC address starts with an identifier of another company."
    case .macNotInvertible: "The MAC address does not identify a single GUID."
    case .maskLosesCards: "The mask leaves out some of the last three bytes, so many cards share one MAC address."
    case .maskDropsOwner: "The mask leaves out some of the first three bytes: the MAC no longer names its maker."
    case .maskIgnored: "A mask has no effect on the GUID, because a built-in rule goes before it."
    case .maskNone: "No mask gives each of the GUIDs a lawful MAC address of its own."
    case .maskNotStored: "A local port needs a mask, one is known, and it is not stored yet."
    case .maskLineBad: "A line of the file of stored masks cannot be read; it is left as it is and not used."
    case .maskFileUnreadable: "The file of stored masks cannot be read: results are those without stored masks."
    case .guidZero: "The GUID is all zero: the adapter has none."
    case .guidDuplicate: "The same GUID occurs more than once where each must be unique."
    case .guidNewerDriver: "Only the newer (NDIS 6) drivers know the GUID's maker; older ones make a local MAC."
    case .guidLineBad: "A line of standard input is not a GUID or MAC address; the other lines were done."
    case .guidUnknown: "A local port's GUID is recognized neither by the driver's rules nor by the checker."
    case .guidNodeSequence: "A port GUID is not the node GUID, nor the node GUID plus at most the port number."
    case .guidHardwareAddress: "The IPoIB hardware address does not end in the GUID of its port."
    case .guidGID0: "GID 0 does not belong to the port: not its GUID (InfiniBand), not its netdev's MAC (RoCE)."
    }
  }

  /// The entries of the manual page.
  public static let descriptions: [ProblemDescription] = allCases.map {
    ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning)
  }

  /// The problem with this id, about `subject`; for what is found outside this library too.
  public func found(_ subject: String, _ message: String, evidence: [String] = [], fix: [String] = []) -> Problem {
    Problem(id: rawValue, severity: severity, subject: subject, message: message, evidence: evidence, fix: fix)
  }
}
