internal import CMnl
internal import Glibc
internal import HostAccess

extension NetlinkSocket {
  /// How often a list is asked for that changes while it is read.
  private static let attempts = 8
  private static let keptChanging = "the list changed each time while it was read"

  /// Asks and waits for the end.
  /// - Parameters:
  ///   - type: the message's; of generic netlink the family's number.
  ///   - family: `nil` for rtnetlink.
  func ask(
    _ request: NetlinkRequest, type: UInt16, family: LinuxNetwork.GenericFamily?
  ) throws(NetworkFailure) -> NetlinkAnswer {
    var attempt = 1
    while true {
      let question = try Question(request, type: type, family: family, socket: self)
      try send(question.bytes)
      var answer = try answer(to: question)
      guard answer.isInterrupted else { return answer.value }
      if attempt == Self.attempts {
        answer.value.warning = Self.keptChanging
        return answer.value
      }
      attempt += 1
    }
  }

  /// A request as it goes out, and how to read what comes back.
  struct Question {
    let bytes: [UInt8]
    let parser: NetlinkParser
    let ours: NetlinkParser.Ours

    init(
      _ request: NetlinkRequest, type: UInt16, family: LinuxNetwork.GenericFamily?, socket: NetlinkSocket
    ) throws(NetworkFailure) {
      ours = NetlinkParser.Ours(sequence: socket.next(), port: socket.port)
      guard let bytes = request.bytes(type: type, version: family?.version ?? 0, sequence: ours.sequence) else {
        throw .failed("the request is longer than a netlink message can be")
      }
      self.bytes = bytes
      parser = NetlinkParser(
        genericType: family?.type, headerLength: request.header.count, nests: request.nests)
    }
  }

  /// An answer, and whether the list changed while it was made.
  struct Answer {
    var value = NetlinkAnswer()
    var isInterrupted = false
  }

  /// Reads up to the end of the answer to what was sent.
  func answer(to question: Question) throws(NetworkFailure) -> Answer {
    var answer = Answer()
    while true {
      switch try receive(question.parser, of: question.ours) {
      case .nothing: throw .failed("the kernel did not answer within 10 seconds")
      case .lost: throw .failed("the kernel had no room for its answer")
      case .batch(let batch):
        if batch.isDamaged { throw .failed("the kernel's answer makes no sense") }
        answer.value.messages += batch.messages
        answer.isInterrupted = answer.isInterrupted || batch.isInterrupted
        guard let end = batch.end else { continue }
        guard end.code == 0 else { throw .refused(KernelRefusal(code: end.code, message: end.message)) }
        answer.value.warning = end.message
        return answer
      }
    }
  }
}

/// A question whose answer takes long, and what a multicast group tells meanwhile.
struct NetlinkConversation {
  private static let lost = "some of the kernel's notifications were lost"

  let asking: NetlinkSocket
  let listening: NetlinkSocket
  let request: NetlinkRequest
  let family: LinuxNetwork.GenericFamily

  func run(_ told: (NetlinkMessage) -> Void) throws(NetworkFailure) -> NetlinkAnswer {
    let question = try NetlinkSocket.Question(request, type: family.type, family: family, socket: asking)
    let sending = try asking.sendAside(question.bytes)
    var hasLost = false
    var polled = [
      pollfd(fd: sending.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listening.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // A signal ends the wait and nothing else: whoever counts them decides.
    while polled[0].revents == 0 {
      guard unsafe poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { break }
      if polled[1].revents != 0 { hasLost = hear(question.parser, told) || hasLost }
    }
    let code = sending.end()
    // What was told before the kernel was done is there by now.
    hasLost = hear(question.parser, told) || hasLost
    guard code == 0 else { throw .refused(KernelRefusal(code: code)) }
    var answer = try asking.answer(to: question).value
    if hasLost, answer.warning == nil { answer.warning = Self.lost }
    return answer
  }

  /// Hands over all that is there. A notification that makes no sense is left out.
  /// - Returns: whether some were lost.
  private func hear(_ parser: NetlinkParser, _ told: (NetlinkMessage) -> Void) -> Bool {
    var hasLost = false
    while listening.hasMore {
      guard let received = try? listening.receive(parser, of: nil) else { return true }
      switch received {
      case .nothing: return hasLost
      case .lost: hasLost = true
      case .batch(let batch): batch.messages.forEach(told)
      }
    }
    return hasLost
  }
}
