package import Change
internal import Vocabulary

// Interfaces, knobs and their states as the change engine has them: as words.

extension InterfaceIdentity {
  package var object: ChangeObject {
    ChangeObject(
      name,
      facts: ["index=\(index)"] + (permanentMAC.map { ["mac=\($0)"] } ?? []) + (pciAddress.map { ["pci=\($0)"] } ?? []))
  }

  package init?(_ object: ChangeObject) {
    guard let index = object.fact("index").flatMap({ Int($0) }) else { return nil }
    self.init(
      name: object.name, index: index, permanentMAC: object.fact("mac").flatMap { MACAddress($0) },
      pciAddress: object.fact("pci").flatMap { PCIAddress($0) })
  }
}

extension Place {
  package var change: ChangePlace { ChangePlace(interface?.object, knob.description) }

  package init?(_ place: ChangePlace) {
    let words = place.key.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, let kind = Knob.Kind(rawValue: words[0]) else { return nil }
    guard let object = place.object else {
      self.init(nil, Knob(kind, words[1]))
      return
    }
    guard let identity = InterfaceIdentity(object) else { return nil }
    self.init(identity, Knob(kind, words[1]))
  }
}

extension KnobState {
  package var change: ChangeValue {
    ChangeValue(value, facts: (active.map { ["active=\($0)"] } ?? []) + (isFixed ? ["fixed"] : []))
  }

  package init(_ value: ChangeValue) {
    self.init(
      value.text, active: ChangeObject("", facts: value.facts).fact("active"), isFixed: value.facts.contains("fixed"))
  }
}

extension Snapshot {
  var change: ChangeSnapshot { ChangeSnapshot(uniqueKeysWithValues: map { ($0.key.change, $0.value.change) }) }

  init(_ snapshot: ChangeSnapshot) {
    self.init(snapshot.compactMap { place, value in Place(place).map { ($0, KnobState(value)) } }) { first, _ in first }
  }
}

extension KnobChange {
  var planned: PlannedChange {
    PlannedChange(place.change, before: before.change, after: ChangeValue(wanted), key: key, reason: reason)
  }

  /// - Returns: `nil` for a place that is not a knob.
  package init?(_ change: PlannedChange) {
    guard let place = Place(change.place) else { return nil }
    self.init(
      place, before: KnobState(change.before), wanted: change.after.text, key: change.key, reason: change.reason)
  }
}

extension OffloadOutcome {
  /// What an entry of the journal came to.
  package init(_ record: ChangeRecord) {
    let applied = record.changes.compactMap { change -> Applied? in
      guard let knob = KnobChange(change) else { return nil }
      return Applied(
        place: knob.place, key: knob.key, before: knob.before.value, asked: knob.wanted,
        got: record.results[change.place].map { KnobState($0).effective } ?? knob.wanted)
    }
    self.init(applied: applied, sideEffects: Self.sideEffects(of: record), journalID: record.id)
  }

  /// What changed and was not asked for.
  package static func sideEffects(of record: ChangeRecord) -> [SideEffect] {
    record.sides.ordered.compactMap { place, new in
      guard let knob = Place(place) else { return nil }
      let (old, new) = (record.before[place].map { KnobState($0) } ?? .absent, KnobState(new))
      return SideEffect(place: knob, before: old.seen(beside: new), after: new.seen(beside: old))
    }
  }
}
