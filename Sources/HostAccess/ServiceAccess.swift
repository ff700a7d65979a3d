/// Connections of others to this process, over sockets that the service manager has opened: rdmactl opens none itself.
public protocol ServiceAccess: Sendable {
  /// The sockets that were handed over; none where the process was not started for one.
  /// Source: sd_listen_fds(3).
  var sockets: [ServiceSocket] { get }
  /// The next connection; `nil` when none comes in time, or the user wants to stop.
  func accept(on sockets: [ServiceSocket], milliseconds: Int) -> (any ServiceConnection)?
}

public struct ServiceSocket: Sendable, Equatable {
  public let descriptor: Int32
  /// `127.0.0.1:9442`, or the path of a Unix socket.
  public let address: String
  /// Whether only this machine can reach it: a Unix socket or a loopback address.
  public let isLocal: Bool

  public init(descriptor: Int32, address: String, isLocal: Bool) {
    self.descriptor = descriptor
    self.address = address
    self.isLocal = isLocal
  }
}

/// One client; the connection ends with the object.
public protocol ServiceConnection: AnyObject {
  /// What the client sends, until `isComplete` says so, or its time or room is over.
  func read(limit: Int, milliseconds: Int, until isComplete: ([UInt8]) -> Bool) -> [UInt8]
  /// - Returns: whether the client has taken all of it in time.
  @discardableResult func write(_ bytes: [UInt8], milliseconds: Int) -> Bool
}

/// Where nobody hands sockets over.
public struct AbsentService: ServiceAccess {
  public init() {}
  public var sockets: [ServiceSocket] { [] }
  public func accept(on sockets: [ServiceSocket], milliseconds: Int) -> (any ServiceConnection)? { nil }
}
