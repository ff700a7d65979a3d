internal import Change
internal import HostAccess
internal import Offload
internal import TestSupport
internal import Testing
internal import Vocabulary

/// kill -9 between any two writes, to the kernel or to the journal, and in the middle of one.
@Suite("Killed")
struct KillTests {
  static let calls: [[(String?, [String])]] = [
    [("eth0", ["tso=off"])],
    [("eth0", ["tx-csum=off", "rx-ring=513", "rx-usecs=10", "mtu=1400"])],
    [("eth1", ["lro=off", "rss=1", "tx-ring=128"]), ("eth3", ["channels=2", "rps=1", "mtu=1400"])],
    [("eth3", ["rss=6", "rss-fields-udp4=sdfn"]), (nil, ["tcp_sack=0"])],
    [("eth3", ["rss-table=3*128"]), ("eth3.100", ["mtu=1300"]), ("bond0", ["mtu=9000", "lro=off"])],
    [("ib0", ["ipoib-mode=connected", "mtu=9000"]), ("veth0", ["mtu=1200", "sg=off"])],
    [(nil, ["ip_forward=1", "tcp_rmem=4096 87380 4194304"]), ("eth2", ["channels=1", "rx-gro-hw=on"])],
    // A refusal in the middle: killed while everything is put back.
    [("eth3", ["tso=off", "rx-usecs=20000"]), ("eth0", ["mtu=1400", "pause-rx=off"])],
  ]

  /// Runs `action` again and again, killed after one more write each time, until it lives to its end.
  private func everyDeath(
    _ make: () throws -> OffloadRig, _ action: (OffloadRig) throws -> Void, _ check: (OffloadRig) throws -> Void
  )
    throws -> Int
  {
    for count in 0..<200 {
      for isTorn in [false, true] {
        let rig = try make()
        rig.life.left = count
        rig.life.tearsLast = isTorn
        try? action(rig)
        let survived = rig.life.left ?? 0 > 0
        rig.life.left = nil
        try check(rig)
        if survived { return count }
      }
    }
    return 200
  }

  /// A machine with what the call bears on, so that it is quickly read.
  private func rig(_ index: Int) -> OffloadRig {
    let names = Self.calls[index].compactMap(\.0)
    guard names.count == Self.calls[index].count else { return OffloadRig() }
    let all = MemoryKernel.Device.zoo
    let near = all.filter { names.contains($0.state.name) }.map(\.state).flatMap { state in
      [state.master, state.lower].compactMap { $0 } + state.members + state.uppers.map(\.name)
    }
    return OffloadRig(all.filter { (names + near).contains($0.state.name) })
  }

  private func requests(_ call: [(String?, [String])], _ rig: OffloadRig) -> [SettingRequest] {
    call.map { rig.request($0.0, $0.1) }
  }

  @Test("Undo after a kill anywhere in a change restores everything", arguments: calls.indices)
  func inSet(_ index: Int) throws {
    let initial = rig(index).kernel.dump
    let deaths = try everyDeath({ rig(index) }) { rig in
      _ = try rig.engine.apply(requests(Self.calls[index], rig), words: ["set"])
    } _: { rig in
      let outcome = try rig.engine.undo(.all)
      #expect(outcome.exitStatus == .done, "\(outcome.differences) \(outcome.plan.conflicts)")
      #expect(rig.kernel.changes(since: initial).isEmpty)
      #expect(try rig.engine.undo(.all).plan.steps.isEmpty)
    }
    // The entry, one change at least, and the end of the entry.
    #expect((4..<200).contains(deaths))
  }

  @Test("So does undo after a kill anywhere in the undo", arguments: calls.indices.dropLast())
  func inUndo(_ index: Int) throws {
    let initial = rig(index).kernel.dump
    let deaths = try everyDeath {
      let rig = rig(index)
      let outcome = try rig.engine.apply(requests(Self.calls[index], rig), words: ["set"])
      #expect(outcome.refused.isEmpty && outcome.changed)
      return rig
    } _: { rig in
      _ = try rig.engine.undo(.latest())
    } _: { rig in
      let outcome = try rig.engine.undo(.all)
      #expect(outcome.exitStatus == .done, "\(outcome.differences) \(outcome.plan.conflicts)")
      #expect(rig.kernel.changes(since: initial).isEmpty)
    }
    #expect((4..<200).contains(deaths))
  }

  @Test("And a second kill, in the undo of a killed change", arguments: calls.indices.dropLast())
  func twice(_ index: Int) throws {
    let initial = rig(index).kernel.dump
    for first in 1..<6 {
      for second in 1..<6 {
        let rig = rig(index)
        rig.life.left = first
        _ = try? rig.engine.apply(requests(Self.calls[index], rig), words: ["set"])
        rig.life.left = second
        _ = try? rig.engine.undo(.latest())
        rig.life.left = nil
        #expect(try rig.engine.undo(.all).exitStatus == .done)
        #expect(rig.kernel.changes(since: initial).isEmpty, "\(first) \(second)")
      }
    }
  }

  @Test("What somebody else changed before an undo that is killed stays after the next one")
  func foreign() throws {
    for count in 1..<6 {
      let rig = OffloadRig()
      try rig.set("eth3", "channels=2", "mtu=1400")
      let index = rig.kernel["eth3"]
      try rig.kernel.setRings(index, ["rx": "1024"])
      rig.life.left = count
      _ = try? rig.engine.undo(.latest())
      rig.life.left = nil
      #expect(try rig.engine.undo(.all).exitStatus == .done)
      #expect(rig.kernel.value("eth3", .ring, "rx") == "1024")
      #expect(rig.kernel.value("eth3", .channels, "combined") == "4")
      #expect(rig.kernel.value("eth3", .link, "mtu") == "1500")
    }
  }
}
