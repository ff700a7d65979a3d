internal import Vocabulary

/// Keys whose settings depend on the interface: how many queues and interrupts it has.
enum ComputedKeys {
  struct Impossible: Error {
    let reason: String
    let category: Refusal.Category
  }

  typealias Settings = [(place: Place, value: String)]

  /// Files that each queue has: the key, the queues and the file.
  private static let queueFiles: [(key: String, queues: String, file: String)] = [
    ("rps", "queues/rx-", "/rps_cpus"), ("xps", "queues/tx-", "/xps_cpus"),
  ]

  static func isOfQueues(_ key: String) -> Bool { queueFiles.contains { $0.key == key } }

  /// - Parameter channels: how many there will be: the queues beyond have gone by then.
  static func settings(
    _ key: String, _ value: String, on interface: InterfaceState, channels: Int?
  ) -> Result<Settings, Impossible> {
    if let rule = queueFiles.first(where: { $0.key == key }) {
      return queues(value, interface) { name in
        guard name.hasPrefix(rule.queues), name.hasSuffix(rule.file) else { return false }
        let number = Int(decimal: name.dropFirst(rule.queues.count).dropLast(rule.file.count))
        return channels.map { $0 == 0 || number ?? 0 < $0 } ?? true
      }
    }
    switch key {
    case "irq-affinity": return interrupts(ProcessorSet(value)?.numbers ?? [], interface)
    case "rss-base": return interrupts(from: value, interface)
    default: return .failure(Impossible(reason: "\(interface.name) has no such setting", category: .unsupported))
    }
  }

  private static func queues(
    _ value: String, _ interface: InterfaceState, _ isMeant: (String) -> Bool
  ) -> Result<Settings, Impossible> {
    var settings: Settings = []
    for (knob, state) in interface.knobs where knob.kind == .sysfs && isMeant(knob.name) {
      var text = value
      if knob.name.hasSuffix("_cpus") {
        guard let mask = ProcessorSet(value)?.mask(like: state.value) else {
          return .failure(Impossible(reason: "this machine has not all of these processors", category: .unsupported))
        }
        text = mask
      }
      settings.append((Place(interface.identity, knob), text))
    }
    guard !settings.isEmpty else {
      return .failure(Impossible(reason: "\(interface.name) has no such queues", category: .unsupported))
    }
    return .success(settings.sorted { $0.place.knob < $1.place.knob })
  }

  /// One processor for each interrupt, in turn: a queue's interrupt that wanders loses its caches.
  private static func interrupts(_ processors: [Int], _ interface: InterfaceState) -> Result<Settings, Impossible> {
    let knobs = interface.knobs.keys.filter { $0.kind == .interrupt }
      .sorted { (Int(decimal: $0.name) ?? 0) < (Int(decimal: $1.name) ?? 0) }
    guard !knobs.isEmpty, !processors.isEmpty else {
      return .failure(Impossible(reason: "\(interface.name) has no interrupts of its own", category: .unsupported))
    }
    return .success(
      knobs.enumerated().map {
        (Place(interface.identity, $0.element), String(processors[$0.offset % processors.count]))
      })
  }

  /// The processors beside the device in turn, from this one on: RssBaseCpu of Windows.
  private static func interrupts(from first: String, _ interface: InterfaceState) -> Result<Settings, Impossible> {
    let local = interface.localCPUs.flatMap { ProcessorSet($0) }?.numbers ?? []
    guard let base = Int(decimal: first), let start = local.firstIndex(where: { $0 >= base }) else {
      let known = interface.localCPUs.map { "the processors beside \(interface.name) are \($0)" }
      return .failure(
        Impossible(reason: known ?? "the processors beside \(interface.name) are not known", category: .unsupported))
    }
    return interrupts(Array(local[start...] + local[..<start]), interface)
  }
}

/// Over which queues what is received is spread: `rss` or `rss-weight`.
struct ReceiveSharing {
  private var count: Int?
  private var weights: [Int]?
  private var typed: [(key: String, value: String)] = []

