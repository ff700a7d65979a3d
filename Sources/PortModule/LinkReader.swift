package import HostAccess

/// The link of an interface as the kernel reports it, beside its state: why it is down, error correction, the module.
package struct LinkFacts: Sendable {
  package var isUp: Bool?
  /// Why it is down, in the driver's terms; `nil` when it does not say.
  package var reason: String?
  /// Since the interface is there.
  package var downCount: Int?
  /// The error correction in use: `RS`, `BASER`, `LLRS`, `off`.
  package var fec: String?
  /// `nil` where there is no module, or it cannot be read.
  package var module: ModuleFacts?
  /// What could not be had, and why.
  package var notes: [String] = []
}

/// Reads the link of an interface through ethtool's netlink. Numbers: `linux/ethtool_netlink.h` and `linux/ethtool.h`.
package struct LinkReader {
  private let network: any NetworkAccess
  private let interface: String

  private enum Command {
    static let linkState: UInt16 = 6
    static let fec: UInt16 = 29
    static let moduleMemory: UInt16 = 31
  }

  private enum Attribute {
    static let header: UInt16 = 1
    static let headerName: UInt16 = 2
    static let link: UInt16 = 2
    static let extendedState: UInt16 = 5
    static let extendedSubstate: UInt16 = 6
    static let downCount: UInt16 = 7
    static let activeFEC: UInt16 = 4
    static let offset: UInt16 = 2
    static let length: UInt16 = 3
    static let page: UInt16 = 4
    static let bank: UInt16 = 5
    static let device: UInt16 = 6
    static let data: UInt16 = 7
  }

  /// Bits of link modes: `ETHTOOL_LINK_MODE_FEC_*_BIT`.
  private static let corrections: [UInt64: String] = [49: "off", 50: "RS", 51: "BASER", 74: "LLRS"]

  /// `enum ethtool_link_ext_state`
  private static let states: [UInt64: String] = [
    0: "autonegotiation failed", 1: "link training failed", 2: "the ends do not agree on the lanes' coding",
    3: "bad signal", 4: "no cable", 5: "the cable is faulty or not supported", 6: "the module's memory cannot be read",
    7: "calibration failed", 8: "the module needs more power than the slot gives", 9: "overheated",
    10: "the module is not ready",
  ]

  /// `enum ethtool_link_ext_substate_*`, by state.
  private static let substates: [UInt64: [UInt64: String]] = [
    0: [
      1: "the other end does not answer", 2: "no acknowledgement", 3: "the next pages do not match",
      4: "the other end does not answer to forced speed", 5: "error correction differs", 6: "no common speed",
    ],
    1: [
      1: "the other end does not train", 2: "training timed out", 3: "no lock", 4: "the other end reports a failure",
    ],
    2: [
      1: "no block lock", 2: "no alignment marker lock", 3: "no alignment of lanes", 4: "firecode not locked",
      5: "Reed-Solomon correction not locked",
    ],
    3: [1: "many bit errors", 2: "this speed is not supported", 3: "no serdes reference clock", 4: "no serdes power"],
    5: [1: "unsupported cable", 2: "the cable does not answer"],
    10: [1: "the module's firmware is not ready"],
  ]

  package init(_ network: any NetworkAccess, interface: String) {
    self.network = network
    self.interface = interface
  }

  package func read() throws(NetworkFailure) -> LinkFacts {
    var facts = LinkFacts()
    let state = try ask(Command.linkState)
    facts.isUp = state.number(Attribute.link).map { $0 == 1 }
    facts.downCount = state.number(Attribute.downCount).flatMap { Int(exactly: $0) }
    if let number = state.number(Attribute.extendedState) {
      let words = Self.states[number] ?? "state \(number)"
      let more = state.number(Attribute.extendedSubstate).flatMap { Self.substates[number]?[$0] }
      facts.reason = more.map { "\(words): \($0)" } ?? words
    }
    do throws(NetworkFailure) {
      let bit = try ask(Command.fec).number(Attribute.activeFEC)
      facts.fec = bit.map { Self.corrections[$0] ?? "mode \($0)" }
    } catch {
      // A virtual interface has none.
      if case .refused(let refusal) = error, refusal.isUnsupported {
      } else {
        facts.notes.append("error correction is unknown: \(error.words)")
      }
    }
    do throws(NetworkFailure) { facts.module = try module() } catch {
      facts.notes.append("the module cannot be read: \(error.words)")
    }
    return facts
  }

  private func module() throws(NetworkFailure) -> ModuleFacts? {
    var memory = ModuleMemory()
    memory.set(try read(.lower), of: .lower)
    guard let identifier = memory.byte(ModulePlace(0)), let map = ModuleMap.of(identifier) else {
      return ModuleFacts(memory)
    }
    let isFlat = map.isFlat.map { flat in (memory.byte(flat.place) ?? 0) >> flat.bit & 1 == 1 } ?? false
    for page in map.pages where !isFlat || page.page == 0 {
      // A module without this page is no error.
      do throws(NetworkFailure) { memory.set(try read(page), of: page) } catch {
        if page == .upper(0) { throw error }
      }
    }
    return ModuleFacts(memory)
  }

  private func read(_ page: ModulePage) throws(NetworkFailure) -> [UInt8] {
    let answer = try ask(
      Command.moduleMemory,
      [
        .number(Attribute.offset, UInt32(page.isLower ? 0 : ModulePage.size)),
        .number(Attribute.length, UInt32(ModulePage.size)), .number(Attribute.page, page.page),
        .number(Attribute.bank, UInt8(0)), .number(Attribute.device, page.device),
      ])
    return answer.bytes(Attribute.data) ?? []
  }

  private func ask(
    _ command: UInt16, _ attributes: [NetlinkAttribute] = []
  ) throws(NetworkFailure) -> [NetlinkAttribute] {
    let header = NetlinkAttribute(Attribute.header, .nest([.text(Attribute.headerName, interface)]))
    let answer = try network.ask(
      NetlinkRequest(
        .generic("ethtool"), command, [header] + attributes, nests: NetlinkNests([Attribute.header: NetlinkNests()])))
    return answer.messages.first?.attributes ?? []
  }
}

extension NetworkFailure {
  package var words: String {
    switch self {
    case .noFamily(let name): "the kernel has no \(name) interface"
    case .refused(let refusal): refusal.explanation
    case .recorded: "a recorded machine has no kernel to ask"
    case .failed(let words): words
    }
  }
}
