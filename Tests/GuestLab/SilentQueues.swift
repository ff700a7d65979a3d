internal import Foundation
internal import Glibc

/// The other end of a virtio-net card with several queues: QEMU asks it for queues over the vhost-user protocol (QEMU's
/// docs/interop/vhost-user.rst) and gets as many as it likes. No packet ever leaves them. The usual way to such a card is
/// a tap device, which takes root.
enum SilentQueues {
  private enum Request: UInt32 {
    case getFeatures = 1
    case getRingBase = 11
    case getProtocolFeatures = 15
    case getQueueCount = 17
  }

  /// Waits for one QEMU, in a thread of its own, on a socket that has a name and no file.
  static func listen() throws -> String {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    // Asked for no name at all, the kernel makes one up: unix(7), "autobind".
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var length = socklen_t(MemoryLayout<sa_family_t>.size)
    let size = MemoryLayout<sockaddr_un>.size
    let bound = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        guard unsafe bind(listener, place, length) == 0, Glibc.listen(listener, 1) == 0 else { return false }
        length = socklen_t(size)
        return unsafe getsockname(listener, place, &length) == 0
      }
    }
    guard bound else { throw GuestFailure("no socket for the queues of a card: errno \(errno)") }
    // The family, a zero byte, the name.
    let name = unsafe withUnsafeBytes(of: &address) {
      unsafe String(decoding: $0[(MemoryLayout<sa_family_t>.size + 1)..<Int(length)], as: UTF8.self)
    }
    Thread.detachNewThread {
      let connection = accept(listener, nil, nil)
      close(listener)
      if connection >= 0 { serve(connection) }
    }
    return name
  }

  /// Answers on `socket` until QEMU has gone, and closes it. Descriptors that come with a message are dropped: nobody
  /// here looks at a ring.
  private static func serve(_ socket: Int32) {
    defer { close(socket) }
    while let head = receive(12, from: socket) {
      let (request, size) = (UInt32(littleEndian: head, at: 0), UInt32(littleEndian: head, at: 8))
      guard size <= 65536, let payload = receive(Int(size), from: socket) else { return }
      let answer: UInt64
      switch Request(rawValue: request) {
      // VIRTIO_NET_F_: checksums and segmentation of both directions (0, 1, 7-14), merged receive buffers (15), several
      // queues (22); any layout (27), VHOST_USER_F_PROTOCOL_FEATURES (30), VIRTIO_F_VERSION_1 (32).
      case .getFeatures: answer = 1 << 0 | 1 << 1 | 0x1ff << 7 | 1 << 22 | 1 << 27 | 1 << 30 | 1 << 32
      // Several queues (0).
      case .getProtocolFeatures: answer = 1 << 0
      case .getQueueCount: answer = 128
      // The ring's number, and how far we have come in it.
      case .getRingBase: answer = payload.count >= 4 ? UInt64(UInt32(littleEndian: payload, at: 0)) : 0
      case nil: continue
      }
      // Version 1, an answer; eight bytes.
      let words: [UInt32] = [
        request, 1 | 1 << 2, 8, UInt32(truncatingIfNeeded: answer), UInt32(truncatingIfNeeded: answer >> 32),
      ]
      let bytes = words.flatMap(\.littleEndianBytes)
      guard unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
    }
  }

  private static func receive(_ count: Int, from socket: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var have = 0
    while have < count {
      let got = unsafe bytes.withUnsafeMutableBytes {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[have...])
        return unsafe read(socket, rest.baseAddress, rest.count)
      }
      guard got > 0 else { return nil }
      have += got
    }
    return bytes
  }
}
