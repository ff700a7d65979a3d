import HostAccess
import PortStatus
import TestSupport
import Testing
import Vocabulary

@testable import Counters

@Suite struct CounterTests {
  private static let place = CounterSample.Place(adapter: "mlx5_0", port: 1)

  private func sample(_ time: Double, _ values: [String: UInt64]) -> CounterSample {
    CounterSample(time: time, places: [Self.place], values: [Self.place: values])
  }

  @Test func everyCounterIsInTheTableOnce() {
    #expect(Set(CounterKind.all.map(\.name)).count == CounterKind.all.count)
    #expect(CounterKind.all.allSatisfy { !$0.meaning.isEmpty && !$0.meaning.hasSuffix(".") })
    // Every finding has a counter that leads to it.
    #expect(Set(CounterKind.all.compactMap(\.problem)) == Set(CounterProblem.allCases))
  }

  @Test(arguments: [
    ("rx_prio3_pause", "rx_prioN_pause"), ("tx_prio7_pause_duration", "tx_prioN_pause_duration"),
    ("rx_prio0_discards", "rx_prioN_discards"), ("symbol_error", "symbol_error"),
  ])
  func prioritiesAreOneKind(_ name: String, _ kind: String) { #expect(CounterKind.find(name).name == kind) }

  @Test func strangersAreListedWithoutAMeaning() {
    let kind = CounterKind.find("vendor_special")
    #expect(kind.group == .other && kind.meaning.isEmpty && kind.problem == nil)
    #expect(!CounterKind.isKnown("rx_queue_0_packets") && CounterKind.isKnown("rx_prio5_pause"))
  }

  /// NVIDIA/nccl and byteps threads: a RoCE port with losses, as in the recorded machine roce-unhealthy.
  @Test func sumsSinceTheLastClearing() {
    let found = CounterComparison(
      sample(
        0,
        [
          "local_ack_timeout_err": 15, "out_of_buffer": 1543, "out_of_sequence": 8800, "packet_seq_err": 7,
          "req_transport_retries_exceeded": 19, "rnr_nak_retry_err": 1543, "rp_cnp_handled": 144,
        ])
    ).problems
    #expect(
      found.map(\.id) == [
        "counters.retransmissions", "counters.timeouts", "counters.lost_connections", "counters.receiver_not_ready",
        "counters.out_of_buffer",
      ])
    #expect(found.first?.evidence == ["out_of_sequence=8800"])
    #expect(found.allSatisfy { !$0.fix.isEmpty && !$0.hint.isEmpty && $0.subject == "mlx5_0/1" })
  }

  /// With an earlier sample old troubles do not count.
  @Test func onlyWhatMovesCounts() {
    let before = ["symbol_error": UInt64(500), "rp_cnp_handled": 0, "rx_prio3_pause_duration": 0, "port_xmit_data": 0]
    let still = CounterComparison(sample(10, before), since: sample(0, before))
    #expect(still.problems.isEmpty && still.interval == 10)
    let moved = CounterComparison(
      sample(
        10,
        [
          "symbol_error": 501, "rp_cnp_handled": 20_000, "rx_prio3_pause_duration": 2_000_000,
          "port_xmit_data": 31_250_000_000,
        ]), since: sample(0, before))
    #expect(moved.problems.map(\.id) == ["counters.symbol_errors", "counters.cnp_storm", "counters.paused"])
    #expect(moved.problems.first?.evidence == ["symbol_error=1"])
    let data = moved.readings.first { $0.name == "port_xmit_data" }
    #expect(data?.delta == 31_250_000_000 && data?.perSecond == 3_125_000_000)
  }

  /// A counter that was cleared, or that is new, has not moved by a huge number.
  @Test func aClearedCounterHasNoDelta() {
    let compared = CounterComparison(sample(10, ["link_downed": 1, "new": 7]), since: sample(0, ["link_downed": 17]))
    #expect(compared.readings.allSatisfy { $0.delta == nil && $0.perSecond == nil })
    // A clock that was set back gives no rates.
    #expect(CounterComparison(sample(0, ["link_downed": 2]), since: sample(10, ["link_downed": 1])).interval == nil)
  }

  @Test func ethtoolStatistics() {
    func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    func name(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8](repeating: 0, count: 32 - text.utf8.count) }
    let network = FakeNetwork()
    let question = bytes(0x37) + bytes(0) + bytes(2) + bytes(0)
    network.expect("eth0", question + bytes(0), .success(question + bytes(2)))
    let strings = bytes(0x1b) + bytes(1) + bytes(2)
    network.expect(
      "eth0", strings + [UInt8](repeating: 0, count: 64),
      .success(strings + name("rx_packets") + name("rx_prio3_pause")))
    let values = bytes(0x1d) + bytes(2)
    network.expect(
      "eth0", values + [UInt8](repeating: 0, count: 16), .success(values + bytes(5) + bytes(0) + bytes(7) + bytes(1)))
    #expect(EthtoolStatistics(network).values(of: "eth0") == ["rx_packets": 5, "rx_prio3_pause": 1 << 32 | 7])
    #expect(network.outstanding == 0)
    // A driver without any, and a length that cannot be.
    for count: UInt32 in [0, .max] {
      network.expect("eth0", question + bytes(0), .success(question + bytes(count)))
      #expect(EthtoolStatistics(network).values(of: "eth0").isEmpty)
    }
    #expect(EthtoolStatistics(AbsentNetwork()).values(of: "eth0").isEmpty)
  }
}
