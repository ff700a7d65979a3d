internal import HostAccess
internal import Offload

extension MemoryKernel {
  // MARK: features

  func setFeatures(_ index: Int, _ values: [String: String]) {
    for (name, value) in values where devices[index].state.knobs[Knob(.feature, name)]?.isFixed == false {
      devices[index].state.knobs[Knob(.feature, name)]?.value = value
    }
    settle(index)
  }

  /// Forwarding and bridges take LRO away for good: it is no longer even wanted.
  func dropLRO(_ index: Int) {
    let lro = Knob(.feature, "rx-lro")
    if devices[index].state.knobs[lro]?.isFixed == false { devices[index].state.knobs[lro]?.value = "off" }
    settle(index)
  }

  /// Works out what is in force.
  func settle(_ index: Int) {
    var on: Set<String> = []
    for (knob, state) in devices[index].state.knobs where knob.kind == .feature {
      if (state.isFixed ? state.active : state.value) == "on" { on.insert(knob.name) }
    }
    let segmentation: Set<String> = [
      "tx-tcp-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
    ]
    if devices[index].state.knobs[Knob(.link, "ipoib-mode")]?.value == "connected" {
      on.subtract(["tx-checksum-ipv4", "tx-tcp-segmentation"])
    }
    if on.isDisjoint(with: ["tx-checksum-ip-generic", "tx-checksum-ipv4"]) { on.remove("tx-tcp-segmentation") }
    if on.isDisjoint(with: ["tx-checksum-ip-generic", "tx-checksum-ipv6"]) { on.remove("tx-tcp6-segmentation") }
    if !on.contains("tx-scatter-gather") { on.subtract(segmentation.union(["tx-generic-segmentation"])) }
    if !on.contains("tx-tcp-segmentation") { on.remove("tx-tcp-mangleid-segmentation") }
    if on.intersection(segmentation) == ["tx-tcp-ecn-segmentation"] { on.subtract(segmentation) }
    if !on.contains("rx-checksum") { on.subtract(["rx-lro", "rx-gro-hw"]) }
    if on.contains("rx-fcs") { on.remove("rx-lro") }
    // Intel's drivers keep the two VLAN switches together.
    if [.e1000e, .igb].contains(devices[index].driver) {
      if on.contains("rx-vlan-hw-parse") { on.insert("tx-vlan-hw-insert") } else { on.remove("tx-vlan-hw-insert") }
    }
    if let master = devices[index].state.master.map({ self[$0] }), devices[master].driver == .bond,
      devices[master].state.knobs[Knob(.feature, "rx-lro")]?.value == "off"
    {
      on.remove("rx-lro")
    }
    for knob in devices[index].state.knobs.keys where knob.kind == .feature {
      devices[index].state.knobs[knob]?.active = on.contains(knob.name) ? "on" : "off"
    }
    for member in devices[index].state.members where devices[index].driver == .bond { settle(self[member]) }
  }

  // MARK: rings, channels, RSS, moderation

  func setRings(_ index: Int, _ values: [String: String]) throws(NetworkFailure) {
    try need(index, KnobWrite(nil, .ring, values))
    for (name, value) in values {
      guard let size = Int(value), let range = devices[index].state.knobs[Knob(.ring, name)]?.range,
        size <= range.upperBound
      else { throw Self.invalid("requested ring size exceeds maximum") }
    }
    for (name, value) in values { put(index, .ring, name, max(64, ((Int(value) ?? 0) + 7) / 8 * 8)) }
  }

  func setChannels(_ index: Int, _ values: [String: String]) throws(NetworkFailure) {
    try need(index, KnobWrite(nil, .channels, values))
    guard let count = values["combined"].flatMap({ Int($0) }), values.count == 1,
      let range = devices[index].state.knobs[Knob(.channels, "combined")]?.range
    else { throw Self.invalid(nil) }
    guard count <= range.upperBound else { throw Self.invalid("requested channel count exceeds maximum") }
    guard count > 0 else {
      throw Self.invalid("requested channel counts would result in no RX or TX channel being configured")
    }
    let table = devices[index].state.knobs[Knob(.rss, "table")].flatMap { RSSTable($0.value) }
    if let table, devices[index].isTableSet, table.queues.contains(where: { $0 >= count }) {
      throw Self.invalid("requested channel counts are too low for existing indirection table settings")
    }
    put(index, .channels, "combined", count)
    devices[index].setQueues(count)
    if let table {
      let kept = devices[index].isTableSet ? table : RSSTable(size: table.queues.count, inTurnOver: count)
      devices[index].state.knobs[Knob(.rss, "table")] = KnobState(kept.text, range: 0...(count - 1))
    }
  }

