internal import Foundation
internal import HostAccess
internal import Synchronization

/// A kernel's answers from a file: each question is a line, and what came is on the lines after it.
///
///     ? generic:ethtool 15 dump  1{}
///     + 16  1{1=02000000 2=6574683000} 2=00100000 …
///     ? ioctl eth1 4600000000…
///     + 4600000000…
///     ! 95 EOPNOTSUPP Operation not supported
///
/// A message is its command, its structure and its attributes: `type=bytes` or `type{…}`. A question that is not in the
/// file stops the test.
final class RecordedKernel: NetworkAccess {
  private let answers: [String: Result<NetlinkAnswer, NetworkFailure>]
  private let structures: [String: Result<[UInt8], NetworkFailure>]
  /// Changes a message before it is handed over: what a damaged kernel would say.
  private let damage: @Sendable (NetlinkMessage) -> NetlinkMessage
  private let log = Mutex<[String]>([])

  /// What was asked, first to last.
  var questions: [String] { log.withLock { $0 } }

  init(_ name: String, damage: @escaping @Sendable (NetlinkMessage) -> NetlinkMessage = { $0 }) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recordings/\(name).txt")
    var answers: [String: Result<NetlinkAnswer, NetworkFailure>] = [:]
    var structures: [String: Result<[UInt8], NetworkFailure>] = [:]
    var question = ""
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let text = String(line.dropFirst(2))
      let isStructure = question.hasPrefix("ioctl ")
      switch line.first {
      case "?":
        question = text
        if !text.hasPrefix("ioctl ") { answers[text] = .success(NetlinkAnswer()) }
      case "+" where isStructure: structures[question] = .success(Self.bytes(text))
      case "+":
        let messages = (try? answers[question]?.get())?.messages ?? []
        answers[question] = .success(NetlinkAnswer(messages: messages + [Self.message(text)]))
      default:
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        let refusal = KernelRefusal(code: Int32(parts[0]) ?? 0, name: parts[1], words: parts[2])
        if isStructure { structures[question] = .failure(.refused(refusal)) }
        if !isStructure { answers[question] = .failure(.refused(refusal)) }
      }
    }
    self.answers = answers
    self.structures = structures
    self.damage = damage
  }

  let namespace: NetworkNamespace? = NetworkNamespace(identifier: "4:4026531840#1")

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    let question = Self.text(request)
    log.withLock { $0.append(question) }
    guard let answer = answers[question] else { fatalError("the recording has no answer to: \(question)") }
    var given = try answer.get()
    given.messages = given.messages.map(damage)
    return given
  }

  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer { fatalError("a recording tells nothing: \(group)") }

  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    let question = "ioctl \(interface) \(Self.text(structure))"
    log.withLock { $0.append(question) }
    guard let answer = structures[question] else { fatalError("the recording has no answer to: \(question)") }
    return try answer.get()
  }

  func write(_ text: String, to path: String) throws(NetworkFailure) {
    fatalError("a recording is not written: \(path)")
  }

  // MARK: texts

  static func text(_ request: NetlinkRequest) -> String {
    let family =
      switch request.family {
      case .route: "route"
      case .rdma: "rdma"
      case .generic(let name): "generic:\(name)"
      }
    return
      "\(family) \(request.command)\(request.isDump ? " dump" : "") \(text(request.header)) \(text(request.attributes))"
  }

  static func text(_ message: NetlinkMessage) -> String {
    "\(message.command) \(text(message.header)) \(text(message.attributes))"
  }

  private static func text(_ attributes: [NetlinkAttribute]) -> String {
    attributes.map { attribute in
      switch attribute.value {
      case .bytes(let bytes): "\(attribute.type)=\(text(bytes))"
      case .nest(let members): "\(attribute.type){\(text(members))}"
      }
    }.joined(separator: " ")
  }

  static func text(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  private static func bytes(_ text: some StringProtocol) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }

  private static func message(_ text: String) -> NetlinkMessage {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    var rest = Array(parts[2].utf8)[...]
    return NetlinkMessage(command: UInt16(parts[0]) ?? 0, header: bytes(parts[1]), attributes(&rest))
  }

  /// Up to the end, or the brace that closes.
  private static func attributes(_ rest: inout ArraySlice<UInt8>) -> [NetlinkAttribute] {
    var found: [NetlinkAttribute] = []
    while let first = rest.first, first != UInt8(ascii: "}") {
      if first == UInt8(ascii: " ") {
        rest = rest.dropFirst()
        continue
      }
      let number = rest.prefix { (0x30...0x39).contains($0) }
      let type = UInt16(String(decoding: number, as: UTF8.self)) ?? 0
      let isNest = rest.dropFirst(number.count).first == UInt8(ascii: "{")
      rest = rest.dropFirst(number.count + 1)
      if isNest {
        found.append(NetlinkAttribute(type, .nest(attributes(&rest))))
        rest = rest.dropFirst()
      } else {
        let digits = rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "}") }
        found.append(NetlinkAttribute(type, .bytes(bytes(String(decoding: digits, as: UTF8.self)))))
        rest = rest.dropFirst(digits.count)
      }
    }
    return found
  }
}
