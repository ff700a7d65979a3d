/// Why a feature cannot be changed, or is not in force although it is wanted: what the state of the interfaces tells.
/// Source: the network core of Linux 6.1, and what was measured in the guest.
enum FeatureReasons {
  /// NETIF_F_NEVER_CHANGE.
  private static let properties: Set<String> = ["vlan-challenged", "tx-lockless", "netns-local"]

  /// Adds a reason to each feature that has one.
  static func add(to interfaces: inout [InterfaceState]) {
    let before = interfaces
    for place in interfaces.indices {
      let interface = before[place]
      let why = FeatureRules.why(interface)
      for (knob, state) in interface.knobs where knob.kind == .feature {
        guard let reason = reason(knob, state, why[knob.name], in: interface, among: before) else { continue }
        interfaces[place].knobs[knob]?.reason = reason
      }
    }
  }

  private static func reason(
    _ knob: Knob, _ state: KnobState, _ rule: String?, in interface: InterfaceState, among all: [InterfaceState]
  ) -> String? {
    if state.isFixed {
      if properties.contains(knob.name) { return "what the device is, not a switch" }
      return state.effective == "on" ? "the driver has it always on" : "the driver does not have it"
    }
    // Neither wanted nor on: what would be in its way.
    if state.value == "off", state.effective == "off", knob.name == lro { return obstacle(to: interface) }
    guard state.value != state.effective else { return nil }
    guard state.value == "on" else { return "the driver keeps it on" }
    return rule ?? standing(knob, in: interface, among: all) ?? "the driver does not turn it on as things are"
  }

  /// What the interface is part of, stands on, or carries.
  private static func standing(_ knob: Knob, in interface: InterfaceState, among all: [InterfaceState]) -> String? {
    func isOff(_ name: String) -> Bool {
      all.first { $0.name == name }?.knobs[knob].map { $0.effective == "off" } ?? false
    }
    if let lower = interface.lower, isOff(lower) { return "\(lower) below it has it off" }
    if let member = interface.members.first(where: isOff) { return "its member \(member) has it off" }
    if interface.kind == "bond", interface.members.isEmpty { return "a bond without members has none" }
    guard knob.name == lro else { return nil }
    return obstacle(to: interface) ?? interface.master.map { "\($0) above it has it off" }
  }

  private static let lro = "rx-lro"

  /// What keeps LRO off.
  private static func obstacle(to interface: InterfaceState) -> String? {
    if interface.hasXDP { return "an XDP program is attached" }
    if interface.masterKind == "bridge", let bridge = interface.master {
      return "a member of the bridge \(bridge) has none"
    }
    if interface.knobs[Knob(.sysctl, "net.ipv4.conf.IF.forwarding")]?.value == "1" {
      return "IPv4 forwarding is on: what is routed must not be joined"
    }
    return nil
  }
}

extension FeatureRules {
  /// Why features that are wanted fall for others' sake.
  fileprivate static func why(_ interface: InterfaceState) -> [String: String] {
    let wanted = interface.knobs.filter { $0.key.kind == .feature && $0.value.value == "on" }
    let connected = interface.knobs[Knob(.link, "ipoib-mode")]?.value == "connected"
    return inForce(Set(wanted.keys.map(\.name)), connectedMode: connected).why
  }
}
