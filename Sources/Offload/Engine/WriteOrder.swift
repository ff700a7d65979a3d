/// In which order settings are made, so that each finds what it needs.
struct WriteOrder {
  /// How far up an interface stands: what it is a member of, or stands on, goes before it. A bond hands its MTU to its
  /// members, and a VLAN's may not be larger than the one of the interface below.
  private let depths: [String: Int]

  init(_ state: OffloadState) {
    let below = Dictionary(state.interfaces.map { ($0.name, $0.master ?? $0.lower) }) { first, _ in first }
    depths = below.mapValues { first in
      var next = first
      var depth = 0
      // A circle cannot be, but the kernel's answers come one after the other.
      while let name = next, depth < 16 {
        depth += 1
        next = below[name] ?? nil
      }
      return depth
    }
  }

  /// Settings with their new values as the messages that make them.
  func messages(_ settings: Snapshot, now: Snapshot, together: Bool = true) -> [KnobWrite] {
    var messages: [(rank: [Int], name: String, write: KnobWrite)] = []
    let shrinking = Set(settings.filter { isLowered($0.key, to: $0.value, now) }.compactMap(\.key.interface))
    let groups = Dictionary(grouping: settings) { setting in
      let knob = setting.key.knob
      let isAlone = !together && knob.kind != .feature || knob.isAlone
      return Group(interface: setting.key.interface, kind: knob.kind, name: isAlone ? knob.name : nil)
    }
    for (group, members) in groups {
      let values = Dictionary(members.map { ($0.key.knob.name, $0.value.value) }) { first, _ in first }
      let isShrinking = group.interface.map(shrinking.contains) ?? false
      let rank = [
        group.interface.map { (depths[$0.name] ?? 0) } ?? -1, group.interface?.index ?? -1,
        group.kind.rank(name: group.name, shrinking: isShrinking),
      ]
      messages.append((rank, group.name ?? "", KnobWrite(group.interface, group.kind, values)))
    }
    messages.sort { $0.rank == $1.rank ? $0.name < $1.name : $0.rank.lexicographicallyPrecedes($1.rank) }
    return messages.map(\.write)
  }

  private struct Group: Hashable {
    let interface: InterfaceIdentity?
    let kind: Knob.Kind
    let name: String?
  }

  private func isLowered(_ place: Place, to state: KnobState, _ now: Snapshot) -> Bool {
    guard place.knob.kind == .channels, let new = Int(state.value), let old = now[place].flatMap({ Int($0.value) })
    else { return false }
    return new < old
  }
}

extension Knob {
  static let ipoibMode = Knob(.link, "ipoib-mode")
  static let mtu = Knob(.link, "mtu")
  static let combinedChannels = Knob(.channels, "combined")
  static let rssTable = Knob(.rss, "table")

  /// Whether it is set by a message of its own: the mode of IPoIB decides about MTU and features, and files are written one
  /// by one anyway.
  var isAlone: Bool {
    switch kind {
    case .sysfs, .interrupt, .sysctl: true
    case .link: self == .ipoibMode
    case .feature, .channels, .rss, .coalesce, .ring, .pause: false
    }
  }
}

extension Knob.Kind {
  /// - Parameter shrinking: whether there will be fewer channels. The kernel refuses that while the RSS table names one of
  ///   those that go.
  fileprivate func rank(name: String?, shrinking: Bool) -> Int {
    switch self {
    case .link where name == Knob.ipoibMode.name: 0
    case .rss where shrinking: 1
    case .channels: 2
    case .ring: 3
    case .rss: 4
    case .feature: 5
    case .coalesce: 6
    case .pause: 7
    case .link: 8
    // The queues and interrupts there are depends on the channels.
    case .sysfs: 9
    case .interrupt: 10
    case .sysctl: 11
    }
  }
}
