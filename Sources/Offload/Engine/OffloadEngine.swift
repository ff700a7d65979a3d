public import HostAccess
public import Vocabulary

/// Changes settings, all or nothing, and takes changes back.
public struct OffloadEngine {
  let host: Host
  let settings: any SettingAccess
  let journal: Journal

  /// Milliseconds.
  private let patience: Int
  private static let pause = 50

  /// - Parameters:
  ///   - settings: ``KernelSettings`` of the same host.
  ///   - patience: how many seconds to wait for another call that is changing settings.
  public init(_ host: Host, settings: any SettingAccess, patience: Int = 0) {
    self.host = host
    self.settings = settings
    self.patience = patience * 1000
    journal = Journal(host)
  }

  /// What `set` would do. Nothing is written. The plan's refusals say what cannot be.
  /// - Parameter members: also does the members of bonds what is asked of the bond.
  public func plan(_ requests: [SettingRequest], members: Bool = false) throws(OffloadFailure) -> OffloadPlan {
    if host.network is AbsentNetwork { throw .recorded }
    return try plan(requests, members: members, state: try read())
  }

  func plan(
    _ requests: [SettingRequest], members: Bool, state: OffloadState
  ) throws(OffloadFailure) -> OffloadPlan {
    for name in requests.compactMap(\.interface) where state.interface(named: name) == nil {
      throw .noInterface(name, near: Spelling.nearest(to: name, among: state.interfaces.map(\.name)))
    }
    let planner = OffloadPlanner(state: state, members: members)
    let plan = planner.plan(requests, roundings: [:])
    // The journal is looked at only where a driver may have rounded before.
    guard plan.changes.contains(where: { Int($0.wanted) != nil }) else { return plan }
    let roundings = knownRoundings()
    return roundings.isEmpty ? plan : planner.plan(requests, roundings: roundings)
  }

  /// What drivers made of a number the last time it was asked for: so that asking again is not a change.
  private func knownRoundings() -> [Rounding: String] {
    guard let identifiers = try? journal.identifiers() else { return [:] }
    var result: [Rounding: String] = [:]
    for id in identifiers.suffix(20) {
      guard let entry = try? journal.entry(id) else { continue }
      for change in entry.changes {
        guard let got = entry.results[change.place], !got.hasValue(change.wanted) else { continue }
        result[Rounding(place: change.place, asked: change.wanted)] = got.value
      }
    }
    return result
  }

  /// The journal, oldest first.
  public func history() throws(OffloadFailure) -> (entries: [JournalEntry], unreadable: [UnreadableEntry]) {
    try journal.all()
  }

  /// Whether an entry was made since the machine was started; settings do not outlive that.
  public func isOfThisBoot(_ entry: JournalEntry) -> Bool { entry.bootID == bootID }

  /// Confirms a trial; `nil`: the newest that waits. Confirming twice is no error.
  /// - Returns: the entry, and whether this call confirmed it.
  public func keep(_ id: Int?) throws(OffloadFailure) -> (entry: JournalEntry, changed: Bool) {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    let newest = id == nil ? try newestTrial() : nil
    guard let id = id ?? newest else { throw .noTrial(nil) }
    let entry = try journal.entry(id)
    switch entry.status {
    case .kept: return (entry, false)
    case .undone, .failed: throw .notOpen(id, entry.status)
    case .interrupted, .done, .undoing: throw .noTrial(id)
    case .trial: break
    }
    do { try journal.note("kept", in: entry) } catch { throw .journal(error) }
    return (try journal.entry(id), true)
  }

  private func newestTrial() throws(OffloadFailure) -> Int? {
    try journal.all().entries.last { $0.status == .trial && isOfThisBoot($0) }?.id
  }

  // MARK: what all of them need

  func read(_ names: Set<String>? = nil) throws(OffloadFailure) -> OffloadState {
    do { return try settings.read(names?.sorted()) } catch { throw .unreadable(error) }
  }

  /// One at a time, whatever it changes: interfaces stand on one another.
  func lock() throws(OffloadFailure) -> any Lock {
    // What is begun is brought to its end, or back.
    host.clock.holdInterruptions()
    let end = host.clock.milliseconds + patience
    while true {
      do throws(FileError) { return try host.store.lock(host.places.run + "/offload.lock") } catch {
        guard error.isHeld, host.clock.milliseconds < end, !host.clock.interrupted else { throw .lock(error) }
        host.clock.sleep(milliseconds: Self.pause)
      }
    }
  }

  /// Finds out before anything is written.
  func checkRights() throws(OffloadFailure) {
    if host.network is AbsentNetwork { throw .recorded }
    // CAP_NET_ADMIN is bit 12. Source: linux/capability.h, proc(5).
    guard let status = try? host.files.read("/proc/self/status", limit: 1 << 16),
      let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }
      ),
      let capabilities = line.split(whereSeparator: \.isWhitespace).last.flatMap({ UInt64($0, radix: 16) }),
      capabilities >> 12 & 1 == 0
    else { return }
    throw .noRights
  }

  var bootID: String? {
    (try? host.files.text("/proc/sys/kernel/random/boot_id")).flatMap { $0.isEmpty ? nil : $0 }
  }
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
