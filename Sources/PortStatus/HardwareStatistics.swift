internal import HostAccess

/// The driver's counters of a port in one message (`rdma statistic`). Read as files each may make the driver ask its card.
/// Source: `rdma/rdma_netlink.h`: RDMA_NLDEV_CMD_GET, and RDMA_NLDEV_CMD_STAT_GET without RDMA_NLDEV_ATTR_STAT_RES.
final class HardwareStatistics {
  private enum Command {
    static let device = RDMANetlink.command(1)
    static let statistics = RDMANetlink.command(17)
  }
  private enum Attribute {
    static let deviceIndex: UInt16 = 1
    static let deviceName: UInt16 = 2
    static let port: UInt16 = 3
    static let counters: UInt16 = 80
    static let counter: UInt16 = 81
    static let name: UInt16 = 82
    static let value: UInt16 = 83
  }

  private let network: any NetworkAccess
  private lazy var indexes: [String: UInt64] = {
    let answer = try? network.ask(NetlinkRequest(.rdma, Command.device, isDump: true))
    let devices = answer?.messages.compactMap { message -> (String, UInt64)? in
      guard let name = message.attributes.text(Attribute.deviceName) else { return nil }
      return message.attributes.number(Attribute.deviceIndex).map { (name, $0) }
    }
    return Dictionary(devices ?? []) { first, _ in first }
  }()

  init(_ network: any NetworkAccess) { self.network = network }

  /// - Returns: `nil` where the driver has none, or nobody can be asked.
  func counters(of device: String, port: Int) -> [String: UInt64]? {
    guard let index = indexes[device].flatMap(UInt32.init(exactly:)), let port = UInt32(exactly: port) else {
      return nil
    }
    let request = NetlinkRequest(
      .rdma, Command.statistics,
      [.number(Attribute.deviceIndex, index), .number(Attribute.port, port)],
      nests: NetlinkNests([Attribute.counters: NetlinkNests([Attribute.counter: NetlinkNests()])]))
    guard let answer = try? network.ask(request) else { return nil }
    let counters = answer.messages.flatMap { $0.attributes.nests(Attribute.counters) }
      .flatMap { $0.nests(Attribute.counter) }
      .compactMap { counter -> (String, UInt64)? in
        guard let name = counter.text(Attribute.name) else { return nil }
        return counter.number(Attribute.value).map { (name, $0) }
      }
    return counters.isEmpty ? nil : Dictionary(counters) { first, _ in first }
  }
}
