package import Change
internal import Vocabulary

/// A value that is to be there again after a restart.
public struct PersistentSetting: Sendable, Equatable {
  /// What is set: a knob, or a key that is worked out anew on the interface.
  public enum Subject: Sendable, Hashable {
    case knob(Knob)
    case key(String)
  }

  /// `nil`: of the machine.
  public let interface: InterfaceIdentity?
  public let subject: Subject
  public let value: String

  public init(_ interface: InterfaceIdentity?, _ subject: Subject, _ value: String) {
    self.interface = interface
    self.subject = subject
    self.value = value
  }

  /// What is set now through rdmactl: the knobs that open entries of the journal changed, as they stand.
  ///
  /// - Parameters:
  ///   - records: of this boot, oldest first.
  ///   - state: the machine as it is.
  /// - Returns: the settings, each knob once, and what should be known of them.
  package static func settings(
    of records: [ChangeRecord], in state: OffloadState
  ) -> (settings: [PersistentSetting], remarks: [String]) {
    var places: [Place] = []
    var set: [Place: String] = [:]
    var tried: [Place: Int] = [:]
    for record in records where record.state.isOpen {
      for change in record.changes {
        guard let place = Place(change.place) else { continue }
        if record.state == .trial { tried[place] = record.id }
        if set[place] == nil { places.append(place) }
        set[place] = (record.results[change.place] ?? change.after).text
      }
    }
    var settings: [PersistentSetting] = []
    var remarks: [String] = []
    for place in places {
      if let id = tried[place] {
        remarks.append("\(place.title) is left out: change \(id) is a trial; rdmactl offload keep \(id) confirms it")
        continue
      }
      let knobs: [Knob: KnobState]
      let interface: InterfaceIdentity?
      if let known = place.interface {
        let now = InterfaceSearch(state: state, isOfThisBoot: true).find(known).identity
        guard let found = state.interfaces.first(where: { $0.identity == now }) else {
          remarks.append("\(place.title) is left out: the interface is gone")
          continue
        }
        (knobs, interface) = (found.knobs, found.identity)
      } else {
        (knobs, interface) = (state.machine, nil)
      }
      guard let now = knobs[place.knob]?.value else {
        remarks.append("\(place.title) is left out: it is no longer there")
        continue
      }
      if let then = set[place], then != now {
        remarks.append("\(place.title) is kept as it is (\(now)): rdmactl had set \(then)")
      }
      settings.append(PersistentSetting(interface, .knob(place.knob), now))
    }
    return (settings, remarks)
  }

  /// What a profile comes to on this machine.
  public static func settings(of plan: TuningPlan, in state: OffloadState) -> [PersistentSetting] {
    plan.values.flatMap { request in
      let interface = request.interface.flatMap { name in state.interfaces.first { $0.name == name } }
      let there = request.interface == nil ? state.machine : interface?.knobs ?? [:]
      return request.assignments.flatMap { assignment -> [PersistentSetting] in
        // Of a feature of several bits those that the device has and lets go.
        let knobs = KeyCatalogue.key(named: assignment.key)?.knobs ?? []
        guard !knobs.isEmpty else {
          return [PersistentSetting(interface?.identity, .key(assignment.key), assignment.value)]
        }
        return knobs.filter { there[$0].map { !$0.isFixed } ?? false }
          .map { PersistentSetting(interface?.identity, .knob($0), assignment.value) }
      }
    }
  }
}
