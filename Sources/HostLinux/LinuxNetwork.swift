internal import CMnl
internal import CShims
internal import Glibc
public import HostAccess
internal import Synchronization

/// The kernel's network configuration by netlink, ethtool's ioctl and sysfs. Sockets stay open from the first question on.
public final class LinuxNetwork: NetworkAccess {
  /// A family of generic netlink, as the kernel numbers it this time.
  struct GenericFamily: Equatable {
    var type: UInt16
    var version: UInt8
    var groups: [String: UInt32]
  }

  struct Connections {
    var route: NetlinkSocket?
    var generic: NetlinkSocket?
    var rdma: NetlinkSocket?
    var families: [String: GenericFamily] = [:]
    /// For ioctl: any socket will do.
    var any: Int32?
    /// A process stays in its name space.
    var namespace: NetworkNamespace?
  }

  let connections = Mutex(Connections())

  public init() {}

  deinit { connections.withLock { if let any = $0.any { close(any) } } }

  public func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    try connections.withLock { (connections) throws(NetworkFailure) in try connections.ask(request) }
  }

  public func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer {
    guard case .generic(let name) = request.family else { throw .failed("rtnetlink's groups are not listened to") }
    let family = try connections.withLock { (connections) throws(NetworkFailure) in try connections.family(name) }
    guard let number = family.groups[group] else {
      throw .failed("the kernel's \(name) has no notifications called \(group)")
    }
    // Sockets of its own: whoever is told may ask.
    let asking = try NetlinkSocket(bus: NETLINK_GENERIC)
    let listening = try NetlinkSocket(bus: NETLINK_GENERIC)
    try listening.join(group: number)
    return try NetlinkConversation(asking: asking, listening: listening, request: request, family: family).run(told)
  }

  public func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    let socket = try connections.withLock { (connections) throws(NetworkFailure) in try connections.socket() }
    // Some commands come back with more than was sent; what the caller did not make room for is not for it.
    var room = structure + [UInt8](repeating: 0, count: 1024)
    let code = unsafe room.withUnsafeMutableBytes { unsafe rdmactl_ethtool(socket, interface, $0.baseAddress) }
    guard code == 0 else { throw .refused(KernelRefusal(code: code)) }
    return Array(room.prefix(structure.count))
  }

  public func write(_ text: String, to path: String) throws(NetworkFailure) {
    guard path.hasPrefix("/sys/") || path.hasPrefix("/proc/"), !path.split(separator: "/").contains(".."),
      !path.utf8.contains(0)
    else { throw .failed("\(path) is not a setting of the kernel") }
    guard !path.hasPrefix(NetworkNamespace.sysfs) || ownsSysfs else { throw .failed(NetworkNamespace.foreign) }
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .refused(KernelRefusal(code: errno)) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    var count: Int
    repeat { count = unsafe Glibc.write(descriptor, bytes, bytes.count) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw .refused(KernelRefusal(code: errno)) }
    guard count == bytes.count else { throw .failed("\(path) took \(count) of \(bytes.count) bytes") }
  }

  /// Where a directory that is made is an object of the kernel.
  private static let objects = [
    "/sys/kernel/config/", "/sys/kernel/tracing/instances/", "/sys/kernel/debug/tracing/instances/",
  ]

  public func configure(_ directory: String, _ on: Bool) throws(NetworkFailure) -> Bool {
    guard Self.objects.contains(where: directory.hasPrefix), !directory.split(separator: "/").contains(".."),
      !directory.utf8.contains(0)
    else { throw .failed("\(directory) is not an object of configfs or tracefs") }
    let result = unsafe on ? mkdir(directory, 0o755) : rmdir(directory)
    if result == 0 { return true }
    guard errno == (on ? EEXIST : ENOENT) else { throw .refused(KernelRefusal(code: errno)) }
    return false
  }
}

extension LinuxNetwork.Connections {
  mutating func socket() throws(NetworkFailure) -> Int32 {
    if let any { return any }
    let opened = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard opened >= 0 else { throw .failed("no socket can be opened: \(systemWords(errno))") }
    any = opened
    return opened
  }

  mutating func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    switch request.family {
    case .route:
      return try keeping(\.route, bus: NETLINK_ROUTE) { (socket) throws(NetworkFailure) in
        try socket.ask(request, type: request.command, family: nil)
      }
    case .rdma:
      return try keeping(\.rdma, bus: NETLINK_RDMA) { (socket) throws(NetworkFailure) in
        try socket.ask(request, type: request.command, family: nil)
      }
    case .generic(let name):
      let family = try family(name)
      return try keeping(\.generic, bus: NETLINK_GENERIC) { (socket) throws(NetworkFailure) in
        try socket.ask(request, type: family.type, family: family)
      }
    }
  }

  /// A socket on which a question failed half-way may still hold pieces of its answer: the next one gets a new socket.
  private mutating func keeping(
    _ place: WritableKeyPath<Self, NetlinkSocket?>, bus: Int32,
    _ body: (NetlinkSocket) throws(NetworkFailure) -> NetlinkAnswer
  ) throws(NetworkFailure) -> NetlinkAnswer {
    let socket: NetlinkSocket
    if let open = self[keyPath: place] { socket = open } else { socket = try NetlinkSocket(bus: bus) }
    self[keyPath: place] = socket
    do throws(NetworkFailure) { return try body(socket) } catch {
      if case .failed = error { self[keyPath: place] = nil }
      throw error
    }
  }

  mutating func family(_ name: String) throws(NetworkFailure) -> LinuxNetwork.GenericFamily {
    if let known = families[name] { return known }
    let controller = LinuxNetwork.GenericFamily(type: UInt16(GENL_ID_CTRL), version: 1, groups: [:])
    let request = NetlinkRequest.family(named: name)
    let answer: NetlinkAnswer
    do throws(NetworkFailure) {
      answer = try keeping(\.generic, bus: NETLINK_GENERIC) { (socket) throws(NetworkFailure) in
        try socket.ask(request, type: controller.type, family: controller)
      }
    } catch {
      if case .refused(let refusal) = error, refusal.name == "ENOENT" { throw .noFamily(name) }
      throw error
    }
    guard let family = answer.messages.first.flatMap(LinuxNetwork.GenericFamily.init) else {
      throw .failed("the kernel's word on its family \(name) makes no sense")
    }
    families[name] = family
    return family
  }
}

extension NetlinkRequest {
  /// Source: `linux/genetlink.h`.
  fileprivate static func family(named name: String) -> NetlinkRequest {
    NetlinkRequest(
      .generic("nlctrl"), 3, [.text(2, name)],
      nests: NetlinkNests([7: NetlinkNests(others: [NetlinkNests()])]))
  }
}

extension LinuxNetwork.GenericFamily {
  /// From CTRL_CMD_NEWFAMILY: id (1), version (3), groups (7) of name (1) and number (2).
  init?(_ message: NetlinkMessage) {
    guard let type = message.attributes.number(1).flatMap({ UInt16(exactly: $0) }) else { return nil }
    self.type = type
    version = UInt8(truncatingIfNeeded: message.attributes.number(3) ?? 1)
    groups = [:]
    for list in message.attributes.nests(7) {
      for case .nest(let group) in list.map(\.value) {
        guard let name = group.text(1), let number = group.number(2) else { continue }
        groups[name] = UInt32(truncatingIfNeeded: number)
      }
    }
  }
}
