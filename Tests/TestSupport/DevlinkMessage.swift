public import HostAccess

/// A driver's messages, with the numbers of `linux/devlink.h` written out once more: what the program sends and reads is
/// held against these.
public enum DevlinkMessage {
  public static let pci = [text(1, "pci"), text(2, "0000:3b:00.0")]
  public static let simulated = [text(1, "netdevsim"), text(2, "netdevsim10")]
  public static let nests = NetlinkNests([100: NetlinkNests(), 101: NetlinkNests(), 102: NetlinkNests()])

  public static func text(_ type: UInt16, _ text: String) -> NetlinkAttribute {
    NetlinkAttribute(type, .bytes(Array(text.utf8) + [0]))
  }

  public static func number(_ type: UInt16, _ bytes: [UInt8]) -> NetlinkAttribute {
    NetlinkAttribute(type, .bytes(bytes + [UInt8](repeating: 0, count: 8 - bytes.count)))
  }

  public static func version(_ kind: UInt16, _ name: String, _ value: String) -> NetlinkAttribute {
    NetlinkAttribute(kind, .nest([text(103, name), text(104, value)]))
  }

  public static func request(
    _ command: UInt16, _ attributes: [NetlinkAttribute], isDump: Bool = false
  ) -> NetlinkRequest {
    NetlinkRequest(.generic("devlink"), command, isDump: isDump, attributes, nests: nests)
  }

  /// What a device is asked for: its information, whether it can be flashed.
  public static func information(_ device: [NetlinkAttribute]) -> NetlinkRequest { request(51, device) }
  public static func offer(_ device: [NetlinkAttribute]) -> NetlinkRequest { request(58, device) }

  public static let dump = request(1, [], isDump: true)

  public static func answer(_ messages: NetlinkMessage...) -> Result<NetlinkAnswer, NetworkFailure> {
    .success(NetlinkAnswer(messages: messages))
  }

  public static func refusal(_ code: Int32, _ name: String, _ words: String, _ message: String? = nil) -> KernelRefusal
  {
    KernelRefusal(code: code, name: name, words: words, message: message)
  }

  public static let unsupported = refusal(95, "EOPNOTSUPP", "Operation not supported")
  public static let invalid = refusal(22, "EINVAL", "Invalid argument")
  public static let notPermitted = refusal(1, "EPERM", "Operation not permitted")
  public static let noDevice = refusal(19, "ENODEV", "No such device")

  public static func status(
    _ device: [NetlinkAttribute], _ message: String, _ further: [NetlinkAttribute] = []
  ) -> NetlinkMessage {
    NetlinkMessage(command: 60, device + [text(124, message)] + further)
  }
}
