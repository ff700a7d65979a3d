internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// `events`, `igmp` and `trace` on a true kernel, with the kernel's own files and ibv_asyncwatch as judges.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct ReadmeSystemTests {
  static let rdmactl = Guest.rdmactl

  private func guest() throws -> Guest {
    let guest = try Guest(modules: ["rdma_rxe", "rdma_ucm", "netdevsim"])
    try guest.check(
      """
      grep -q ' /sys/kernel/tracing ' /proc/mounts || mount -t tracefs none /sys/kernel/tracing
      ip link add d0 type dummy && ip address add 192.0.2.1/24 dev d0 && ip link set d0 up
      rdma link add rxe0 type rxe netdev d0
      """)
    return guest
  }

  private static func ids(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      try? JSONValue(String(line))["events"]?.elements.first?["id"]?.text
    }
  }

  @Test func linksAndHealthAreSeenAsTheyHappen() throws {
    let guest = try guest()
    try guest.check("dmesg -C; echo '10 1' >/sys/bus/netdevsim/new_device")
    let watch = try guest.start("timeout 60 ibv_asyncwatch -d rxe0")
    try watch.wait(until: "ready") { $0.contains("event FD") }
    let follow = try guest.start("exec \(Self.rdmactl) events --follow --json --since 1s")
    // Started when it has seen a first event of its own.
    var rounds = 0
    while Self.ids(follow.output).count < 2, rounds < 60 {
      try guest.check("ip link set d0 down && sleep 0.5 && ip link set d0 up && sleep 0.5")
      rounds += 1
    }
    let seen = Self.ids(follow.output).count
    try guest.check("ip link set d0 down && sleep 1 && ip link set d0 up && sleep 1")
    try guest.check("echo boom >/sys/kernel/debug/netdevsim/netdevsim10/health/break_health")
    try follow.wait(until: "three events more") { Self.ids($0).count >= seen + 3 }
    try follow.signal(SIGTERM)
    let status = try follow.wait().status
    #expect(status == 130)
    let ids = Self.ids(follow.output)
    #expect(ids.suffix(3) == ["event.link_down", "event.link_up", "event.health_error"], "\(ids)")
    // The judge saw the same links, in the same order.
    let judged = watch.output.split(separator: "\n").compactMap { line in
      line.contains("PORT_ERR") ? "event.link_down" : line.contains("PORT_ACTIVE") ? "event.link_up" : nil
    }
    #expect(judged.suffix(2) == ["event.link_down", "event.link_up"])

    let denied = try guest.run("\(Self.rdmactl) events", as: "nobody")
    let restricted = try guest.check("cat /proc/sys/kernel/dmesg_restrict") == "1\n"
    #expect(denied.status == (restricted ? 4 : 0), "\(denied.error)")
  }

  @Test func anOldQuerierIsToldFromASetting() throws {
    let guest = try guest()
    try guest.check(
      """
      ip netns add h && ip link add v0 type veth peer name v1 netns h
      ip address add 198.51.100.1/24 dev v0 && ip link set v0 up
      ip -n h address add 198.51.100.2/24 dev v1 && ip -n h link set v1 up && sleep 1
      """)
    func row() throws -> JSONValue? {
      try JSONValue(guest.run("ip netns exec h \(Self.rdmactl) igmp show v1 --json").output)["interfaces"]?.elements
        .first
    }
    #expect(try row()?["reason"]?.text == "default")
    #expect(try guest.run("ip netns exec h \(Self.rdmactl) igmp set v1 2 --yes").status == 0)
    #expect(try guest.check("ip netns exec h cat /proc/net/igmp | awk '$2 == \"v1\" {print $NF}'") == "V2\n")
    #expect(try row()?["reason"]?.text == "forced")
    #expect(try guest.run("ip netns exec h \(Self.rdmactl) undo --yes").status == 0)
    #expect(try guest.check("ip netns exec h cat /proc/sys/net/ipv4/conf/v1/force_igmp_version") == "0\n")
    // An IGMPv2 general query: type 0x11, 10 s, checksum, no group (RFC 2236).
    try guest.check(
      """
      python3 -c "import socket
      s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 2)
      s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton('198.51.100.1'))
      s.sendto(bytes([0x11, 100, 0xee, 0x9b, 0, 0, 0, 0]), ('224.0.0.1', 0))"
      """)
    try guest.wait(for: "V2", "ip netns exec h cat /proc/net/igmp") { $0.output.contains("V2") }
    #expect(try row()?["reason"]?.text == "old_querier" && row()?["forced"] == .number("0"))
  }

  @Test func aTraceLeavesNothingBehindAlsoAfterAKill() throws {
    let guest = try guest()
    let instances = "/sys/kernel/tracing/instances"
    let count = "grep -c '\\[rdma_rxe\\].*=p' /proc/dynamic_debug/control || true"
    try guest.check(
      """
      mkdir -p \(instances)/other && echo 1 >\(instances)/other/events/ib_mad/enable
      grep '\\[rdma_rxe\\]' /proc/dynamic_debug/control | head -1 | sed 's/\\[.*//;s/:/ line /;s/^/file /;s/ *$/ +p/' \
      >/proc/dynamic_debug/control
      """)
    func judge() throws -> String {
      try guest.check(
        "ls \(instances); cat \(instances)/other/events/ib_mad/enable /sys/kernel/tracing/events/enable; \(count)")
    }
    let before = try judge()
    // The traced command counts the lines of the trace itself.
    let script =
      "rping -s -a 192.0.2.1 -C 1 & sleep 3; rping -c -a 192.0.2.1 -C 1; sleep 1; grep -vc '^#' \(instances)/rdmactl/trace"
    let traced = try guest.run("\(Self.rdmactl) trace run rdma_cma ib_cma --json -- sh -c '\(script)'")
    #expect(traced.status == 0, "\(traced.error)")
    let events = try JSONValue(traced.output)["events"]?.elements ?? []
    #expect(
      events.count > 5 && traced.error.split(separator: "\n").compactMap { Int($0) }.last == events.count,
      "\(events.count): \(traced.error)")
    #expect(events.contains { $0["detail"]?.text?.contains("ADDR_RESOLVED") ?? false })
    #expect(try judge() == before)

    let killed = try guest.start("exec \(Self.rdmactl) trace run rdma_cma --debug-module rdma_rxe --for 60s")
    try guest.wait(for: "traced", "\(count); ls \(instances)") {
      $0.output.contains("rdmactl") && (Int($0.output.prefix { $0 != "\n" }) ?? 0) > 1
    }
    let second = try guest.run("\(Self.rdmactl) trace run rdma_cma --for 1s")
    #expect(second.status == 5, "\(second.error)")
    try killed.signal(SIGKILL)
    _ = try killed.wait()
    #expect(try judge() != before)
    let next = try guest.run("\(Self.rdmactl) trace run rdma_cma --for 100ms")
    #expect(next.status == 0 && next.error.contains("undone first"), "\(next.error)")
    #expect(try judge() == before)
  }
}
