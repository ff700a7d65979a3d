internal import HostAccess

/// What an Ethernet port does with its eight priorities: IEEE 802.1Q's data center bridging.
package struct DCBState: Sendable, Equatable {
  /// Priorities that priority flow control (PFC) holds back instead of dropping.
  package var flowControlled: Set<Int> = []
  /// How many priorities the device can hold back at once.
  package var capacity: Int?
  /// The traffic class of each priority.
  package var classes: [Int] = []
  /// The share of each traffic class, per cent, where it has one (ETS).
  package var shares: [Int: Int] = [:]
  /// The priority of each DSCP; with any the port trusts the DSCP of a packet, else the VLAN tag's priority.
  package var priorities: [Int: Int] = [:]
  /// The receive buffer of each priority, and the size of each buffer in bytes, where the device tells.
  package var buffers: [Int]?
  package var bufferSizes: [Int]?

  package init() {}

  package var trustsDSCP: Bool { !priorities.isEmpty }
}

/// dcb netlink. Source: `linux/dcbnl.h`; RTM_GETDCB and RTM_SETDCB of `linux/rtnetlink.h`.
enum DCBMessage {
  private enum Message {
    static let get: UInt16 = 78
    static let set: UInt16 = 79
  }
  private enum Command {
    static let set: UInt8 = 20
    static let get: UInt8 = 21
    static let delete: UInt8 = 27
  }
  private enum Attribute {
    static let interface: UInt16 = 1
    static let ieee: UInt16 = 13
    /// Within `ieee`.
    static let selection: UInt16 = 1
    static let flowControl: UInt16 = 2
    static let table: UInt16 = 3
    static let buffer: UInt16 = 10
    /// Within `table`.
    static let application: UInt16 = 1
  }
  /// `struct ieee_ets`: eight bytes each.
  private enum Selection {
    static let share = 3
    static let algorithm = 19
    static let classes = 27
    /// IEEE_8021QAZ_TSA_ETS
    static let weighted = 2
  }
  /// `struct ieee_pfc`, with the holes that C leaves: 8 + 8 × 8 + 8 × 8 bytes.
  private enum FlowControl {
    static let capacity = 0
    static let enabled = 1
    static let delay = 4
    static let length = 136
  }
  /// `struct dcbnl_buffer`
  private enum Buffer {
    static let priorities = 0
    static let sizes = 8
  }
  /// `struct dcb_app`: selector, priority, and the protocol in the machine's byte order.
  private static let dscpSelector: UInt8 = 5

  /// `struct dcbmsg`: AF_UNSPEC, the command, two bytes unused.
  private static func request(
    _ message: UInt16, _ command: UInt8, _ interface: String, _ attributes: [NetlinkAttribute] = []
  ) -> NetlinkRequest {
    NetlinkRequest(
      .route, message, header: [0, command, 0, 0], [.text(Attribute.interface, interface)] + attributes,
      nests: NetlinkNests([Attribute.ieee: NetlinkNests([Attribute.table: NetlinkNests()])]))
  }

  static func question(_ interface: String) -> NetlinkRequest { request(Message.get, Command.get, interface) }

  static func state(_ answer: NetlinkAnswer) -> DCBState? {
    guard let ieee = answer.messages.flatMap({ $0.attributes.nests(Attribute.ieee) }).first else { return nil }
    var state = DCBState()
    if let bytes = ieee.bytes(Attribute.flowControl), bytes.count > FlowControl.enabled {
      state.capacity = Int(bytes[FlowControl.capacity])
      state.flowControlled = Set((0..<8).filter { bytes[FlowControl.enabled] >> $0 & 1 == 1 })
    }
    if let bytes = ieee.bytes(Attribute.selection), bytes.count >= Selection.classes + 8 {
      state.classes = bytes[Selection.classes..<Selection.classes + 8].map(Int.init)
      for number in 0..<8 where bytes[Selection.algorithm + number] == Selection.weighted {
        state.shares[number] = Int(bytes[Selection.share + number])
      }
    }
    for entry in ieee.nests(Attribute.table).flatMap({ $0 }) {
      guard entry.type == Attribute.application, case .bytes(let bytes) = entry.value, bytes.count >= 4,
        bytes[0] == dscpSelector, bytes[1] < 8, bytes[2] < 64, bytes[3] == 0
      else { continue }
      // Of several priorities of one DSCP the highest counts. Source: dcb_ieee_getapp_mask(), net/dcb/dcbnl.c.
      state.priorities[Int(bytes[2])] = max(state.priorities[Int(bytes[2])] ?? 0, Int(bytes[1]))
    }
    if let bytes = ieee.bytes(Attribute.buffer), bytes.count >= Buffer.sizes + 32 {
      state.buffers = bytes[Buffer.priorities..<Buffer.sizes].map(Int.init)
      state.bufferSizes = (0..<8).map { number in
        let start = Buffer.sizes + number * 4
        return bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
      }
    }
    return state
  }

  /// - Parameter delay: the link's delay stays as it was.
  static func setting(flowControlled: Set<Int>, on interface: String) -> NetlinkRequest {
    var bytes = [UInt8](repeating: 0, count: FlowControl.length)
    bytes[FlowControl.enabled] = flowControlled.reduce(0) { $0 | 1 << $1 }
    return request(
      Message.set, Command.set, interface,
      [NetlinkAttribute(Attribute.ieee, .nest([NetlinkAttribute(Attribute.flowControl, .bytes(bytes))]))])
  }

  /// - Parameter on: adds the entries of the DSCP map; otherwise removes them.
  static func setting(_ entries: [(dscp: Int, priority: Int)], _ on: Bool, on interface: String) -> NetlinkRequest {
    let applications = entries.map { entry in
      NetlinkAttribute(
        Attribute.application, .bytes([dscpSelector, UInt8(entry.priority & 7), UInt8(entry.dscp & 63), 0]))
    }
    return request(
      Message.set, on ? Command.set : Command.delete, interface,
      [NetlinkAttribute(Attribute.ieee, .nest([NetlinkAttribute(Attribute.table, .nest(applications))]))])
  }
}
