internal import Change
internal import HostAccess
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("Undo")
struct UndoTests {
  @Test("Undo restores what was set and what followed")
  func undo() throws {
    let drawer = Drawer()
    let first = drawer.state
    try drawer.set(("box", "blue"))
    try drawer.set(("new", "5"))
    #expect(try drawer.undo().undone == [2])
    #expect(try drawer.undo().undone == [1])
    #expect(drawer.state == first && drawer.labels["new"] == nil)
    #expect(try drawer.states() == [.undone, .undone])
    #expect(try drawer.undo().plan.steps.isEmpty)
    #expect(try drawer.undo(.entry(1)).plan.remarks == ["1: this change is already undone"])
    #expect(failure { _ = try drawer.undo(.entry(7)) }?.exitStatus == .notFound)
  }

  @Test("What somebody else changed since is shown with three values, and nothing is written")
  func conflict() throws {
    let drawer = Drawer()
    try drawer.set(("key", "2"))
    drawer.labels["key"] = "3"
    let outcome = try drawer.undo()
    let conflict = try #require(outcome.plan.conflicts.first)
    #expect([conflict.before, conflict.after, conflict.now] == ["1", "2", "3"] && conflict.laterEntry == nil)
    #expect(outcome.exitStatus == .refused && drawer.labels["key"] == "3" && drawer.writes.count == 1)
    #expect(try drawer.undo(.latest(), .override).undone == [1])
    #expect(drawer.labels["key"] == "1")
  }

  @Test("A later change of ours is named: that one is undone first")
  func later() throws {
    let drawer = Drawer()
    try drawer.set(("key", "2"))
    try drawer.set(("key", "3"))
    #expect(try drawer.undo(.entry(1)).plan.conflicts.map(\.laterEntry) == [2])
    #expect(try drawer.undo(.all).undone == [2, 1])
    #expect(drawer.labels["key"] == "1")
  }

  @Test("A change of another name space or machine is never undone here, and the scope is named")
  func scope() throws {
    let drawer = Drawer()
    try drawer.set(("key", "2"))
    drawer.namespace = "net:[2]"
    let failure = failure { _ = try drawer.undo(.entry(1)) }
    #expect(failure?.exitStatus == .refused && failure?.id == "change.other_scope")
    #expect(
      failure?.message
        == "not undone here: it was made in the network name space net:[1], and this is net:[2]; nothing was written")
    let latest = try drawer.undo()
    #expect(latest.undone.isEmpty && latest.plan.steps.isEmpty)
    #expect(latest.plan.remarks.first?.contains("net:[1]") == true && drawer.labels["key"] == "2")
    drawer.namespace = "net:[1]"
    drawer.machine.set("/etc/machine-id", .text("machine-2"))
    #expect(ChangeTests.failure { _ = try drawer.undo(.entry(1)) }?.message.contains("machine-1") == true)
    drawer.machine.set("/etc/machine-id", .text("machine-1"))
    #expect(try drawer.undo().undone == [1])
  }

  @Test("What cannot be taken back says so")
  func irreversible() throws {
    let drawer = Drawer()
    _ = try drawer.run(drawer.writer([("key", "2")]) { $0.irreversible = "a label that was read aloud is known" })
    let failure = failure { _ = try drawer.undo(.entry(1)) }
    #expect(failure?.message == "cannot be taken back: a label that was read aloud is known")
    #expect(try drawer.undo().plan.steps.isEmpty)
  }

  @Test("A killed change is closed by the next one, and undone", arguments: [true, false])
  func settled(_ hasWritten: Bool) throws {
    let drawer = Drawer()
    let first = drawer.state
    // The journal's entry, and with it one write.
    drawer.life.left = hasWritten ? 2 : 1
    _ = try? drawer.set(("box", "blue"))
    drawer.life.left = nil
    #expect(try drawer.states() == [.begun])
    // Its process is still at work, as far as the lock says.
    drawer.files.holdLock("/run/rdmactl/drawer.lock", by: 4711)
    ChangeKinds([drawer.writer([])]).settle(drawer.history)
    #expect(try drawer.states() == [.begun])
    drawer.files.releaseLock("/run/rdmactl/drawer.lock")
    try drawer.set(("key", "9"))
    #expect(try drawer.states() == [hasWritten ? .unknown : .rolledBack, .done])
    #expect(try drawer.undo(.all).undone == (hasWritten ? [2, 1] : [2]))
    #expect(drawer.state == first)
  }

  @Test("1 to 20 changes, one killed at every write: undo in reverse order restores the first state", arguments: 0..<8)
  func rehearsal(_ seed: Int) throws {
    let complaints = try ChangeRehearsal.complaints(seed: seed) { Drawer() }
    #expect(complaints == [])
  }
}