  /// - Returns: whether the key is one of these.
  mutating func take(_ key: String, _ value: String) -> Bool {
    switch key {
    case "rss": count = number(value)
    case "rss-weight":
      let numbers = value.split { $0 == "," || $0 == " " || $0 == ":" }.map { Int(decimal: $0) }
      weights = numbers.contains(nil) ? [] : numbers.compactMap(\.self)
    default: return false
    }
    typed.append((key, value))
    return true
  }

  /// More than any card has is as good as any number.
  private func number(_ text: String) -> Int? { Int(decimal: text).map { min($0, 1 << 16) } }

  func settle(on interface: InterfaceState, into asked: inout AskedSettings) {
    guard let first = typed.first else { return }
    do throws(ComputedKeys.Impossible) {
      for setting in try settings(on: interface, asked) {
        asked.ask([setting], key: first.key, typed: first.value)
      }
    } catch {
      for (key, value) in typed { asked.refuse(interface.name, key, value, error.reason, error.category) }
    }
  }

  private func settings(
    on interface: InterfaceState, _ asked: AskedSettings
  ) throws(ComputedKeys.Impossible) -> ComputedKeys.Settings {
    if let weights {
      if weights.isEmpty { throw .init(reason: "it is a weight for each queue, as in 6,2", category: .usage) }
      if count != nil { throw .init(reason: "rss cannot be combined with rss-weight", category: .usage) }
    }
    let channels = Channels(interface, asked)
    let needed = weights?.count ?? count ?? 1
    guard let table = interface.knobs[.rssTable].flatMap({ $0.isFixed ? nil : RSSTable($0.value) }) else {
      return try withoutTable(channels, interface)
    }
    var settings: ComputedKeys.Settings = []
    if needed > channels.receiving {
      guard let knob = channels.settable, needed <= channels.most else {
        throw .init(
          reason: "\(interface.name) has \(max(channels.receiving, channels.most)) receive queues",
          category: .unsupported)
      }
      settings.append((Place(interface.identity, knob), "\(needed)"))
    }
    let size = table.queues.count
    let new = weights.map { RSSTable(size: size, weights: $0) } ?? RSSTable(size: size, inTurnOver: needed)
    guard let new else { throw .init(reason: "the weights are all 0, or too large", category: .usage) }
    settings.append((Place(interface.identity, .rssTable), new.text))
    return settings
  }

  /// Where no table can be set, the number of queues is what there is to say.
  private func withoutTable(
    _ channels: Channels, _ interface: InterfaceState
  ) throws(ComputedKeys.Impossible) -> ComputedKeys.Settings {
    guard let count, weights == nil else {
      throw .init(reason: "its driver has no RSS table that can be set", category: .unsupported)
    }
    guard let knob = channels.settable else {
      if count == channels.receiving { return [] }
      throw .init(
        reason: "its driver can set neither an RSS table nor the number of queues", category: .unsupported)
    }
    return [(Place(interface.identity, knob), "\(count)")]
  }
}

/// The receive queues of an interface.
private struct Channels {
  /// How many there are, or will be after what else is asked.
  let receiving: Int
  /// How many there can be.
  let most: Int
  /// What sets their number.
  let settable: Knob?

  init(_ interface: InterfaceState, _ asked: AskedSettings) {
    func number(_ knob: Knob) -> Int { asked.future(interface, knob).flatMap { Int(decimal: $0) } ?? 0 }
    let receive = Knob(.channels, "rx")
    let candidates = [Knob.combinedChannels, receive].filter { (interface.knobs[$0]?.range?.upperBound ?? 0) > 0 }
    settable = candidates.first { interface.knobs[$0]?.isFixed == false }
    most = settable.flatMap { interface.knobs[$0]?.range?.upperBound } ?? 0
    let counted = min(number(.combinedChannels), 1 << 16) + min(number(receive), 1 << 16)
    // The table's range is the driver's own count, where the kernel tells no channels.
    receiving = counted > 0 ? counted : (interface.knobs[.rssTable]?.range?.upperBound).map { $0 + 1 } ?? 1
  }
}
