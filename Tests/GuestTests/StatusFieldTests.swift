internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// Each field of `rdmactl status --json` against ibv_devinfo, rdma, ip, ibstat and sysfs, on a true kernel.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct StatusFieldTests {
  static let rdmactl = Guest.rdmactl

  /// Nothing that rdmactl says is left uncompared, and nothing that the others say is left out.
  @discardableResult
  private func compare(_ guest: Guest, _ when: String, devices: [String]) throws -> StatusAnswer {
    let before = try KernelAnswers.counters(guest)
    let text = try guest.check("\(Self.rdmactl) status --json --counters")
    let ours = try JSONValue(text)
    let theirs = try KernelAnswers(guest)
    #expect(ours["adapters"]?.elements.compactMap { $0["name"]?.text } == devices, "\(when)")
    #expect(theirs.deviceNames.sorted() == devices, "\(when)")
    for adapter in ours["adapters"]?.elements ?? [] {
      let name = try #require(adapter["name"]?.text)
      func isCounter(_ leaf: (key: String, value: String)) -> Bool { leaf.key.contains("counters.") }
      let leaves = adapter.leaves
      var judges = theirs.adapter(name)
      for (number, port) in (adapter["ports"]?.elements ?? []).enumerated() where port["state"]?.text == "down" {
        for key in ["lid", "lmc", "rate_gbps", "sm_lid", "sm_sl", "speed", "width"] {
          judges[".ports[\(number)].\(key)"] = "null"
        }
      }
      #expect(differences(leaves.filter { !isCounter($0) }, judges.filter { !isCounter($0) }) == [], "\(name) \(when)")
      #expect(leaves.filter(isCounter).keys.sorted() == judges.filter(isCounter).keys.sorted(), "\(name) \(when)")
      #expect(theirs.wrong(leaves.filter(isCounter), of: name, since: before) == [], "\(name) \(when)")
    }
    // A heading and a block for each device that takes management datagrams: not for iWARP.
    let blocks = try guest.check("ibstat").components(separatedBy: "CA '").dropFirst().map { IbstatAnswer("CA '" + $0) }
    let status = try StatusAnswer(text)
    let adapters = status.adapters.filter { $0.name != "siw0" }
    #expect(adapters.compactMap { IbstatAnswer(of: $0)?.lasting } == blocks.map(\.lasting), "\(when)")
    return status
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
    let before = try compare(guest, "without a subnet manager", devices: ["ibl0", "ibl1"])
    #expect(before.ports.map(\.state) == ["init", "init"])
    #expect(before.problems.map(\.id) == ["port.no_sm", "port.no_sm"])

    try guest.check("\(Self.rdmactl) sm start ibl0/1 --yes --wait && ip link set ib0 up && ip link set ib1 up")
    try guest.wait(for: "carrier", "cat /sys/class/net/ib0/carrier /sys/class/net/ib1/carrier") {
      $0.output == "1\n1\n"
    }
    let after = try compare(guest, "with a subnet manager", devices: ["ibl0", "ibl1"])
    #expect(after.ports.map(\.state) == ["active", "active"])
    #expect(after.problems.map(\.id) == [])

    try guest.check("echo 1 >/sys/module/ibloop/parameters/cut && rdma dev set ibl0 name renamed0")
    let cut = try compare(guest, "with a cable cut", devices: ["ibl1", "renamed0"])
    #expect(cut.ports.map(\.state) == ["down", "active"])
    #expect(cut.problems.map { "\($0.subject) \($0.id)" } == ["ibl1/1 port.no_link", "ibl1/1 port.rate_while_down"])

    try guest.check("echo 1 >/sys/module/ibloop/parameters/join && \(Self.rdmactl) sm reload renamed0/1 --yes")
    try guest.wait(for: "active", "cat /sys/class/infiniband/ibl1/ports/1/state") { $0.output == "4: ACTIVE\n" }
    let joined = try StatusAnswer(guest.check("\(Self.rdmactl) status --json"))
    #expect(joined.ports.map(\.state) == ["active", "active"])
  }
}
