internal import CMnl
internal import CShims
internal import Glibc
internal import HostAccess

/// An open netlink socket by libmnl.
@safe final class NetlinkSocket {
  /// The longest message the kernel puts together for a dump is 32 KiB; one interface's own can be longer.
  private static let bufferLength = 256 << 10
  private static let receiveBuffer: Int32 = 1 << 20
  /// The kernel answers while it takes the question: what is not there after that does not come.
  private static let patience = timeval(tv_sec: 10, tv_usec: 0)

  private let socket: OpaquePointer
  private let buffer: UnsafeMutableRawBufferPointer
  private var sequence: UInt32 = 0
  let port: UInt32

  /// - Parameter bus: NETLINK_ROUTE or NETLINK_GENERIC.
  init(bus: Int32) throws(NetworkFailure) {
    guard let opened = unsafe mnl_socket_open2(bus, Int32(SOCK_CLOEXEC.rawValue)) else {
      throw .failed(
        errno == ELIBACC ? "libmnl.so.0 is not installed" : "no netlink socket can be opened: \(systemWords(errno))")
    }
    guard unsafe mnl_socket_bind(opened, 0, 0) >= 0 else {
      let words = systemWords(errno)
      _ = unsafe mnl_socket_close(opened)
      throw .failed("the netlink socket cannot be bound: \(words)")
    }
    unsafe socket = unsafe opened
    port = unsafe mnl_socket_get_portid(opened)
    unsafe buffer = .allocate(byteCount: Self.bufferLength, alignment: 8)
    // Older kernels know neither of the first two; then there are no words and no short acknowledgements.
    set(NETLINK_EXT_ACK, 1)
    set(NETLINK_CAP_ACK, 1)
    let descriptor = unsafe mnl_socket_get_fd(opened)
    var length = Self.receiveBuffer
    var patience = Self.patience
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &length, socklen_t(MemoryLayout.size(ofValue: length)))
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
  }

  deinit {
    _ = unsafe mnl_socket_close(socket)
    unsafe buffer.deallocate()
  }

  var descriptor: Int32 { unsafe mnl_socket_get_fd(socket) }

  /// Whether a `recv` would not wait.
  var hasMore: Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&polled, 1, 0) > 0 && polled.revents != 0
  }

  @discardableResult private func set(_ option: Int32, _ value: UInt32) -> Bool {
    var value = value
    return unsafe mnl_socket_setsockopt(socket, option, &value, socklen_t(MemoryLayout.size(ofValue: value))) >= 0
  }

  func join(group: UInt32) throws(NetworkFailure) {
    guard set(NETLINK_ADD_MEMBERSHIP, group) else {
      throw .failed("the kernel's notifications cannot be listened to: \(systemWords(errno))")
    }
  }

  /// The number for a new question.
  func next() -> UInt32 {
    sequence &+= 1
    return sequence
  }

  func send(_ message: [UInt8]) throws(NetworkFailure) {
    while unsafe mnl_socket_sendto(socket, message, message.count) < 0 {
      if errno == EINTR { continue }
      throw .refused(KernelRefusal(code: errno))
    }
  }

  /// Sends on another thread. ``NetlinkSending/end()`` must be called.
  func sendAside(_ message: [UInt8]) throws(NetworkFailure) -> NetlinkSending {
    var begun: OpaquePointer?
    let code = unsafe rdmactl_send_begin(socket, message, message.count, &begun)
    guard code == 0, let begun = unsafe begun else {
      throw .failed("no thread for a netlink message: \(systemWords(code))")
    }
    return unsafe NetlinkSending(begun)
  }

  /// What came of one `recv`.
  enum Received: Equatable {
    case batch(NetlinkParser.Batch)
    /// ENOBUFS: the kernel had more to tell than there was room for.
    case lost
    /// Nothing is there.
    case nothing
  }

  func receive(_ parser: NetlinkParser, of ours: NetlinkParser.Ours?) throws(NetworkFailure) -> Received {
    while true {
      let count = unsafe mnl_socket_recvfrom(socket, buffer.baseAddress, buffer.count)
      if count >= 0 {
        return .batch(
          unsafe parser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<min(count, buffer.count)]), of: ours))
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothing
      case ENOBUFS: return .lost
      // libmnl's word for MSG_TRUNC.
      case ENOSPC: throw .failed("an answer of the kernel is longer than \(Self.bufferLength) bytes")
      case let code: throw .failed("the kernel's answer cannot be read: \(systemWords(code))")
      }
    }
  }
}

/// A message on its way on another thread.
@safe struct NetlinkSending: ~Copyable {
  private let sending: OpaquePointer

  init(_ sending: OpaquePointer) { unsafe self.sending = unsafe sending }

  /// Readable when the kernel has taken the message, or not.
  var descriptor: Int32 { unsafe rdmactl_send_descriptor(sending) }

  consuming func end() -> Int32 { unsafe rdmactl_send_end(sending) }
}

extension KernelRefusal {
  /// With the name and the words that the C library has for the number.
  init(code: Int32, message: String? = nil) {
    let name = unsafe rdmactl_errno_name(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    let words = unsafe strerror(name == "ENOTSUPP" ? EOPNOTSUPP : code).map { unsafe String(cString: $0) } ?? name
    self.init(code: code, name: name, words: words, message: message)
  }
}
