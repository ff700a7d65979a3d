import HostAccess
import TestSupport
import Testing

@testable import PortStatus

/// The driver's counters by rdma netlink.
@Suite struct HardwareStatisticsTests {
  private static let devices = NetlinkRequest(.rdma, 5 << 10 | 1, isDump: true)
  private static let statistics = NetlinkRequest(
    .rdma, 5 << 10 | 17, [.number(1, UInt32(3)), .number(3, UInt32(1))],
    nests: NetlinkNests([80: NetlinkNests([81: NetlinkNests()])]))

  private func counter(_ name: String, _ value: UInt64) -> NetlinkAttribute {
    NetlinkAttribute(81, .nest([.text(82, name), .number(83, value)]))
  }

  @Test func oneMessageForThePort() {
    let network = FakeNetwork()
    network.expect(
      Self.devices,
      .success(NetlinkAnswer(messages: [NetlinkMessage(command: 0x1401, [.number(1, UInt32(3)), .text(2, "mlx5_0")])])))
    let counters = NetlinkAttribute(80, .nest([counter("out_of_buffer", 1543), counter("np_cnp_sent", 1 << 40)]))
    network.expect(
      Self.statistics, .success(NetlinkAnswer(messages: [NetlinkMessage(command: 0x1411, [counters])])))
    var machine = SmallMachine()
    machine.port("hw_counters/out_of_buffer", "7")
    machine.port("counters/symbol_error", "0")
    let inventory = InventoryReader(host: machine.host(network: network)).read(InventoryRequest(forCounters: true))
    #expect(inventory.adapters.first?.ports.first?.hardwareCounters == ["out_of_buffer": 1543, "np_cnp_sent": 1 << 40])
    #expect(network.outstanding == 0)
  }

  /// A driver without statistics, and a machine without a kernel to ask: the files are read.
  @Test func otherwiseTheFilesAreRead() {
    var machine = SmallMachine()
    machine.port("hw_counters/out_of_buffer", "7")
    machine.port("hw_counters/lifespan", "10")
    machine.port("counters/symbol_error", "0")
    let refused = FakeNetwork()
    refused.expect(Self.devices, .failure(.failed("no socket")))
    for host in [machine.host(network: refused), machine.host()] {
      let inventory = InventoryReader(host: host).read(InventoryRequest(forCounters: true))
      #expect(inventory.adapters.first?.ports.first?.hardwareCounters == ["out_of_buffer": 7])
    }
  }
}
