internal import HostAccess
internal import TestSupport
internal import Testing

@testable import Offload

/// What goes out to the kernel for each kind of setting, and what never does.
struct KernelWritingTests {
  private let eth0 = InterfaceIdentity(name: "eth0", index: 2)

  private func write(
    _ network: FakeNetwork, _ kind: Knob.Kind, _ values: [String: String], machine: Bool = false
  ) throws {
    try KernelWriting(network: network).make(KnobWrite(machine ? nil : eth0, kind, values))
    #expect(network.outstanding == 0)
  }

  private func header(_ flags: UInt32 = 2) -> NetlinkAttribute {
    NetlinkAttribute(1, .nest([.number(1, UInt32(2)), .number(3, flags)]))
  }

  private func done(_ network: FakeNetwork, _ request: NetlinkRequest) {
    network.expect(request, .success(NetlinkAnswer()))
  }

  @Test func features() throws {
    let network = FakeNetwork()
    let bits = [
      NetlinkAttribute(1, .nest([.text(2, "rx-gro"), NetlinkAttribute(3, .bytes([]))])),
      NetlinkAttribute(1, .nest([.text(2, "rx-lro")])),
    ]
    done(
      network,
      NetlinkRequest(
        .generic("ethtool"), 12, [header(), NetlinkAttribute(3, .nest([NetlinkAttribute(3, .nest(bits))]))]))
    try write(network, .feature, ["rx-lro": "off", "rx-gro": "on"])
  }

  @Test func parameters() throws {
    let network = FakeNetwork()
    done(network, NetlinkRequest(.generic("ethtool"), 16, [header(), .number(6, UInt32(512)), .number(9, UInt32(64))]))
    try write(network, .ring, ["rx": "512", "tx": "64"])
    done(network, NetlinkRequest(.generic("ethtool"), 20, [header(), .number(11, UInt8(1)), .number(2, UInt32(8))]))
    try write(network, .coalesce, ["rx-usecs": "8", "adaptive-rx": "on"])
    done(network, NetlinkRequest(.generic("ethtool"), 18, [header(), .number(9, UInt32(4))]))
    try write(network, .channels, ["combined": "4"])
    done(network, NetlinkRequest(.generic("ethtool"), 22, [header(), .number(3, UInt8(0))]))
    try write(network, .pause, ["rx": "off"])
  }

  /// The mode of IPoIB is a message of its own, before the MTU that it changes.
  @Test func links() throws {
    let network = FakeNetwork()
    let header: [UInt8] = [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let mode = NetlinkAttribute(
      18, .nest([.text(1, "ipoib"), NetlinkAttribute(2, .nest([.number(2, UInt16(1))]))]))
    done(network, NetlinkRequest(.route, 16, header: header, [mode]))
    done(network, NetlinkRequest(.route, 19, header: header, [.number(4, UInt32(65520))]))
    try write(network, .link, ["mtu": "65520", "ipoib-mode": "connected"])
  }

  @Test func files() throws {
    let network = FakeNetwork()
    try write(network, .sysfs, ["queues/rx-0/rps_cpus": "ff", "threaded": "1"])
    try write(network, .interrupt, ["25": "0-3"])
    try write(network, .sysctl, ["net.ipv4.conf.IF.force_igmp_version": "2"])
    try write(network, .sysctl, ["net.ipv4.tcp_rmem": "4096 131072 6291456"], machine: true)
    #expect(
      network.writes == [
        "/sys/class/net/eth0/queues/rx-0/rps_cpus ff", "/sys/class/net/eth0/threaded 1",
        "/proc/irq/25/smp_affinity_list 0-3", "/proc/sys/net/ipv4/conf/eth0/force_igmp_version 2",
        "/proc/sys/net/ipv4/tcp_rmem 4096 131072 6291456",
      ])
  }

  private func words(_ words: [UInt32], length: Int = 0) -> [UInt8] {
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    return bytes + [UInt8](repeating: 0, count: max(0, length - bytes.count))
  }

