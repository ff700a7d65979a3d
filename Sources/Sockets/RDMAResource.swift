internal import HostAccess
internal import PortStatus
package import Vocabulary

/// An object of an RDMA device that the kernel keeps for somebody. Source: `rdma/rdma_netlink.h`, RDMA_NLDEV_CMD_RES_*_GET.
package struct RDMAResource: Sendable, Equatable {
  package enum Kind: String, CaseIterable, Sendable {
    case queuePair, connection, completionQueue, memoryRegion, protectionDomain
  }

  package let kind: Kind
  package let device: String
  package let port: Int?
  /// The number that the kernel gives is a thread's, not a process's; `nil` of the kernel's own and of an owner that has
  /// gone or is in another PID name space.
  package let thread: Int32?
  /// The module of the kernel that made it.
  package let kernel: String?
  package let localQP: Int?
  package let remoteQP: Int?
  /// `rc`, `uc`, `ud`, …
  package let type: String?
  package let state: String?
  package let local: SocketAddress?
  package let remote: SocketAddress?
  /// Bytes of a memory region, or entries of a completion queue.
  package let size: Int?
}

/// An address with its port, as a socket has it.
package struct SocketAddress: Sendable, Equatable {
  package let address: IPAddress
  package let port: Int

  package init(_ address: IPAddress, _ port: Int) {
    self.address = address
    self.port = port
  }

  /// `struct sockaddr_in`, `sockaddr_in6` or `sockaddr_ib`; `nil` of an address that nobody has set.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 16 else { return nil }
    let family = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    let port = Int(bytes[2]) << 8 | Int(bytes[3])
    switch family {
    case 2: self.init(of: bytes[4..<8], port)
    case 10 where bytes.count >= 24: self.init(of: bytes[8..<24], port)
    // The service number's low 16 bits are the port of RDMA_PS_TCP.
    case 27 where bytes.count >= 32: self.init(of: bytes[8..<24], Int(bytes[30]) << 8 | Int(bytes[31]))
    default: return nil
    }
  }

  private init?(of bytes: ArraySlice<UInt8>, _ port: Int) {
    guard let address = IPAddress(bytes: Array(bytes)), port != 0 || !address.isAny else { return nil }
    self.init(address, port)
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `192.0.2.1:5001`, `[2001:db8::1]:5001`
  package var description: String {
    let host = address.isAny ? "*" : address.ipv4 == nil ? "[\(address)]" : "\(address)"
    return "\(host):\(port == 0 ? "*" : String(port))"
  }
}

extension IPAddress {
  /// `0.0.0.0` and `::`.
  fileprivate var isAny: Bool { isUnspecified || ipv4 == [0, 0, 0, 0] }
}

/// Asks the kernel who has which resources: `rdma resource` by netlink, for which no right is needed.
struct RDMAResourceReader {
  let network: any NetworkAccess

  /// The numbers of one kind: its command, its table, and an entry of the table.
  private struct Numbers {
    let kind: RDMAResource.Kind
    let command: UInt16
    let table: UInt16
    let entry: UInt16
  }

  private static let numbers = [
    Numbers(kind: .queuePair, command: 10, table: 19, entry: 20),
    Numbers(kind: .connection, command: 11, table: 30, entry: 31),
    Numbers(kind: .completionQueue, command: 12, table: 35, entry: 36),
    Numbers(kind: .memoryRegion, command: 13, table: 40, entry: 41),
    Numbers(kind: .protectionDomain, command: 14, table: 46, entry: 47),
  ]

  private enum Attribute {
    static let deviceIndex: UInt16 = 1
    static let deviceName: UInt16 = 2
    static let port: UInt16 = 3
    static let localQP: UInt16 = 21
    static let remoteQP: UInt16 = 22
    static let type: UInt16 = 26
    static let state: UInt16 = 27
    static let thread: UInt16 = 28
    static let kernel: UInt16 = 29
    static let local: UInt16 = 33
    static let remote: UInt16 = 34
    static let entries: UInt16 = 37
    static let length: UInt16 = 45
  }

