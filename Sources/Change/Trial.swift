package import HostAccess

/// A change for a while: a process of its own takes it back unless it is confirmed.
package struct Trial: Sendable, Equatable {
  private static let guardPatience = 10_000
  private static let pause = 20

  /// After which time it is taken back, counted from the end of the change, while the machine runs.
  package let seconds: Int
  /// The program of the guard and its words; the entry's number is added: `/usr/bin/rdmactl offload guard`.
  package let guardCommand: [String]

  package init(seconds: Int, guardCommand: [String]) {
    self.seconds = seconds
    self.guardCommand = guardCommand
  }

  /// Starts the guard, and waits until it says that it watches: before the first write.
  func start(_ record: ChangeRecord, _ history: ChangeHistory) throws(ChangeFailure) {
    let host = history.host
    let log = history.directory + "/guard.log"
    do throws(ProcessError) {
      guard let program = guardCommand.first else { throw .notFound }
      let process = try host.processes.launch(
        program, guardCommand.dropFirst() + ["\(record.id)"], log: log, directory: "/")
      let end = host.clock.milliseconds + Self.guardPatience
      while !((try? history.record(record.id))?.events.contains { $0.words == ["guarded"] } ?? false) {
        if process.ended() != nil { throw .failed("ended at once; what it said is in \(log)") }
        if host.clock.interrupted { throw .failed("was not waited for: interrupted") }
        guard host.clock.milliseconds < end else { throw .timedOut(milliseconds: Self.guardPatience) }
        host.clock.sleep(milliseconds: Self.pause)
      }
    } catch {
      // Nothing is changed yet; a guard that comes too late finds an entry that needs none.
      try? history.note(.rolledBack, in: record)
      throw .noGuard(error.explanation)
    }
  }
}

extension ChangeHistory {
  /// Confirms a trial; `nil`: the newest that waits. Confirming twice is not an error.
  /// - Returns: the entry, and whether this call confirmed it.
  package func keep(_ id: Int?, _ target: some ChangeTarget) throws(ChangeFailure) -> (
    record: ChangeRecord, changed: Bool
  ) {
    host.clock.holdInterruptions()
    let locks = try HeldLocks(target.locks, host)
    defer { withExtendedLifetime(locks) {} }
    let boot = ChangeScope.current(host).boot
    let newest = id == nil ? try all(target.kind).records.last { $0.state == .trial && $0.scope.boot == boot }?.id : nil
    guard let id = id ?? newest else { throw .noTrial(nil) }
    let record = try record(id)
    switch record.state {
    case .kept: return (record, false)
    case .undone, .rolledBack: throw .notOpen(id, record.state)
    case .planned, .begun, .done, .undoing, .unknown: throw .noTrial(id)
    case .trial: break
    }
    do { try note(.kept, in: record) } catch { throw .journal(error) }
    TrialMark(id, host).remove()
    return (try self.record(id), true)
  }
}

/// The file that says which process guards a trial, so that every later call sees when it is gone. Without a trial looking
/// for it costs one system call.
package struct TrialMark {
  private static let limit = 4096

  private let path: String
  private let host: Host

  init(_ id: Int, _ host: Host) {
    path = "\(Self.directory(host))/\(id)"
    self.host = host
  }

  private static func directory(_ host: Host) -> String { host.places.run + "/trials" }

  /// This process guards it. What cannot be written is only not seen later.
  func set() {
    let process = (try? host.store.link("/proc/self")) ?? ""
    let words = [process, Self.start(of: process, host) ?? "", ChangeScope.current(host).boot ?? ""]
    guard words.allSatisfy({ !$0.isEmpty }) else { return }
    try? host.store.replace(path, with: Array((words.joined(separator: " ") + "\n").utf8))
  }

  func remove() {
    guard (try? host.store.part(path, from: 0, limit: 1)) != nil else { return }
    try? host.store.remove(path)
  }

  /// The trials whose guard has been killed: nobody takes them back.
  package static func abandoned(_ host: Host) -> [Int] {
    guard let names = try? host.store.list(directory(host)) else { return [] }
    return names.compactMap { Int($0) }.filter { id in
      guard let words = try? host.store.text("\(directory(host))/\(id)", limit: limit).split(separator: " "),
        words.count == 3, words[2] == ChangeScope.current(host).boot ?? ""
      else { return false }
      return start(of: String(words[0]), host) != String(words[1])
    }
    .sorted()
  }

  /// When a process was started, in ticks: its number may be another's by now. Field 22 of proc_pid_stat(5).
  private static func start(of process: String, _ host: Host) -> String? {
    guard !process.isEmpty, let line = try? host.store.read("/proc/\(process)/stat", limit: limit),
      let end = line.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: line[(end + 1)...], as: UTF8.self).split(separator: " ")
    return fields.count > 19 && !["Z", "X"].contains(fields[0]) ? String(fields[19]) : nil
  }
}
