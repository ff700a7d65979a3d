import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import GroupMembership

/// `/proc/net/igmp` of the guest (Linux 6.1), after `force_igmp_version` and an IPoIB join.
@Suite struct IGMPTests {
  private static let header = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"

  private func interfaces(
    _ version: String, forced: String = "0", all: String = "0", more: [String: FakeFiles.Entry] = [:]
  ) throws -> [IGMPInterface] {
    var files: [String: FakeFiles.Entry] = [
      "/proc/net/igmp": .bytes(
        Array(
          (Self.header + "2\tib0       :     2      \(version)\n\t\t\t\t030201EF     1 0:00000000\t\t1\n"
            + "\t\t\t\t010000E0     1 0:00000000\t\t0\n3\tenp59s0f0np0:     1      V3\n").utf8)),
      "/proc/sys/net/ipv4/conf/ib0/force_igmp_version": .text(forced),
      "/proc/sys/net/ipv4/conf/all/force_igmp_version": .text(all),
    ]
    files.merge(more) { $1 }
    return try IGMPReader(FakeFiles(files)).interfaces()
  }

  @Test func groupsAreAddresses() throws {
    let found = try interfaces("V3")
    #expect(found.map(\.name) == ["ib0", "enp59s0f0np0"])
    #expect(found[0].groups.map(\.address) == ["239.1.2.3", "224.0.0.1"] && found[1].groups.isEmpty)
    #expect(found[0].version == 3 && found[0].reason == .usual && !found[0].isIPoIB)
    #expect(found[1].forced == nil && found[1].reason == .usual)
  }

  @Test(
    arguments: [
      ("V2", "2", "0", .forced), ("V2", "0", "2", .forcedForAll), ("V2", "3", "2", .forcedForAll),
      ("V2", "0", "0", .oldQuerier), ("V1", "2", "0", .oldQuerier), ("V3", "3", "0", .forced),
    ] as [(String, String, String, IGMPInterface.Reason)])
  func whyTheVersionIsNotTheUsual(_ version: String, _ forced: String, _ all: String, _ reason: IGMPInterface.Reason)
    throws
  {
    #expect(try interfaces(version, forced: forced, all: all)[0].reason == reason)
  }

  /// Without the settings the reason would be a guess.
  @Test func aReasonThatCannotBeReadIsNotKnown() throws {
    let line = Self.header + "2\teth0      :     0      V2\n"
    let found = try IGMPReader(FakeFiles(["/proc/net/igmp": .bytes(Array(line.utf8))])).interfaces()
    #expect(found[0].version == 2 && found[0].reason == nil && found[0].problems.isEmpty)
  }

  @Test func anOldQuerierIsNamedWithoutAnySetting() throws {
    #expect(try interfaces("V2")[0].problems.map(\.id) == ["igmp.old_querier"])
    #expect(try interfaces("V2", forced: "2")[0].problems.isEmpty)
    #expect(try interfaces("V2", forced: "3", all: "2")[0].problems.map(\.id) == ["igmp.forced_for_all"])
  }

  private static let ipoib: [String: FakeFiles.Entry] = [
    "/sys/class/net/ib0/type": .text("32"),
    "/sys/class/net/ib0/broadcast": .text("00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff"),
  ]

  /// The group 239.1.2.3 is the MGID that saquery printed in the same guest: ff12:401b:ffff::f01:203.
  @Test func aGroupThatTheSubnetManagerDoesNotHaveIsAnError() throws {
    let joined = "GID: ff12:401b:ffff:0:0:0:0:1\n  created: 1\n  queuelen: 0\n  complete: yes\n  send_only: no\n\n"
    let open = "GID: ff12:401b:ffff:0:0:0:f01:203\n  created: 1\n  queuelen: 0\n  complete: no\n  send_only: no\n"
    var files = Self.ipoib
    files["/sys/kernel/debug/ipoib/ib0_mcg"] = .bytes(Array((joined + open).utf8))
    let found = try interfaces("V3", more: files)[0]
    #expect(found.isIPoIB && found.groups.map(\.gid) == ["ff12:401b:ffff:0:0:0:f01:203", "ff12:401b:ffff:0:0:0:0:1"])
    #expect(found.groups.map(\.isInFabric) == [false, true])
    #expect(found.problems.map(\.id) == ["igmp.not_in_fabric"] && found.problems[0].evidence == ["group=239.1.2.3"])
  }

  @Test func withoutTheRightToReadItTheAnswerIsNotKnown() throws {
    var files = Self.ipoib
    files["/sys/kernel/debug/ipoib/ib0_mcg"] = .error(.notPermitted)
    let found = try interfaces("V3", more: files)[0]
    #expect(found.groups.allSatisfy { $0.isInFabric == nil } && found.problems.isEmpty)
    #expect(found.note?.contains("only root") == true)
  }
}
