internal import Glibc

/// A datagram socket with a name in the abstract namespace, as libumad2sim and ibsim use them: the name ends in a NUL.
public final class DatagramSocket {
  public let descriptor: Int32

  public init(bind name: String) throws(SocketFailure) {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure("no socket: \(Self.systemWords)") }
    let result = unsafe Self.withAddress(name) { address, length in unsafe Glibc.bind(descriptor, address, length) }
    guard result == 0 else { throw SocketFailure("\(name) cannot be bound: \(Self.systemWords)") }
    // Room for bursts that are late together.
    var size: Int32 = 4 << 20
    for option in [SO_RCVBUF, SO_SNDBUF] {
      _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  deinit { close(descriptor) }

  public func connect(to name: String) throws(SocketFailure) {
    let result = unsafe Self.withAddress(name) { address, length in unsafe Glibc.connect(descriptor, address, length) }
    guard result == 0 else { throw SocketFailure("\(name) cannot be reached: \(Self.systemWords)") }
  }

  /// Puts the next datagram in `buffer`. - Returns: its length; `nil` when there is none.
  public func receive(into buffer: inout [UInt8]) -> Int? {
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    return count > 0 ? count : nil
  }

  /// Whether somebody took it. A full queue is waited for: ibsim's own clients do so too.
  @discardableResult public func send(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
    let sent = bytes.withContiguousStorageIfAvailable { bytes in
      while true {
        if unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 {
          return true
        }
        guard errno == EAGAIN || errno == EINTR else { return false }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wanted, 1, 10)
      }
    }
    return sent ?? false
  }

  /// As ``receive(into:)``, with the sender's name.
  public func receiveNamed(into buffer: inout [UInt8]) -> (count: Int, sender: String)? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
      unsafe withUnsafeMutablePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe recvfrom(descriptor, buffer.baseAddress, buffer.count, 0, $0, &length)
        }
      }
    }
    guard count > 0 else { return nil }
    let path = unsafe withUnsafeBytes(of: address.sun_path) { unsafe Array($0) }
    return (count, String(decoding: path.dropFirst().prefix { $0 != 0 }, as: UTF8.self))
  }

  public func send(_ bytes: ArraySlice<UInt8>, to name: String) {
    _ = unsafe bytes.withUnsafeBytes { bytes in
      unsafe Self.withAddress(name) { address, length in
        unsafe sendto(descriptor, bytes.baseAddress, bytes.count, 0, address, length)
      }
    }
  }

  private static func withAddress(_ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int) -> Int {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = [0] + Array(name.utf8) + [0]
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.prefix($0.count)) }
    let length = MemoryLayout<sa_family_t>.size + path.count
    return unsafe withUnsafePointer(to: address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(length)) }
    }
  }

  private static func withAddress(_ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    Int32(unsafe withAddress(name) { address, length in Int(unsafe body(address, length)) })
  }

  private static var systemWords: String { unsafe String(cString: strerror(errno)) }
}

/// In the words of the system.
public struct SocketFailure: Error {
  public let message: String
  init(_ message: String) { self.message = message }
}
