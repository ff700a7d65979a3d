internal import Change
internal import HostAccess
internal import Offload
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("Set and undo")
struct EngineTests {
  private func failure(_ action: () throws -> Void) -> (any Failure)? {
    do { try action() } catch { return error as? any Failure }
    return nil
  }

  // MARK: set

  @Test("What was got is told where the driver rounds, and asking again is no change")
  func rounding() throws {
    let rig = OffloadRig()
    let outcome = try rig.set("eth0", "rx-ring=513", "tx-ring=1")
    #expect(outcome.applied.map(\.asked) == ["513", "1"])
    #expect(outcome.applied.map(\.got) == ["520", "64"])
    #expect(outcome.changed && outcome.journalID == 1 && outcome.sideEffects.isEmpty)
    let again = try rig.set("eth0", "rx-ring=513", "tx-ring=1")
    #expect(!again.changed && again.journalID == nil && again.exitStatus == .done)
    #expect(rig.kernel.writes.count == 1 && rig.journals == ["0001.change"])
    #expect(try rig.plan("eth0", "rx-ring=514").changes.count == 1)
  }

  @Test("A refusal by the kernel, in its words, takes everything back, what is wanted too")
  func refusal() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    let outcome = try rig.set("eth3", "tso=off", "channels=2", "rx-usecs=20000", "rx-ring=513")
    #expect(outcome.refused.map(\.reason) == ["Invalid argument (EINVAL)"])
    #expect(outcome.refused.map(\.key) == ["rx-usecs"])
    #expect(outcome.refused[0].isKernels && outcome.exitStatus == .refused && outcome.applied.isEmpty)
    #expect(rig.kernel.changes(since: initial).isEmpty)
    #expect(try rig.engine.states() == [.rolledBack])
    #expect(try rig.engine.undo(.latest()).plan.steps.isEmpty)
    let again = try rig.engine.undo(.entry(1))
    #expect(again.plan.steps.isEmpty && again.exitStatus == .done)
    #expect(again.plan.remarks == ["1: this change failed and was rolled back at once; nothing to undo"])
  }

  @Test("Accepted without effect is a refusal, and the rest goes back")
  func withoutEffect() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    let outcome = try rig.set("eth0", "pause-rx=off", "mtu=1400")
    #expect(outcome.refused.map(\.reason) == ["accepted without effect: it is still on"])
    #expect(!outcome.refused[0].isKernels && outcome.exitStatus == .refused)
    #expect(rig.kernel.changes(since: initial).isEmpty)
    // A silent refusal of a feature: what is wanted has changed, and goes back.
    let lan = try rig.set("eth0", "vlan-tx=off")
    #expect(lan.refused.map(\.reason) == ["accepted, but it is still on"])
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test(
    "The kernel's kinds of no have their exit statuses",
    arguments: [
      ("EPERM", Vocabulary.ExitStatus.notPermitted), ("EOPNOTSUPP", .unsupported), ("EBUSY", .refused),
    ])
  func categories(_ name: String, _ status: Vocabulary.ExitStatus) throws {
    let rig = OffloadRig()
    rig.kernel.refuse = { _ in KernelRefusal(code: 1, name: name, words: "No", message: "the driver says no") }
    let outcome = try rig.set("eth0", "mtu=1400")
    #expect(outcome.exitStatus == status)
    #expect(outcome.refused.map(\.reason) == ["the driver says no (\(name))"])
  }

  @Test("When not all can be put back it says what stands where, and undo finishes it")
  func rollback() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    rig.kernel.refuse = { write in
      write.kind == .link || write.kind == .ring && write.values["rx"] == "256"
        ? KernelRefusal(code: 16, name: "EBUSY", words: "Device or resource busy") : nil
    }
    let failure = failure { try rig.set("eth0", "rx-ring=512", "mtu=1400") }
    #expect(failure?.exitStatus == .partial && failure?.id == "change.rollback_incomplete")
    #expect(failure?.fix == ["rdmactl undo 1"])
    #expect(
      failure?.message
        == "mtu=1400 was refused (Device or resource busy (EBUSY)), and not everything could be restored: "
        + "eth0 ring rx is 512 and was 256 (Device or resource busy (EBUSY))")
    #expect(try rig.engine.states() == [.unknown])
    rig.kernel.refuse = nil
    #expect(try rig.engine.undo(.latest()).undone == [1])
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test("Nobody is interrupted, and nothing is written without rights")
  func guards() throws {
    let rig = OffloadRig()
    #expect(failure { try rig.set("eth9", "tso=off") } as? OffloadFailure == .noInterface("eth9", near: "eth0"))
    rig.machine.set("/proc/self/status", .text("Name:\tx\nCapInh:\t0000000000000000\nCapEff:\t00000000a80405fb"))
    #expect(failure { try rig.set("eth0", "tso=off") } as? OffloadFailure == .noRights)
    #expect(rig.journals.isEmpty && rig.kernel.writes.isEmpty)
    // What is so already needs no right.
    #expect(try rig.set("eth0", "gro=on", "mtu=1500").refused.isEmpty == true)
    rig.machine.set("/proc/self/status", .text("CapEff:\t0000000000001000"))
    rig.files.holdLock("/run/rdmactl/offload.lock", by: 4711)
    let busy = failure { try rig.set("eth0", "mtu=1400") }
    #expect(busy?.exitStatus == .busy && busy?.message.contains("4711") == true)
    rig.files.releaseLock("/run/rdmactl/offload.lock")
    rig.files.set(OffloadRig.journal + "/0001.change", .error(.notPermitted))
    rig.files.set(OffloadRig.journal, .error(.notPermitted))
    let journal = failure { try rig.set("eth0", "mtu=1400") }
    #expect(journal?.exitStatus == .notPermitted && journal?.id == "change.journal_unreadable")
    #expect(rig.kernel.writes.isEmpty)
    var recorded = rig.host
    recorded.network = AbsentNetwork()
    let engine = Engine(host: recorded, kernel: rig.kernel)
    #expect(
      failure { _ = try engine.apply([rig.request("eth0", ["mtu=1400"])], words: []) } as? OffloadFailure == .recorded)
  }

  @Test("Whoever has patience waits for the other call, and no longer")
  func patience() throws {
    let rig = OffloadRig()
    let lock = "/run/rdmactl/offload.lock"
    let requests = [rig.request("eth0", ["mtu=1400"])]
    rig.files.holdLock(lock, by: 4711)
    let patient = Engine(host: rig.host, kernel: rig.kernel, patience: 2)
    #expect(failure { _ = try patient.apply(requests, words: []) }?.exitStatus == .busy)
    #expect(rig.clock.milliseconds == 2_000 && rig.kernel.writes.isEmpty)
    rig.clock.at(3_000) { [files = rig.files] in files.releaseLock(lock) }
    #expect(try patient.apply(requests, words: []).changed)
    #expect(rig.clock.milliseconds == 3_000)
    rig.files.holdLock(lock, by: 4711)
    rig.clock.interrupt(at: 3_500)
    #expect(failure { _ = try patient.undo(.latest()) }?.exitStatus == .busy)
    #expect(rig.clock.milliseconds < 3_600)
  }

  @Test("The journal that cannot tell the end of a change has the change taken back")
  func journalEnd() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    rig.kernel.refuse = { [files = rig.files] _ in
      files.set(OffloadRig.journal + "/0001.change", .error(.other("No space left on device")))
      return nil
    }
    let failure = failure { try rig.set("eth0", "mtu=1400") }
    #expect(failure?.id == "change.journal_unwritable" && failure?.exitStatus == .failed)
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  // MARK: undo

  @Test("What somebody else changed since is a conflict with three values, and nothing is written")
  func conflicts() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    try rig.set("eth0", "mtu=1400", "rx-ring=512")
    rig.kernel.put(rig.kernel["eth0"], .link, "mtu", 1300)
    let writes = rig.kernel.writes.count
    let outcome = try rig.engine.undo(.latest())
    let conflict = try #require(outcome.plan.conflicts.first)
    #expect([conflict.before, conflict.after, conflict.now] == ["1500", "1400", "1300"])
    #expect(conflict.place.key == "link mtu" && conflict.laterEntry == nil)
    #expect(outcome.exitStatus == .refused && outcome.undone.isEmpty && rig.kernel.writes.count == writes)
    #expect(try rig.engine.states() == [.done])
    let forced = try rig.engine.undo(.latest(), .override)
    #expect(forced.exitStatus == .done && forced.undone == [1])
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test("Changed back by somebody else is no conflict, and a later entry of ours is named")
  func later() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    try rig.set("eth0", "mtu=1300")
    let first = try rig.engine.undo(.entry(1))
    #expect(first.plan.conflicts.map(\.laterEntry) == [2])
    #expect(try rig.engine.undo(.all).undone == [2, 1])
    try rig.set("eth0", "mtu=1400")
    rig.kernel.put(rig.kernel["eth0"], .link, "mtu", 1500)
    let writes = rig.kernel.writes.count
    #expect(try rig.engine.undo(.latest()).undone == [3])
    #expect(rig.kernel.writes.count == writes)
  }

  @Test("What was confirmed is undone, and not what somebody has set since")
  func confirmed() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    let shown = try rig.engine.undoPlan(.latest()).steps.map(\.record.id)
    try rig.set("eth0", "rx-ring=512")
    #expect(try rig.engine.undo(.entries(shown)).undone == [1])
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500" && rig.kernel.value("eth0", .ring, "rx") == "512")
    // Somebody else has undone it meanwhile.
    let writes = rig.kernel.writes.count
    #expect(try rig.engine.undo(.entries(shown)).plan.steps.isEmpty && rig.kernel.writes.count == writes)
  }

  @Test("A change, or an undo, that was killed does not take a later entry's settings along")
  func killedBeforeALaterOne() throws {
    for killsUndo in [false, true] {
      let rig = OffloadRig()
      let initial = rig.kernel.dump
      if killsUndo { try rig.set("eth0", "tso=off") }
      // The journal's first line of it, and what it writes to the kernel.
      rig.life.left = 2
      if killsUndo { _ = try? rig.engine.undo(.latest()) } else { _ = try? rig.set("eth0", "tso=off") }
      #expect(rig.life.left == 0)
      rig.life.left = nil
      #expect(try rig.engine.states() == [killsUndo ? .undoing : .begun])
      try rig.set("eth0", "gro=off")
      let writes = rig.kernel.writes.count
      // The next change has read back what the killed one left; of the undo everything.
      #expect(try rig.engine.states() == [killsUndo ? .undone : .unknown, .done])
      guard !killsUndo else {
        #expect(try rig.engine.undo(.all).undone == [2] && rig.kernel.changes(since: initial).isEmpty)
        continue
      }
      let outcome = try rig.engine.undo(.entry(1))
      let conflict = try #require(outcome.plan.conflicts.first)
      #expect(outcome.plan.conflicts.count == 1 && conflict.laterEntry == 2)
      #expect([conflict.before, conflict.after, conflict.now] == ["on", "on", "off"])
      #expect(outcome.exitStatus == .refused && rig.kernel.writes.count == writes)
      #expect(try rig.engine.undo(.all).undone == [2, 1])
      #expect(rig.kernel.changes(since: initial).isEmpty)
    }
  }

  @Test("Interrupts that irqbalance moves are no conflict, unless they were asked for")
  func interrupts() throws {
    let rig = OffloadRig()
    let card = rig.kernel["eth3"]
    rig.kernel.moved = { $0.kind == .channels ? (card, Knob(.interrupt, "31"), "2") : nil }
    try rig.set("eth3", "channels=2")
    #expect(rig.kernel.value("eth3", .interrupt, "31") == "2")
    rig.kernel.moved = nil
    rig.kernel.devices[card].state.knobs[Knob(.interrupt, "31")]?.value = "3"
    #expect(try rig.engine.undo(.latest()).undone == [1])
    try rig.set("eth3", "irq-affinity=1")
    rig.kernel.devices[card].state.knobs[Knob(.interrupt, "31")]?.value = "3"
    #expect(try rig.engine.undo(.latest()).plan.conflicts.map(\.now) == ["3"])
  }

  @Test("A dry run tells what the real one does")
  func dryRun() throws {
    let rig = OffloadRig()
    try rig.set("eth3", "channels=2", "mtu=1400")
    try rig.set("eth0", "tso=off")
    let plan = try rig.engine.undoPlan(.all)
    #expect(plan.steps.map(\.record.id) == [2, 1])
    #expect(
      plan.steps[1].changes.map { "\($0.place.key)=\($0.after.text)" }
        == [
          "channels combined=4", "link mtu=1500", "rss table=0-3*32", "link mtu=1500",
        ])
    let outcome = try rig.engine.undo(.all)
    #expect(outcome.plan == plan)
  }

  @Test("Interfaces are found again")
  func identity() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    try rig.set("eth0", "mtu=1400")
    try rig.set("veth0", "txqueuelen=7")
    let card = rig.kernel["eth0"]
    let virtual = rig.kernel["veth0"]
    rig.kernel.devices[card].state.identity.name = "lan"
    rig.kernel.devices[card].state.identity.index = 99
    rig.kernel.devices[virtual].state.identity.name = "v9"
    let outcome = try rig.engine.undo(.all)
    #expect(outcome.plan.steps.flatMap(\.remarks) == ["veth0 is called v9 now", "eth0 is called lan now"])
    rig.kernel.devices[card].state.identity.name = "eth0"
    rig.kernel.devices[virtual].state.identity.name = "veth0"
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test("Another card under the old name is left alone, and what is gone needs no undo")
  func gone() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    let card = rig.kernel["eth0"]
    rig.kernel.devices[card].state.identity.permanentMAC = MACAddress(0x5254_0000_0001)
    rig.kernel.devices[card].state.identity.index = 70
    let outcome = try rig.engine.undo(.latest())
    #expect(outcome.plan.steps.flatMap(\.remarks) == ["eth0 is gone, and its settings with it"])
    #expect(outcome.undone == [1] && outcome.applied.isEmpty)
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400")
  }

  @Test("An earlier boot's entries are not undone by themselves")
  func boots() throws {
    let rig = OffloadRig()
    try rig.set("eth0", "mtu=1400")
    rig.restart()
    let nothing = try rig.engine.undo(.latest())
    #expect(nothing.plan.steps.isEmpty)
    #expect(nothing.plan.remarks == ["there are only changes from before the last boot: what they set is lost already"])
    #expect(try rig.engine.undo(.all).plan.steps.isEmpty)
    let asked = try rig.engine.undo(.entry(1))
    #expect(asked.undone == [1] && rig.kernel.value("eth0", .link, "mtu") == "1500")
    #expect(asked.plan.steps[0].remarks.contains { $0.contains("before the last boot") })
  }

  @Test("What can no longer be put back is told, and stays to be undone")
  func notRestored() throws {
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    try rig.set("eth0", "rx-usecs=10", "mtu=1400")
    rig.kernel.refuse = {
      $0.kind == .coalesce ? KernelRefusal(code: 5, name: "EIO", words: "Input/output error") : nil
    }
    let outcome = try rig.engine.undo(.latest())
    #expect(outcome.exitStatus == .partial && outcome.undone.isEmpty)
    #expect(
      outcome.differences.map { "\($0.place.key) \($0.refusal ?? "")" } == [
        "coalesce rx-usecs Input/output error (EIO)"
      ])
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1500")
    rig.kernel.refuse = nil
    #expect(try rig.engine.undo(.latest()).undone == [1])
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test("Only the entries of one origin")
  func origins() throws {
    let rig = OffloadRig()
    _ = try rig.engine.apply([rig.request(nil, ["tcp_sack=0"])], words: ["tune", "apply", "x"], action: "tune")
    try rig.set("eth0", "mtu=1400")
    #expect(try rig.engine.undo(.latest(action: "tune")).undone == [1])
    #expect(rig.kernel.value("eth0", .link, "mtu") == "1400")
    #expect(failure { _ = try rig.engine.undo(.entry(9)) } as? ChangeFailure == .noEntry(9))
  }
}
