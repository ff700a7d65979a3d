internal import Vocabulary

/// What is asked of each setting while a plan is worked out.
struct AskedSettings {
  struct Ask {
    var value: String
    let key: String?
    /// The value as the user wrote it.
    let typed: String
    let reason: String?
  }

  let state: OffloadState
  private(set) var asks: [Place: Ask] = [:]
  private var order: [Place] = []
  var cascades: [KnobChange] = []
  private(set) var refusals: [Refusal] = []
  private(set) var remarks: [String] = []

  init(state: OffloadState) { self.state = state }

  /// Settings of one key. Those that are fixed are left out as long as one of them can be set.
  mutating func ask(_ settings: [(place: Place, value: String)], key: String, typed: String) {
    let free = settings.filter { state[$0.place]?.isFixed == false }
    if free.isEmpty {
      for (place, value) in settings {
        guard let now = state[place], now.effective != value else { continue }
        return refuse(
          place.interface?.name, key, typed, "it is fixed" + (now.reason.map { ": \($0)" } ?? " by the driver"),
          .unsupported)
      }
    }
    for (place, value) in free.isEmpty ? settings : free { ask(place, value, key: key, typed: typed) }
  }

  private mutating func ask(_ place: Place, _ value: String, key: String, typed: String) {
    if let range = state[place]?.range, let number = Int(value), !range.contains(number) {
      return refuse(
        place.interface?.name, key, typed, "the device takes \(range.lowerBound) to \(range.upperBound)", .unsupported)
    }
    if let other = asks[place], other.value != value {
      return refuse(
        place.interface?.name, key, typed,
        "\(other.key ?? key)=\(other.typed) asks for something else in the same call",
        .usage)
    }
    set(place, Ask(value: value, key: asks[place]?.key ?? key, typed: typed, reason: nil))
  }

  /// Adds what another one needs.
  mutating func add(_ place: Place, _ value: String, reason: String) {
    guard asks[place] == nil else { return }
    set(place, Ask(value: value, key: nil, typed: value, reason: reason))
  }

  private mutating func set(_ place: Place, _ ask: Ask) {
    if asks.updateValue(ask, forKey: place) == nil { order.append(place) }
  }

  mutating func refuse(
    _ interface: String?, _ key: String, _ value: String, _ reason: String, _ category: Refusal.Category
  ) {
    let refusal = Refusal(
      interface: interface, key: Spelling.shown(key), value: Spelling.shown(value), reason: reason, isKernels: false,
      category: category)
    if !refusals.contains(refusal) { refusals.append(refusal) }
  }

  /// Refuses what was asked of a place.
  mutating func refuse(_ place: Place, _ reason: String, _ category: Refusal.Category = .refused) {
    guard let ask = asks[place] else { return }
    refuse(place.interface?.name, ask.key ?? place.knob.name, ask.typed, reason, category)
  }

  mutating func remark(_ text: String) { if !remarks.contains(text) { remarks.append(text) } }

  /// In the order in which they were asked for.
  var changes: [KnobChange] {
    order.compactMap { place in
      guard let ask = asks[place], let now = state[place] else { return nil }
      return KnobChange(place, before: now, wanted: ask.value, key: ask.key, reason: ask.reason)
    }
  }

  /// What a setting of an interface will be: what is asked, else what it is.
  func future(_ interface: InterfaceState, _ knob: Knob) -> String? {
    asks[Place(interface.identity, knob)]?.value ?? interface.knobs[knob]?.value
  }

  /// The interfaces of which something is asked.
  var interfaces: [InterfaceState] {
    let identities = Set(asks.keys.compactMap(\.interface))
    return state.interfaces.filter { identities.contains($0.identity) }
  }
}
