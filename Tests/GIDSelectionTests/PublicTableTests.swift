import GIDSelection
import PortStatus
import Testing
import Vocabulary

/// A GID table as somebody printed it in public, and the index to use.
struct PublicTable: Sendable, CustomTestStringConvertible {
  /// Where it was printed.
  let source: String
  /// `index address version interface`, one a line.
  let rows: String
  let best: Int?
  /// Interfaces of this network name space; `nil`: all that the table names.
  var here: Set<String>?
  /// The port's own interfaces; `nil`: all but those with a point in their name.
  var own: Set<String>?
  /// What must be said of another row.
  var whyNot: (index: Int, words: String)?

  var testDescription: String { source }

  var entries: [GIDEntry] {
    rows.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      let bytes = IPAddress(words[1])?.bytes ?? []
      let text = stride(from: 0, to: bytes.count, by: 2).map {
        (UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])).hexadecimal(digits: 4)
      }.joined(separator: ":")
      let type: GIDType? = words[2] == "v1" ? .roceV1 : words[2] == "v2" ? .roceV2 : nil
      let gid = GID(index: Int(words[0]) ?? -1, text: text, type: type, netdev: words[3])
      return GIDEntry(
        adapter: "mlx5_0", port: 1, gid: gid, isHere: here?.contains(words[3]) ?? true,
        isOwnInterface: own?.contains(words[3]) ?? !words[3].contains("."))
    }
  }

  static let all: [PublicTable] = [
    PublicTable(
      source: "NVIDIA/nccl-tests#192",
      rows: """
        0 fe80::a288:c2ff:fe5b:3ec v1 ens3np0
        1 fe80::a288:c2ff:fe5b:3ec v2 ens3np0
        2 11.0.0.72 v1 ens3np0
        3 11.0.0.72 v2 ens3np0
        """, best: 3, whyNot: (1, "link-local: no router forwards it")),
    PublicTable(
      source: "NVIDIA/nccl#769",
      rows: """
        0 fe80::ac0:ebff:feda:1cfb v1 bond0
        1 fe80::ac0:ebff:feda:1cfb v2 bond0
        2 200.0.209.6 v1 bond0
        3 200.0.209.6 v2 bond0
        """, best: 3, whyNot: (2, "RoCE v1: no router forwards it")),
    // A pod with a macvlan: the table holds the entries of the host's interface too.
    PublicTable(
      source: "NVIDIA/nccl#1573",
      rows: """
        0 fe80::a288:c2ff:fe5b:1994 v1 ens1np0
        1 fe80::a288:c2ff:fe5b:1994 v2 ens1np0
        2 10.152.0.1 v1 ens1np0
        3 10.152.0.1 v2 ens1np0
        4 fe80::a4ed:ccff:fe8b:1994 v1 net1
        5 fe80::a4ed:ccff:fe8b:1994 v2 net1
        6 10.152.0.12 v1 net1
        7 10.152.0.12 v2 net1
        """, best: 7, here: ["net1"], own: ["ens1np0"], whyNot: (3, "ens1np0 is in another network name space")),
    PublicTable(
      source: "kvcache-ai/Mooncake#1617, Pensando: IPv6 only, v2 only",
      rows: """
        0 fe80::690:81ff:fe39:e3e8 v2 enp105s0
        1 fd93:16d3:59b6:10d:690:81ff:fe39:e3e8 v2 enp105s0
        """, best: 1),
    PublicTable(
      source: "openucx/ucx#9484, one address on a bond and on a VXLAN interface",
      rows: """
        0 fe80::ac0:ebff:fe79:391a v1 bond1
        1 fe80::ac0:ebff:fe79:391a v2 bond1
        2 30.153.10.175 v1 b3.vxlan.30100
        3 30.153.10.175 v2 b3.vxlan.30100
        4 30.153.10.175 v1 bond1
        5 30.153.10.175 v2 bond1
        """, best: 5, whyNot: (3, "on b3.vxlan.30100, which is on top of the port's own interface")),
    PublicTable(
      source: "k8snetworkplumbingwg/multus-cni#1100, first pod",
      rows: """
        4 172.20.1.1 v1 net1
        5 172.20.1.1 v2 net1
        """, best: 5, own: []),
    PublicTable(
      source: "k8snetworkplumbingwg/multus-cni#1100, second pod",
      rows: """
        6 172.20.1.2 v1 net1
        7 172.20.1.2 v2 net1
        """, best: 7, own: []),
    PublicTable(
      source: "IBM/SpectrumScale_NETWORK_READINESS#4, two link-local addresses",
      rows: """
        0 fe80::e42:a1ff:fe5d:4db8 v1 ens1f0
        1 fe80::e42:a1ff:fe5d:4db8 v2 ens1f0
        2 fe80::1186:a6b1:3f0b:c441 v1 ens1f0
        3 fe80::1186:a6b1:3f0b:c441 v2 ens1f0
        4 172.19.0.60 v1 ens1f0
        5 172.19.0.60 v2 ens1f0
        """, best: 5),
    PublicTable(
      source: "openucx/ucx#7785, mu01",
      rows: """
        0 fe80::ee0d:9aff:fe01:3671 v1 ens1
        1 fe80::ee0d:9aff:fe01:3671 v2 ens1
        2 12.12.12.100 v1 ens1
        3 12.12.12.100 v2 ens1
        """, best: 3),
    // ConnectX-3: RoCE v1 only.
    PublicTable(
      source: "openucx/ucx#7785, cu01",
      rows: """
        0 fe80::ee0d:9aff:fe01:3431 v1 ens1
        1 12.12.12.1 v1 ens1
        """, best: 1),
    PublicTable(
      source: "openucx/ucx#10420",
      rows: """
        0 fe80::a288:c2ff:feb4:87d6 v1 bond0
        1 fe80::a288:c2ff:feb4:87d6 v2 bond0
        2 10.16.29.13 v1 bond0
        3 10.16.29.13 v2 bond0
        """, best: 3),
    PublicTable(
      source: "tensorflow/tensorflow#22077, ConnectX-3 with a VLAN",
      rows: """
        0 fe80::202:c9ff:feb3:8421 v1 eth2
        1 12.12.12.12 v1 eth2
        2 10.10.10.2 v1 eth2.10
        """, best: 1, whyNot: (2, "on eth2.10, which is on top of the port's own interface")),
    PublicTable(
      source: "tensorflow/tensorflow#22077, ConnectX-5",
      rows: """
        0 fe80::268a:7ff:fe8f:9bbc v1 eth4
        1 fe80::268a:7ff:fe8f:9bbc v2 eth4
        2 12.12.11.12 v1 eth4
        3 12.12.11.12 v2 eth4
        """, best: 3),
    PublicTable(
      source: "Mellanox/k8s-rdma-shared-dev-plugin#164, a pod among pods",
      rows: """
        12 192.168.6.5 v1 net1
        13 192.168.6.5 v2 net1
        14 192.168.6.6 v1 eth1
        15 192.168.6.6 v2 eth1
        """, best: 15, here: ["eth1"], own: []),
    PublicTable(
      source: "Mellanox/k8s-rdma-sriov-dev-plugin#30, nothing is of this name space",
      rows: """
        0 fe80::9a03:9bff:fe3b:346 v1 ens3f0
        1 fe80::9a03:9bff:fe3b:346 v2 ens3f0
        2 192.0.2.10 v1 ens3f0
        3 192.0.2.10 v2 ens3f0
        """, best: nil, here: ["eth0"], whyNot: (3, "ens3f0 is in another network name space")),
    PublicTable(
      source: "uccl-project/uccl#803, Broadcom without IPv4",
      rows: """
        0 fe80::7ec2:55ff:feba:ff88 v1 enp193s0f0np0
        1 fe80::7ec2:55ff:feba:ff88 v2 enp193s0f0np0
        2 fd93:16d3:59b6:1::8 v1 enp193s0f0np0
        3 fd93:16d3:59b6:1::8 v2 enp193s0f0np0
        """, best: 3),
    PublicTable(
      source: "MiaAI-Lab/GLM-5.3-Flash-EXL3-2x-DGX-Sparks#26, the index moved",
      rows: """
        0 fe80::4ebb:47ff:fe2b:bc60 v1 enp1s0f1np1
        1 fe80::4ebb:47ff:fe2b:bc60 v2 enp1s0f1np1
        2 169.254.17.4 v2 enp1s0f1np1
        4 192.168.100.1 v2 enp1s0f1np1
        """, best: 4, whyNot: (2, "link-local: no router forwards it")),
  ]
}

