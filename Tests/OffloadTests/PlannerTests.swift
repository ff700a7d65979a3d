internal import HostAccess
internal import Offload
internal import Testing
internal import Vocabulary

@Suite("Plan")
struct PlannerTests {
  private func words(_ changes: [KnobChange]) -> [String] {
    changes.map { "\($0.place.interface?.name ?? "machine") \($0.place.knob)=\($0.wanted)" }
  }

  @Test("What TSO needs is added, before it, with the reason")
  func dependencies() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "sg=off", "tx-csum=off")
    let plan = try rig.plan("eth0", "tso=on")
    #expect(
      words(plan.changes) == [
        "eth0 feature tx-checksum-ip-generic=on", "eth0 feature tx-scatter-gather=on",
        "eth0 feature tx-tcp-mangleid-segmentation=on", "eth0 feature tx-tcp-segmentation=on",
        "eth0 feature tx-tcp6-segmentation=on",
      ])
    #expect(plan.changes.map(\.key) == [nil, nil, "tso", "tso", "tso"])
    #expect(plan.changes[0].reason == "tx-tcp-segmentation needs it")
    #expect(words(plan.cascades) == ["eth0 feature tx-generic-segmentation=on"])
    let outcome = try rig.set("eth0", "tso=on")
    #expect(outcome.refused.isEmpty && rig.kernel.value("eth0", .feature, "tx-tcp-segmentation") == "on")
  }

  @Test(
    "What falls with a feature is foreseen, as the kernel then does it",
    arguments: [
      "tx-csum=off", "sg=off", "rx-csum=off", "tso=off", "rx-fcs=on", "lro=off",
    ])
  func cascades(_ word: String) throws {
    for interface in ["eth0", "eth1", "bond0"] {
      let rig = OffloadRig()
      let plan = try rig.plan(interface, word)
      guard plan.refusals.isEmpty else { continue }
      let outcome = try rig.set(interface, word)
      let effects = outcome.sideEffects.map { "\($0.place.interface?.name ?? "") \($0.place.knob)=\($0.after)" }
      #expect(words(plan.cascades) == effects, "\(interface) \(word)")
    }
  }

  struct Refused: Sendable {
    let interface: String?
    let words: [String]
    let category: Refusal.Category
    let reason: String
    init(_ interface: String?, _ words: String, _ category: Refusal.Category, _ reason: String) {
      self.interface = interface
      self.words = words.split(separator: " ").map { String($0).replacing("~", with: " ") }
      self.category = category
      self.reason = reason
    }
  }

  static let refused: [Refused] = [
    Refused("eth0", "tsoo=on", .usage, "unknown setting; did you mean tso?"),
    Refused("eth0", "tso=maybe", .usage, "it is on or off"),
    Refused("eth0", "tso=", .usage, "it is on or off"),
    Refused("eth0", "rx-ring=-1", .usage, "its value is a number of 0 or more"),
    Refused("eth0", "rx-ring=+5", .usage, "its value is a number of 0 or more"),
    Refused("eth0", "rx-ring=99999999999999999999", .usage, "its value is a number of 0 or more"),
    Refused("eth0", "rx-ring=5000", .unsupported, "the device takes 0 to 4096"),
    Refused("eth0", "lro=on", .unsupported, "it is fixed"),
    Refused("eth0", "channels=2", .unsupported, "its driver (e1000e) has no such setting"),
    Refused("eth0", "rss=2", .unsupported, "its driver can set neither an RSS table nor the number of queues"),
    Refused("eth0", "rss-weight=1", .unsupported, "its driver has no RSS table that can be set"),
    Refused("eth0", "ipoib-mode=connected", .unsupported, "only IPoIB interfaces have it"),
    Refused("eth0", "irq-affinity=1", .unsupported, "eth0 has no interrupts of its own"),
    Refused("eth3", "rss-base=9", .unsupported, "the processors beside eth3 are 0-3"),
    Refused("eth3", "rps=40", .unsupported, "this machine has not all of these processors"),
    Refused("eth3", "rps=3-1", .usage, "it is a list of processors like 0-3,8"),
    Refused("eth3", "rps=0-99999999", .usage, "it is a list of processors like 0-3,8"),
    Refused("eth3", "rss-table=0-3", .usage, "it is 128 queues from 0 to 3, or default"),
    Refused("eth3", "rss-table=4*128", .usage, "it is 128 queues from 0 to 3, or default"),
    Refused("eth3", "rss-weight=0~0", .usage, "the weights are all 0, or too large"),
    Refused("eth3", "rss-weight=a", .usage, "it is a weight for each queue, as in 6,2"),
    Refused("eth3", "rss=4 rss-weight=1~1", .usage, "rss cannot be combined with rss-weight"),
    Refused("eth3", "rss=9", .unsupported, "eth3 has 8 receive queues"),
    Refused("eth3", "rss-fields-udp4=xyz", .usage, "it is letters like sdfn, or none"),
    Refused("eth1", "rss-key=6d:5a", .usage, "it is as many bytes as the key has now, like 6d:5a:56"),
    Refused("lo", "rx-ring=64", .unsupported, "the loopback interface has no such setting"),
    Refused(
      "eth0", "tso=on tx-csum=off", .refused,
      "tx-tcp-segmentation needs tx-checksum-ip-generic, which the same call turns off"),
    Refused("eth0", "tso=on tso=off", .usage, "tso=on asks for something else in the same call"),
    Refused("eth0", "tso=on tx-tcp-segmentation=off", .usage, "tso=on asks for something else in the same call"),
    Refused("ib0", "mtu=9000", .refused, "datagram mode takes at most 4092 (the InfiniBand MTU, less 4)"),
    Refused("eth3.100", "mtu=2000", .refused, "eth3.100 is on top of eth3, whose MTU is 1500"),
    Refused(nil, "tcp_timestamps=3", .usage, "its value is a number from 0 to 2"),
    Refused(nil, "tcp_rmem=1~2", .usage, "it is 3 numbers"),
    Refused(nil, "forwarding=1", .usage, "it is a setting of an interface: name one"),
    Refused(nil, "tso=off", .usage, "it is a setting of an interface: name one"),
    Refused(nil, "rps=1", .usage, "it is a setting of an interface: name one"),
    Refused("eth0", "tso\u{1b}=on", .usage, "unknown setting; did you mean tso?"),
  ]

  @Test("What cannot be is refused before anything is written", arguments: refused)
  func refusals(_ case: Refused) throws {
    let rig = OffloadRig()
    let requests = [
      rig.request(`case`.interface, `case`.words + ["txqueuelen=77"].filter { _ in `case`.interface != nil })
    ]
    let plan = try rig.engine.plan(requests)
    let refusal = try #require(plan.refusals.first)
    #expect(refusal.reason.hasPrefix(`case`.reason), "\(plan.refusals.map(\.reason))")
    #expect(refusal.category == `case`.category)
    #expect(!refusal.key.unicodeScalars.contains { $0.value < 0x20 })
    #expect(plan.changes.isEmpty && plan.cascades.isEmpty)
    let outcome = try rig.engine.apply(requests, words: ["set"])
    #expect(outcome.refused == plan.refusals && !outcome.changed && outcome.journalID == nil)
    #expect(rig.kernel.writes.isEmpty && rig.journals.isEmpty)
  }

  @Test("LRO where something stands against it")
  func lro() throws {
    func reason(_ interface: String, _ change: (inout MemoryKernel.Device) -> Void, machine: [String] = []) throws
      -> String?
    {
      let rig = OffloadRig()
      try rig.set(interface, "lro=off")
      change(&rig.kernel.devices[rig.kernel[interface]])
      if !machine.isEmpty { _ = try rig.engine.apply([rig.request(nil, machine)], words: []) }
      return try rig.plan(interface, "lro=on").refusals.first?.reason
    }
    #expect(try reason("eth1", { _ in }) == nil)
    #expect(try reason("eth1", { $0.state.hasXDP = true }) == "an XDP program is attached to eth1")
    #expect(
      try reason("eth1", { ($0.state.master, $0.state.masterKind) = ("br0", "bridge") })
        == "eth1 is a port of the bridge br0")
    #expect(
      try reason("eth1", { _ in }, machine: ["ip_forward=1"]) == "eth1 forwards packets, and LRO would spoil them")
    let rig = OffloadRig()
    try rig.set("bond0", "lro=off")
    #expect(
      try rig.plan("eth4", "lro=on").refusals.map(\.reason)
        == ["its bond bond0 has it off, and takes it from its members"])
    // RX checksum off is no obstacle: it is turned on with it.
    try rig.set("eth1", "rx-csum=off", "lro=off")
    #expect(
      words(try rig.plan("eth1", "lro=on").changes) == ["eth1 feature rx-checksum=on", "eth1 feature rx-lro=on"])
  }

  @Test(
    "What goes with a small MTU, and does not come back, is told",
    arguments: [("mtu=1280", 0), ("mtu=1279", 1), ("mtu=68", 1), ("mtu=67", 2)])
  func smallMTU(_ word: String, _ count: Int) throws {
    let rig = OffloadRig()
    rig.kernel.devices[rig.kernel["veth0"]].state.knobs[Knob(.link, "mtu")]?.range = nil
    let told = try rig.plan("veth0", word).remarks.filter { $0.contains("undo does not bring them back") }
    #expect(told.count == count && told.allSatisfy { $0.contains("off veth0") }, "\(told)")
    // What has gone with an earlier change is not told again.
    rig.kernel.put(rig.kernel["veth0"], .link, "mtu", 60)
    #expect(try !rig.plan("veth0", word).remarks.contains { $0.contains("bring them back") })
  }

  @Test("IPoIB: connected mode takes checksums and TSO, and brings its MTU")
  func ipoib() throws {
    let rig = OffloadRig()
    let plan = try rig.plan("ib0", "ipoib-mode=connected")
    #expect(words(plan.changes) == ["ib0 link ipoib-mode=connected"])
    #expect(
      Set(words(plan.cascades)) == [
        "ib0 feature tx-checksum-ipv4=off", "ib0 feature tx-tcp-segmentation=off", "ib0 link mtu=65520",
      ])
    let outcome = try rig.set("ib0", "ipoib-mode=connected", "mtu=4096")
    #expect(outcome.applied.map(\.got) == ["connected", "4096"])
    #expect(try rig.plan("ib0", "tso=on").refusals.first?.reason == "connected mode has none")
    #expect(try rig.plan("ib0", "tso=on", "ipoib-mode=datagram").refusals.isEmpty)
  }

  @Test("MTU: it is handed down and cut")
  func mtu() throws {
    let rig = OffloadRig()
    #expect(words(try rig.plan("eth3", "mtu=1400").cascades) == ["eth3.100 link mtu=1400"])
    #expect(words(try rig.plan("bond0", "mtu=9000").cascades) == ["eth4 link mtu=9000", "eth5 link mtu=9000"])
    let both = try rig.engine.apply(
      [rig.request("eth3.100", ["mtu=8000"]), rig.request("eth3", ["mtu=9000"])], words: ["set"])
    #expect(both.applied.map(\.place.interface?.name) == ["eth3", "eth3.100"])
  }

  @Test("A bond and its members")
  func members() throws {
    let rig = OffloadRig()
    let alone = try rig.plan("bond0", "tso=off")
    #expect(alone.remarks.contains { $0.contains("does not reach its members (eth4, eth5)") })
    #expect(try rig.plan("eth4", "tso=off").remarks.contains { $0.contains("the other members stay as they are") })
    let all = try rig.plan("bond0", "tso=off", "mtu=9000", members: true)
    #expect(Set(all.changes.compactMap(\.place.interface?.name)) == ["bond0", "eth4", "eth5"])
    #expect(all.changes.filter { $0.place.knob.name == "mtu" }.count == 1)
    #expect(!all.remarks.contains { $0.contains("does not reach") })
  }

  @Test("RSS: the table, the channels, or both")
  func rss() throws {
    let rig = OffloadRig()
    #expect(words(try rig.plan("eth3", "rss=2").changes) == ["eth3 rss table=0-1*64"])
    #expect(
      words(try rig.plan("eth3", "rss=6").changes) == [
        "eth3 channels combined=6", "eth3 rss table=0-5*21 0-1",
      ])
    #expect(words(try rig.plan("eth2", "rss=2").changes) == ["eth2 channels combined=2"])
    #expect(words(try rig.plan("eth1", "rss-weight=3,1").changes) == ["eth1 rss table=0*24 1*8"])
    #expect(try rig.plan("eth3", "rss=4").changes.isEmpty)
    #expect(try rig.plan("eth3", "rss=4").already.map(\.key) == ["rss"])
    // A table set by hand names queues that would go.
    try rig.set("eth3", "rss-table=3*128")
    let fewer = try rig.plan("eth3", "channels=2")
    #expect(words(fewer.changes) == ["eth3 rss table=0-1*64", "eth3 channels combined=2"])
    #expect(try rig.set("eth3", "channels=2").refused.isEmpty)
  }

  @Test("Interrupts and queues of all kinds")
  func processors() throws {
    let rig = OffloadRig()
    #expect(try rig.plan("eth3", "rss-base=2").changes.map(\.wanted) == ["2", "3", "0", "1", "2"])
    #expect(try rig.plan("eth3", "irq-affinity=1-2").changes.map(\.wanted) == ["1", "2", "1", "2", "1"])
    #expect(try rig.plan("eth3", "rps=0,2").changes.map(\.wanted) == ["5", "5", "5", "5"])
    #expect(try rig.plan("eth3", "rps=0,2", "channels=2").changes.map(\.wanted) == ["2", "5", "5"])
  }
}
