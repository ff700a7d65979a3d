internal import Change
internal import Vocabulary

/// What a driver made of a number that was asked for.
struct Rounding: Hashable {
  let place: Place
  let asked: String
}

/// Works out what must be changed for what is asked. Pure: the same question about the same state has the same answer.
struct OffloadPlanner {
  let state: OffloadState
  /// Whether what is asked of a bond is asked of its members too.
  let members: Bool

  init(state: OffloadState, members: Bool = false) {
    self.state = state
    self.members = members
  }

  /// - Parameter roundings: what is so already although another number was asked for.
  func plan(_ requests: [SettingRequest], roundings: [Rounding: String] = [:]) -> OffloadPlan {
    var asked = AskedSettings(state: state)
    for request in withMembers(requests) {
      let interface = request.interface.flatMap(state.interface(named:))
      var shares = ReceiveSharing()
      // Which queues there are to be set depends on the channels that are asked for.
      let (queues, others) = request.assignments.parted { ComputedKeys.isOfQueues($0.key) }
      for assignment in others { take(assignment, of: interface, into: &asked, &shares) }
      if let interface { shares.settle(on: interface, into: &asked) }
      for assignment in queues { take(assignment, of: interface, into: &asked, &shares) }
    }
    FeatureDependencies(state: state).complete(&asked)
    LinkRules(state: state).check(&asked)
    return finish(asked, roundings)
  }

  /// What is asked of a bond, asked of its members as well; not its MTU, which it hands down itself.
  private func withMembers(_ requests: [SettingRequest]) -> [SettingRequest] {
    guard members else { return requests }
    return requests
      + requests.flatMap { request -> [SettingRequest] in
        guard let bond = request.interface.flatMap(state.interface(named:)), bond.isBond else { return [] }
        let rest = request.assignments.filter { KeyCatalogue.key(named: $0.key)?.knobs.contains(.mtu) != true }
        return bond.members.map { SettingRequest($0, rest) }
      }
  }

  // MARK: assignments

  private func take(
    _ assignment: Assignment, of interface: InterfaceState?, into asked: inout AskedSettings,
    _ shares: inout ReceiveSharing
  ) {
    func refuse(_ reason: String, _ category: Refusal.Category) {
      asked.refuse(interface?.name, assignment.key, assignment.value, reason, category)
    }
    guard let key = KeyCatalogue.key(named: assignment.key) ?? kernelKey(assignment.key, of: interface) else {
      let near = KeyCatalogue.near(assignment.key)
      return refuse("unknown setting" + (near.map { "; did you mean \($0)?" } ?? ""), .usage)
    }
    guard let value = key.value.normalised(assignment.value) else { return refuse(key.value.expectation, .usage) }
    if key.knobs.isEmpty {
      guard let interface else { return refuse("it is a setting of an interface: name one", .usage) }
      guard !shares.take(key.name, value) else { return }
      let channels = asked.future(interface, .combinedChannels).flatMap { Int(decimal: $0) }
      switch ComputedKeys.settings(key.name, value, on: interface, channels: channels) {
      case .success(let settings): asked.ask(settings, key: key.name, typed: assignment.value)
      case .failure(let failure): refuse(failure.reason, failure.category)
      }
      return
    }
    let places = key.knobs.compactMap { place(of: $0, interface) }
    guard !places.isEmpty else {
      guard interface != nil || key.isOfMachine else {
        return refuse("it is a setting of an interface: name one", .usage)
      }
      return refuse(
        absence(of: key, on: interface), interface == nil && state.machine.isEmpty ? .refused : .unsupported)
    }
    if places.allSatisfy({ $0.interface == nil }), let interface {
      asked.remark("\(key.name) is a setting of the whole machine, not of \(interface.name) alone")
    }
    var settings: [(place: Place, value: String)] = []
    for place in places {
      guard let text = RSSText.checked(value, place.knob, now: state[place]) else {
        return refuse(RSSText.expectation(place.knob, now: state[place]), .usage)
      }
      settings.append((place, text))
    }
    asked.ask(settings, key: key.name, typed: assignment.value)
  }

