import HostAccess
import TestSupport
import Testing

@testable import Offload

/// A card with 32 queues on a node with four cores of two threads, 100 Gb/s.
func tunedInterface(_ name: String = "eth0") -> InterfaceState {
  var interface = InterfaceState(identity: InterfaceIdentity(name: name, index: 2))
  interface.driver = "mlx5_core"
  interface.isUp = true
  interface.numaNode = 1
  interface.localCPUs = "8-15"
  interface.speed = 100_000
  interface.interrupts = [Interrupt(number: 60, name: "mlx5_comp0"), Interrupt(number: 61, name: "mlx5_comp1")]
  interface.knobs = [
    Knob(.ring, "rx"): KnobState("1024", range: 0...8192), Knob(.ring, "tx"): KnobState("8192", range: 0...8192),
    Knob(.channels, "combined"): KnobState("32", range: 1...32),
    Knob(.feature, "rx-hashing"): KnobState("on", active: "on"),
    Knob(.feature, "tx-scatter-gather"): KnobState("on", active: "on"),
    Knob(.feature, "tx-tcp-segmentation"): KnobState("off", active: "off"),
    Knob(.feature, "tx-tcp6-segmentation"): KnobState("off", active: "off"),
    Knob(.feature, "tx-tcp-ecn-segmentation"): KnobState("off", active: "off", isFixed: true),
    Knob(.feature, "rx-checksum"): KnobState("on", active: "on", isFixed: true),
    Knob(.feature, "rx-gro"): KnobState("off", active: "off", isFixed: true, reason: "XDP forbids it"),
    Knob(.coalesce, "adaptive-rx"): KnobState("on"), Knob(.coalesce, "rx-usecs"): KnobState("8"),
    Knob(.interrupt, "60"): KnobState("0-15"), Knob(.interrupt, "61"): KnobState("3"),
  ]
  return interface
}

func tunedState(_ interfaces: [InterfaceState] = [tunedInterface()]) -> OffloadState {
  OffloadState(
    interfaces: interfaces,
    machine: [
      Knob(.sysctl, "net.ipv4.tcp_rmem"): KnobState("4096 131072 6291456"),
      Knob(.sysctl, "net.core.rmem_max"): KnobState("212992"),
      Knob(.sysctl, "net.ipv4.tcp_window_scaling"): KnobState("1"),
      Knob(.sysctl, "net.ipv4.tcp_timestamps"): KnobState("1"), Knob(.sysctl, "net.ipv4.tcp_sack"): KnobState("1"),
    ])
}

private let machine = TuningMachine(
  onlineProcessors: "0-15", coreOf: Dictionary((0..<16).map { ($0, $0 / 2 * 2) }) { first, _ in first },
  memory: 64 << 30)

private func planned(
  _ profile: TuningProfile, _ state: OffloadState = tunedState(), _ machine: TuningMachine = machine
) -> TuningPlan { TuningPlanner(profile, state: state, machine: machine).plan() }

private func item(_ plan: TuningPlan, _ key: String, source: String? = nil) throws -> TuningPlan.Item {
  try #require(plan.items.first { $0.rule.key == key && (source == nil || $0.rule.source == source) }, "\(key)")
}

@Suite("Profiles") struct ProfileTests {
  @Test("have rules of keys that exist, each value once", arguments: TuningProfile.all)
  func keys(_ profile: TuningProfile) throws {
    for rule in profile.rules where rule.value != .reported {
      let key = try #require(KeyCatalogue.key(named: rule.key), "\(rule.key)")
      #expect(rule.isOfMachine == (key.knobs.first?.kind == .sysctl), "\(rule.key)")
      if case .fixed(let value) = rule.value, case .number(let range) = key.value {
        #expect(Int(value).map(range.contains) == true, "\(rule.key)=\(value)")
      }
    }
    let set = profile.rules.filter { $0.value != .reported }.map(\.key)
    #expect(Set(set).count == set.count && profile.rules.allSatisfy { !$0.reason.isEmpty })
  }