  /// enum ib_qp_type of `rdma/ib_verbs.h`.
  private static let types = [
    0: "smi", 1: "gsi", 2: "rc", 3: "uc", 4: "ud", 5: "raw_ipv6", 6: "raw_ethertype", 8: "raw_packet", 9: "xrc_ini",
    10: "xrc_tgt", 0xff: "driver",
  ]
  /// enum ib_qp_state of `rdma/ib_verbs.h`.
  private static let states = ["reset", "init", "rtr", "rts", "sqd", "sqe", "err"]
  /// enum rdma_cm_state of the kernel's drivers/infiniband/core/cma_priv.h.
  private static let connectionStates = [
    "idle", "addr_query", "addr_resolved", "route_query", "route_resolved", "connect", "disconnect", "addr_bound",
    "listen", "device_removal", "destroying",
  ]

  /// - Throws: when there is no rdma netlink at all. A kind that this kernel does not list is left out, with a note.
  func read() throws(NetworkFailure) -> (resources: [RDMAResource], devices: [String], notes: [Note]) {
    var resources: [RDMAResource] = []
    var notes: [Note] = []
    let devices = try network.ask(NetlinkRequest(.rdma, RDMANetlink.command(1), isDump: true)).messages
    var names: [String] = []
    for device in devices {
      guard let index = device.attributes.number(Attribute.deviceIndex).flatMap(UInt32.init(exactly:)),
        let name = device.attributes.text(Attribute.deviceName)
      else { continue }
      names.append(name)
      for numbers in Self.numbers {
        let request = NetlinkRequest(
          .rdma, RDMANetlink.command(numbers.command), isDump: true, [.number(Attribute.deviceIndex, index)],
          nests: NetlinkNests([numbers.table: NetlinkNests([numbers.entry: NetlinkNests()])]))
        do throws(NetworkFailure) {
          let entries = try network.ask(request).messages.flatMap { $0.attributes.nests(numbers.table) }
            .flatMap { $0.nests(numbers.entry) }
          resources += entries.map { Self.resource($0, numbers.kind, of: name) }
        } catch {
          notes.append(Note(subject: name, message: "\(numbers.kind.words) are not listed: \(error.explanation)"))
        }
      }
    }
    return (resources, names, notes)
  }

  private static func resource(
    _ entry: [NetlinkAttribute], _ kind: RDMAResource.Kind, of device: String
  ) -> RDMAResource {
    func number(_ attribute: UInt16) -> Int? { entry.number(attribute).flatMap { Int(exactly: $0) } }
    let names = kind == .queuePair ? states : connectionStates
    let state = kind == .queuePair || kind == .connection ? number(Attribute.state) : nil
    return RDMAResource(
      kind: kind, device: device, port: number(Attribute.port),
      thread: number(Attribute.thread).flatMap { Int32(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil },
      kernel: entry.text(Attribute.kernel).flatMap { $0.isEmpty ? nil : $0 },
      localQP: number(Attribute.localQP).flatMap { kind == .connection && $0 == 0 ? nil : $0 },
      remoteQP: number(Attribute.remoteQP).flatMap { $0 == 0 ? nil : $0 },
      type: number(Attribute.type).map { types[$0] ?? String($0) },
      state: state.map { names.indices.contains($0) ? names[$0] : String($0) },
      local: entry.bytes(Attribute.local).flatMap { SocketAddress($0) },
      remote: entry.bytes(Attribute.remote).flatMap { SocketAddress($0) },
      size: number(kind == .memoryRegion ? Attribute.length : Attribute.entries))
  }
}

extension RDMAResource.Kind {
  /// As `rdma resource` calls them.
  package var words: String {
    switch self {
    case .queuePair: "queue pairs"
    case .connection: "connections"
    case .completionQueue: "completion queues"
    case .memoryRegion: "memory regions"
    case .protectionDomain: "protection domains"
    }
  }
}
