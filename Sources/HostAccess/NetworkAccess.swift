/// The kernel's own ways to see and set network devices: netlink, and ethtool's ioctl for the little that netlink does not
/// have on older kernels (the RSS table before Linux 6.2).
public protocol NetworkAccess: Sendable {
  /// Asks and waits for the end of the answer. One that was cut short by a change meanwhile (NLM_F_DUMP_INTR) is asked again.
  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer
  /// The same for what takes long, handing over what a multicast group of the family tells until the answer is there.
  /// - Parameters:
  ///   - group: "config" of devlink.
  ///   - told: called for each message; not for those that came before the question.
  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer
  /// `SIOCETHTOOL`: a structure that starts with its command number, in the machine's byte order, and comes back changed.
  /// Source: `linux/ethtool.h`.
  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8]
  /// Writes `text` by one `write(2)` to a file of sysfs or procfs that is there already.
  func write(_ text: String, to path: String) throws(NetworkFailure)
  /// Makes an object of the kernel's configfs or an instance of tracefs, or removes it: a directory.
  /// - Returns: of `on`, whether it was not there before.
  func configure(_ directory: String, _ on: Bool) throws(NetworkFailure) -> Bool
  /// The network name space of the sockets; `nil` where it cannot be known, as on a recorded machine.
  var namespace: NetworkNamespace? { get }
}

extension NetworkAccess {
  public func configure(_ directory: String, _ on: Bool) throws(NetworkFailure) -> Bool { throw .recorded }
}

/// A network name space of Linux: network_namespaces(7).
public struct NetworkNamespace: Sendable, Equatable {
  /// Device and inode of `/proc/self/ns/net`, and the kernel's cookie where it has one (Linux 5.14), which it never uses
  /// twice: "4:4026531833#3".
  public let identifier: String
  /// Whether `/sys/class/net` shows this name space. `nsenter -n` and `unshare -n` without a mount name space leave
  /// another one's there.
  public let ownsSysfs: Bool
  /// The names of its interfaces, in the kernel's order (`/proc/self/net/dev`).
  public let interfaces: [String]

  /// The directory that shows a network name space: that of the process which mounted `/sys`.
  public static let sysfs = "/sys/class/net"
  /// Why its files are neither read nor written where it shows another one, as half a sentence.
  public static let foreign = "/sys shows another network name space; use \"ip netns exec\", or mount a /sys of its own"

  public init(identifier: String, ownsSysfs: Bool = true, interfaces: [String] = []) {
    self.identifier = identifier
    self.ownsSysfs = ownsSysfs
    self.interfaces = interfaces
  }
}

/// A question, or an order, to the kernel.
public struct NetlinkRequest: Sendable, Equatable {
  public enum Family: Sendable, Hashable {
    /// rtnetlink: links and addresses.
    case route
    /// rdma netlink: RDMA devices and their resources.
    case rdma
    /// A family of generic netlink: "ethtool", "devlink".
    case generic(String)
  }

  public let family: Family
  /// The message type of rtnetlink (RTM_GETLINK is 18) or of rdma netlink (RDMA_NL_GET_TYPE), or the command of the generic family.
  public let command: UInt16
  /// All objects (NLM_F_DUMP) instead of one.
  public let isDump: Bool
  /// The fixed structure before the attributes (`struct ifinfomsg`); none in generic netlink.
  public let header: [UInt8]
  public let attributes: [NetlinkAttribute]
  /// Which attributes of the answer are made of attributes.
  public let nests: NetlinkNests

  public init(
    _ family: Family, _ command: UInt16, isDump: Bool = false, header: [UInt8] = [],
    _ attributes: [NetlinkAttribute] = [], nests: NetlinkNests = NetlinkNests()
  ) {
    self.family = family
    self.command = command
    self.isDump = isDump
    self.header = header
    self.attributes = attributes
    self.nests = nests
  }
}

/// What the kernel said: one message, or as many as there are objects.
public struct NetlinkAnswer: Sendable, Equatable {
  public var messages: [NetlinkMessage]
  /// What it had to say although it did it (extended acknowledgement).
  public var warning: String?

  public init(messages: [NetlinkMessage] = [], warning: String? = nil) {
    self.messages = messages
    self.warning = warning
  }
}

/// A message of the kernel, its attributes taken apart.
public struct NetlinkMessage: Sendable, Equatable {
  public let command: UInt16
  public let header: [UInt8]
  public let attributes: [NetlinkAttribute]

  public init(command: UInt16, header: [UInt8] = [], _ attributes: [NetlinkAttribute]) {
    self.command = command
    self.header = header
    self.attributes = attributes
  }
}

/// A number and what stands under it: bytes in the machine's byte order, or attributes.
public struct NetlinkAttribute: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case bytes([UInt8])
    case nest([NetlinkAttribute])
  }

  public let type: UInt16
  public let value: Value

  public init(_ type: UInt16, _ value: Value) {
    self.type = type
    self.value = value
  }
}

/// Which attributes hold attributes: the kernel marks them in some families only. Everything else is bytes.
public struct NetlinkNests: Sendable, Equatable {
  public var members: [UInt16: NetlinkNests]
  /// What each attribute holds that is not among the members: lists number theirs. Empty: bytes.
  public var others: [NetlinkNests]

  public init(_ members: [UInt16: NetlinkNests] = [:], others: [NetlinkNests] = []) {
    self.members = members
    self.others = others
  }
}

/// Why the kernel did not do it.
public enum NetworkFailure: Error, Equatable, Sendable {
  /// There is no such family: a module that is not loaded, or an older kernel.
  case noFamily(String)
  case refused(KernelRefusal)
  /// A recorded machine has no kernel to ask.
  case recorded
  /// In the words of the system: no socket, no memory, an answer that makes no sense.
  case failed(String)
}

extension NetworkFailure {
  /// Half a sentence.
  public var explanation: String {
    switch self {
    case .noFamily(let name): "this kernel has no \(name) netlink"
    case .refused(let refusal): refusal.explanation
    case .recorded: "a recorded machine has no kernel to ask"
    case .failed(let words): words
    }
  }
}

/// A refusal in the kernel's own words.
public struct KernelRefusal: Error, Equatable, Sendable {
  /// errno, and its name ("EOPNOTSUPP").
  public let code: Int32
  public let name: String
  /// What the C library says to the number ("Operation not supported").
  public let words: String
  /// What the kernel or the driver said itself (extended acknowledgement); often nothing.
  public let message: String?

  public init(code: Int32, name: String, words: String, message: String? = nil) {
    self.code = code
    self.name = name
    self.words = words
    self.message = message
  }

  public var isPermission: Bool { name == "EPERM" || name == "EACCES" }
  public var isUnsupported: Bool { name == "EOPNOTSUPP" || name == "ENOTSUPP" }
  public var isNoDevice: Bool { name == "ENODEV" || name == "ENXIO" }

  /// "requested ring size exceeds maximum (EINVAL)"
  public var explanation: String { "\(message.flatMap { $0.isEmpty ? nil : $0 } ?? words) (\(name))" }
}

/// A recorded machine: no kernel to ask.
public struct AbsentNetwork: NetworkAccess {
  public init() {}
  public func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer { throw .recorded }
  public func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer { throw .recorded }
  public func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] { throw .recorded }
  public func write(_ text: String, to path: String) throws(NetworkFailure) { throw .recorded }
  public var namespace: NetworkNamespace? { nil }
}
