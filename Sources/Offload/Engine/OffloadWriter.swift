package import Change
package import HostAccess
public import Vocabulary

/// The settings of interfaces and of the machine for the change engine: planned, set, read back and restored.
package struct OffloadWriter: ChangeWriter {
  package typealias Detail = OffloadPlan
  package static let kind = "offload"

  package let host: Host
  package let settings: any SettingAccess
  package let requests: [SettingRequest]
  /// Whether what is asked of a bond is asked of its members, too.
  package let members: Bool
  package let action: String
  /// What the first look found: the second one reads only that far.
  private let reach = Reach()

  private final class Reach {
    var names: Set<String>?
  }

  /// - Parameters:
  ///   - settings: ``KernelSettings`` of the same host.
  ///   - requests: what is wanted; nothing for undo alone.
  package init(
    _ host: Host, settings: any SettingAccess, requests: [SettingRequest] = [], members: Bool = false,
    action: String = "set"
  ) {
    self.host = host
    self.settings = settings
    self.requests = requests
    self.members = members
    self.action = action
  }

  package var kind: String { Self.kind }
  package var locks: [ChangeLock] { [.own("offload")] }
  package var isOfNamespace: Bool { true }
  package var endsWithBoot: Bool { true }

  package func withAccess<Result>(
    _ purpose: ChangePurpose, _ body: (OffloadAccess) throws -> Result
  ) throws -> Result {
    try body(OffloadAccess(settings, names: purpose == .write ? reach.names : nil))
  }

  package func checkRights() throws {
    if host.network is AbsentNetwork { throw OffloadFailure.recorded }
    // CAP_NET_ADMIN is bit 12. Source: linux/capability.h, proc_pid_status(5).
    guard let status = try? host.files.read("/proc/self/status", limit: 1 << 16),
      let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }
      ),
      let capabilities = line.split(whereSeparator: \.isWhitespace).last.flatMap({ UInt64($0, radix: 16) }),
      capabilities >> 12 & 1 == 0
    else { return }
    throw OffloadFailure.noRights
  }

  // MARK: plan

  package func plan(_ access: OffloadAccess) throws -> ChangePlan<OffloadPlan> {
    if host.network is AbsentNetwork { throw OffloadFailure.recorded }
    let state = try access.all()
    for name in requests.compactMap(\.interface) where state.interface(named: name) == nil {
      throw OffloadFailure.noInterface(name, near: Spelling.nearest(to: name, among: state.interfaces.map(\.name)))
    }
    if !state.ownsSysfs {
      let files = requests.flatMap { request in
        request.assignments.map(\.key).filter(Self.needsSysfs).map { "\(request.interface ?? "machine") \($0)" }
      }
      guard files.isEmpty else { throw OffloadFailure.otherSysfs(files) }
    }
    let plan = plan(in: state)
    guard plan.refusals.isEmpty else { throw OffloadRefused(refusals: plan.refusals, plan: plan) }
    let named = Set(requests.compactMap(\.interface))
    reach.names = state.reach(of: plan.changes.map(\.place)).union(named)
    let interfaces = plan.changes.compactMap(\.place.interface?.name).unique
    return ChangePlan(
      plan, steps: Self.messages(plan.changes).map { ChangeStep($0.map(\.planned)) },
      subject: interfaces.isEmpty ? "machine" : interfaces.joined(separator: " "), question: "Set this?")
  }

  private static func needsSysfs(_ key: String) -> Bool {
    if ComputedKeys.isOfQueues(key) || key == "irq-affinity" { return true }
    return KeyCatalogue.key(named: key)?.knobs.contains { [.sysfs, .interrupt].contains($0.kind) } ?? false
  }

  private func plan(in state: OffloadState) -> OffloadPlan {
    let planner = OffloadPlanner(state: state, members: members)
    let plan = planner.plan(requests, roundings: [:])
    // The journal is read only where a driver may have rounded before.
    guard plan.changes.contains(where: { Int($0.wanted) != nil }) else { return plan }
    let roundings = knownRoundings()
    return roundings.isEmpty ? plan : planner.plan(requests, roundings: roundings)
  }

  /// What drivers made of a number the last time it was asked for: so that asking again is not a change.
  private func knownRoundings() -> [Rounding: String] {
    var result: [Rounding: String] = [:]
    for record in (try? ChangeHistory(host).newest(20, kind)) ?? [] {
      for change in record.changes {
        guard let got = record.results[change.place], !isSet(got, as: change.after), let place = Place(change.place)
        else { continue }
        result[Rounding(place: place, asked: change.after.text)] = got.text
      }
    }
    return result
  }

  /// Changes that stand together, are of one kind and on one interface are one message.
  private static func messages(_ changes: [KnobChange]) -> [[KnobChange]] {
    changes.reduce(into: []) { messages, change in
      if let last = messages.last?.last, last.place.interface == change.place.interface,
        last.place.knob.kind == change.place.knob.kind, !last.place.knob.isAlone, !change.place.knob.isAlone
      {
        messages[messages.count - 1].append(change)
      } else {
        messages.append([change])
      }
    }
  }

  // MARK: read and write

  package func read(_ places: Set<ChangePlace>, _ access: OffloadAccess) throws -> ChangeSnapshot {
    let state = try access.current(Set(places.compactMap(\.object?.name)))
    // What cannot be read there can be neither compared nor put back.
    if !state.ownsSysfs, let file = places.first(where: { $0.key.hasPrefix("\(Knob.Kind.sysfs.rawValue) ") }) {
      throw OffloadFailure.otherSysfs([file.title])
    }
    return state.snapshot(
      of: Set(places.compactMap(\.object?.name)), machine: places.contains { $0.object == nil }
    )
    .change.filter { places.contains($0.key) }
  }

  package func reach(of places: Set<ChangePlace>, _ access: OffloadAccess) throws -> ChangeSnapshot {
    let state = try access.all()
    return state.snapshot(
      of: state.reach(of: places.compactMap { Place($0) }), machine: places.contains { $0.object == nil }
    ).change
  }

  package func write(_ changes: [PlannedChange], _ access: OffloadAccess, _ log: ChangeLog) throws {
    let knobs = changes.compactMap { KnobChange($0) }
    guard let first = knobs.first else { return }
    let values = Dictionary(knobs.map { ($0.place.knob.name, $0.wanted) }) { _, last in last }
    access.isStale = true
    do throws(NetworkFailure) {
      try settings.write(KnobWrite(first.place.interface, first.place.knob.kind, values))
    } catch {
      throw OffloadRefused(refusals: knobs.map { $0.refusal(error) })
    }
  }

  package func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: OffloadAccess) throws {
    let state = access.state ?? OffloadState()
    let refused = changes.compactMap { KnobChange($0)?.failure(in: state) }
    guard refused.isEmpty else { throw OffloadRefused(refusals: refused) }
  }

  package func restore(
    _ target: ChangeSnapshot, first: Set<ChangePlace>, _ access: OffloadAccess, _ log: ChangeLog
  ) -> ChangeRestoration {
    access.isStale = true
    let result = Restorer(settings: settings)
      .restore(
        Snapshot(target), first: Set(first.compactMap { Place($0) }),
        names: Set(target.keys.compactMap(\.object?.name)))
    var restoration = ChangeRestoration()
    restoration.written = Set(result.written.map(\.change))
    restoration.now = result.now.change
    restoration.differences = result.differences.map {
      ChangeDifference(
        $0.place.change, wanted: $0.wanted.change, now: $0.now?.change, refusal: $0.refusal,
        isOnlyInForce: $0.isOnlyInForce)
    }
    return restoration
  }

  package func locate(
    _ objects: [ChangeObject], isOfThisBoot: Bool, _ access: OffloadAccess
  ) throws -> [ChangeObject: LocatedObject] {
    let state = try access.all()
    if !state.ownsSysfs, let device = objects.first(where: { $0.fact("pci") != nil }) {
      throw OffloadFailure.otherSysfs([device.name])
    }
    let search = InterfaceSearch(state: state, isOfThisBoot: isOfThisBoot)
    return Dictionary(
      objects.map { object in
        guard let identity = InterfaceIdentity(object) else { return (object, LocatedObject(nil)) }
        let found = search.find(identity)
        return (object, LocatedObject(found.identity?.object, remark: found.remark))
      }
    ) { first, _ in first }
  }

  // MARK: compare

  package func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool {
    KnobState(value.text).hasValue(other.text)
  }
  package func isLike(_ value: ChangeValue, _ other: ChangeValue) -> Bool { KnobState(value).isLike(KnobState(other)) }
  package func isFixed(_ value: ChangeValue) -> Bool { value.facts.contains("fixed") }
  /// irqbalance moves interrupts, and other channels come with other ones.
  package func isMoving(_ place: ChangePlace) -> Bool { place.key.hasPrefix("\(Knob.Kind.interrupt.rawValue) ") }

  package func mayFollow(_ place: ChangePlace, from changed: ChangePlace) -> Bool {
    guard let place = Place(place), let changed = Place(changed) else { return false }
    return changed.knob.kind.reaches(place.knob.kind)
  }
}

