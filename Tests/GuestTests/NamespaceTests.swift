internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// RDMA devices and interfaces in network name spaces of a real kernel, and its routes.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct NamespaceTests {
  static let rdmactl = Guest.rdmactl

  /// A pod sees the host's RDMA device but not its interface, also where it has one of the same name.
  @Test func theInterfaceOfAPodsDeviceIsElsewhere() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe"])
    try guest.check("ip link set eth0 up && rdma link add rxe0 type rxe netdev eth0 && ip netns add pod")
    let host = try guest.run("\(Self.rdmactl) status")
    #expect(host.status == 0 && !host.output.contains("port.netdev_elsewhere"), "\(host.output)")
    let pod = try guest.run("ip netns exec pod \(Self.rdmactl) status")
    #expect(pod.output.contains("[port.netdev_elsewhere]") && pod.output.contains("seen: netdev=eth0"), "\(pod.output)")
    // A virtual interface called as the host's.
    try guest.check("ip link add v0 type veth peer name v1 && ip link set v1 netns pod name eth0")
    try guest.check("ip netns exec pod ip link set eth0 up")
    let twin = try guest.run("ip netns exec pod \(Self.rdmactl) status --json")
    let answer = try JSONValue(twin.output)
    #expect(
      answer["problems"]?.elements.contains { $0["id"]?.text == "port.netdev_elsewhere" } == true, "\(twin.output)")
    #expect(answer["adapters"]?.elements.first?["ports"]?.elements.first?["netdevs"]?.elements.isEmpty == true)
    let gid = try guest.run("ip netns exec pod \(Self.rdmactl) gid best rxe0")
    #expect(gid.status == 3 || gid.status == 2, "\(gid.output)\(gid.error)")
  }

  /// Exclusive name spaces are asked of the kernel and not taken for missing hardware.
  @Test func anExclusiveDeviceIsElsewhere() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe"])
    try guest.check("ip link set eth0 up && rdma link add rxe0 type rxe netdev eth0")
    try guest.check("rdma system set netns exclusive && ip netns add pod")
    defer { _ = try? guest.run("ip netns del pod; rdma system set netns shared") }
    let pod = try guest.run("ip netns exec pod \(Self.rdmactl) status")
    #expect(pod.status == 3 && pod.error.contains("one network name space each"), "\(pod.error)")
    #expect(pod.error.contains("next: rdma system show"))
    #expect(try guest.run("\(Self.rdmactl) status").status == 0)
  }

  /// The kernel's route is the judge: interface and source address of the chosen GID are those of `ip route get`.
  @Test func theGIDIsThatOfTheRoute() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe"])
    try guest.check(
      """
      ip link set eth0 up && rdma link add rxe0 type rxe netdev eth0 && ip addr add 192.168.77.1/24 dev eth0 &&
      ip link add link eth0 name eth0.7 type vlan id 7 && ip link set eth0.7 up && ip addr add 10.7.0.1/24 dev eth0.7 &&
      ip addr add 192.168.78.1/24 dev eth0 && ip link set eth1 up && ip addr add 172.16.0.1/24 dev eth1
      """)
    for peer in ["192.168.77.9", "192.168.78.9", "10.7.0.9"] {
      let words = try guest.run("ip route get \(peer)").output.split(separator: " ").map(String.init)
      func after(_ word: String) -> String? { words.firstIndex(of: word).map { words[$0 + 1] } }
      let best = try guest.run("\(Self.rdmactl) gid best --peer \(peer) --json")
      let entry = try JSONValue(best.output)["best"]?.elements.first
      #expect(
        entry?["netdev"]?.text == after("dev") && entry?["address"]?.text == after("src"), "\(best.output)\(best.error)"
      )
    }
    // A peer behind an interface without RDMA, and one that nothing leads to.
    let other = try guest.run("\(Self.rdmactl) gid best --peer 172.16.0.9")
    #expect(other.status == 3 && other.error.contains("does not leave by eth0"), "\(other.error)")
    #expect(try guest.run("\(Self.rdmactl) gid best --peer 203.0.113.9").status == 3)
    let own = try guest.run("\(Self.rdmactl) gid best --peer 192.168.77.1")
    #expect(own.output.contains("[gid.peer_is_local]"), "\(own.output)\(own.error)")
  }

  /// An IPoIB child names its port, and one that could not join its group is told of.
  @Test func ipoibWithoutItsGroup() throws {
    let guest = try Guest(modules: ["ib_umad", "ib_ipoib", "ibloop"])
    try guest.check(
      """
      printf 'Default=0x7fff : ALL=full;\\n' >/tmp/partitions.conf &&
      opensm -B -P /tmp/partitions.conf -f /tmp/osm.log && ip link set ib0 up
      """)
    #expect(try guest.run("\(Self.rdmactl) status ib0 --wait active --timeout 60").status == 0)
    let status = try guest.run("\(Self.rdmactl) status ib0")
    #expect(status.output.contains("[port.ipoib_no_carrier]"), "\(status.output)")
    #expect(status.output.contains("ff12:401b:ffff:0000:0000:0000:ffff:ffff"))
    #expect(try guest.run("\(Self.rdmactl) status -v ib0").output.contains("up, no carrier"))
    try guest.check("ip link add link ib0 name ib0.8001 type ipoib pkey 0x8001")
    #expect(
      try guest.run("\(Self.rdmactl) status -q ib0.8001").output == guest.run("\(Self.rdmactl) status -q ib0").output)
    _ = try guest.run("kill $(pidof opensm)")
  }
}