@Suite struct PublicTableTests {
  @Test(arguments: PublicTable.all) func theIndexThatWorks(_ table: PublicTable) throws {
    let choice = GIDChoice(table.entries)
    #expect(choice.best?.gid.index == table.best)
    #expect(choice.candidates.count == table.entries.count)
    // Whoever is not the best is told why.
    #expect(choice.candidates.filter { $0.whyNot == nil }.map(\.entry) == [choice.best].compactMap { $0 })
    if let (index, words) = table.whyNot {
      let reason = try #require(choice.candidates.first { $0.entry.gid.index == index }?.whyNot)
      #expect(reason == words)
    }
  }

  @Test func onlyLinkLocalIsTold() {
    let entries = Array(PublicTable.all[0].entries.prefix(2))
    #expect(GIDChoice(entries).isLinkLocalOnly && GIDChoice(entries).best?.gid.index == 1)
    #expect(!GIDChoice(PublicTable.all[0].entries).isLinkLocalOnly)
  }

  @Test func aTypeThatIsAskedForIsKept() {
    let entries = PublicTable.all[0].entries
    #expect(GIDChoice(entries, type: .roceV1).best?.gid.index == 2)
    #expect(GIDChoice(PublicTable.all[9].entries, type: .roceV2).best == nil)
  }

