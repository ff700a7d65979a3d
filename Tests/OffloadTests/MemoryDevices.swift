internal import Offload
internal import Vocabulary

extension MemoryKernel.Device {
  /// The machine of most tests: the cards of the guest, a bond, a bridge, a VLAN and IPoIB.
  static var zoo: [Self] {
    var all = [
      device("lo", 1, .veth), device("eth0", 2, .e1000e), device("eth1", 3, .vmxnet3), device("eth2", 4, .virtio),
      device("eth3", 5, .igb), device("eth3.100", 6, .vlan), device("veth0", 7, .veth), device("br0", 8, .bridge),
      device("eth4", 9, .vmxnet3), device("eth5", 10, .vmxnet3), device("bond0", 11, .bond), device("ib0", 12, .ipoib),
    ]
    func with(_ name: String, _ change: (inout InterfaceState) -> Void) {
      if let index = all.firstIndex(where: { $0.state.name == name }) { change(&all[index].state) }
    }
    with("lo") { $0.isLoopback = true }
    with("eth3") { $0.uppers = [StackedInterface(name: "eth3.100", kind: "vlan", tag: 100)] }
    with("eth3.100") { $0.lower = "eth3" }
    with("br0") { $0.members = ["veth0"] }
    with("veth0") { ($0.master, $0.masterKind) = ("br0", "bridge") }
    with("bond0") { $0.members = ["eth4", "eth5"] }
    for name in ["eth4", "eth5"] { with(name) { ($0.master, $0.masterKind) = ("bond0", "bond") } }
    return all
  }

  private static let fixedOff = KnobState("off", active: "off", isFixed: true)

  static func device(_ name: String, _ index: Int, _ driver: MemoryKernel.Driver) -> Self {
    let isCard = [.e1000e, .vmxnet3, .virtio, .igb].contains(driver)
    let identity = InterfaceIdentity(
      name: name, index: index, permanentMAC: isCard ? MACAddress(0x5254_0012_3400 + UInt64(index)) : nil,
      pciAddress: isCard ? PCIAddress("0000:00:0\(index % 8).0") : nil)
    var device = Self(state: InterfaceState(identity: identity), driver: driver)
    device.state.driver = isCard ? "\(driver)" : nil
    device.state.kind = isCard ? nil : "\(driver)"
    device.state.isUp = true
    device.state.isInfiniBand = driver == .ipoib
    device.addFeatures()
    device.add(.link, [("txqueuelen", "1000", nil)])
    device.add(.link, [("mtu", driver == .ipoib ? "2044" : "1500", 68...(driver == .ipoib ? 65520 : 9000))])
    device.add(.sysctl, [("net.ipv4.conf.IF.forwarding", "0", nil), ("net.ipv4.conf.IF.force_igmp_version", "0", nil)])
    switch driver {
    case .e1000e, .igb, .vmxnet3:
      device.add(.ring, [("rx", "256", 0...4096), ("tx", "256", 0...4096)])
    default: break
    }
    device.addParameters()
    return device
  }

  private mutating func addParameters() {
    switch driver {
    case .e1000e:
      add(.coalesce, [("rx-usecs", "3", nil)])
      add(.pause, [("rx", "on", nil), ("tx", "on", nil), ("autoneg", "on", nil)])
      setQueues(1)
    case .igb:
      add(.coalesce, [("rx-usecs", "3", nil), ("tx-usecs", "3", nil), ("adaptive-rx", "off", nil)])
      add(.channels, [("combined", "4", 0...8)])
      add(.rss, [("table", RSSTable(size: 128, inTurnOver: 4).text, 0...3), ("fields-udp4", "sd", nil)])
      add(.interrupt, (30...34).map { ("\($0)", "0-3", nil) })
      state.localCPUs = "0-3"
      setQueues(4)
    case .vmxnet3:
      add(.rss, [("table", RSSTable(size: 32, inTurnOver: 2).text, 0...1), ("key", "6d:5a:56:da", nil)])
      add(.channels, [("combined", "2", 0...2)])
      state.knobs[Knob(.channels, "combined")]?.isFixed = true
    case .virtio:
      add(.channels, [("combined", "4", 0...4)])
      setQueues(4)
    case .ipoib: add(.link, [("ipoib-mode", "datagram", nil)])
    default: break
    }
  }

  private mutating func add(_ kind: Knob.Kind, _ knobs: [(name: String, value: String, range: ClosedRange<Int>?)]) {
    for knob in knobs { state.knobs[Knob(kind, knob.name)] = KnobState(knob.value, range: knob.range) }
  }

  /// A queue has its files; they go with it, and come back empty.
  mutating func setQueues(_ count: Int) {
    for queue in 0..<8 {
      let knob = Knob(.sysfs, "queues/rx-\(queue)/rps_cpus")
      state.knobs[knob] = queue < count ? state.knobs[knob] ?? KnobState("0") : nil
    }
  }

  private mutating func addFeatures() {
    let usual = [
      "tx-scatter-gather", "tx-generic-segmentation", "rx-gro", "tx-tcp-segmentation", "tx-tcp6-segmentation",
    ]
    let checksum = driver == .ipoib ? "tx-checksum-ipv4" : "tx-checksum-ip-generic"
    for name in usual + [checksum, "rx-checksum", "rx-vlan-hw-parse", "tx-vlan-hw-insert"] {
      state.knobs[Knob(.feature, name)] = KnobState("on", active: "on")
    }
    state.knobs[Knob(.feature, "tx-tcp-mangleid-segmentation")] = KnobState("off", active: "off")
    state.knobs[Knob(.feature, "rx-lro")] =
      driver == .vmxnet3 || driver == .bond ? KnobState("on", active: "on") : Self.fixedOff
    state.knobs[Knob(.feature, "rx-fcs")] = driver == .e1000e ? KnobState("off", active: "off") : Self.fixedOff
    state.knobs[Knob(.feature, "highdma")] = KnobState("on", active: "on", isFixed: true)
    if driver == .ipoib {
      for name in ["tx-tcp6-segmentation", "tx-tcp-mangleid-segmentation"] {
        state.knobs[Knob(.feature, name)] = Self.fixedOff
      }
    }
    if driver == .virtio {
      state.knobs[Knob(.feature, "rx-checksum")] = KnobState("on", active: "on", isFixed: true)
      state.knobs[Knob(.feature, "rx-gro-hw")] = KnobState("off", active: "off")
    }
  }
}
