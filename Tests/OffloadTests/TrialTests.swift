internal import Change
internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import Offload

@Suite("Try")
struct TrialTests {
  private static let program = ["/usr/bin/rdmactl", "offload", "guard"]

  /// A trial of 60 seconds whose guard watches, but does not run here.
  private func rig(_ words: String...) throws -> (OffloadRig, OffloadOutcome) {
    let rig = OffloadRig()
    rig.processes.expectLaunch(FakeLaunchedProcess(77)) { [files = rig.files] _ in
      try? files.append(OffloadRig.journal + "/0001.change", Array("2026-11-21T06:52:00Z guarded\n".utf8))
    }
    let outcome = try rig.engine.apply(
      [rig.request("eth0", words)], words: ["try"] + words, action: "try",
      trial: Trial(seconds: 60, guardCommand: Self.program))
    return (rig, outcome)
  }

  @Test("The guard is there before the first change, and takes it back when the time is over")
  func expires() throws {
    let (rig, outcome) = try rig("mtu=1400", "tso=off")
    #expect(outcome.journalID == 1 && rig.kernel.value("eth0", .link, "mtu") == "1400")
    #expect(
      rig.processes.calls == [
        .launch(Self.program + ["1"], log: OffloadRig.journal + "/guard.log", directory: "/")
      ])
    let lines = try rig.text(of: 1).split(separator: "\n")
    let guarded = lines.firstIndex { $0.hasSuffix(" guarded") }
    let changed = lines.firstIndex { $0.hasSuffix(" done") }
    #expect(try #require(guarded) < #require(changed))
    #expect(try rig.engine.states() == [.trial])
    let undone = try rig.engine.trialGuard.run(1)
    #expect(undone?.undone == [1] && rig.clock.milliseconds == 60_000)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500" && rig.clock.interruptionsAreHeld)
  }

  @Test("Confirmed, it stays, and can still be undone")
  func kept() throws {
    let (rig, _) = try rig("mtu=1400")
    let engine = rig.engine
    #expect(try engine.keep(nil).changed)
    #expect(try engine.keep(1).changed == false)
    #expect(try engine.trialGuard.run(1) == nil)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400" && rig.clock.milliseconds == 0)
    #expect(try engine.states() == [.kept])
    #expect(throws: ChangeFailure.noTrial(nil)) { try engine.keep(nil) }
    #expect(try engine.undo(.latest()).undone == [1])
    #expect(throws: ChangeFailure.notOpen(1, .undone)) { try engine.keep(1) }
  }

  @Test("Confirmed in the last moment, while the guard waits")
  func keptLate() throws {
    let (rig, _) = try rig("mtu=1400")
    rig.clock.at(59_900) { [files = rig.files] in
      try? files.append(OffloadRig.journal + "/0001.change", Array("2026-11-21T06:52:59Z kept\n".utf8))
    }
    #expect(try rig.engine.trialGuard.run(1) == nil)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400")
  }

  @Test("Confirmed while the guard waits for the lock to take it back")
  func keptAtTheLock() throws {
    let (rig, _) = try rig("mtu=1400")
    rig.clock.at(59_900) { [files = rig.files] in files.holdLock("/run/rdmactl/offload.lock", by: 5) }
    rig.clock.at(60_500) { [files = rig.files] in
      try? files.append(OffloadRig.journal + "/0001.change", Array("2026-11-21T06:52:59Z kept\n".utf8))
      files.releaseLock("/run/rdmactl/offload.lock")
    }
    #expect(try rig.engine.trialGuard.run(1) == nil)
    #expect(rig.clock.milliseconds > 60_000 && rig.kernel.value("eth0", .link, "mtu") == "1400")
    #expect(try rig.engine.states() == [.kept])
  }

  @Test("Confirmed, and then the guard gets a signal before it has seen that")
  func keptAndSignalled() throws {
    let (rig, _) = try rig("mtu=1400")
    rig.clock.at(100) { [files = rig.files] in
      try? files.append(OffloadRig.journal + "/0001.change", Array("2026-11-21T06:52:01Z kept\n".utf8))
    }
    rig.clock.interrupt(at: 110)
    #expect(try rig.engine.trialGuard.run(1) == nil)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400")
  }

  @Test("A signal ends the trial at once; what somebody else changed since stays")
  func signalled() throws {
    let (rig, _) = try rig("mtu=1400", "rx-ring=512")
    rig.kernel.put(rig.kernel["eth0"], .ring, "rx", 1024)
    rig.clock.interrupt(at: 5_000)
    let outcome = try rig.engine.trialGuard.run(1)
    #expect(outcome?.undone == [1] && outcome?.plan.conflicts.count == 1)
    #expect(rig.clock.milliseconds < 6_000)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500")
    #expect(rig.kernel.value("eth0", .ring, "rx") == "1024")
  }

  @Test("Undone meanwhile, there is nothing to take back")
  func undoneMeanwhile() throws {
    let (rig, _) = try rig("mtu=1400")
    _ = try rig.engine.undo(.latest())
    let writes = rig.kernel.writes.count
    #expect(throws: ChangeFailure.noTrial(1)) { try rig.engine.trialGuard.run(1) }
    #expect(rig.kernel.writes.count == writes)
  }

  @Test("The process that makes the change is killed: the guard takes back what it did, as soon as it is gone")
  func killed() throws {
    for count in 1..<6 {
      let rig = OffloadRig()
      let initial = rig.kernel.dump
      rig.processes.expectLaunch(FakeLaunchedProcess(77)) { [files = rig.files] _ in
        try? files.append(OffloadRig.journal + "/0001.change", Array("2026-11-21T06:52:00Z guarded\n".utf8))
      }
      rig.life.left = count
      _ = try? rig.engine.apply(
        [rig.request("eth0", ["mtu=1400", "rx-ring=512", "tso=off"])], words: [], action: "try",
        trial: Trial(seconds: 3_000, guardCommand: Self.program))
      let died = rig.life.left == 0
      rig.life.left = nil
      guard died else { continue }
      let isMade = try rig.engine.history().records[0].state == .trial
      rig.files.holdLock("/run/rdmactl/offload.lock", by: 5)
      let begun = rig.clock.milliseconds
      rig.clock.at(begun + 1_000) { [files = rig.files] in files.releaseLock("/run/rdmactl/offload.lock") }
      #expect(try rig.engine.trialGuard.run(1)?.undone == [1])
      // One that was killed after its last line had made the change, and the trial runs its time.
      #expect((rig.clock.milliseconds - begun) / 1_000 == (isMade ? 3_000 : 1))
      #expect(rig.kernel.changes(since: initial).isEmpty)
    }
  }

  @Test("It goes back on a full disk too")
  func fullDisk() throws {
    let (rig, _) = try rig("mtu=1400")
    var host = rig.host
    host.store = FullDisk(rig.files)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400")
    let guarded = Engine(host: host, kernel: rig.kernel)
    #expect(throws: ChangeFailure.self) { try guarded.undo(.entry(1)) }
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400", "undone by hand nothing is written")
    rig.clock.interrupt(at: 1_000)
    #expect(throws: ChangeFailure.self) { try guarded.trialGuard.run(1) }
    #expect(try guarded.undo(.entry(1), .leave).undone == [1])
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500")
  }

  @Test("Without a guard nothing is changed")
  func noGuard() throws {
    for process in [FakeLaunchedProcess(77), FakeLaunchedProcess(77, ended: .exited(1))] {
      let rig = OffloadRig()
      let initial = rig.kernel.dump
      rig.processes.expectLaunch(process)
      let error = #expect(throws: ChangeFailure.self) {
        try rig.engine.apply(
          [rig.request("eth0", ["mtu=1400"])], words: [], action: "try",
          trial: Trial(seconds: 60, guardCommand: Self.program))
      }
      #expect(error?.id == "change.no_guard")
      #expect(rig.kernel.writes.isEmpty && rig.kernel.changes(since: initial).isEmpty)
      #expect(try rig.engine.states() == [.rolledBack])
    }
  }

  @Test("Journal, directories and files unreadable from any moment on: it goes back in time", arguments: 6..<40)
  func unreadable(_ first: Int) throws {
    let (rig, _) = try rig("mtu=1400", "tso=off")
    let initial = OffloadRig().kernel.dump
    rig.files.interfere { _, count in count >= first ? .other("Input/output error") : nil }
    #expect(try rig.engine.trialGuard.run(1)?.undone == [1])
    #expect(rig.kernel.changes(since: initial).isEmpty && rig.clock.milliseconds <= 61_000)
  }

  @Test("A lock that somebody holds for ever does not keep the trial from going back")
  func lockHeld() throws {
    let (rig, _) = try rig("mtu=1400")
    rig.clock.at(30_000) { [files = rig.files] in files.holdLock("/run/rdmactl/offload.lock", by: 4711) }
    #expect(try rig.engine.trialGuard.run(1)?.undone == [1])
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500" && rig.clock.milliseconds <= 71_000)
  }

  @Test("A trial whose guard was killed is named by the next call")
  func abandoned() throws {
    let rig = OffloadRig()
    #expect(TrialMark.abandoned(rig.host) == [])
    rig.files.set("/run/rdmactl/trials/7", .text("4711 100 boot-1"))
    let stat = "4711 (rdmactl) S " + (1...18).map(String.init).joined(separator: " ") + " 100 0"
    rig.files.set("/proc/4711/stat", .text(stat))
    #expect(TrialMark.abandoned(rig.host) == [])
    rig.files.set("/proc/4711/stat", .text(stat.replacing(" 100 0", with: " 200 0")))
    #expect(TrialMark.abandoned(rig.host) == [7])
    rig.files.set("/proc/4711/stat", nil)
    #expect(TrialMark.abandoned(rig.host) == [7])
    rig.restart()
    #expect(TrialMark.abandoned(rig.host) == [])
  }
}

/// Files that can be read, and not written any more.
private struct FullDisk: FileReading, FileWriting {
  private let files: FakeFiles

  init(_ files: FakeFiles) { self.files = files }

  private func full(_ path: String) -> FileError { FileError(path: path, reason: .other("No space left on device")) }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try files.read(path, limit: limit) }
  func list(_ path: String) throws(FileError) -> [String] { try files.list(path) }
  func link(_ path: String) throws(FileError) -> String { try files.link(path) }
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) { throw full(path) }
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) { throw full(path) }
  func makePrivateDirectory(_ path: String) throws(FileError) { throw full(path) }
  func remove(_ path: String) throws(FileError) { throw full(path) }
  func lock(_ path: String) throws(FileError) -> any Lock { try files.lock(path) }
}
