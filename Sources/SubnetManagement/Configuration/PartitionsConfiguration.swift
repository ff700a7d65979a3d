public import Vocabulary

/// A partitions.conf as opensm reads it: definitions `name=P_Key, flags : members ;` up to the first that it refuses.
///
/// Lenient as opensm is: words may be cut short (`limi`, `A` for ALL), a list goes on over lines until the `;`, a
/// header up to its `:` must stand on one line, a number is decimal, `0x…` or octal, of a P_Key only the low 15 bits
/// count. Source: opensm 3.3.23, `osm_prtn_config.c`; opensm on a simulated fabric is the judge in the tests.
public struct PartitionsConfiguration: Sendable, Equatable {
  public enum Membership: String, Sendable, Equatable { case limited, full, both }

  /// Whom a member specifier means.
  public enum Who: Sendable, Equatable {
    case all, channelAdapters, switches, routers, subnetManager
    case port(GUID)
    case nobody
  }

  public struct Member: Sendable, Equatable {
    public let who: Who
    public let membership: Membership
    /// As written, and the word behind its `=`, if there is one.
    public let text: String
    public let membershipText: String?
    public let line: Int
  }

  /// `ipoib`, `rate=7`.
  public struct Flag: Sendable, Equatable {
    /// The full name of the flag that opensm takes it for; `nil` for one that it ignores.
    public let name: String?
    public let text: String
    public let value: String?
    public let line: Int
  }

  /// `mgid=…` and its flags.
  public struct Group: Sendable, Equatable {
    public let mgid: String
    public let flags: [Flag]
    public let line: Int
  }

  public struct Definition: Sendable, Equatable {
    public var name: String?
    /// As written; `nil` where opensm makes one up.
    public var keyText: String?
    /// The number as written. opensm takes the low 15 bits, and makes a P_Key up where they are 0.
    public var key: UInt64?
    public var flags: [Flag] = []
    public var members: [Member] = []
    public var groups: [Group] = []
    public var line: Int
    /// Whether its `;` was there.
    public var isTerminated = false

    /// The P_Key without its membership bit; `nil` where opensm makes one up.
    public var partition: UInt16? {
      guard let key else { return nil }
      let low = UInt16(truncatingIfNeeded: key) & 0x7fff
      return low == 0 ? nil : low
    }
  }

  /// Where opensm stops, and drops the whole file for its default: every port a full member of 0x7fff.
  public struct Refusal: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
      /// No `:` in the line where a definition starts.
      case noDefinition
      /// A P_Key that is no number.
      case badDefinition
      /// A member that is neither a keyword nor a GUID.
      case badPortGUID
      /// What looks like the next definition, in the list of members of the one before, which ends in this line.
      case missingSemicolon(line: Int)
      /// Nothing but comments.
      case empty
    }
    public let reason: Reason
    public let line: Int
    public let text: String
  }

  public let file: String
  public private(set) var definitions: [Definition] = []
  public private(set) var refusal: Refusal?
  /// Lines of more bytes than opensm takes at once.
  public private(set) var longLines: [Int] = []

  /// Lines with a semicolon that has nothing before it: opensm reads what follows it, a comment or what is left of an
  /// earlier line, as a definition.
  public private(set) var loneSemicolons: [Int] = []

  /// The most bytes, its newline among them, that opensm takes as one line.
  public static let longestLine = 4_094

  public init(_ bytes: [UInt8], file: String) {
    self.file = file
    var parser = PartitionsParser()
    parser.read(bytes)
    definitions = parser.definitions
    refusal = parser.refusal
    longLines = parser.longLines
    loneSemicolons = parser.loneSemicolons
  }

  public init(_ text: String, file: String) { self.init(Array(text.utf8), file: file) }
}
