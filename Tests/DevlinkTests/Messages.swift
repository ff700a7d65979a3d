import HostAccess

/// A driver's messages, with the numbers of `linux/devlink.h` written out once more: what the library sends and reads is
/// held against these.
enum Message {
  static let pci = [text(1, "pci"), text(2, "0000:3b:00.0")]
  static let simulated = [text(1, "netdevsim"), text(2, "netdevsim10")]
  static let nests = NetlinkNests([100: NetlinkNests(), 101: NetlinkNests(), 102: NetlinkNests()])

  static func text(_ type: UInt16, _ text: String) -> NetlinkAttribute {
    NetlinkAttribute(type, .bytes(Array(text.utf8) + [0]))
  }

  static func number(_ type: UInt16, _ bytes: [UInt8]) -> NetlinkAttribute {
    NetlinkAttribute(type, .bytes(bytes + [UInt8](repeating: 0, count: 8 - bytes.count)))
  }

  static func version(_ kind: UInt16, _ name: String, _ value: String) -> NetlinkAttribute {
    NetlinkAttribute(kind, .nest([text(103, name), text(104, value)]))
  }

  static func request(
    _ command: UInt16, _ attributes: [NetlinkAttribute], isDump: Bool = false
  ) -> NetlinkRequest {
    NetlinkRequest(.generic("devlink"), command, isDump: isDump, attributes, nests: nests)
  }

  static let dump = request(1, [], isDump: true)

  static func answer(_ messages: NetlinkMessage...) -> Result<NetlinkAnswer, NetworkFailure> {
    .success(NetlinkAnswer(messages: messages))
  }

  static func refusal(_ code: Int32, _ name: String, _ words: String, _ message: String? = nil) -> KernelRefusal {
    KernelRefusal(code: code, name: name, words: words, message: message)
  }

  static let unsupported = refusal(95, "EOPNOTSUPP", "Operation not supported")
  static let invalid = refusal(22, "EINVAL", "Invalid argument")
  static let notPermitted = refusal(1, "EPERM", "Operation not permitted")
  static let noDevice = refusal(19, "ENODEV", "No such device")

  static func status(
    _ device: [NetlinkAttribute], _ message: String, _ further: [NetlinkAttribute] = []
  ) -> NetlinkMessage {
    NetlinkMessage(command: 60, device + [text(124, message)] + further)
  }
}
