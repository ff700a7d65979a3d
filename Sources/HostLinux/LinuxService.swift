internal import CShims
internal import Glibc
public import HostAccess

/// Sockets of the service manager by `poll`, `accept4`, `recv` and `send`.
public struct LinuxService: ServiceAccess {
  private let environment: [String: String]

  /// - Parameter environment: for `LISTEN_FDS` and `LISTEN_PID`.
  public init(environment: [String: String]) { self.environment = environment }

  /// SD_LISTEN_FDS_START
  private static let first: Int32 = 3

  public var sockets: [ServiceSocket] {
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == getpid(),
      let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...64).contains(count)
    else { return [] }
    return (Self.first..<Self.first + count).compactMap(Self.socket)
  }

  private static func socket(_ descriptor: Int32) -> ServiceSocket? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { return nil }
    prepare(descriptor)
    let bytes = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0.prefix(Int(length))) }
    switch Int32(storage.ss_family) {
    case AF_UNIX:
      let path = bytes.dropFirst(2).prefix { $0 != 0 }
      return ServiceSocket(descriptor: descriptor, address: String(decoding: path, as: UTF8.self), isLocal: true)
    case AF_INET where bytes.count >= 8:
      let port = Int(bytes[2]) << 8 | Int(bytes[3])
      let address = bytes[4..<8].map { String($0) }.joined(separator: ".")
      return ServiceSocket(descriptor: descriptor, address: "\(address):\(port)", isLocal: bytes[4] == 127)
    case AF_INET6 where bytes.count >= 24:
      let port = Int(bytes[2]) << 8 | Int(bytes[3])
      let isLoopback = bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
      return ServiceSocket(
        descriptor: descriptor, address: "[\(isLoopback ? "::1" : "::")]:\(port)", isLocal: isLoopback)
    default: return nil
    }
  }

  /// A child of ours has no use for it, and nobody waits for a client that has gone.
  private static func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  public func accept(on sockets: [ServiceSocket], milliseconds: Int) -> (any ServiceConnection)? {
    var wanted = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    guard unsafe poll(&wanted, nfds_t(wanted.count), Int32(clamping: milliseconds)) > 0 else { return nil }
    for place in wanted where place.revents != 0 {
      let descriptor = Glibc.accept(place.fd, nil, nil)
      guard descriptor >= 0 else { continue }
      Self.prepare(descriptor)
      return LinuxConnection(descriptor)
    }
    return nil
  }
}

private final class LinuxConnection: ServiceConnection {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func read(limit: Int, milliseconds: Int, until isComplete: ([UInt8]) -> Bool) -> [UInt8] {
    let end = Self.now + milliseconds
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while bytes.count < limit, wait(Int16(POLLIN), until: end) {
      let count = unsafe block.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard count > 0 else {
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        break
      }
      bytes += block[..<count]
      if isComplete(bytes) { break }
    }
    return bytes
  }

  func write(_ bytes: [UInt8], milliseconds: Int) -> Bool {
    let end = Self.now + milliseconds
    var rest = bytes[...]
    while !rest.isEmpty {
      guard wait(Int16(POLLOUT), until: end) else { return false }
      let count = unsafe rest.withUnsafeBytes {
        unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR && errno != EAGAIN {
        return false
      }
    }
    return true
  }

  private func wait(_ event: Int16, until end: Int) -> Bool {
    while true {
      let left = end - Self.now
      guard left > 0 else { return false }
      var wanted = pollfd(fd: descriptor, events: event, revents: 0)
      let count = unsafe poll(&wanted, 1, Int32(clamping: left))
      if count > 0 { return true }
      // A signal asks for the end of the process.
      if count < 0 && (errno != EINTR || rdmactl_interruptions() > 0) { return false }
    }
  }

  private static var now: Int { LinuxClock().milliseconds }
}