  /// A table that is the kernel's own is set as such, so that it follows the channels again; any other entry by entry.
  @Test(arguments: [("0-1*4", [UInt32]()), ("0*4 1*4", [0, 0, 0, 0, 1, 1, 1, 1]), ("default", [])])
  func tables(_ text: String, _ entries: [UInt32]) throws {
    let network = FakeNetwork()
    if text != "default" {
      network.expect("eth0", words([0x46, 0, 0, 0, 0, 0]), .success(words([0x46, 0, 8, 40, 1, 0])))
      network.expect("eth0", words([0x2d], length: 192), .success(words([0x2d, 0, 2], length: 192)))
    }
    network.expect("eth0", words([0x47, 0, UInt32(entries.count), 0, 0, 0] + entries), .success([]))
    try write(network, .rss, ["table": text])
  }

  @Test func keysAndFields() throws {
    let network = FakeNetwork()
    network.expect("eth0", words([0x47, 0, .max, 2, 0, 0]) + [0x6d, 0x5a], .success([]))
    network.expect("eth0", words([0x2a, 2, 0xf0], length: 192), .success([]))
    try write(network, .rss, ["key": "6d:5a", "fields-udp4": "sdfn"])
  }

  /// The wrong number of entries would be taken for "default" when they are its first.
  @Test func aTableOfAnotherSize() {
    let network = FakeNetwork()
    network.expect("eth0", words([0x46, 0, 0, 0, 0, 0]), .success(words([0x46, 0, 128, 40, 1, 0])))
    #expect(throws: NetworkFailure.failed("the RSS table has 128 entries, not 8")) {
      try write(network, .rss, ["table": "0-1*4"])
    }
  }

  /// FakeNetwork stops the test when anything is sent.
  @Test(arguments: [
    (Knob.Kind.ring, "rx", "-1"), (.ring, "rx", "4294967296"), (.ring, "rx", "+5"), (.ring, "rx", ""),
    (.ring, "no", "1"),
    (.pause, "rx", "1"), (.feature, "rx-gro", "yes"), (.link, "mtu", "1500 "), (.link, "ipoib-mode", "fast"),
    (.link, "no", "1"), (.rss, "key", "6d:5"), (.rss, "key", "zz"), (.rss, "fields-tcp4", "sx"),
    (.rss, "fields-no", "s"),
    (.rss, "table", "0-"), (.rss, "table", "1*0"), (.rss, "no", "1"), (.sysfs, "../lo/threaded", "1"),
    (.sysfs, "/etc/passwd", "1"), (.sysfs, "threaded", "1\n2"), (.sysfs, "threaded", ""), (.interrupt, "x", "1"),
    (.interrupt, "../1", "1"), (.sysctl, "net.ipv4.conf./etc.x", "1"), (.sysctl, "net", "1"),
    (.sysctl, "net..x", "1"),
  ]) func whatIsNoValueIsNotSent(_ kind: Knob.Kind, _ name: String, _ value: String) {
    let network = FakeNetwork()
    #expect(throws: NetworkFailure.self) { try write(network, kind, [name: value]) }
    #expect(network.writes.isEmpty)
  }

  /// Of several values none is written when one is wrong.
  @Test func allOrNothing() {
    let network = FakeNetwork()
    #expect(throws: NetworkFailure.self) { try write(network, .sysfs, ["threaded": "1", "x/../y": "1"]) }
    #expect(throws: NetworkFailure.self) { try write(network, .link, ["mtu": "1500", "txqueuelen": "many"]) }
    #expect(network.writes.isEmpty)
  }

  @Test func theMachineHasOnlySysctls() {
    #expect(throws: NetworkFailure.self) { try write(FakeNetwork(), .ring, ["rx": "1"], machine: true) }
    // One of an interface needs an interface.
    #expect(throws: NetworkFailure.self) {
      try write(FakeNetwork(), .sysctl, ["net.ipv4.conf.IF.forwarding": "1"], machine: true)
    }
  }
}