  /// The kernel's route decides: the interface, then the address that it sends from.
  @Test func thePeerDecides() throws {
    var entries = [
      ("10.0.0.1", "ens1", 2), ("10.0.0.9", "ens1", 2), ("10.7.0.1", "ens2", 3), ("2001:db8::1", "ens1", 2),
      ("fe80::1", "ens1", 2),
    ].enumerated().map { index, row in
      let bytes = IPAddress(row.0)?.bytes ?? []
      let text = stride(from: 0, to: 16, by: 2).map {
        (UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])).hexadecimal(digits: 4)
      }.joined(separator: ":")
      return GIDEntry(
        adapter: "mlx5_0", port: 1, gid: GID(index: index, text: text, type: .roceV2, netdev: row.1),
        interfaceIndex: row.2)
    }
    let peer = try #require(IPAddress("10.0.0.200"))
    let choice = GIDChoice(entries, peer: peer, route: PeerRoute(interfaceIndex: 2, source: IPAddress("10.0.0.9")))
    #expect(choice.best?.gid.index == 1)
    let reasons = Dictionary(uniqueKeysWithValues: choice.candidates.map { ($0.entry.gid.index, $0.whyNot) })
    #expect(reasons[0] == "the kernel sends to 10.0.0.200 from 10.0.0.9")
    #expect(reasons[2] == "the route to 10.0.0.200 does not leave by ens2")
    #expect(reasons[3] == "IPv6, and 10.0.0.200 is IPv4")
    #expect(reasons[4] == "link-local: it does not reach 10.0.0.200")
    // A peer on the link is reached by an address of the link.
    #expect(GIDChoice(entries, peer: IPAddress("fe80::2")).best?.gid.index == 4)
    entries[1].isUp = false
    #expect(
      GIDChoice(entries, peer: peer, route: PeerRoute(interfaceIndex: 2, source: nil)).best?.gid.index == 0)
    entries = entries.map { entry in
      var entry = entry
      entry.portIsActive = false
      return entry
    }
    #expect(GIDChoice(entries, peer: peer).best == nil)
  }

  @Test func aMemberOfABondIsNotTheBond() {
    func entry(_ index: Int, _ netdev: String, master: String?) -> GIDEntry {
      GIDEntry(
        adapter: "mlx5_0", port: 1,
        gid: GID(
          index: index, text: "0000:0000:0000:0000:0000:ffff:0a00:0001", type: .roceV2, netdev: netdev), master: master)
    }
    let choice = GIDChoice([entry(0, "ens1", master: "bond0"), entry(1, "bond0", master: nil)])
    #expect(choice.best?.gid.index == 1)
    #expect(choice.candidates.last?.whyNot == "ens1 is a member of bond0, which has GIDs of its own")
    // Without entries of the bond its member is all there is.
    #expect(GIDChoice([entry(0, "ens1", master: "bond0")]).best != nil)
  }
}

@Suite struct AssignmentTests {
  private func entry(_ adapter: String, _ index: Int) -> GIDEntry {
    GIDEntry(adapter: adapter, port: 1, gid: GID(index: index, text: "", type: .roceV2, netdev: nil))
  }

  @Test(arguments: [
    (GIDConsumer.nccl, ["NCCL_IB_HCA==mlx5_0:1", "NCCL_IB_GID_INDEX=3"]),
    (.ucx, ["UCX_NET_DEVICES=mlx5_0:1", "UCX_IB_GID_INDEX=3"]),
    (.libfabric, ["FI_VERBS_DEVICE_NAME=mlx5_0", "FI_VERBS_GID_IDX=3"]), (.perftest, ["-d mlx5_0 -i 1 -x 3"]),
    (.mpi, ["-x UCX_NET_DEVICES=mlx5_0:1 -x UCX_IB_GID_INDEX=3"]),
  ])
  func toPaste(_ consumer: GIDConsumer, _ expected: [String]) {
    #expect(consumer.assignments(for: [entry("mlx5_0", 3)]) == expected)
  }

  /// NCCL has one index for all adapters: where theirs differ it must choose itself.
  @Test func ncclChoosesWhereIndexesDiffer() {
    #expect(
      GIDConsumer.nccl.assignments(for: [entry("mlx5_0", 3), entry("mlx5_1", 4)]) == ["NCCL_IB_HCA==mlx5_0:1,mlx5_1:1"])
  }
}
