internal import CMnl
internal import Glibc
internal import HostAccess

/// Takes the kernel's answers apart by libmnl's checked iteration. Whatever the bytes are, they end in a value: lengths are
/// looked at before what they tell, and nesting goes no deeper than the request says.
struct NetlinkParser {
  /// What one `recv` brought.
  struct Batch: Equatable {
    var messages: [NetlinkMessage] = []
    /// How the answer ended, if it did.
    var end: End?
    /// NLM_F_DUMP_INTR: the objects changed while they were listed.
    var isInterrupted = false
    /// Something of ours did not take apart.
    var isDamaged = false
  }

  /// The last message of an answer: NLMSG_DONE or NLMSG_ERROR. `code`: 0, or an errno.
  struct End: Equatable {
    let code: Int32
    /// What the kernel or its driver said to it.
    let message: String?
  }

  /// Whose messages count: those with our sequence number and port; `nil` for what a multicast group tells.
  struct Ours: Equatable {
    let sequence: UInt32
    let port: UInt32
  }

  /// NLMSGERR_ATTR_MSG: source `linux/netlink.h`.
  private static let messageAttribute: UInt16 = 1
  /// `int error` and the header of the message that it is about.
  private static let errorLength = 20
  private static let genericHeaderLength = 4

  /// The message type of the generic family; `nil` for rtnetlink.
  let genericType: UInt16?
  /// The length of rtnetlink's structure before the attributes.
  let headerLength: Int
  let nests: NetlinkNests

  func parse(_ bytes: UnsafeRawBufferPointer, of ours: Ours?) -> Batch {
    var batch = Batch()
    guard var message = unsafe bytes.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return batch }
    var left = Int32(clamping: bytes.count)
    while batch.end == nil, unsafe mnl_nlmsg_ok(message, left) {
      // libmnl takes a length with the highest bit for a negative one, which is short enough.
      guard unsafe message.pointee.nlmsg_len <= UInt32(left) else { break }
      let isOurs = ours.map {
        unsafe mnl_nlmsg_seq_ok(message, $0.sequence) && mnl_nlmsg_portid_ok(message, $0.port)
      }
      if isOurs ?? true { unsafe take(message, isTold: ours == nil, into: &batch) }
      guard let next = unsafe mnl_nlmsg_next(message, &left) else { break }
      unsafe message = unsafe UnsafePointer(next)
    }
    return batch
  }

  private func take(_ message: UnsafePointer<nlmsghdr>, isTold: Bool, into batch: inout Batch) {
    guard let start = unsafe mnl_nlmsg_get_payload(message) else { return }
    let payload = unsafe UnsafeRawBufferPointer(start: start, count: mnl_nlmsg_get_payload_len(message))
    let flags = unsafe Int32(message.pointee.nlmsg_flags)
    let type = unsafe message.pointee.nlmsg_type
    if flags & NLM_F_DUMP_INTR != 0 { batch.isInterrupted = true }
    switch Int32(type) {
    case NLMSG_NOOP: return
    case NLMSG_OVERRUN: batch.isDamaged = true
    case NLMSG_ERROR, NLMSG_DONE:
      guard !isTold else { return }
      guard let end = unsafe Self.end(payload, type: Int32(type), flags: flags) else { return batch.isDamaged = true }
      batch.end = end
    default:
      if let genericType, genericType != type { return }
      guard let parsed = unsafe body(payload, type: type) else { return batch.isDamaged = true }
      batch.messages.append(parsed)
    }
  }

  private func body(_ payload: UnsafeRawBufferPointer, type: UInt16) -> NetlinkMessage? {
    let fixed = genericType != nil ? Self.genericHeaderLength : headerLength
    guard payload.count >= fixed else { return nil }
    // What follows a structure starts at the next multiple of 4.
    let start = min((fixed + 3) & ~3, payload.count)
    guard let attributes = unsafe Self.attributes(UnsafeRawBufferPointer(rebasing: payload[start...]), nests) else {
      return nil
    }
    return genericType != nil
      ? unsafe NetlinkMessage(command: UInt16(payload[0]), attributes)
      : unsafe NetlinkMessage(command: type, header: [UInt8](payload[..<fixed]), attributes)
  }

  /// - Returns: `nil` when the lengths do not fit together.
  static func attributes(_ bytes: UnsafeRawBufferPointer, _ nests: NetlinkNests) -> [NetlinkAttribute]? {
    guard var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: nlattr.self) else { return [] }
    var found: [NetlinkAttribute] = []
    var left = Int32(clamping: bytes.count)
    while unsafe mnl_attr_ok(next, left) {
      let type = unsafe mnl_attr_get_type(next)
      guard let start = unsafe mnl_attr_get_payload(next) else { return nil }
      let payload = unsafe UnsafeRawBufferPointer(start: start, count: Int(mnl_attr_get_payload_len(next)))
      unsafe found.append(NetlinkAttribute(type, value(payload, nests.members[type] ?? nests.others.first)))
      // The last one need not be filled up to a multiple of 4.
      left -= unsafe (Int32(next.pointee.nla_len) + 3) & ~3
      guard left > 0, let following = unsafe mnl_attr_next(next) else { break }
      unsafe next = unsafe UnsafePointer(following)
    }
    return left <= 0 ? found : nil
  }

  /// What should be attributes and is not stays bytes.
  private static func value(_ payload: UnsafeRawBufferPointer, _ nests: NetlinkNests?) -> NetlinkAttribute.Value {
    if let nests, let members = unsafe attributes(payload, nests) { return .nest(members) }
    return .bytes(unsafe [UInt8](payload))
  }

  /// The error and, behind it, what was said to it.
  private static func end(_ payload: UnsafeRawBufferPointer, type: Int32, flags: Int32) -> End? {
    // A dump that ended well may come without a number.
    guard payload.count >= 4 else { return type == NLMSG_DONE ? End(code: 0, message: nil) : nil }
    let error = unsafe payload.loadUnaligned(as: Int32.self)
    guard error <= 0, error > -4096 else { return nil }
    var said = 4
    if type == NLMSG_ERROR {
      guard payload.count >= errorLength else { return nil }
      // Without NLM_F_CAPPED the rest of the message it is about stands before.
      let about = unsafe Int(clamping: payload.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      said = flags & Int32(NLM_F_CAPPED) != 0 ? errorLength : 4 + (max(about, 16) + 3) & ~3
    }
    guard flags & Int32(NLM_F_ACK_TLVS) != 0, said < payload.count else { return End(code: -error, message: nil) }
    let attributes = unsafe attributes(UnsafeRawBufferPointer(rebasing: payload[said...]), NetlinkNests()) ?? []
    guard case .bytes(let text) = attributes.first(where: { $0.type == messageAttribute })?.value else {
      return End(code: -error, message: nil)
    }
    return End(code: -error, message: words(text))
  }

  /// A text of the kernel up to its NUL, in one line and without control characters; `nil` when there is nothing in it.
  private static func words(_ bytes: [UInt8]) -> String? {
    let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    let scalars = text.unicodeScalars.map { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? " " : $0 }
    var line = String(String.UnicodeScalarView(scalars))[...]
    while line.last == " " { line.removeLast() }
    return line.isEmpty ? nil : String(line)
  }
}
