/// How settings stood at one moment.
public typealias Snapshot = [Place: KnobState]

/// A setting that does not stand as it should.
public struct Difference: Hashable, Sendable {
  public let place: Place
  /// As it should be.
  public let wanted: KnobState
  /// As it is; `nil` when it is no longer there.
  public let now: KnobState?
  /// What the kernel said when it was to be set; `nil` when it was not asked, or did not object.
  public let refusal: String?

  /// Whether it is set as it should be, and only what is in force is another: something else hinders it.
  var isOnlyInForce: Bool { now.map { wanted.hasValue(of: $0) } ?? false }
}

extension KnobState {
  /// Whether the same is set. Lists are the same however many blanks or tabs stand between their parts.
  func hasValue(_ other: String) -> Bool {
    value == other || value.split(whereSeparator: \.isWhitespace) == other.split(whereSeparator: \.isWhitespace)
  }

  func hasValue(of other: KnobState) -> Bool { hasValue(other.value) }

  /// Whether the same is set and in force.
  func isLike(_ other: KnobState) -> Bool { hasValue(of: other) && active == other.active }

  /// Whether `value` is set, and in force where that is another matter.
  func hasCome(to value: String) -> Bool { hasValue(value) && (active == nil || active == value) }

  /// What of it a person should see beside `other`: what is in force, unless only what is wanted differs.
  func seen(beside other: KnobState) -> String {
    effective == other.effective && value != other.value ? "\(effective) (wanted \(value))" : effective
  }
}

extension OffloadState {
  func interface(named name: String) -> InterfaceState? { interfaces.first { $0.name == name } }

  /// How a setting stands now.
  subscript(place: Place) -> KnobState? {
    guard let identity = place.interface else { return machine[place.knob] }
    // The number first: there may be hundreds, and most of their identities differ in that.
    return interfaces.first { $0.identity.index == identity.index && $0.identity == identity }?.knobs[place.knob]
  }

  /// The settings of these interfaces, and of the machine.
  func snapshot(of names: Set<String>, machine withMachine: Bool) -> Snapshot {
    var result: Snapshot = [:]
    for interface in interfaces where names.contains(interface.name) {
      for (knob, state) in interface.knobs { result[Place(interface.identity, knob)] = state }
    }
    if withMachine {
      for (knob, state) in machine { result[Place(nil, knob)] = state }
    }
    return result
  }

  /// The interfaces that a change on one of `names` may reach: those it stands on or is made of, and everything above it.
  /// Not its brothers in a bridge: a bridge may have hundreds.
  func neighbourhood(of names: Set<String>) -> Set<String> {
    let byName = Dictionary(interfaces.map { ($0.name, $0) }) { first, _ in first }
    var result = names
    for interface in names.compactMap({ byName[$0] }) {
      result.formUnion(interface.members)
      if let lower = interface.lower { result.insert(lower) }
    }
    var rest = Array(result)
    while let interface = rest.popLast().flatMap({ byName[$0] }) {
      let above = interface.uppers.map(\.name) + (interface.master.map { [$0] } ?? [])
      for name in above where result.insert(name).inserted { rest.append(name) }
    }
    return result
  }

  /// The interfaces that changes at `places` may reach.
  func reach(of places: some Sequence<Place>) -> Set<String> {
    // Forwarding takes LRO from every interface.
    if places.contains(where: { $0.knob.kind == .sysctl && $0.knob.name.contains("forward") }) {
      return Set(interfaces.map(\.name))
    }
    return neighbourhood(of: Set(places.compactMap(\.interface?.name)))
  }
}

extension Snapshot {
  /// By interface and knob.
  var ordered: [(key: Place, value: KnobState)] {
    sorted { left, right in
      let (first, second) = (left.key.interface?.index ?? -1, right.key.interface?.index ?? -1)
      return first == second ? left.key.knob < right.key.knob : first < second
    }
  }
}
