public import HostAccess
internal import Vocabulary

/// The settings as Linux has them: by a few messages for all interfaces, and sysfs for what has none.
public struct KernelSettings: SettingAccess {
  private let host: Host

  public init(_ host: Host) { self.host = host }

  public func read(_ names: [String]?) throws(NetworkFailure) -> OffloadState {
    var reading = KernelReading(network: host.network, files: host.files)
    return try reading.run(names.map(Set.init))
  }

  public func write(_ change: KnobWrite) throws(NetworkFailure) {
    try KernelWriting(network: host.network).make(change)
  }
}

/// One reading of everything. What fails is a note, or what the driver cannot do; it hides nothing else.
struct KernelReading {
  let network: any NetworkAccess
  let files: any FileReading
  private var state = OffloadState()
  /// Their places in `state.interfaces` by the kernel's number.
  private var places: [Int: Int] = [:]

  init(network: any NetworkAccess, files: any FileReading) {
    self.network = network
    self.files = files
  }

  mutating func run(_ names: Set<String>?) throws(NetworkFailure) -> OffloadState {
    do throws(NetworkFailure) {
      try readLinks(names)
    } catch .recorded {
      readRecordedLinks(names)
      note("the kernel", "a recorded machine (--root) has no netlink: only its files can be read")
    }
    if !places.isEmpty { readEthtool(all: names == nil) }
    let interrupts = InterruptTable(files)
    state.ownsSysfs = network.namespace?.ownsSysfs ?? true
    if !state.ownsSysfs {
      note("/sys", "it shows the interfaces of another network name space: settings that are files there are left out")
    }
    for place in state.interfaces.indices {
      InterfaceFiles(files: files, ownsSysfs: state.ownsSysfs).add(to: &state.interfaces[place], interrupts: interrupts)
    }
    readMachine()
    FeatureReasons.add(to: &state.interfaces)
    return state
  }

  private mutating func note(_ subject: String, _ message: String) {
    state.notes.append(Note(subject: subject, message: message))
  }

  // MARK: interfaces

  private mutating func readLinks(_ names: Set<String>?) throws(NetworkFailure) {
    let messages = try network.ask(LinkMessage.request).messages
    let links = messages.compactMap(LinkMessage.init)
    for index in messages.compactMap(LinkMessage.nameless) where names == nil {
      note("interface \(index)", "its name has control characters: it is left out until somebody gives it another")
    }
    let byIndex = Dictionary(links.map { ($0.index, $0) }) { first, _ in first }
    for link in links.sorted(by: { $0.index < $1.index }) where names?.contains(link.name) ?? true {
      var interface = link.state
      let master = link.master.flatMap { byIndex[$0] }
      interface.master = master?.name
      interface.masterKind = link.memberKind ?? master?.kind
      interface.lower = link.lower.flatMap { byIndex[$0]?.name }
      append(interface)
    }
    // The relations that only the others tell.
    for link in links {
      if let place = link.master.flatMap({ places[$0] }) { state.interfaces[place].members.append(link.name) }
      if let place = link.lower.flatMap({ places[$0] }), let kind = link.kind {
        state.interfaces[place].uppers.append(StackedInterface(name: link.name, kind: kind, tag: link.tag))
      }
    }
  }

  private mutating func append(_ interface: InterfaceState) {
    guard places[interface.identity.index] == nil else { return }
    places[interface.identity.index] = state.interfaces.count
    state.interfaces.append(interface)
  }

  /// What sysfs alone has of rtnetlink's.
  private mutating func readRecordedLinks(_ names: Set<String>?) {
    for name in (try? files.list("/sys/class/net")) ?? [] where InterfaceFiles.isName(name) {
      let directory = InterfaceFiles.directory(of: name)
      guard names?.contains(name) ?? true, let index = number(directory + "/ifindex") else { continue }
      var interface = InterfaceState(identity: InterfaceIdentity(name: name, index: index))
      for (knob, file) in [("mtu", "mtu"), ("txqueuelen", "tx_queue_len")] {
        interface.knobs[Knob(.link, knob)] = number("\(directory)/\(file)").map { KnobState(String($0)) }
      }
      interface.isLoopback = number(directory + "/type") == 772
      interface.isInfiniBand = number(directory + "/type") == 32
      interface.isUp = (try? files.text(directory + "/operstate")) == "up"
      if let mode = try? files.text(directory + "/mode"), LinkMessage.ipoibModes.contains(mode) {
        interface.knobs[Knob(.link, "ipoib-mode")] = KnobState(mode)
      }
      append(interface)
    }
    state.interfaces.sort { $0.identity.index < $1.identity.index }
  }

