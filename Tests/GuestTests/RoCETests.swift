internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// `roce` and `gid default` on a true kernel: soft RoCE on an interface with data center bridging (Tests/guest/kmod/dcblab.c).
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct RoCETests {
  static let rdmactl = Guest.rdmactl

  private func guest() throws -> Guest {
    let guest = try Guest(modules: ["rdma_rxe", "rdma_cm", "dcblab"])
    try guest.check(
      """
      grep -q configfs /proc/mounts || mount -t configfs none /sys/kernel/config
      ip link set dcb0 mtu 4200 up && ip addr add 192.0.2.1/24 dev dcb0 && rdma link add rxe0 type rxe netdev dcb0
      """)
    return guest
  }

  private func ids(_ guest: Guest, _ words: String = "") throws -> [String] {
    let answer = try JSONValue(guest.run("\(Self.rdmactl) roce check rxe0 \(words) --json").output)
    return answer["problems"]?.elements.compactMap { $0["id"]?.text } ?? []
  }

  /// dcb's table says the same before and after, and undo brings back every value.
  @Test func theProfileIsSetAndTakenBack() throws {
    let guest = try guest()
    func judge() throws -> String {
      try guest.check("dcb -j pfc show dev dcb0 prio-pfc; dcb -j app show dev dcb0")
    }
    let before = try judge()
    #expect(try ids(guest) == ["roce.pfc_off"])
    #expect(try guest.run("\(Self.rdmactl) roce check rxe0").status == 2)
    let dry = try guest.run("\(Self.rdmactl) roce set rxe0 --profile lossless --dry-run")
    #expect(dry.status == 0 && dry.error.contains("dcb0 pfc: none -> 3"), "\(dry.error)")
    #expect(try judge() == before && guest.run("ls /sys/kernel/config/rdma_cm").output.isEmpty)

    let set = try guest.run("\(Self.rdmactl) roce set rxe0 --profile lossless --yes")
    #expect(set.status == 0, "\(set.error)")
    let pfc = try guest.check("dcb pfc show dev dcb0 prio-pfc").split(whereSeparator: \.isWhitespace)
    #expect(pfc.filter { $0.hasSuffix(":on") } == ["3:on"], "\(pfc)")
    let map = try guest.check("dcb -N app show dev dcb0 dscp-prio").split(whereSeparator: \.isWhitespace)
    #expect(Set(map.dropFirst()) == Set((24...31).map { "\($0):3" }), "\(map)")
    #expect(try ids(guest) == [])
    #expect(
      try guest.run("\(Self.rdmactl) roce set rxe0 --profile lossless --yes").output == "already set, nothing to do\n")

    // One link of the chain after the other.
    try guest.check("dcb pfc set dev dcb0 prio-pfc all:off 4:on")
    #expect(try ids(guest) == ["roce.chain_broken"])
    try guest.check("dcb pfc set dev dcb0 prio-pfc all:off 3:on && ethtool -A dcb0 rx on")
    #expect(try ids(guest) == ["roce.pause_and_pfc"])
    try guest.check("ethtool -A dcb0 rx off && dcb app flush dev dcb0")
    #expect(try ids(guest) == ["roce.no_priority"])
    try guest.check("dcb app add dev dcb0 dscp-prio 26:3 24:3 25:3 27:3 28:3 29:3 30:3 31:3")
    #expect(try ids(guest) == [])

    let undone = try guest.run("\(Self.rdmactl) undo --yes")
    #expect(undone.status == 0, "\(undone.output)\(undone.error)")
    #expect(try judge() == before)
    #expect(try guest.run("\(Self.rdmactl) gid default rxe0 -q").output == "rxe0/1 v2 0\n")
  }

  /// What is set is what configfs shows, and what the kernel refuses is said: soft RoCE has no v1.
  @Test func theDefaultsOfRdmaCM() throws {
    let guest = try guest()
    let config = "/sys/kernel/config/rdma_cm/rxe0/ports/1"
    #expect(try guest.run("\(Self.rdmactl) gid default rxe0 --tos 106 --yes").status == 0)
    #expect(
      try guest.check(
        "mkdir -p /sys/kernel/config/rdma_cm/rxe0 && cat \(config)/default_roce_tos \(config)/default_roce_mode")
        == "106\nRoCE v2\n")
    try guest.check("echo 24 >\(config)/default_roce_tos")
    #expect(try guest.run("\(Self.rdmactl) gid default rxe0 -q").output == "rxe0/1 v2 24\n")
    let refused = try guest.run("\(Self.rdmactl) gid default rxe0 --mode v1 --yes")
    #expect(refused.status == 7 && refused.error.contains("rxe0/1 rdma_cm mode"), "\(refused.error)")
    #expect(try guest.check("cat \(config)/default_roce_mode") == "RoCE v2\n")
    let stranger = try guest.run("\(Self.rdmactl) gid default rxe0", as: "nobody")
    #expect(stranger.status == 0, "an existing directory is everybody's to read: \(stranger.error)")
    try guest.check("rmdir /sys/kernel/config/rdma_cm/rxe0")
    #expect(try guest.run("\(Self.rdmactl) gid default rxe0", as: "nobody").status == 8)
  }
}
