/// Works a profile out on a machine. Pure: everything it needs to know is handed to it.
public struct TuningPlanner {
  private let profile: TuningProfile
  private let state: OffloadState
  private let machine: TuningMachine

  public init(_ profile: TuningProfile, state: OffloadState, machine: TuningMachine) {
    self.profile = profile
    self.state = state
    self.machine = machine
  }

  public func plan() -> TuningPlan {
    let ofMachine = profile.rules.filter(\.isOfMachine).map { item($0, of: nil) }
    let ofInterfaces = state.interfaces.flatMap { interface in
      profile.rules.filter { !$0.isOfMachine }.map { item($0, of: interface) }
    }
    let items = ofMachine + ofInterfaces
    return TuningPlan(profile: profile, items: items, remarks: remarks(items))
  }

  /// What a value was worked out to be.
  private enum Finding {
    case value(String, basis: String?)
    case impossible(String)
  }

  private func item(_ rule: TuningRule, of interface: InterfaceState?) -> TuningPlan.Item {
    func item(
      _ verdict: TuningPlan.Verdict, present: String? = nil, wanted: String? = nil, basis: String? = nil
    ) -> TuningPlan.Item {
      TuningPlan.Item(
        interface: interface?.name, rule: rule, present: present, wanted: wanted, basis: basis, verdict: verdict)
    }
    guard rule.value != .reported else { return item(.reported) }
    guard let key = KeyCatalogue.key(named: rule.key) else {
      return item(.impossible("rdmactl has no such key"))
    }
    let knobs = interface?.knobs ?? state.machine
    let stands: KnobState?
    var seen: String?
    switch Standing(of: key, on: interface, knobs: knobs) {
    case .absent(let reason): return item(.impossible(reason))
    case .one(let state): (stands, seen) = (state, state.effective)
    case .several(let text): (stands, seen) = (nil, text)
    }
    switch find(rule, key: key, present: stands, on: interface) {
    case .impossible(let reason): return item(.impossible(reason), present: seen)
    case .value(let wanted, let basis):
      if let stands, stands.value == wanted, stands.effective == wanted {
        return item(.already, present: wanted, wanted: wanted, basis: basis)
      }
      if let stands, stands.isFixed {
        return item(.impossible(stands.reason ?? "the driver has it fixed"), present: seen)
      }
      return item(.change, present: seen, wanted: wanted, basis: basis)
    }
  }

  private func find(
    _ rule: TuningRule, key: SettingKey, present: KnobState?, on interface: InterfaceState?
  ) -> Finding {
    switch rule.value {
    case .reported: .impossible("it is only reported")
    case .fixed(let value): .value(value, basis: nil)
    case .maximum(let limit): maximum(limit, present: present, what: rule.key)
    case .cores(let limit): cores(limit, present: present, on: interface)
    case .processorsBeside: processorsBeside(interface)
    case .atLeast(let amounts): atLeast(amounts, present: present)
    }
  }

  private func maximum(_ limit: Int, present: KnobState?, what: String) -> Finding {
    guard let most = present?.range?.upperBound else {
      return .impossible("the driver does not report its maximum")
    }
    guard most > 1 else { return .impossible("the device has \(most)") }
    let wanted = min(most, limit)
    return .value("\(wanted)", basis: wanted == most ? "all of the device" : "of \(most) that the device could have")
  }

  /// Cores and not processors: two threads of a core share what moves the data.
  private func cores(_ limit: Int?, present: KnobState?, on interface: InterfaceState?) -> Finding {
    guard let most = present?.range?.upperBound else { return .impossible("the driver has a fixed number of queues") }
    guard most > 1 else { return .impossible("the device has one queue") }
    guard let near = beside(interface) else {
      return .impossible("the kernel does not report the processors of the device")
    }
    let cores = Set(near.numbers.map { machine.coreOf[$0] ?? $0 }).count
    let wanted = max(1, min(cores, most, limit ?? most))
    var basis = "\(cores) core\(cores == 1 ? "" : "s") \(near.place)"
    if wanted < cores { basis += ", \(wanted == most ? "of which the device has queues for" : "limited to") \(wanted)" }
    return .value("\(wanted)", basis: basis)
  }

  private func processorsBeside(_ interface: InterfaceState?) -> Finding {
    guard let interface, !interface.interrupts.isEmpty else { return .impossible(Standing.noInterrupts(interface)) }
    guard let near = beside(interface) else {
      return .impossible("the kernel does not report the processors of the device")
    }
    return .value(near.text, basis: "the processors \(near.place)")
  }

  /// The processors beside the device, or where it has no place all of them.
  private func beside(_ interface: InterfaceState?) -> (numbers: [Int], text: String, place: String)? {
    if let text = interface?.localCPUs, let numbers = ProcessorSet(text)?.numbers {
      let node = interface?.numaNode.flatMap { $0 >= 0 ? " (NUMA node \($0))" : nil } ?? ""
      return (numbers, text, "beside the device\(node)")
    }
    guard let text = machine.onlineProcessors, let numbers = ProcessorSet(text)?.numbers else {
      return nil
    }
    return (numbers, text, "of the machine")
  }