  func setRSS(_ index: Int, _ values: [String: String]) throws(NetworkFailure) {
    try need(index, KnobWrite(nil, .rss, values))
    if values["key"] != nil, devices[index].driver == .vmxnet3 {
      throw .refused(
        KernelRefusal(code: 95, name: "EOPNOTSUPP", words: "Operation not supported", message: "Hash key not supported")
      )
    }
    for (name, value) in values {
      let knob = Knob(.rss, name)
      if name == "table" {
        guard let now = devices[index].state.knobs[knob], let range = now.range, let table = RSSTable(value),
          let size = RSSTable(now.value)?.queues.count, table.queues.count == size,
          table.queues.allSatisfy({ range.contains(Int($0)) })
        else { throw Self.invalid(nil) }
        devices[index].isTableSet = table != RSSTable(size: size, inTurnOver: range.count)
      }
      devices[index].state.knobs[knob]?.value = value
    }
  }

  func setCoalesce(_ index: Int, _ values: [String: String]) throws(NetworkFailure) {
    let known = devices[index].state.knobs.keys.contains { $0.kind == .coalesce }
    for (name, value) in values where devices[index].state.knobs[Knob(.coalesce, name)] == nil {
      _ = value
      guard known else { break }
      throw Self.invalid("cannot modify an unsupported parameter")
    }
    try need(index, KnobWrite(nil, .coalesce, values))
    for (_, value) in values where (Int(value) ?? 0) > 10_000 { throw Self.invalid(nil) }
    for (name, value) in values { devices[index].state.knobs[Knob(.coalesce, name)]?.value = value }
  }

  // MARK: link

  func setLink(_ index: Int, _ values: [String: String]) throws(NetworkFailure) {
    try need(index, KnobWrite(nil, .link, values))
    if let mode = values["ipoib-mode"] {
      devices[index].state.knobs[Knob(.link, "ipoib-mode")]?.value = mode
      put(index, .link, "mtu", mode == "connected" ? 65520 : min(2044, number(index, .link, "mtu")))
      settle(index)
    }
    if let length = values["txqueuelen"].flatMap({ Int($0) }) { put(index, .link, "txqueuelen", length) }
    if let mtu = values["mtu"].flatMap({ Int($0) }) { try setMTU(index, mtu) }
  }

  private func setMTU(_ index: Int, _ mtu: Int) throws(NetworkFailure) {
    guard devices[index].state.knobs[Knob(.link, "mtu")]?.range?.contains(mtu) ?? false else {
      throw Self.invalid("mtu greater than device maximum")
    }
    if devices[index].state.knobs[Knob(.link, "ipoib-mode")]?.value == "datagram", mtu > 2044 {
      throw Self.invalid(nil)
    }
    if devices[index].driver == .vlan, let lower = devices[index].state.lower.map({ self[$0] }),
      mtu > number(lower, .link, "mtu")
    {
      throw .refused(KernelRefusal(code: 34, name: "ERANGE", words: "Numerical result out of range"))
    }
    put(index, .link, "mtu", mtu)
    if devices[index].driver == .bridge { devices[index].isMTUSet = true }
    if devices[index].driver == .bond {
      for member in devices[index].state.members { put(self[member], .link, "mtu", mtu) }
    }
    for upper in devices[index].state.uppers.map({ self[$0.name] }) where number(upper, .link, "mtu") > mtu {
      put(upper, .link, "mtu", mtu)
    }
    if let bridge = devices[index].state.master.map({ self[$0] }), devices[bridge].driver == .bridge,
      !devices[bridge].isMTUSet
    {
      put(bridge, .link, "mtu", devices[bridge].state.members.map { number(self[$0], .link, "mtu") }.min() ?? mtu)
    }
  }

  func setMachine(_ name: String, _ value: String) throws(NetworkFailure) {
    let knob = Knob(.sysctl, name)
    guard machine[knob] != nil else { throw Self.invalid(nil) }
    machine[knob]?.value = name == "net.ipv4.tcp_rmem" ? value.replacing(" ", with: "\t") : value
    guard name == "net.ipv4.ip_forward" else { return }
    for index in devices.indices {
      devices[index].state.knobs[Knob(.sysctl, "net.ipv4.conf.IF.forwarding")]?.value = value
      if value == "1" { dropLRO(index) }
    }
  }
}
