extension SettingKey {
  /// How the key stands on an interface, or on the machine: its knobs taken together. A feature of several bits is on when
  /// one of them is (as ethtool -k has it) and fixed when all are.
  /// - Returns: `nil` where there is none of its knobs.
  public func state(in knobs: [Knob: KnobState]) -> KnobState? {
    let states = self.knobs.compactMap { knobs[$0] }
    guard let first = states.first else { return nil }
    guard states.count > 1 else { return first }
    func together(_ values: [String]) -> String {
      if Set(values).count == 1 { return values[0] }
      return self.value == .onOff ? "on" : values.joined(separator: " ")
    }
    let free = states.filter { !$0.isFixed }
    return KnobState(
      together((free.isEmpty ? states : free).map(\.value)),
      active: first.active == nil ? nil : together(states.map(\.effective)), isFixed: free.isEmpty,
      reason: (free.isEmpty ? states : free).lazy.compactMap(\.reason).first, range: free.first?.range)
  }
}