  /// What is larger stays: nobody's buffers shrink.
  private func atLeast(_ amounts: [TuningRule.Amount], present: KnobState?) -> Finding {
    let now = (present?.value ?? "").split { $0 == " " || $0 == "\t" }.map { Int($0) }
    guard now.count == amounts.count else { return .impossible("the kernel has another form of it") }
    var values: [Int] = []
    var basis: String?
    for (amount, now) in zip(amounts, now) {
      guard let now else { return .impossible("the kernel has another form of it") }
      switch amount {
      case .asItIs: values.append(now)
      case .number(let number): values.append(max(now, number))
      case .window(let milliseconds):
        guard let speed = state.interfaces.compactMap(\.speed).filter({ $0 > 0 }).max() else {
          return .impossible("no interface reports its rate")
        }
        let window = Self.window(speed: speed, milliseconds: milliseconds, memory: machine.memory)
        values.append(max(now, window.bytes))
        basis = "\(speed) Mb/s for \(milliseconds) ms\(window.isBounded ? ", bounded by the memory" : "")"
      }
    }
    return .value(values.map(String.init).joined(separator: " "), basis: basis)
  }

  /// - Parameters:
  ///   - speed: Mb/s.
  ///   - memory: bytes; a socket may take a 64th of it at most, and never more than 256 MiB.
  static func window(speed: Int, milliseconds: Int, memory: Int?) -> (bytes: Int, isBounded: Bool) {
    let most = min(256 << 20, memory.map { max($0 / 64, 1 << 20) } ?? 256 << 20)
    let (product, overflows) = speed.multipliedReportingOverflow(by: milliseconds)
    // A megabit a second is 125 bytes a millisecond; twice that, for what the kernel takes for itself.
    let wanted = overflows || product > (1 << 40) ? Int.max : product * 250
    var bytes = 1 << 16
    while bytes < wanted, bytes < most { bytes <<= 1 }
    return bytes > most ? (bytes >> 1, true) : (bytes, bytes < wanted)
  }
}

/// How a key stands on an interface, or on the machine.
private enum Standing {
  case one(KnobState)
  /// It is there, but is not one value: the processors of many interrupts. As the user sees it.
  case several(String?)
  case absent(String)

  init(of key: SettingKey, on interface: InterfaceState?, knobs: [Knob: KnobState]) {
    if let state = key.state(in: knobs) {
      self = .one(state)
    } else if key.knobs.isEmpty, let interface {
      self = Self.workedOut(key.name, on: interface)
    } else {
      self = .absent(interface == nil ? "this kernel has no such setting" : "this driver has no such setting")
    }
  }

  /// The keys that are worked out on the interface.
  private static func workedOut(_ name: String, on interface: InterfaceState) -> Standing {
    switch name {
    case "rss":
      // Receive queues are combined channels, or channels of their own.
      for channels in ["combined", "rx"] {
        if let state = interface.knobs[Knob(.channels, channels)], state.range.map({ $0.upperBound > 0 }) ?? true {
          return .one(state)
        }
      }
      return interface.knobs[Knob(.rss, "table")] == nil ? .absent("the device has one receive queue") : .several(nil)
    case "rss-base", "irq-affinity":
      guard !interface.interrupts.isEmpty else { return .absent(noInterrupts(interface)) }
      return .several(affinities(of: interface))
    default: return .several(nil)
    }
  }
}

extension Standing {
  /// Many drivers ask for them when the interface is switched on.
  static func noInterrupts(_ interface: InterfaceState?) -> String {
    interface?.isUp == false
      ? "it has no interrupts while it is down (ip link set \(interface?.name ?? "") up)"
      : "it has no interrupts of its own"
  }

  /// `0; 1; 0-3`: where its interrupts go, each once.
  private static func affinities(of interface: InterfaceState) -> String? {
    let all = interface.interrupts.compactMap { interface.knobs[Knob(.interrupt, "\($0.number)")]?.value }
    let once = all.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return once.isEmpty ? nil : once.joined(separator: "; ")
  }
}

extension TuningPlanner {
  /// What works against the profile, or costs as much as it brings.
  private func remarks(_ items: [TuningPlan.Item]) -> [String] {
    var remarks: [String] = []
    let moves = items.contains { $0.verdict == .change && ["irq-affinity", "rss-base"].contains($0.rule.key) }
    if machine.balancesInterrupts, moves {
      remarks.append(
        "irqbalance runs and will move the interrupts again; name them in its IRQBALANCE_BANNED_CPUS, or stop it")
    }
    if let connections = machine.trackedConnections {
      let most = machine.maximumConnections.map { " of \($0)" } ?? ""
      remarks.append(
        "every packet is looked up among \(connections)\(most) tracked connections (nf_conntrack); a notrack rule or a "
          + "flowtable spares busy flows that")
    }
    if !machine.packetFilters.isEmpty {
      remarks.append(
        "packets pass \(machine.packetFilters.joined(separator: " and ")): each rule before the one that decides costs "
          + "time (nft list ruleset); it stays")
    }
    return remarks
  }
}
