/// What only the verbs interface knows of a device: libibverbs on Linux.
public protocol VerbsAccess: Sendable {
  /// - Returns: for each of `devices` its attributes or why they cannot be had.
  func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>]
}

/// Why a device's attributes could not be had.
public enum VerbsError: Error, Equatable, Sendable {
  /// The kernel has no RDMA stack, libibverbs has no provider for this device, or the machine is a recorded one.
  case unavailable(String)
  /// The device's node is there; the user may not open it.
  case notPermitted(path: String)
  /// In the words of libibverbs or of the system.
  case failed(String)

  /// The reason as half a sentence, for a note.
  public var explanation: String {
    switch self {
    case .unavailable(let words), .failed(let words): words
    case .notPermitted(let path): "needs the right to open \(path)"
    }
  }
}

/// Attributes of a device. Names as in `ibv_query_device(3)`.
public struct VerbsDevice: Sendable, Equatable {
  /// `infiniband`, `iwarp`, `usnic`, `usnic_udp`, `unspecified`.
  public var transport: String
  /// `vendor_id`, an OUI or what the driver takes for one.
  public var vendorID: UInt32
  /// `vendor_part_id`
  public var vendorPartID: UInt32
  /// Every limit that `ibv_query_device(3)` gives, by its name there.
  public var limits: [String: UInt64]
  /// By port number; a port that could not be queried is missing.
  public var ports: [Int: VerbsPort]

  public init(
    transport: String, vendorID: UInt32, vendorPartID: UInt32, limits: [String: UInt64], ports: [Int: VerbsPort]
  ) {
    self.transport = transport
    self.vendorID = vendorID
    self.vendorPartID = vendorPartID
    self.limits = limits
    self.ports = ports
  }
}

/// Attributes of a port. Names as in `ibv_query_port(3)`; MTUs in bytes.
public struct VerbsPort: Sendable, Equatable {
  /// Bytes; `nil` for a code that means none.
  public var maxMTU: Int?
  /// Bytes; likewise.
  public var activeMTU: Int?
  /// Bytes.
  public var maxMessageSize: UInt64
  /// Data virtual lanes; `nil` for a code that means none.
  public var maxVLs: Int?
  /// Entries.
  public var pkeyTableLength: Int
  /// Entries.
  public var gidTableLength: Int
  /// P_Key violations seen.
  public var badPKeyCounter: Int
  /// Q_Key violations seen.
  public var qkeyViolationCounter: Int
  /// A code: 4.096 µs × 2^code.
  public var subnetTimeout: Int
  /// The code that the subnet manager gave.
  public var initTypeReply: Int

  public init(
    maxMTU: Int?, activeMTU: Int?, maxMessageSize: UInt64, maxVLs: Int?, pkeyTableLength: Int, gidTableLength: Int,
    badPKeyCounter: Int, qkeyViolationCounter: Int, subnetTimeout: Int, initTypeReply: Int
  ) {
    self.maxMTU = maxMTU
    self.activeMTU = activeMTU
    self.maxMessageSize = maxMessageSize
    self.maxVLs = maxVLs
    self.pkeyTableLength = pkeyTableLength
    self.gidTableLength = gidTableLength
    self.badPKeyCounter = badPKeyCounter
    self.qkeyViolationCounter = qkeyViolationCounter
    self.subnetTimeout = subnetTimeout
    self.initTypeReply = initTypeReply
  }
}
