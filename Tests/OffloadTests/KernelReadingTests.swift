internal import Foundation
internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable import Offload

/// What a kernel's answers come to. The recording: e1000e, vmxnet3, virtio with 4 queues and with RSS, netdevsim, a VLAN and
/// a pair of veth (Linux 6.1).
struct KernelReadingTests {
  private func read(
    _ network: any NetworkAccess, _ files: any FileReading = FakeFiles(), _ names: Set<String>? = nil
  ) throws -> OffloadState {
    var reading = KernelReading(network: network, files: files)
    return try reading.run(names)
  }

  private func interface(_ name: String, _ state: OffloadState) throws -> InterfaceState {
    try #require(state.interfaces.first { $0.name == name })
  }

  private func values(_ kind: Knob.Kind, _ interface: InterfaceState) -> [String: String] {
    Dictionary(interface.knobs.filter { $0.key.kind == kind }.map { ($0.key.name, $0.value.value) }) { first, _ in first
    }
  }

  @Test func everyKindOfSetting() throws {
    let state = try read(RecordedKernel("cards"))
    #expect(
      state.interfaces.map(\.name) == ["lo", "eth0", "eth1", "eth2", "eth3", "eth4", "eth0.5", "v1", "v0"])
    #expect(state.notes.isEmpty)
    let e1000e = try interface("eth0", state)
    #expect(values(.ring, e1000e) == ["rx": "256", "tx": "256", "tx-push": "off"])
    #expect(e1000e.knobs[Knob(.ring, "rx")]?.range == 0...4096)
    #expect(values(.coalesce, e1000e) == ["rx-usecs": "3"])
    #expect(values(.pause, e1000e) == ["autoneg": "on", "rx": "on", "tx": "on"])
    #expect(e1000e.knobs[Knob(.link, "mtu")] == KnobState("1500", range: 68...9212))
    #expect(e1000e.identity.permanentMAC == MACAddress("52:54:00:00:00:10"))
    #expect(e1000e.speed == 1000)
    #expect(e1000e.unsupported == [.channels])
    #expect(e1000e.uppers == [StackedInterface(name: "eth0.5", kind: "vlan", tag: 5)])
    #expect(e1000e.knobs[Knob(.rss, "fields-tcp4")]?.value == "sdfn")
    #expect(e1000e.knobs[Knob(.rss, "table")] == nil)
    #expect(try interface("eth0.5", state).lower == "eth0")
    // The two ends of a veth do not stand on each other.
    #expect(try interface("v0", state).lower == nil)
    #expect(values(.channels, try interface("v0", state)) == ["rx": "1", "tx": "1"])
    let vmxnet3 = try interface("eth1", state)
    #expect(values(.rss, vmxnet3) == ["table": "0*96 1*32", "function": "toeplitz"])
    #expect(vmxnet3.knobs[Knob(.rss, "table")]?.range == 0...3)
    #expect(values(.channels, vmxnet3) == ["combined": "4", "other": "1"])
    let key = try interface("eth3", state).knobs[Knob(.rss, "key")]?.value
    #expect(key?.split(separator: ":").count == 40)
    #expect(values(.coalesce, try interface("eth4", state)).count == 24)
    #expect(try interface("lo", state).isLoopback)
  }

  /// sg is off on vmxnet3: what needs it stays wanted.
  @Test func featuresAndWhyNot() throws {
    let vmxnet3 = try interface("eth1", read(RecordedKernel("cards")))
    func feature(_ name: String) -> KnobState? { vmxnet3.knobs[Knob(.feature, name)] }
    #expect(feature("tx-scatter-gather") == KnobState("off", active: "off"))
    #expect(
      feature("tx-tcp-segmentation") == KnobState("on", active: "off", reason: "it needs tx-scatter-gather"))
    #expect(feature("rx-lro") == KnobState("on", active: "on"))
    #expect(
      feature("loopback")
        == KnobState("off", active: "off", isFixed: true, reason: "the driver does not have it"))
    #expect(feature("rx-vlan-filter")?.reason == "the driver has it always on")
    #expect(feature("tx-lockless")?.reason == "what the device is, not a switch")
  }

  /// Why LRO is off although it is wanted: what the interface is part of.
  @Test func whyLROIsOff() {
    let lro = Knob(.feature, "rx-lro")
    func reason(_ change: (inout InterfaceState) -> Void) -> String? {
      var interface = InterfaceState(identity: InterfaceIdentity(name: "eth0", index: 2))
      interface.knobs = [
        lro: KnobState("on", active: "off"), Knob(.feature, "rx-checksum"): KnobState("on", active: "on"),
      ]
      change(&interface)
      var all = [interface]
      FeatureReasons.add(to: &all)
      return all[0].knobs[lro]?.reason
    }
    #expect(reason { $0.hasXDP = true } == "an XDP program is attached")
    #expect(
      reason {
        $0.master = "br0"
        $0.masterKind = "bridge"
      } == "a member of the bridge br0 has none")
    #expect(
      reason { $0.knobs[Knob(.sysctl, "net.ipv4.conf.IF.forwarding")] = KnobState("1") }
        == "IPv4 forwarding is on: what is routed must not be joined")
    #expect(reason { $0.master = "bond0" } == "bond0 above it has it off")
    #expect(
      reason { $0.knobs[Knob(.feature, "rx-checksum")] = KnobState("off", active: "off") } == "it needs rx-checksum")
    #expect(reason { $0.knobs[lro] = KnobState("off", active: "on") } == "the driver keeps it on")
    #expect(reason { $0.knobs[lro] = KnobState("on", active: "on") } == nil)
    // The bridge has taken it away, and it is no longer wanted.
    #expect(
      reason {
        $0.knobs[lro] = KnobState("off", active: "off")
        ($0.master, $0.masterKind) = ("br0", "bridge")
      } == "a member of the bridge br0 has none")
    #expect(reason { $0.knobs[lro] = KnobState("off", active: "off") } == nil)
  }

  /// A bond whose driver leaves out one of the two features of sg has no remark on sg: it is on.
  @Test func aKeyThatIsOnHasNoRemark() throws {
    let sg = try #require(KeyCatalogue.key(named: "sg"))
    let knobs = [
      Knob(.feature, "tx-scatter-gather"): KnobState("on", active: "on"),
      Knob(.feature, "tx-scatter-gather-fraglist"): KnobState("on", active: "off", reason: "the driver does not"),
    ]
    #expect(sg.state(in: knobs)?.effective == "on" && sg.state(in: knobs)?.reason == nil)
  }

  @Test func oneInterfaceIsReadAsAmongAll() throws {
    let all = try read(RecordedKernel("cards"))
    let one = try read(RecordedKernel("cards"), FakeFiles(), ["eth1"])
    #expect(one.interfaces == [try interface("eth1", all)])
    #expect(try read(RecordedKernel("cards"), FakeFiles(), ["no-such"]).interfaces.isEmpty)
  }

  /// Seven lists and the names, for however many interfaces.
  @Test func messages() throws {
    let network = try RecordedKernel("cards")
    _ = try read(network)
    #expect(network.questions.filter { !$0.hasPrefix("ioctl") }.count == 8)
  }

  /// A list that breaks off costs the others nothing: each interface is asked.
  @Test func aDeviceThatVanishes() throws {
    let network = Vanishing(kernel: try RecordedKernel("cards"))
    let state = try read(network)
    #expect(
      values(.ring, try interface("eth1", state)) == ["rx": "1024", "rx-jumbo": "512", "tx": "512", "tx-push": "off"])
    #expect(values(.channels, try interface("eth1", state)) == ["combined": "4", "other": "1"])
    #expect(try interface("eth0", state).unsupported.contains(.ring))
    #expect(values(.pause, try interface("eth0", state)).count == 3)
    #expect(state.notes.contains(Note(subject: "eth0", message: "No such device (ENODEV)")))
    #expect(!state.notes.contains { $0.subject == "eth1" })
  }

  /// The list of ring sizes fails, and so does everybody but vmxnet3.
  private struct Vanishing: NetworkAccess {
    let kernel: RecordedKernel
    private let rings: UInt16 = 15

    func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
      let index = request.attributes.nests(1).first?.number(1)
      guard request.family != .route, request.command == rings, index != 3 else { return try kernel.ask(request) }
      throw .refused(KernelRefusal(code: 19, name: "ENODEV", words: "No such device"))
    }

    func ask(
      _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
    ) throws(NetworkFailure) -> NetlinkAnswer { try kernel.ask(request, listeningTo: group, told) }

    func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
      try kernel.ethtool(interface, structure)
    }

    func write(_ text: String, to path: String) throws(NetworkFailure) { try kernel.write(text, to: path) }
    var namespace: NetworkNamespace? { kernel.namespace }
  }

  /// Attributes that are missing, cut, swapped or of another kind: a value, and no interface lost for ethtool's sake.
  @Test(arguments: 0..<40) func damagedAnswers(_ seed: UInt64) throws {
    let network = try RecordedKernel("cards") { message in
      guard message.header.isEmpty else { return message }
      var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(message.attributes.count) | 1
      func random(_ below: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, below)
      }
      func damaged(_ attributes: [NetlinkAttribute]) -> [NetlinkAttribute] {
        attributes.compactMap { attribute in
          if random(12) == 0 { return nil }
          let type = random(10) == 0 ? UInt16(random(20)) : attribute.type
          switch attribute.value {
          case .nest(let members): return NetlinkAttribute(type, .nest(damaged(members)))
          case .bytes(let bytes) where random(6) == 0:
            return NetlinkAttribute(type, .bytes(bytes.prefix(random(bytes.count + 1)).map { $0 ^ UInt8(random(256)) }))
          case .bytes(let bytes) where random(20) == 0:
            return NetlinkAttribute(type, .nest([.number(1, UInt32(bytes.count))]))
          case .bytes: return NetlinkAttribute(type, attribute.value)
          }
        }
      }
      // Whose it is stays.
      return NetlinkMessage(
        command: message.command, message.attributes.prefix(1) + damaged(Array(message.attributes.dropFirst())))
    }
    let state = try read(network)
    #expect(state.interfaces.count == 9)
    #expect(state != (try read(RecordedKernel("cards"))))
  }

  /// It is not shown, and not hidden.
  @Test func aNameThatMeansHarm() throws {
    let network = try RecordedKernel("cards") { message in
      guard message.attributes.text(3) == "eth1" else { return message }
      return NetlinkMessage(
        command: message.command, header: message.header,
        message.attributes.map { $0.type == 3 ? .text(3, "e\u{1b}[31m") : $0 })
    }
    let state = try read(network)
    #expect(!state.interfaces.contains { $0.identity.index == 3 } && state.interfaces.count == 8)
    #expect(state.notes.map(\.subject) == ["interface 3"])
    #expect(state.notes.first?.message.contains("control characters") == true)
  }

  @Test func aRecordedMachine() throws {
    let files = FakeFiles([
      "/sys/class/net/ib0/ifindex": .text("7"), "/sys/class/net/ib0/mtu": .text("2044"),
      "/sys/class/net/ib0/type": .text("32"), "/sys/class/net/ib0/mode": .text("datagram"),
      "/sys/class/net/ib0/operstate": .text("up"), "/sys/class/net/lo/ifindex": .text("1"),
      "/proc/sys/net/ipv4/tcp_rmem": .text("4096\t131072\t6291456"),
      "/proc/sys/net/core/rmem_max": .error(.notPermitted),
    ])
    let state = try read(AbsentNetwork(), files)
    #expect(state.interfaces.map(\.name) == ["lo", "ib0"])
    let ib0 = try interface("ib0", state)
    #expect(ib0.isInfiniBand && ib0.isUp)
    #expect(values(.link, ib0) == ["mtu": "2044", "ipoib-mode": "datagram"])
    #expect(state.machine == [Knob(.sysctl, "net.ipv4.tcp_rmem"): KnobState("4096 131072 6291456")])
    #expect(state.notes.map(\.subject) == ["the kernel", "net.core.rmem_max"])
  }

  @Test func queuesInterruptsAndTheDevice() throws {
    let pci = "/sys/devices/pci0000:00/0000:3b:00.0"
    let files = FakeFiles([
      "/sys/class/net/eth1": .link("../../devices/pci0000:00/0000:3b:00.0/virtio0/net/eth1"),
      "\(pci)/virtio0/net/eth1/threaded": .text("0"),
      "\(pci)/virtio0/net/eth1/queues/rx-0/rps_cpus": .text("00ff"),
      "\(pci)/virtio0/net/eth1/queues/tx-0/xps_cpus": .error(.notFound),
      "\(pci)/virtio0/net/eth1/queues/tx-0/tx_maxrate": .text("0"),
      "\(pci)/virtio0/driver": .link("../../../../bus/virtio/drivers/virtio_net"),
      "\(pci)/numa_node": .text("1"), "\(pci)/local_cpulist": .text("8-15"),
      "\(pci)/msi_irqs/24": .text("msix"), "\(pci)/msi_irqs/25": .text("msix"), "\(pci)/msi_irqs/26": .text("msix"),
      "/proc/interrupts": .bytes(
        Array(
          """
                     CPU0       CPU1
            1:          9          0   IO-APIC   1-edge      i8042
           24:          0          3   PCI-MSI 49152-edge      virtio0-config
           25:          7          0   PCI-MSI 49153-edge      virtio0-input.0
          NMI:          0          0   Non-maskable interrupts
          """.utf8)),
      "/proc/irq/25/smp_affinity_list": .text("8-15"),
      "/proc/sys/net/ipv4/conf/eth1/force_igmp_version": .text("2"),
    ])
    let eth1 = try interface("eth1", read(RecordedKernel("cards"), files, ["eth1"]))
    #expect(eth1.identity.pciAddress == PCIAddress("0000:3b:00.0"))
    #expect(eth1.driver == "virtio_net")
    #expect(eth1.numaNode == 1)
    #expect(eth1.localCPUs == "8-15")
    // 26 has no handler.
    #expect(
      eth1.interrupts == [
        Interrupt(number: 24, name: "virtio0-config"), Interrupt(number: 25, name: "virtio0-input.0"),
      ])
    #expect(values(.interrupt, eth1) == ["25": "8-15"])
    #expect(
      values(.sysfs, eth1) == ["threaded": "0", "queues/rx-0/rps_cpus": "00ff", "queues/tx-0/tx_maxrate": "0"])
    #expect(values(.sysctl, eth1) == ["net.ipv4.conf.IF.force_igmp_version": "2"])
  }
}
