internal import HostAccess

/// Puts settings back, and looks whether they are back.
struct Restorer {
  /// Putting one back may change another, which is put back in the next round.
  private static let rounds = 6

  let settings: any SettingAccess

  struct Result {
    /// What is not as it should be.
    var differences: [Difference] = []
    /// What was written.
    var written: Set<Place> = []
    /// How everything stands now.
    var now: Snapshot = [:]
  }

  /// - Parameters:
  ///   - target: how everything should stand, by the identities of now.
  ///   - first: what was changed by hand: it goes back first, and takes most of what followed it along.
  ///   - names: the interfaces to look at.
  func restore(_ target: Snapshot, first: Set<Place>, names: Set<String>) -> Result {
    var result = Result()
    var refusals: [Place: String] = [:]
    let withMachine = target.keys.contains { $0.interface == nil }
    var previous: Snapshot?
    for round in 0...Self.rounds {
      let state: OffloadState
      do throws(NetworkFailure) { state = try settings.read(names.sorted()) } catch {
        result.differences = target.map {
          Difference(place: $0.key, wanted: $0.value, now: nil, refusal: error.explanation)
        }
        return result
      }
      result.now = state.snapshot(of: names, machine: withMachine)
      result.differences = differences(target, result.now, refusals)
      var open = target.filter { place, wanted in
        guard let now = result.now[place] else { return false }
        return !now.isFixed && !now.hasValue(of: wanted)
      }
      // The last look is only a look; so is one that finds what the one before it found.
      if open.isEmpty || round == Self.rounds || round > 1 && open == previous { break }
      previous = open
      let primary = open.filter { first.contains($0.key) }
      if round == 0 && !primary.isEmpty { open = primary }
      let messages = WriteOrder(state).messages(open, now: result.now, together: round < 2)
      for message in messages {
        let places = message.values.keys.map { Place(message.interface, Knob(message.kind, $0)) }
        do throws(NetworkFailure) {
          try settings.write(message)
          for place in places { refusals[place] = nil }
        } catch {
          for place in places { refusals[place] = error.explanation }
        }
        result.written.formUnion(places)
      }
    }
    return result
  }

  private func differences(_ target: Snapshot, _ now: Snapshot, _ refusals: [Place: String]) -> [Difference] {
    target.ordered.compactMap { place, wanted in
      if let state = now[place], state.isLike(wanted) { return nil }
      // Other channels come with other interrupts, under other numbers.
      if now[place] == nil && place.knob.kind == .interrupt { return nil }
      return Difference(place: place, wanted: wanted, now: now[place], refusal: refusals[place])
    }
  }
}
