internal import GuestLab
internal import TestSupport
internal import Testing

/// Each field of `rdmactl status --json` against ibv_devinfo, rdma, ip, ibstat and sysfs, on a true kernel.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct StatusFieldTests {
  static let rdmactl = Guest.rdmactl

  /// Nothing that rdmactl says is left uncompared, and nothing that the others say is left out.
  private func compare(_ guest: Guest, _ when: String, devices: [String]) throws {
    let ours = try JSONValue(guest.check("\(Self.rdmactl) status --json --counters"))
    let theirs = try KernelAnswers(guest)
    #expect(ours["adapters"]?.elements.compactMap { $0["name"]?.text } == devices, "\(when)")
    #expect(theirs.deviceNames.sorted() == devices, "\(when)")
    for adapter in ours["adapters"]?.elements ?? [] {
      let name = try #require(adapter["name"]?.text)
      #expect(differences(adapter.leaves, theirs.adapter(name)) == [], "\(name) \(when)")
    }
    let status = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    for adapter in status.adapters where adapter.name != "siw0" {
      // libibumad has no device without management datagrams.
      let judge = IbstatAnswer(try guest.check("ibstat \(adapter.name)"))
      #expect(IbstatAnswer(of: adapter) == judge, "\(adapter.name) \(when)")
    }
  }

  /// RoCE and iWARP: the link is up, down, up again, with an address more, and under other names.
  @Test func ethernet() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe", "siw", "ib_umad"])
    try guest.check(
      """
      ip link set eth0 up; ip link set eth1 up; ip addr add 192.0.2.1/24 dev eth0
      rdma link add rxe0 type rxe netdev eth0 && rdma link add siw0 type siw netdev eth1
      """)
    try guest.wait(for: "ACTIVE", "rdma link show rxe0/1") { $0.output.contains("state ACTIVE") }
    try compare(guest, "with the links up", devices: ["rxe0", "siw0"])

    try guest.check("ip link set eth0 down && ip link set eth1 down")
    try guest.wait(for: "DOWN", "rdma link show rxe0/1") { $0.output.contains("state DOWN") }
    try compare(guest, "with the links down", devices: ["rxe0", "siw0"])

    try guest.check(
      """
      rdma dev set rxe0 name another && ip link set eth0 name cable7 mtu 4200 && ip link set cable7 up &&
      ip link add bridge7 type bridge && ip link set eth1 master bridge7 && ip link set eth1 up
      """)
    try guest.wait(for: "ACTIVE", "rdma link show another/1") { $0.output.contains("state ACTIVE") }
    try compare(guest, "renamed", devices: ["another", "siw0"])
  }

  /// InfiniBand: before there is a subnet manager, afterwards, with IPoIB up, and with a cable cut.
  @Test func infiniBand() throws {
    let guest = try Guest(modules: ["ib_umad", "ib_ipoib", "ibloop"])
    try compare(guest, "without a subnet manager", devices: ["ibl0", "ibl1"])
    let before = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    #expect(before.ports.map(\.state) == ["init", "init"])
    #expect(before.problems.map(\.id) == ["port.no_sm", "port.no_sm"])

    try guest.check("\(Self.rdmactl) sm start ibl0/1 --wait && ip link set ib0 up && ip link set ib1 up")
    try guest.wait(for: "carrier", "cat /sys/class/net/ib0/carrier /sys/class/net/ib1/carrier") {
      $0.output == "1\n1\n"
    }
    try compare(guest, "with a subnet manager", devices: ["ibl0", "ibl1"])
    let after = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    #expect(after.ports.map(\.state) == ["active", "active"])
    #expect(after.problems.map(\.id) == [])

    try guest.check("echo 1 >/sys/module/ibloop/parameters/cut && rdma dev set ibl0 name renamed0")
    try compare(guest, "with a cable cut", devices: ["ibl1", "renamed0"])
    let cut = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    #expect(cut.ports.map(\.state) == ["down", "active"])
    #expect(cut.problems.map(\.subject) == ["ibl1/1"])

    try guest.check("echo 1 >/sys/module/ibloop/parameters/join && \(Self.rdmactl) sm reload")
    try guest.wait(for: "active", "cat /sys/class/infiniband/ibl1/ports/1/state") { $0.output == "4: ACTIVE\n" }
    try compare(guest, "with the cable joined", devices: ["ibl1", "renamed0"])
    let joined = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    #expect(joined.ports.map(\.state) == ["active", "active"])
  }
}