  private func number(_ path: String) -> Int? { (try? files.text(path)).flatMap { Int(decimal: $0) } }

  // MARK: ethtool

  private mutating func readEthtool(all: Bool) {
    let strings: NetlinkAnswer
    do throws(NetworkFailure) { strings = try network.ask(FeatureMessage.namesRequest) } catch {
      // Without the family nothing else of it will come.
      if error != .recorded {
        note("ethtool", "the kernel does not report the devices' settings: \(error.explanation)")
      }
      return
    }
    let features = FeatureMessage(names: FeatureMessage.names(.features, in: strings))
    answers(all, FeatureMessage.request) { interface, message in
      if let message { interface.knobs.merge(features.knobs(in: message.attributes)) { $1 } }
    }
    for table in ParameterTable.all {
      answers(all, { EthtoolMessage.ask(table.get, $0) }) { interface, message in
        if let message { interface.knobs.merge(table.knobs(in: message.attributes)) { $1 } }
        if message == nil { interface.unsupported.insert(table.kind) }
      }
    }
    answers(all, { EthtoolMessage.ask(EthtoolMessage.getLinkModes, $0) }) { interface, message in
      let speed = message?.attributes.number(EthtoolMessage.speed)
      interface.speed = speed == UInt64(UInt32.max) ? nil : speed.flatMap { Int(exactly: $0) }
    }
    readRSS(functions: FeatureMessage.names(.hashFunctions, in: strings))
  }

  /// Hands each interface its answer, or `nil` when its driver has none: by one list for all of them. Where that breaks off
  /// (a device that sleeps, or goes), each is asked.
  private mutating func answers(
    _ all: Bool, _ request: (Int?) -> NetlinkRequest, _ take: (inout InterfaceState, NetlinkMessage?) -> Void
  ) {
    if all, let answer = try? network.ask(request(nil)) {
      var unanswered = Set(places.keys)
      for message in answer.messages {
        guard let index = EthtoolMessage.index(of: message), let place = places[index] else { continue }
        unanswered.remove(index)
        take(&state.interfaces[place], message)
      }
      for index in unanswered { if let place = places[index] { take(&state.interfaces[place], nil) } }
      return
    }
    for place in state.interfaces.indices {
      let identity = state.interfaces[place].identity
      do throws(NetworkFailure) {
        let answer = try network.ask(request(identity.index))
        take(&state.interfaces[place], answer.messages.first)
      } catch {
        take(&state.interfaces[place], nil)
        if !error.isUnsupported { noteOnce(identity.name, error.explanation) }
      }
    }
  }

  private mutating func noteOnce(_ subject: String, _ message: String) {
    let new = Note(subject: subject, message: message)
    if !state.notes.contains(new) { state.notes.append(new) }
  }

  private mutating func readRSS(functions: [String]) {
    for place in state.interfaces.indices where !state.interfaces[place].isLoopback {
      let name = state.interfaces[place].name
      var failure: NetworkFailure?
      let knobs = RSSMessage(network: network, interface: name, functions: functions).knobs { failure = $0 }
      if let failure { noteOnce(name, "its RSS settings: \(failure.explanation)") }
      if knobs.isEmpty { state.interfaces[place].unsupported.insert(.rss) }
      state.interfaces[place].knobs.merge(knobs) { $1 }
    }
  }

  // MARK: the machine

  private mutating func readMachine() {
    for key in KeyCatalogue.all {
      for knob in key.knobs where knob.kind == .sysctl && state.machine[knob] == nil {
        // Without an interface that of an interface has no path.
        guard let path = InterfaceFiles.path(ofSysctl: knob.name, interface: nil) else { continue }
        do throws(FileError) { state.machine[knob] = KnobState(try files.setting(path)) } catch {
          if error.reason != .notFound { note(knob.name, error.explanation) }
        }
      }
    }
  }
}
