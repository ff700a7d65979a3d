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
    let effective = together(states.map(\.effective))
    // Why a part is off is no remark on a key that is on.
    let deciding = (free.isEmpty ? states : free).filter { self.value != .onOff || $0.effective == effective }
    return KnobState(
      together((free.isEmpty ? states : free).map(\.value)),
      active: first.active == nil ? nil : effective, isFixed: free.isEmpty,
      reason: deciding.lazy.compactMap(\.reason).first, range: free.first?.range)
  }
}
