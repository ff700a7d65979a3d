internal import CMnl
internal import Glibc
internal import HostAccess

extension NetlinkRequest {
  /// Source: `linux/netlink.h`, a length of 16 bits; the whole message has no more.
  static let longestMessage = 65_535

  /// The message by libmnl's checked building; `nil` when it is longer than netlink can carry.
  func bytes(type: UInt16, version: UInt8, sequence: UInt32) -> [UInt8]? {
    let room = Self.longestMessage
    guard header.count <= 4096 else { return nil }
    return unsafe withUnsafeTemporaryAllocation(byteCount: room + 1, alignment: 8) { buffer -> [UInt8]? in
      guard let message = unsafe mnl_nlmsg_put_header(buffer.baseAddress) else { return nil }
      unsafe message.pointee.nlmsg_type = type
      unsafe message.pointee.nlmsg_flags =
        UInt16(NLM_F_REQUEST | NLM_F_ACK) | (isDump ? UInt16(NLM_F_ROOT | NLM_F_MATCH) : 0)
      unsafe message.pointee.nlmsg_seq = sequence
      var fixed = header
      if case .generic = family { fixed = [UInt8(truncatingIfNeeded: command), version, 0, 0] }
      if !fixed.isEmpty {
        guard let start = unsafe mnl_nlmsg_put_extra_header(message, fixed.count) else { return nil }
        unsafe start.copyMemory(from: fixed, byteCount: fixed.count)
      }
      guard unsafe put(attributes, into: message) else { return nil }
      let length = unsafe Int(message.pointee.nlmsg_len)
      return unsafe [UInt8](UnsafeRawBufferPointer(rebasing: buffer[..<min(length, buffer.count)]))
    }
  }

  private func put(_ attributes: [NetlinkAttribute], into message: UnsafeMutablePointer<nlmsghdr>) -> Bool {
    attributes.allSatisfy { attribute in
      switch attribute.value {
      case .bytes(let bytes):
        return unsafe mnl_attr_put_check(message, Self.longestMessage, attribute.type, bytes.count, bytes)
      case .nest(let members):
        guard
          let start = unsafe mnl_attr_nest_start_check(message, Self.longestMessage, attribute.type),
          unsafe put(members, into: message)
        else { return false }
        unsafe mnl_attr_nest_end(message, start)
        return true
      }
    }
  }
}
