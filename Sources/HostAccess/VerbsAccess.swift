/// What only the verbs interface knows of a device: libibverbs on Linux.
public protocol VerbsAccess: Sendable {
  /// - Returns: for each of `devices` its attributes or why they cannot be had.
  func attributes(of devices: [String]) -> [String: Result<VerbsDevice, VerbsError>]
}

public enum VerbsError: Error, Equatable, Sendable {
  /// The kernel has no RDMA stack, libibverbs has no provider for this device, or the machine is a recorded one.
  case unavailable(String)
  case notPermitted(path: String)
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
  public var vendorID: UInt32
  public var vendorPartID: UInt32
  /// Every limit that `ibv_query_device(3)` gives, by its name there.
  public var limits: [String: UInt64]
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
  public var maxMTU: Int?
  public var activeMTU: Int?
  public var maxMessageSize: UInt64
  public var maxVLs: Int?
  public var pkeyTableLength: Int
  public var gidTableLength: Int
  public var badPKeyCounter: Int
  public var qkeyViolationCounter: Int
  public var subnetTimeout: Int
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