  /// A setting by the kernel's own name for it that the catalogue does not have: drivers bring new features.
  private func kernelKey(_ name: String, of interface: InterfaceState?) -> SettingKey? {
    let knob = Knob(.feature, name)
    return interface?.knobs[knob] == nil ? nil : SettingKey(name, .other, .onOff, [knob], "a feature of the driver")
  }

  private func place(of knob: Knob, _ interface: InterfaceState?) -> Place? {
    if let interface, interface.knobs[knob] != nil { return Place(interface.identity, knob) }
    return knob.kind == .sysctl && state.machine[knob] != nil ? Place(nil, knob) : nil
  }

  private func absence(of key: SettingKey, on interface: InterfaceState?) -> String {
    guard let interface else { return "this kernel has no such setting" }
    if key.knobs == [.ipoibMode] { return "only IPoIB interfaces have it" }
    if interface.isLoopback { return "the loopback interface has no such setting" }
    return "its driver\(interface.driver.map { " (\($0))" } ?? "") has no such setting"
  }

  // MARK: the plan

  private func finish(_ asked: AskedSettings, _ roundings: [Rounding: String]) -> OffloadPlan {
    var plan = OffloadPlan(cascades: asked.cascades, refusals: asked.refusals, remarks: asked.remarks)
    var open: Snapshot = [:]
    var changes: [Place: KnobChange] = [:]
    for change in asked.changes {
      let rounded = roundings[Rounding(place: change.place, asked: change.wanted)]
      if change.before.hasCome(to: change.wanted) || rounded.map(change.before.hasValue) ?? false {
        if change.key != nil { plan.already.append(change) }
      } else {
        open[change.place] = KnobState(change.wanted)
        changes[change.place] = change
      }
    }
    // One refusal, and nothing is done: nothing is planned then.
    guard plan.refusals.isEmpty else {
      plan.cascades = []
      return plan
    }
    let now = open.keys.reduce(into: Snapshot()) { $0[$1] = state[$1] }
    for message in WriteOrder(state).messages(open, now: now) {
      for name in message.values.keys.sorted() {
        if let change = changes[Place(message.interface, Knob(message.kind, name))] { plan.changes.append(change) }
      }
    }
    plan.remarks += remarks(on: plan.changes)
    return plan
  }

  private func remarks(on changes: [KnobChange]) -> [String] {
    let touched = changes.compactMap(\.place.interface?.name).unique
    return touched.compactMap(state.interface(named:)).flatMap { interface -> [String] in
      let knobs = changes.filter { $0.place.interface == interface.identity }.map(\.place.knob)
      var remarks: [String] = []
      if interface.isBond, !members, !interface.members.isEmpty, knobs.contains(where: { $0 != .mtu }) {
        remarks.append(
          "what is set on the bond \(interface.name) does not reach its members "
            + "(\(interface.members.joined(separator: ", "))); --members does them too")
      }
      if let master = interface.master, interface.masterKind == "bond" || interface.masterKind == "team",
        state.interface(named: master)?.members.allSatisfy(touched.contains) == false
      {
        remarks.append("\(interface.name) is a member of the bond \(master): the other members stay as they are")
      }
      if interface.isUp, interface.driver != nil,
        knobs.contains(where: { $0.kind == .ring || $0.kind == .channels || $0 == .mtu || $0 == .ipoibMode })
      {
        remarks.append("\(interface.name) may lose its link for a moment")
      }
      return remarks
    }
  }
}

extension Array {
  /// Those for which it holds, and the others.
  fileprivate func parted(_ holds: (Element) -> Bool) -> (first: [Element], rest: [Element]) {
    (filter(holds), filter { !holds($0) })
  }
}

extension SettingKey {
  /// Whether there is one of it, and not one for each interface.
  fileprivate var isOfMachine: Bool { knobs.contains { $0.kind == .sysctl && !$0.name.contains(".IF.") } }
}

extension InterfaceState {
  var isBond: Bool { kind == "bond" || kind == "team" }
}
