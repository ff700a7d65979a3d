/// Why a feature cannot be changed, or is not in force although it is wanted: what the state of the interface tells.
/// Source: the network core of Linux 6.1, and what was measured in the guest.
enum FeatureReasons {
  /// NETIF_F_NEVER_CHANGE.
  private static let properties: Set<String> = ["vlan-challenged", "tx-lockless", "netns-local"]
  private static let lro = Knob(.feature, "rx-lro")

  /// Adds a reason to each feature that has one.
  static func add(to interface: inout InterfaceState, machine: [Knob: KnobState]) {
    for (knob, state) in interface.knobs where knob.kind == .feature {
      let reason = reason(knob, state, in: interface, machine: machine)
      if let reason { interface.knobs[knob]?.reason = reason }
    }
  }

  private static func reason(
    _ knob: Knob, _ state: KnobState, in interface: InterfaceState, machine: [Knob: KnobState]
  ) -> String? {
    if state.isFixed {
      if properties.contains(knob.name) { return "what the device is, not a switch" }
      return state.effective == "on" ? "the driver has it always on" : "the driver does not have it"
    }
    guard state.value != state.effective else { return nil }
    guard state.value == "on" else { return "the driver keeps it on" }
    return standing(knob, in: interface, machine: machine) ?? "the driver does not turn it on as things are"
  }

  /// What the interface is part of, or carries.
  private static func standing(
    _ knob: Knob, in interface: InterfaceState, machine: [Knob: KnobState]
  ) -> String? {
    guard knob == lro else { return nil }
    if interface.hasXDP { return "an XDP program is attached" }
    if interface.masterKind == "bridge", let bridge = interface.master {
      return "a member of the bridge \(bridge) has none"
    }
    if interface.knobs[Knob(.sysctl, "net.ipv4.conf.IF.forwarding")]?.value == "1" {
      return "IPv4 forwarding is on: what is routed must not be joined"
    }
    return interface.master.map { "\($0) above it has it off" }
  }
}
