internal import HostAccess
internal import Offload
internal import TestSupport

/// The settings of a machine in memory, with the rules of a real kernel and of real drivers as they were measured
/// (FeatureRules.md#measured): what depends on what, what is rounded, refused, or accepted without effect.
final class MemoryKernel: SettingAccess {
  struct Device {
    var state: InterfaceState
    /// Whether the RSS table was set by hand: the kernel then keeps it when the number of channels changes.
    var isTableSet = false
    /// Whether a bridge's MTU was.
    var isMTUSet = false
    var driver: Driver
  }

  enum Driver { case e1000e, vmxnet3, virtio, igb, veth, bond, bridge, vlan, ipoib }

  var devices: [Device]
  var machine: [Knob: KnobState]
  private(set) var writes: [KnobWrite] = []
  private(set) var reads = 0
  /// Where a process may be killed.
  let life: Life
  /// What somebody else moves while a write is done.
  var moved: ((KnobWrite) -> (device: Int, knob: Knob, value: String)?)?
  /// Refuses a write that it would do.
  var refuse: ((KnobWrite) -> KernelRefusal?)?

  init(_ devices: [Device] = Device.zoo, life: Life = Life()) {
    self.devices = devices
    self.life = life
    machine = [
      Knob(.sysctl, "net.ipv4.ip_forward"): KnobState("0"), Knob(.sysctl, "net.ipv4.tcp_sack"): KnobState("1"),
      Knob(.sysctl, "net.ipv4.tcp_timestamps"): KnobState("1"),
      Knob(.sysctl, "net.ipv4.tcp_rmem"): KnobState("4096\t131072\t6291456"),
      Knob(.sysctl, "net.core.rmem_max"): KnobState("212992"),
    ]
    for index in self.devices.indices { settle(index) }
  }

  /// Everything that can be seen of it.
  var dump: [String] {
    let all = devices.map(\.state).flatMap { interface in
      interface.knobs.map { "\(interface.name) \($0.key) \($0.value.value) \($0.value.active ?? "")" }
    }
    return (all + machine.map { "\($0.key) \($0.value.value)" }).sorted()
  }

  /// What is not as in an earlier dump, then and now.
  func changes(since earlier: [String]) -> [String] {
    let now = dump
    return Set(earlier).subtracting(now).sorted() + Set(now).subtracting(earlier).sorted()
  }

  subscript(name: String) -> Int { devices.firstIndex { $0.state.name == name } ?? -1 }

  func value(_ name: String, _ kind: Knob.Kind, _ knob: String) -> String {
    devices[self[name]].state.knobs[Knob(kind, knob)]?.effective ?? "none"
  }

  // MARK: SettingAccess

  func read(_ names: [String]?) throws(NetworkFailure) -> OffloadState {
    guard life.isAlive else { throw .failed("killed") }
    reads += 1
    return OffloadState(
      interfaces: devices.map(\.state).filter { names?.contains($0.name) ?? true }, machine: machine)
  }

  func write(_ change: KnobWrite) throws(NetworkFailure) {
    guard life.spend() == .whole else { throw .failed("killed") }
    writes.append(change)
    if let refusal = refuse?(change) { throw .refused(refusal) }
    if let moved = moved?(change) { devices[moved.device].state.knobs[moved.knob]?.value = moved.value }
    guard let identity = change.interface else {
      for (name, value) in change.values { try setMachine(name, value) }
      return
    }
    guard let index = devices.firstIndex(where: { $0.state.identity == identity }) else {
      throw .refused(
        KernelRefusal(code: 19, name: "ENODEV", words: "No such device", message: "no device matches name"))
    }
    switch change.kind {
    case .feature: setFeatures(index, change.values)
    case .ring: try setRings(index, change.values)
    case .channels: try setChannels(index, change.values)
    case .rss: try setRSS(index, change.values)
    case .coalesce: try setCoalesce(index, change.values)
    // Accepted, and not applied: e1000e and igb.
    case .pause: try need(index, change)
    case .link: try setLink(index, change.values)
    case .sysfs, .interrupt, .sysctl:
      try need(index, change)
      for (name, value) in change.values { devices[index].state.knobs[Knob(change.kind, name)]?.value = value }
      if change.values["net.ipv4.conf.IF.forwarding"] == "1" { dropLRO(index) }
    }
  }

  static func invalid(_ message: String?) -> NetworkFailure {
    .refused(KernelRefusal(code: 22, name: "EINVAL", words: "Invalid argument", message: message))
  }

  private static let unsupported = NetworkFailure.refused(
    KernelRefusal(code: 95, name: "EOPNOTSUPP", words: "Operation not supported"))

  /// A setting that the device does not have.
  func need(_ index: Int, _ change: KnobWrite) throws(NetworkFailure) {
    for name in change.values.keys where devices[index].state.knobs[Knob(change.kind, name)] == nil {
      throw Self.unsupported
    }
  }

  func number(_ index: Int, _ kind: Knob.Kind, _ name: String) -> Int {
    devices[index].state.knobs[Knob(kind, name)].flatMap { Int($0.value) } ?? 0
  }

  func put(_ index: Int, _ kind: Knob.Kind, _ name: String, _ value: Int) {
    devices[index].state.knobs[Knob(kind, name)]?.value = String(value)
  }
}