/// The settings during one look or one change: read once, and again after each write.
package final class OffloadAccess {
  private let settings: any SettingAccess
  /// As far as it is read; `nil`: all.
  private let names: Set<String>?
  /// As last read.
  private(set) var state: OffloadState?
  /// Something was written since.
  var isStale = true

  init(_ settings: any SettingAccess, names: Set<String>?) {
    self.settings = settings
    self.names = names
  }

  func all() throws(OffloadFailure) -> OffloadState { try read(names) }

  /// At least these interfaces.
  func current(_ wanted: Set<String>) throws(OffloadFailure) -> OffloadState { try read(wanted) }

  private func read(_ names: Set<String>?) throws(OffloadFailure) -> OffloadState {
    if !isStale, let state { return state }
    do {
      let state = try settings.read(names?.sorted())
      self.state = state
      // What was read in part does not do for everything.
      isStale = names != self.names
      return state
    } catch {
      throw .unreadable(error)
    }
  }
}

/// What the plan or the kernel refused; nothing is set then.
package struct OffloadRefused: Failure, Equatable {
  package let refusals: [Refusal]
  /// `nil`: the kernel refused it while it was set.
  package var plan: OffloadPlan?

  package var id: String { "offload.refused" }
  package var subject: String? { refusals.first?.interface }
  package var message: String {
    refusals.map { "\($0.key)=\($0.value) was refused (\($0.reason))" }.joined(separator: "; ")
  }
  package var fix: [String] { [] }
  package var exitStatus: ExitStatus { refusals.exitStatus }
}

extension OffloadPlan {
  public var exitStatus: ExitStatus { refusals.exitStatus }
}

extension OffloadOutcome {
  public var exitStatus: ExitStatus { refused.exitStatus }
}

extension [Refusal] {
  /// The worst of them: 64, 4, 6 or 7; 0 without any.
  fileprivate var exitStatus: ExitStatus {
    switch map(\.category).max() {
    case nil: .done
    case .refused: .refused
    case .unsupported: .unsupported
    case .notPermitted: .notPermitted
    case .usage: .usage
    }
  }
}
