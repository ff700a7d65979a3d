/// What an interface's place among others forbids, and what its MTU and mode do to them.
struct LinkRules {
  /// Sources: FeatureRules.md#measured and FeatureRules.md#connected-mode.
  private static let connectedMTU = "65520"
  /// The greatest MTU of InfiniBand, less IPoIB's header. Source: RFC 4391, 7; `ipoib_change_mtu` of Linux 6.1.
  static let datagramMTU = 4096 - 4
  private static let lro = Knob(.feature, "rx-lro")

  let state: OffloadState

  func check(_ asked: inout AskedSettings) {
    for interface in asked.interfaces {
      checkLRO(of: interface, &asked)
      checkMode(of: interface, &asked)
      checkMTU(of: interface, &asked)
      checkChannels(of: interface, &asked)
    }
  }

  // MARK: LRO

  private func checkLRO(of interface: InterfaceState, _ asked: inout AskedSettings) {
    let place = Place(interface.identity, Self.lro)
    guard let ask = asked.asks[place] else {
      return
    }
    if ask.value == "on", interface.knobs[Self.lro]?.effective != "on", let why = obstacle(to: interface) {
      asked.refuse(place, why)
    }
    guard ask.value == "off", interface.isBond else { return }
    for member in interface.members.compactMap(state.interface(named:)) {
      guard let now = member.knobs[Self.lro], now.effective == "on", !now.isFixed else { continue }
      foresee(member, Self.lro, "off", "\(interface.name) has it off", &asked)
    }
  }

  private func obstacle(to interface: InterfaceState) -> String? {
    if interface.hasXDP { return "an XDP program is attached to \(interface.name)" }
    guard let master = interface.master else { return forwarding(on: interface) }
    if interface.masterKind == "bridge" { return "\(interface.name) is a port of the bridge \(master)" }
    if let bond = state.interface(named: master), bond.isBond, bond.knobs[Self.lro]?.value == "off" {
      return "its bond \(master) has it off, and takes it from its members"
    }
    return forwarding(on: interface)
  }

  private func forwarding(on interface: InterfaceState) -> String? {
    let own = Knob(.sysctl, "net.ipv4.conf.IF.forwarding")
    let all = Knob(.sysctl, "net.ipv4.ip_forward")
    let isForwarding = (interface.knobs[own] ?? state.machine[all])?.value == "1"
    return isForwarding ? "\(interface.name) forwards packets, and LRO would spoil them" : nil
  }

  // MARK: IPoIB

  private func checkMode(of interface: InterfaceState, _ asked: inout AskedSettings) {
    guard let now = interface.knobs[.ipoibMode]?.value, let then = asked.future(interface, .ipoibMode) else { return }
    if then == "connected" {
      for name in FeatureRules.notInConnectedMode.sorted() {
        let place = Place(interface.identity, Knob(.feature, name))
        if asked.asks[place]?.value == "on" { asked.refuse(place, "connected mode has none") }
      }
    }
    guard now != then, asked.asks[Place(interface.identity, .mtu)] == nil else { return }
    if then == "connected" {
      foresee(interface, .mtu, Self.connectedMTU, "connected mode starts with it", &asked)
    } else {
      asked.remark("the MTU of \(interface.name) becomes that of its multicast group")
    }
  }

  // MARK: MTU

  private func checkMTU(of interface: InterfaceState, _ asked: inout AskedSettings) {
    let place = Place(interface.identity, .mtu)
    guard let ask = asked.asks[place], let mtu = Int(decimal: ask.value) else { return }
    if let lower = interface.lower.flatMap(state.interface(named:)), interface.kind != "ipoib",
      let limit = asked.future(lower, .mtu).flatMap({ Int(decimal: $0) }), mtu > limit
    {
      asked.refuse(place, "\(interface.name) is on top of \(lower.name), whose MTU is \(limit)")
    }
    if asked.future(interface, .ipoibMode) == "datagram" { checkDatagram(mtu, of: interface, place, &asked) }
    checkProtocols(
      of: interface, from: interface.knobs[.mtu].flatMap { Int(decimal: $0.value) } ?? mtu, to: mtu, &asked)
    if interface.isBond {
      for member in interface.members.compactMap(state.interface(named:)) {
        handDown(mtu, to: member, "\(interface.name) hands it down", &asked)
      }
    }
    for upper in interface.uppers where upper.kind == "vlan" || upper.kind == "macvlan" {
      guard let upper = state.interface(named: upper.name),
        let present = upper.knobs[.mtu].flatMap({ Int(decimal: $0.value) }), present > mtu
      else { continue }
      handDown(mtu, to: upper, "it is on top of \(interface.name)", &asked)
    }
  }

  private func checkDatagram(
    _ mtu: Int, of interface: InterfaceState, _ place: Place, _ asked: inout AskedSettings
  ) {
    if mtu > Self.datagramMTU {
      asked.refuse(
        place,
        "datagram mode takes at most \(Self.datagramMTU) (the InfiniBand MTU, less 4); ipoib-mode=connected takes "
          + Self.connectedMTU)
    } else if let present = interface.knobs[.mtu].flatMap({ Int(decimal: $0.value) }), mtu > present {
      asked.remark(
        "datagram mode goes no higher than the InfiniBand MTU of the port and of its multicast group, less 4: "
          + "the kernel may refuse or lower the MTU of \(interface.name)")
    }
  }

  /// Below its least MTU the kernel takes a protocol off the interface, with the addresses that somebody has given it.
  /// Sources: `addrconf_notify` and `inetdev_event` of Linux 6.1; measured on e1000e.
  private func checkProtocols(
    of interface: InterfaceState, from present: Int, to mtu: Int, _ asked: inout AskedSettings
  ) {
    for (name, least) in [("IPv6", 1280), ("IPv4", 68)] where mtu < least && present >= least {
      asked.remark(
        "below an MTU of \(least) the kernel takes \(name) off \(interface.name), and its addresses and routes with it: "
          + "undo does not bring them back")
    }
  }

  private func handDown(_ mtu: Int, to interface: InterfaceState, _ reason: String, _ asked: inout AskedSettings) {
    guard asked.asks[Place(interface.identity, .mtu)] == nil, interface.knobs[.mtu]?.hasValue("\(mtu)") == false else {
      return
    }
    foresee(interface, .mtu, "\(mtu)", reason, &asked)
  }

  // MARK: channels

  /// The kernel refuses fewer channels while the RSS table names one of those that go, if the table was set by hand.
  private func checkChannels(of interface: InterfaceState, _ asked: inout AskedSettings) {
    let knob = Knob.combinedChannels
    guard let ask = asked.asks[Place(interface.identity, knob)], let count = Int(decimal: ask.value), count > 0,
      let present = interface.knobs[knob].flatMap({ Int(decimal: $0.value) }), count < present,
      let now = interface.knobs[.rssTable], !now.isFixed, let table = RSSTable(now.value)
    else { return }
    let isUsual = table == RSSTable(size: table.queues.count, inTurnOver: present)
    guard !isUsual, table.queues.contains(where: { $0 >= count }) else { return }
    asked.add(
      Place(interface.identity, .rssTable), RSSTable(size: table.queues.count, inTurnOver: count).text,
      reason: "the table names queues that go")
  }

  private func foresee(
    _ interface: InterfaceState, _ knob: Knob, _ value: String, _ reason: String, _ asked: inout AskedSettings
  ) {
    guard let now = interface.knobs[knob], !now.hasCome(to: value) else { return }
    asked.cascades.append(
      KnobChange(Place(interface.identity, knob), before: now, wanted: value, key: nil, reason: reason))
  }
}
