/// The way to management datagrams (MADs): libibumad on Linux.
public protocol ManagementAccess: Sendable {
  /// Opens the management device of a port and registers the classes `classes`.
  func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort
}

/// A management class to register for. Source: InfiniBand specification vol. 1, 13.4.4.
public struct ManagementClass: Hashable, Sendable {
  public let identifier: UInt8
  public let version: UInt8
  /// Whether the kernel puts answers of several packets together (RMPP). Source: the same, 13.6.
  public let isReliable: Bool

  public init(identifier: UInt8, version: UInt8, isReliable: Bool = false) {
    self.identifier = identifier
    self.version = version
    self.isReliable = isReliable
  }
}

/// Where a datagram goes. Directed-route SMPs carry their way in themselves and go to LID 0xffff, queue pair 0.
public struct ManagementAddress: Hashable, Sendable {
  public let lid: UInt16
  public let queuePair: UInt32
  public let queueKey: UInt32
  public let serviceLevel: UInt8
  /// The place of the P_Key in the local port's table.
  public let keyIndex: UInt16

  public init(lid: UInt16, queuePair: UInt32, queueKey: UInt32, serviceLevel: UInt8 = 0, keyIndex: UInt16 = 0) {
    self.lid = lid
    self.queuePair = queuePair
    self.queueKey = queueKey
    self.serviceLevel = serviceLevel
    self.keyIndex = keyIndex
  }

  /// Of every directed-route SMP: the permissive LID, queue pair 0.
  public static let directedRoute = ManagementAddress(lid: 0xffff, queuePair: 0, queueKey: 0)

  /// The subnet management agent behind a LID.
  public static func subnetManagement(lid: UInt16) -> ManagementAddress {
    ManagementAddress(lid: lid, queuePair: 0, queueKey: 0)
  }

  /// The agents of general services, performance management among them, behind a LID: queue pair 1 and its well-known
  /// Q_Key. Source: InfiniBand specification vol. 1, 3.9.
  public static func generalServices(lid: UInt16, serviceLevel: UInt8 = 0, keyIndex: UInt16 = 0) -> ManagementAddress {
    ManagementAddress(
      lid: lid, queuePair: 1, queueKey: 0x8001_0000, serviceLevel: serviceLevel, keyIndex: keyIndex)
  }
}

/// What came in: an answer, or a request of ours that nobody answered.
public enum ManagementArrival: Sendable {
  case answer([UInt8])
  case timedOut([UInt8])
}

/// An open management device. One descriptor; not for several threads.
public protocol ManagementPort: AnyObject {
  /// Sends one datagram of 256 bytes. `timeoutMilliseconds` is the kernel's patience for the answer.
  /// - Throws: ``ManagementError/congested`` when there is no room for it now.
  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError)
  /// Waits for the next arrival; `nil` when none came in time.
  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival?
}

/// Why a port could not be asked by datagram.
public enum ManagementError: Error, Equatable, Sendable {
  /// There is no management device for this port: ib_umad is not loaded, or the port is not InfiniBand.
  case noDevice
  /// A recorded machine: nothing of it can be asked.
  case recorded
  /// libibumad is not installed.
  case noLibrary
  /// The device is there; the user may not open it.
  case notPermitted(path: String)
  /// There is no room for another datagram now: nothing was sent, later it may be.
  case congested
  /// In the words of the system.
  case failed(String)

  /// The reason as half a sentence, for a note: "needs root…".
  public var explanation: String {
    switch self {
    case .noDevice: "has no management device (ib_umad not loaded, or not InfiniBand)"
    case .recorded: "is a recorded one"
    case .noLibrary:
      "cannot be asked: libibumad.so.3 is not installed (package libibumad3; on Fedora and RHEL libibumad)"
    case .notPermitted(let path): "needs the right to open \(path) (root)"
    case .congested: "takes no more datagrams"
    case .failed(let words): "could not be asked: \(words)"
    }
  }
}