  /// Every line of section 6.2.1 of the document, by the name of what it sets.
  @Test(
    "have everything of the document, with its line",
    arguments: [
      ("readme-2003", "TcpWindowSize"), ("readme-2003", "Tcp1323Opts"), ("readme-2003", "SackOpts"),
      ("readme-2003", "EnableRss"), ("readme-2003", "RssBaseCpu"), ("readme-2003", "MaxNumRssCpus"),
      ("readme-2003", "FastSendDatagramThreshold"), ("readme-2003", "Windows Firewall/Internet Connection Sharing"),
      ("readme-2008", "SackOpts"), ("readme-2008", "FastSendDatagramThreshold"), ("readme-2008", "RssBaseCpu"),
      ("readme-2008", "MaxNumRssCpus"), ("readme-2008", "rss = enabled"), ("readme-2008", "timestamps=disabled"),
      ("readme-2008", "Base Filtering Engine (BFE)"), ("readme-2008", "Windows Firewall (MpsSvc)"),
      ("readme-2008", "send completion method"),
    ])
  func document(_ profile: String, _ words: String) throws {
    let rules = try #require(TuningProfile.named(profile)).rules
    #expect(rules.contains { $0.source?.contains(words) == true })
    #expect(rules.allSatisfy { $0.source != nil })
  }

  @Test("of the document leave SACK alone and stop nothing", arguments: ["readme-2003", "readme-2008"])
  func notCopied(_ name: String) throws {
    let plan = planned(try #require(TuningProfile.named(name)))
    #expect(try item(plan, "SackOpts").verdict == .reported)
    #expect(!plan.requests.contains { $0.assignments.contains { $0.key == "tcp_sack" } })
    let firewalls = plan.items.filter { $0.rule.key.contains("Firewall") }
    #expect(!firewalls.isEmpty && firewalls.allSatisfy { $0.verdict == .reported })
  }

  @Test("are found by their names only") func names() {
    #expect(TuningProfile.all.map(\.name) == ["readme-2003", "readme-2008", "throughput", "latency", "balanced"])
    #expect(TuningProfile.named("") == nil && TuningProfile.named("Throughput") == nil)
  }
}

@Suite("A profile on a machine") struct TuningPlanTests {
  @Test("asks for what differs, in the profile's order") func requests() {
    #expect(
      planned(.readme2003).requests == [
        SettingRequest(
          nil, [Assignment(key: "rmem_max", value: "524288"), Assignment(key: "tcp_timestamps", value: "0")]),
        SettingRequest("eth0", [Assignment(key: "rss-base", value: "1"), Assignment(key: "rss", value: "2")]),
      ])
  }

  @Test("keeps everything that is possible, changed or not") func values() {
    let keys = planned(.readme2008).values.flatMap(\.assignments).map(\.key)
    #expect(keys == ["tcp_timestamps", "rss-base", "rss", "rx-hash"])
  }

  @Test("never makes a buffer smaller") func buffers() throws {
    let rmem = try item(planned(.readme2003), "tcp_rmem")
    #expect(rmem.verdict == .already && rmem.wanted == "4096 131072 6291456")
    let more = try item(planned(.throughput), "tcp_rmem")
    #expect(more.verdict == .change && more.wanted == "4096 131072 268435456")
    #expect(more.basis == "100000 Mb/s for 20 ms, bounded by the memory")
  }

  @Test(
    "works windows out from rate, time and memory",
    arguments: [
      (1_000, 20, 64 << 30, 8 << 20, false), (10_000, 20, 64 << 30, 64 << 20, false),
      (10_000, 5, 64 << 30, 16 << 20, false), (10_000, 20, 1 << 30, 16 << 20, true),
      (400_000, 20, 256 << 30, 256 << 20, true), (1, 1, nil, 1 << 16, false), (Int.max, 20, nil, 256 << 20, true),
      (1_000_000, 20, 0, 1 << 20, true),
    ] as [(Int, Int, Int?, Int, Bool)])
  func windows(_ speed: Int, _ milliseconds: Int, _ memory: Int?, _ bytes: Int, _ bounded: Bool) {
    let window = TuningPlanner.window(speed: speed, milliseconds: milliseconds, memory: memory)
    #expect(window.bytes == bytes && window.isBounded == bounded)
  }

  @Test("takes a queue for each core beside the device") func cores() throws {
    let channels = try item(planned(.throughput), "channels")
    #expect(channels.wanted == "4" && channels.present == "32")
    #expect(channels.basis == "4 cores beside the device (NUMA node 1)")
    let irqs = try item(planned(.throughput), "irq-affinity")
    #expect(irqs.wanted == "8-15" && irqs.present == "0-15; 3" && irqs.verdict == .change)
  }

  @Test("is bounded by the device") func bounds() throws {
    var interface = tunedInterface()
    interface.knobs[Knob(.channels, "combined")] = KnobState("1", range: 1...2)
    interface.knobs[Knob(.ring, "rx")] = KnobState("256", range: 0...256)
    let plan = planned(.throughput, tunedState([interface]))
    #expect(try item(plan, "channels").wanted == "2")
    #expect(try item(plan, "channels").basis?.contains("of which the device has queues for 2") == true)
    #expect(try item(plan, "rx-ring").verdict == .already)
  }

