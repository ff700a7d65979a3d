internal import Change
internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

/// What an action fails with.
func failure(_ action: () throws -> Void) -> ChangeFailure? {
  do { try action() } catch { return error as? ChangeFailure }
  return nil
}

@Suite("One run")
struct RunTests {
  private static let terminals: Set<StandardStream> = [.input, .error]

  @Test("What is already set is nothing to do: no question, no journal, no lock")
  func unchanged() throws {
    let drawer = Drawer()
    #expect(try drawer.run(drawer.writer([("box", "red")]), ChangeOptions()).result == .unchanged)
    #expect(drawer.writes.isEmpty && drawer.files.replacements.isEmpty)
  }

  @Test("A dry run makes the same plan and writes nothing")
  func dryRun() throws {
    let drawer = Drawer()
    let outcome = try drawer.run(drawer.writer([("box", "blue")]), ChangeOptions(dryRun: true))
    #expect(outcome.result == .dryRun && outcome.plan.detail == ["drawer box"])
    #expect(drawer.writes.isEmpty && drawer.files.replacements.isEmpty)
  }

  @Test("The journal is readable and says who, where, what was before and what came of it")
  func journal() throws {
    let drawer = Drawer()
    drawer.files.set("/proc/self/status", .text("Name:\tx\nUid:\t0\t0\t0\t0"))
    drawer.files.set("/proc/self/environ", .bytes(Array("A=b\0SUDO_USER=alice\0".utf8)))
    drawer.files.set("/etc/passwd", .text("root:x:0:0:root:/root:/bin/sh"))
    let options = ChangeOptions(yes: true, command: ["drawer", "set", "box=dark blue"])
    let record = try #require(try drawer.run(drawer.writer([("box", "dark blue")]), options).record)
    #expect(record.id == 1 && record.sides == [DrawerWriter.place("lid"): ChangeValue("dark blue")])
    let text = String(decoding: try drawer.files.read(record.path, limit: 1 << 16), as: UTF8.self)
    #expect(
      text.split(separator: "\n").map(String.init) == [
        "rdmactl change 1", "entry 1 2026-11-21T06:52:00Z drawer set", "user uid=0 name=root sudo=alice",
        "command drawer set \"box=dark blue\"", "scope machine=machine-1 boot=boot-1 netns=net:[1]", "subject drawer",
        "object 0 drawer n=1", "change 0 box red to \"dark blue\" for box", "before 0 lid red", "end",
        "2026-11-21T06:52:00Z begun", "2026-11-21T06:52:00Z got 0 box \"dark blue\"",
        "2026-11-21T06:52:00Z side 0 lid \"dark blue\"", "2026-11-21T06:52:00Z done",
      ])
    #expect(drawer.files.privateDirectories == ["/var/lib/rdmactl/history"])
    #expect(try drawer.history.record(1) == record)
  }

  @Test("A refusal puts everything back, and the writer's own error is told")
  func refused() throws {
    let drawer = Drawer()
    let first = drawer.state
    #expect(throws: Refused(value: "bad")) { try drawer.set(("box", "blue"), ("key", "bad")) }
    #expect(drawer.state == first)
    #expect(try drawer.states() == [.rolledBack])
    let silent = failure { try drawer.set(("box", "blue"), ("key", "shy")) }
    #expect(silent?.id == "change.not_taken" && drawer.state == first)
    #expect(silent?.message == "written without effect: it is 1, not shy; everything was restored")
  }

  @Test("What cannot be put back is named, and undo finishes it")
  func rollback() throws {
    let drawer = Drawer()
    let first = drawer.state
    drawer.life.beforeWrite = { [unowned drawer] in drawer.refusesAll = true }
    let failure = failure { try drawer.set(("box", "blue"), ("key", "bad")) }
    #expect(failure?.exitStatus == .partial && failure?.fix == ["rdmactl undo 1"])
    #expect(
      failure?.message == "the label bad was refused, and not everything could be restored: drawer box is blue and was "
        + "red (the label red was refused); drawer lid is blue and was red (the label red was refused)")
    #expect(try drawer.states() == [.unknown])
    drawer.life.beforeWrite = nil
    drawer.refusesAll = false
    #expect(try drawer.undo().undone == [1])
    #expect(drawer.state == first)
  }

  // MARK: the question

  @Test("While the question waits nothing is open and no lock is held")
  func question() throws {
    let drawer = Drawer(FakeConsole(input: ["y"], terminals: Self.terminals))
    var purposes: [ChangePurpose] = []
    drawer.onOpen = { purposes.append($0) }
    let outcome = try drawer.run(drawer.writer([("box", "blue")]), ChangeOptions())
    #expect(outcome.record != nil && purposes == [.look, .write])
    #expect(drawer.console.error == "Label this? [y/N] ")
  }

  @Test("Anything but yes, and nobody to ask, write nothing", arguments: ["", "n", "yess", "yes please"])
  func declined(_ answer: String) throws {
    let drawer = Drawer(FakeConsole(input: [answer], terminals: Self.terminals))
    #expect(failure { _ = try drawer.run(drawer.writer([("box", "blue")]), ChangeOptions()) } == .declined)
    let pipe = Drawer(FakeConsole(input: ["y"]))
    let failure = failure { _ = try pipe.run(pipe.writer([("box", "blue")]), ChangeOptions()) }
    #expect(failure == .cannotAsk && failure?.exitStatus == .refused)
    #expect(failure?.message == "cannot ask (not a terminal); add --yes; nothing was written")
    #expect(drawer.writes.isEmpty && drawer.files.replacements.isEmpty && pipe.files.replacements.isEmpty)
  }

  @Test("A signal at the question ends it with 130, and nothing is written")
  func interrupted() throws {
    let drawer = Drawer(FakeConsole(input: ["y"], terminals: Self.terminals))
    drawer.clock.interrupt(at: 0)
    drawer.clock.sleep(milliseconds: 0)
    let failure = failure { _ = try drawer.run(drawer.writer([("box", "blue")]), ChangeOptions()) }
    #expect(failure?.exitStatus == .interrupted && failure?.message == "interrupted; nothing was written")
    #expect(drawer.writes.isEmpty && drawer.files.replacements.isEmpty)
  }

  @Test("A signal between two steps puts everything back")
  func interruptedInTheMiddle() throws {
    let drawer = Drawer()
    let first = drawer.state
    drawer.clock.interrupt(at: 0)
    drawer.life.beforeWrite = { [clock = drawer.clock] in clock.sleep(milliseconds: 0) }
    let failure = failure { try drawer.set(("box", "blue"), ("key", "7")) }
    #expect(failure == .interrupted(rolledBack: true) && drawer.state == first)
    #expect(try drawer.states() == [.rolledBack])
  }

  @Test("What changed while the question waited is refused with both values")
  func changedSincePlan() throws {
    let drawer = Drawer()
    drawer.onOpen = { [unowned drawer] in if $0 == .write { drawer.labels["box"] = "green" } }
    let first = failure { try drawer.set(("box", "blue"), ("key", "7")) }
    #expect(first?.exitStatus == .refused && first?.id == "change.changed_since_plan")
    #expect(
      first?.message == "changed since the plan was shown: drawer box was red and is green now; nothing was written")
    drawer.labels["box"] = "red"
    drawer.onOpen = { [unowned drawer] in if $0 == .write { drawer.labels["box"] = "blue" } }
    let second = failure { try drawer.set(("box", "blue"), ("key", "7")) }
    #expect(second?.message.contains("drawer box was red and is blue now") == true)
    #expect(drawer.writes.isEmpty && drawer.files.replacements.isEmpty)
  }

  @Test("A lock that is held ends with 5 and its holder; patience waits for it")
  func busy() throws {
    let drawer = Drawer()
    let lock = "/run/rdmactl/drawer.lock"
    drawer.files.holdLock(lock, by: 4711)
    let failure = failure { try drawer.set(("box", "blue")) }
    #expect(failure?.exitStatus == .busy)
    #expect(failure?.message == "busy: held by PID 4711; nothing was written")
    drawer.clock.at(1_500) { [files = drawer.files] in files.releaseLock(lock) }
    _ = try drawer.run(drawer.writer([("box", "blue")]), ChangeOptions(yes: true, patience: 2))
    #expect(drawer.labels["box"] == "blue")
  }

  @Test("A journal that cannot be written, or ended, leaves nothing changed")
  func journalFailures() throws {
    let drawer = Drawer()
    let first = drawer.state
    drawer.files.set("/var/lib/rdmactl/history", .error(.notPermitted))
    #expect(failure { try drawer.set(("box", "blue")) }?.exitStatus == .notPermitted)
    #expect(drawer.writes.isEmpty)
    let full = Drawer()
    full.life.beforeWrite = { [files = full.files] in
      files.set("/var/lib/rdmactl/history/0001.change", .error(.other("No space left on device")))
    }
    #expect(failure { try full.set(("box", "blue")) }?.id == "change.journal_unwritable")
    #expect(full.state == first)
  }
}
