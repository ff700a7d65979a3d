internal import Offload
internal import Testing

@Test func knobsStandInTheOrderOfTheirKinds() {
  let knobs = [Knob(.sysctl, "net.ipv4.tcp_sack"), Knob(.ring, "tx"), Knob(.ring, "rx"), Knob(.feature, "tx-lockless")]
  #expect(
    knobs.sorted().map(\.description) == ["feature tx-lockless", "ring rx", "ring tx", "sysctl net.ipv4.tcp_sack"])
}