  @Test("says what is not possible, and why") func impossible() throws {
    let plan = planned(.throughput)
    #expect(try item(plan, "gro").verdict == .impossible("XDP forbids it"))
    #expect(try item(plan, "adaptive-tx").verdict == .impossible("this driver has no such setting"))
    #expect(try item(plan, "wmem_max").verdict == .impossible("this kernel has no such setting"))
    #expect(try item(plan, "tso").verdict == .change)
    #expect(try item(plan, "rx-csum").verdict == .already, "fixed as it should be")
    #expect(try item(plan, "mtu").verdict == .reported)
  }

  @Test("does not guess") func unknown() throws {
    var interface = InterfaceState(identity: InterfaceIdentity(name: "veth0", index: 3))
    interface.driver = "veth"
    interface.isUp = true
    let plan = planned(.throughput, tunedState([interface]), TuningMachine())
    #expect(try item(plan, "tcp_rmem").verdict == .impossible("no interface reports its rate"))
    #expect(try item(plan, "irq-affinity").verdict == .impossible("it has no interrupts of its own"))
    #expect(plan.requests.allSatisfy { $0.interface == nil })
    interface.isUp = false
    let down = try item(planned(.throughput, tunedState([interface]), TuningMachine()), "irq-affinity")
    #expect(down.verdict == .impossible("it has no interrupts while it is down (ip link set veth0 up)"))
    interface.knobs[Knob(.channels, "combined")] = KnobState("1", range: 1...8)
    let without = planned(.throughput, tunedState([interface]), TuningMachine())
    #expect(
      try item(without, "channels").verdict == .impossible("the kernel does not report the processors of the device"))
  }

  @Test("tells the price of filters, and what works against it") func remarks() {
    let busy = TuningMachine(
      onlineProcessors: "0-15", trackedConnections: 12, maximumConnections: 262_144, packetFilters: ["nf_tables"],
      balancesInterrupts: true)
    let remarks = planned(.readme2008, tunedState(), busy).remarks
    #expect(remarks.count == 3)
    #expect(remarks.contains { $0.contains("irqbalance") } && remarks.contains { $0.contains("12 of 262144") })
    #expect(planned(.readme2008).remarks.isEmpty)
  }

  @Test("with values from strangers ends in an item, never in a trap") func strange() throws {
    var interface = tunedInterface()
    interface.localCPUs = "99999999999999999999-3,x"
    interface.speed = Int.max
    interface.knobs[Knob(.channels, "combined")] = KnobState("x", range: 0...Int.max)
    interface.knobs[Knob(.ring, "rx")] = KnobState("", range: 0...0)
    var state = tunedState([interface])
    state.machine[Knob(.sysctl, "net.ipv4.tcp_rmem")] = KnobState("a b c d")
    for profile in TuningProfile.all {
      #expect(!planned(profile, state).items.isEmpty)
    }
    #expect(
      try item(planned(.throughput, state), "tcp_rmem").verdict == .impossible("the kernel has another form of it"))
    #expect(try item(planned(.throughput, state), "channels").wanted == "8", "all of the machine")
  }
}

@Suite("What of the machine bears on a profile") struct TuningMachineTests {
  @Test("is read from its files") func files() {
    let files = FakeFiles([
      "/sys/devices/system/cpu/online": .text("0-3"),
      "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list": .text("0,2"),
      "/sys/devices/system/cpu/cpu1/topology/thread_siblings_list": .text("1,3"),
      "/sys/devices/system/cpu/cpu2/topology/thread_siblings_list": .text("0,2"),
      "/sys/devices/system/cpu/cpu3/topology/thread_siblings_list": .text("nonsense"),
      "/proc/meminfo": .bytes(Array("MemTotal:       16316412 kB\nMemFree: 1 kB\n".utf8)),
      "/proc/sys/net/netfilter/nf_conntrack_count": .text("7"),
      "/proc/sys/net/netfilter/nf_conntrack_max": .text("262144"),
      "/sys/module/nf_tables/refcnt": .text("12"), "/proc/1/comm": .text("systemd"),
      "/proc/812/comm": .text("irqbalance"), "/proc/self/comm": .text("irqbalance"),
    ])
    #expect(
      TuningMachine(files)
        == TuningMachine(
          onlineProcessors: "0-3", coreOf: [0: 0, 1: 1, 2: 0], memory: 16_316_412 * 1024, trackedConnections: 7,
          maximumConnections: 262_144, packetFilters: ["nf_tables"], balancesInterrupts: true))
    #expect(TuningMachine(FakeFiles()) == TuningMachine())
  }
}
