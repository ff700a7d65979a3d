internal import Vocabulary

/// What taking one entry back means for the interfaces that there are now.
struct UndoTarget {
  /// How things should stand, by the identities of now.
  private(set) var settings: Snapshot = [:]
  private(set) var conflicts: [UndoPlan.Conflict] = []
  /// What somebody else changed in the entry's reach: it stays. By the entry's identities.
  private(set) var foreign: Snapshot = [:]
  private(set) var remarks: [String] = []
  /// Whether every interface whose settings the entry changed is still there.
  private(set) var isWhole = true

  /// - Parameters:
  ///   - later: entries after it that stand: what they made of a setting is not for this one to take back.
  ///   - now: how a setting stands, or will stand when the newer entries are taken back.
  ///   - leavesConflicts: what somebody else changed since stays as it is, and all else goes back.
  init(
    _ entry: JournalEntry, later: [JournalEntry], state: OffloadState, isOfThisBoot: Bool, leavesConflicts: Bool,
    now: (Place) -> KnobState?
  ) {
    var identities: [InterfaceIdentity: InterfaceIdentity] = [:]
    for identity in Set(entry.before.keys.compactMap(\.interface)).sorted(by: { $0.index < $1.index }) {
      let found = InterfaceSearch(state: state, isOfThisBoot: isOfThisBoot).find(identity)
      identities[identity] = found.identity
      if let remark = found.remark, entry.interfaces.contains(identity) { remarks.append(remark) }
      if found.identity == nil, entry.interfaces.contains(identity) { isWhole = false }
    }
    if !isOfThisBoot {
      remarks.append("entry \(entry.id) is of an earlier boot: most of what it changed did not outlive that")
    }
    for (place, old) in entry.before.ordered {
      if let identity = place.interface, identities[identity] == nil { continue }
      let present = Place(place.interface.flatMap { identities[$0] }, place.knob)
      let state = now(present)
      if let wanted = Self.wanted(entry, place, old) {
        if let conflict = Self.conflict(entry, place, old, wanted, state, later) {
          conflicts.append(conflict)
          if leavesConflicts {
            foreign[place] = state
            continue
          }
        }
        settings[present] = wanted
      } else if let state, !state.isLike(old) {
        foreign[place] = state
      }
    }
  }

  /// How a setting should stand when the entry is taken back; `nil` when it is none of the entry's.
  private static func wanted(_ entry: JournalEntry, _ place: Place, _ old: KnobState) -> KnobState? {
    switch entry.status {
    case .undoing: return entry.foreign[place] ?? old
    // How far it came is not known: all that may have followed from it is put back.
    case .interrupted: return entry.changes.contains { $0.place.knob.kind.reaches(place.knob.kind) } ? old : nil
    case .done, .trial, .kept, .undone, .failed:
      return entry.results[place] != nil || entry.sideStates[place] != nil ? old : nil
    }
  }

  private static func conflict(
    _ entry: JournalEntry, _ place: Place, _ old: KnobState, _ wanted: KnobState, _ now: KnobState?,
    _ later: [JournalEntry]
  ) -> UndoPlan.Conflict? {
    guard let now, !now.hasValue(of: wanted) else { return nil }
    let newer = later.last { $0.results[place].map(now.hasValue(of:)) ?? false }
    let after: String
    switch entry.status {
    case .undoing, .interrupted:
      // What it came to is not known: anybody's value may be its own, but not that of a later entry.
      guard newer != nil else { return nil }
      after = entry.results[place]?.value ?? entry.changes.last { $0.place == place }?.wanted ?? old.value
    case .done, .trial, .kept, .undone, .failed:
      // Interrupts that only followed are irqbalance's to move.
      guard place.knob.kind != .interrupt || entry.results[place] != nil,
        let state = entry.results[place] ?? entry.sideStates[place], state != .absent, !now.hasValue(of: state)
      else { return nil }
      after = state.value
    }
    return UndoPlan.Conflict(
      entry: entry.id, place: place, before: old.value, after: after, now: now.value, laterEntry: newer?.id)
  }
}

extension Knob.Kind {
  /// Whether changing one of this kind may change one of the other.
  fileprivate func reaches(_ other: Knob.Kind) -> Bool { reach.contains(other) }

  private var reach: Set<Knob.Kind> {
    switch self {
    case .feature: [.feature]
    case .channels: [.channels, .rss, .ring, .coalesce, .sysfs, .interrupt]
    case .rss: [.rss]
    case .coalesce: [.coalesce]
    case .ring: [.ring, .rss, .coalesce]
    case .pause: [.pause]
    case .link: [.link, .feature]
    case .sysfs: [.sysfs]
    case .interrupt: [.interrupt]
    case .sysctl: [.sysctl, .feature]
    }
  }
}

/// Finds an interface again that may have been renamed, or made anew.
struct InterfaceSearch {
  let state: OffloadState
  let isOfThisBoot: Bool

  /// - Returns: who it is now (`nil`: gone), and what is to be told about it.
  func find(_ old: InterfaceIdentity) -> (identity: InterfaceIdentity?, remark: String?) {
    guard let found = match(old) else { return (nil, "\(old.name) is gone, and its settings with it") }
    return (found, found.name == old.name ? nil : "\(old.name) is called \(found.name) now")
  }

  private func match(_ old: InterfaceIdentity) -> InterfaceIdentity? {
    let all = state.interfaces.map(\.identity)
    if old.permanentMAC != nil, old.pciAddress != nil {
      let same = all.filter { $0.permanentMAC == old.permanentMAC && $0.pciAddress == old.pciAddress }
      // Several on one card with one MAC (virtual functions of some): the number or the name decides.
      return same.count > 1 ? same.first { $0.index == old.index } ?? same.first { $0.name == old.name } : same.first
    }
    let possible = all.filter { $0.permanentMAC == old.permanentMAC && $0.pciAddress == old.pciAddress }
    if isOfThisBoot, let same = possible.first(where: { $0.index == old.index }) { return same }
    return possible.first { $0.name == old.name }
  }
}
