internal import Change
internal import HostAccess
internal import Offload
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("Undo restores")
struct UndoSequenceTests {
  static let interfaces = [
    "lo", "eth0", "eth1", "eth2", "eth3", "eth3.100", "veth0", "br0", "eth4", "eth5", "bond0", "ib0",
  ]
  /// Keys with values, some of which some devices or states refuse.
  static let words: [(key: String, values: [String])] = [
    ("tso", ["on", "off"]), ("gso", ["on", "off"]), ("gro", ["on", "off"]), ("lro", ["on", "off"]),
    ("sg", ["on", "off"]),
    ("tx-csum", ["on", "off"]), ("rx-csum", ["on", "off"]), ("vlan-rx", ["on", "off"]), ("vlan-tx", ["on", "off"]),
    ("rx-fcs", ["on", "off"]), ("rx-gro-hw", ["on", "off"]), ("tx-tcp-mangleid-segmentation", ["on", "off"]),
    ("rx-ring", ["64", "100", "513", "4096", "5000"]), ("tx-ring", ["80", "1024"]), ("rx-usecs", ["0", "10", "20000"]),
    ("adaptive-rx", ["on", "off"]), ("channels", ["1", "2", "4", "9"]), ("rss", ["1", "2", "3", "8"]),
    ("rss-weight", ["6 2", "1,1,1"]), ("rss-table", ["default", "0-1*16", "3*128"]),
    ("rss-fields-udp4", ["sd", "sdfn"]),
    ("rss-base", ["1"]), ("rps", ["0-2", "1"]), ("irq-affinity", ["1-3"]), ("pause-rx", ["off"]),
    ("mtu", ["1400", "1500", "9000"]),
    ("txqueuelen", ["500", "2000"]), ("ipoib-mode", ["connected", "datagram"]), ("force_igmp_version", ["0", "2"]),
  ]
  static let machineWords: [(key: String, values: [String])] = [
    ("tcp_sack", ["0", "1"]), ("tcp_timestamps", ["0", "2"]), ("tcp_rmem", ["4096 87380 4194304"]),
    ("ip_forward", ["1", "0"]),
    ("rmem_max", ["4194304"]),
  ]

  static func request(_ numbers: inout SeededNumbers, _ rig: OffloadRig) -> SettingRequest {
    let isMachine = Int.random(in: 0..<10, using: &numbers) == 0
    let words = isMachine ? machineWords : words
    let interface = isMachine ? nil : interfaces.randomElement(using: &numbers)
    let chosen = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
      let word = words[Int.random(in: 0..<words.count, using: &numbers)]
      return "\(word.key)=\(word.values.randomElement(using: &numbers) ?? "")"
    }
    return rig.request(interface, chosen)
  }

  @Test("Everything, bit for bit, after 1 to 20 sets", arguments: 0..<200)
  func sequence(_ seed: Int) throws {
    var numbers = SeededNumbers(seed)
    let rig = OffloadRig()
    let initial = rig.kernel.dump
    for _ in 0..<Int.random(in: 1...20, using: &numbers) {
      let requests = (0..<Int.random(in: 1...2, using: &numbers)).map { _ in Self.request(&numbers, rig) }
      let before = rig.kernel.dump
      let outcome = try rig.engine.apply(requests, words: ["set"])
      guard outcome.refused.isEmpty else {
        #expect(rig.kernel.changes(since: before).isEmpty, "refused: \(outcome.refused)")
        continue
      }
      let writes = rig.kernel.writes.count
      let journals = rig.journals
      let again = try rig.engine.apply(requests, words: ["set"])
      #expect(!again.changed && again.refused.isEmpty, "\(requests) gave \(outcome), then \(again)")
      #expect(rig.kernel.writes.count == writes && rig.journals == journals)
    }
    let undone = try rig.engine.undo(.all)
    #expect(undone.exitStatus == .done, "\(undone.plan.conflicts) \(undone.differences)")
    #expect(rig.kernel.changes(since: initial).isEmpty)
  }

  @Test("One entry after the other gives the states in between", arguments: 0..<40)
  func stepwise(_ seed: Int) throws {
    var numbers = SeededNumbers(seed + 1000)
    let rig = OffloadRig()
    var states: [(id: Int, before: [String])] = []
    for _ in 0..<8 {
      let before = rig.kernel.dump
      let outcome = try rig.engine.apply([Self.request(&numbers, rig)], words: ["set"])
      if let id = outcome.journalID { states.append((id, before)) }
    }
    for state in states.reversed() {
      let undone = try rig.engine.undo(.latest())
      #expect(undone.undone == [state.id])
      #expect(rig.kernel.changes(since: state.before).isEmpty)
    }
    #expect(try rig.engine.undo(.latest()).plan.steps.isEmpty)
  }
}
