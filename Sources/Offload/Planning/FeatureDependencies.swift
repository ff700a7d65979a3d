/// Adds the features that asked ones need, and tells what the kernel will drop or bring back of its own accord.
struct FeatureDependencies {
  let state: OffloadState

  func complete(_ asked: inout AskedSettings) {
    for interface in asked.interfaces {
      for name in wantedOn(interface, asked) { require(name, on: interface, &asked, depth: 0) }
      refuseExcluded(interface, &asked)
      foresee(interface, &asked)
    }
  }

  private func wantedOn(_ interface: InterfaceState, _ asked: AskedSettings) -> [String] {
    asked.asks.filter {
      $0.key.interface == interface.identity && $0.key.knob.kind == .feature && $0.value.value == "on"
    }
    .map(\.key.knob.name).sorted()
  }

  /// Makes sure that one of those is on that `name` needs.
  private func require(
    _ name: String, on interface: InterfaceState, _ asked: inout AskedSettings, depth: Int
  ) {
    let place = Place(interface.identity, Knob(.feature, name))
    for need in FeatureRules.needs where depth < 8 && need.dependents.contains(name) {
      let known = need.anyOf.filter { interface.knobs[Knob(.feature, $0)] != nil }
      if known.contains(where: { isOn($0, interface, asked) }) { continue }
      let refused = known.filter { asked.asks[Place(interface.identity, Knob(.feature, $0))] != nil }
      let free = known.first { candidate in
        !refused.contains(candidate) && interface.knobs[Knob(.feature, candidate)]?.isFixed == false
      }
      if let free {
        asked.add(Place(interface.identity, Knob(.feature, free)), "on", reason: "\(name) needs it")
        require(free, on: interface, &asked, depth: depth + 1)
      } else if let refused = refused.first {
        asked.refuse(place, "\(name) needs \(refused), which the same call turns off")
      } else {
        asked.refuse(place, "\(name) needs \(need.anyOf[0]), which this device does not have", .unsupported)
      }
    }
  }

  private func isOn(_ name: String, _ interface: InterfaceState, _ asked: AskedSettings) -> Bool {
    let knob = Knob(.feature, name)
    if let ask = asked.asks[Place(interface.identity, knob)] { return ask.value == "on" }
    guard let now = interface.knobs[knob] else { return false }
    return now.isFixed ? now.effective == "on" : now.value == "on" && now.active != "off"
  }

  private func refuseExcluded(_ interface: InterfaceState, _ asked: inout AskedSettings) {
    for (holder, excluded) in FeatureRules.exclusions where isOn(holder, interface, asked) {
      for name in excluded.sorted() {
        let place = Place(interface.identity, Knob(.feature, name))
        if asked.asks[place]?.value == "on" { asked.refuse(place, "\(holder) is on and excludes it") }
      }
    }
  }

  // MARK: what follows by itself

  private func foresee(_ interface: InterfaceState, _ asked: inout AskedSettings) {
    let modeNow = interface.knobs[.ipoibMode]?.value
    let modeThen = asked.future(interface, .ipoibMode)
    let now = FeatureRules.inForce(wanted(interface) { $1.value }, connectedMode: modeNow == "connected")
    let then = FeatureRules.inForce(
      wanted(interface) { knob, state in asked.asks[Place(interface.identity, knob)]?.value ?? state.value },
      connectedMode: modeThen == "connected")
    for (knob, state) in interface.knobs where knob.kind == .feature {
      let place = Place(interface.identity, knob)
      let isOn = then.on.contains(knob.name)
      // Where the rules do not say what is so now, something else is at work that they do not know.
      guard asked.asks[place] == nil, now.on.contains(knob.name) != isOn,
        now.on.contains(knob.name) == (state.effective == "on")
      else { continue }
      asked.cascades.append(
        KnobChange(
          place, before: state, wanted: isOn ? "on" : "off", key: nil,
          reason: then.why[knob.name] ?? "it is wanted, and what it needs is there again"))
    }
    asked.cascades.sort { $0.place.knob < $1.place.knob }
  }

  private func wanted(_ interface: InterfaceState, _ value: (Knob, KnobState) -> String) -> Set<String> {
    Set(
      interface.knobs.filter { knob, state in
        knob.kind == .feature && (state.isFixed ? state.effective : value(knob, state)) == "on"
      }.keys.map(\.name))
  }
}
