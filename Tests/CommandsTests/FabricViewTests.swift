import FabricDiscovery
import FabricLab
import Foundation
import InfiniBandWire
import TestSupport
import Testing

/// `rdmactl fabric partitions`, `tables`, `path`, `groups` and `ping` on a subnet in memory.
@Suite struct FabricViewTests {
  private let machine = FabricMachine()

  private func end(_ name: String, _ port: Int = 1) throws -> Topology.End {
    Topology.End(try #require(machine.lab.topology[name]), port)
  }

  @Test func partitionsAndTheirMembers() throws {
    machine.lab.keyTables[try end("host2")] = [0xffff, 0x8002]
    machine.lab.keyTables[try end("host3")] = [0xffff, 0x0002]
    let text = machine.run("fabric", "partitions")
    #expect(text.status == 0 && text.output.contains("0x0002"), "\(text)")
    #expect(machine.run("fabric", "partitions", "-q").outputLines == ["0x0002", "0x7fff"])
    let one = machine.run("fabric", "partitions", "host3", "-q").outputLines
    #expect(one == ["host3 mlx5_0/1 0xffff 0x0002"])
    let answer = try machine.json("fabric", "partitions")
    let partitions = try #require(answer["partitions"] as? [[String: Any]])
    #expect(partitions.map { $0["p_key"] as? Int } == [2, 0x7fff])
    #expect((partitions[0]["full"] as? [Any])?.count == 1 && (partitions[0]["limited"] as? [Any])?.count == 1)
    #expect(machine.run("fabric", "partitions", "--csv").output.hasPrefix("p_key,name,full,limited,"))
  }

  /// The usual file decides: the subnet manager is this machine's.
  @Test func partitionsThatTheFileWants() throws {
    machine.write("/etc/opensm/partitions.conf", "Default=0x7fff : ALL=full ;\ngreen=2 : ALL=full ;\n")
    let missing = machine.run("fabric", "partitions")
    #expect(missing.status == 2 && missing.output.contains("[fabric.partition_member_missing]"), "\(missing)")
    #expect(missing.output.contains("next: rdmactl sm reload"))
    #expect(machine.run("fabric", "partitions", "--partitions-file", "/nowhere").status == 3)
    machine.write("/other.conf", "Default=0x7fff : ALL=full ;\n")
    #expect(machine.run("fabric", "partitions", "--partitions-file", "/other.conf").status == 0)
  }

  @Test func tablesOfASwitch() throws {
    machine.lab.multicastTables[try end("leaf0").node] = [0xc001: [1, 3]]
    let text = machine.run("fabric", "tables", "leaf0")
    #expect(
      text.status == 0 && text.output.contains("0xc001  1 3") && text.output.contains("host3 mlx5_0/1"), "\(text)")
    #expect(machine.run("fabric", "tables", "leaf0", "-q").outputLines.count == 8)
    let use = try machine.json("fabric", "tables", "leaf0", "--use", "3")
    let uses = try #require(use["uses"] as? [[String: Any]])
    #expect(uses.count == 2 && uses.allSatisfy { ($0["pairs"] as? Int ?? 0) > 0 })
    let host = machine.run("fabric", "tables", "host1")
    #expect(host.status == 3 && host.error.contains("not a switch"), "\(host.error)")
    #expect(machine.run("fabric", "tables", "leaf0", "--use", "99").status == 3)
  }

  @Test func aPathThatWorks() throws {
    machine.lab.administration.path = (4, 17, 0xffff)
    let text = machine.run("fabric", "path", "host1", "host3")
    #expect(text.status == 0 && text.output.contains("200 Gb/s") && text.output.contains("arrives at"), "\(text)")
    let answer = try machine.json("fabric", "path", "host1", "host3")
    let administration = try #require(answer["sa"] as? [String: Any])
    #expect(administration["mtu"] as? Int == 2048 && administration["p_key"] as? Int == 0xffff)
    #expect(administration["slid"] as? Int != administration["dlid"] as? Int)
  }

  /// MTU, rate and P_Key of the SA against those of links and tables; and no path at all.
  @Test func pathsThatCannotWork() throws {
    func ids() throws -> [String] {
      let answer = try machine.json("fabric", "path", "host1", "host3")
      return (answer["problems"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }
    machine.lab.administration.path = (5, 17, 0xffff)
    #expect(try ids() == ["fabric.path_mtu"] && machine.run("fabric", "path", "host1", "host3").status == 2)
    machine.lab.administration.path = (4, 21, 0xffff)
    #expect(try ids() == ["fabric.path_rate"])
    machine.lab.administration.path = (4, 3, 0xffff)
    #expect(try ids() == ["fabric.path_below_links"] && machine.run("fabric", "path", "host1", "host3").status == 0)
    machine.lab.administration.path = (4, 17, 0x8007)
    #expect(try ids() == ["fabric.path_partition"])
    machine.lab.administration.path = nil
    #expect(try ids() == ["fabric.path_none"])
    for name in ["host1", "host3"] { machine.lab.keyTables[try end(name)] = [0x7fff] }
    let limited = machine.run("fabric", "path", "host1", "host3")
    #expect(limited.output.contains("no P_Key lets them talk"), "\(limited.output)")
  }

  @Test func withoutASubnetManager() {
    let machine = FabricMachine(isUp: false)
    for words in [["fabric", "path", "host1", "host3"], ["fabric", "groups"]] {
      let result = machine.run(words)
      #expect(result.status == 1 && result.error.contains("no subnet manager"), "\(result.error)")
    }
    let ping = machine.run("fabric", "ping", "host1")
    #expect(ping.status == 2 && ping.output.contains("directed route"), "\(ping)")
  }

  private func addGroup() throws {
    let guids = try ["host2", "host3"].map { machine.lab.topology.nodes[try end($0).node].portGUID(1) }
    machine.lab.administration.groups = [LabGroup(identifier: 0xffff_ffff, lid: 0xc000, members: guids)]
  }

  @Test func groupsAndTheirTrees() throws {
    try addGroup()
    for name in ["leaf0", "leaf1"] {
      machine.lab.multicastTables[try end(name).node] = [0xc000: [2, 3]]
    }
    machine.lab.multicastTables[try end("spine0").node] = [0xc000: [1, 2]]
    let text = machine.run("fabric", "groups", "-v")
    #expect(text.status == 0 && text.output.contains("ff12:401b:ffff:0000:0000:0000:ffff:ffff"), "\(text)")
    #expect(text.output.contains("LEADS TO") && text.output.contains("host2 mlx5_0/1, host3 mlx5_0/1"))
    let answer = try machine.json("fabric", "groups")
    let group = try #require((answer["groups"] as? [[String: Any]])?.first)
    #expect((group["members"] as? [Any])?.count == 2 && (group["reached"] as? [Any])?.count == 2)
    // A tree that leaves a member out.
    machine.lab.multicastTables[try end("leaf1").node] = [0xc000: [3]]
    let short = machine.run("fabric", "groups")
    #expect(short.status == 2 && short.output.contains("[fabric.group_member_not_in_tree]"), "\(short)")
  }

  /// What a cut or missing answer leaves unknown is null, with a note.
  @Test func membersThatAreNotTold() throws {
    try addGroup()
    machine.lab.administration.groups[0].members += [3, 4, 5]
    machine.lab.administration.hasReliableAnswers = false
    let answer = try machine.json("fabric", "groups")
    let group = try #require((answer["groups"] as? [[String: Any]])?.first)
    #expect(group["members"] is NSNull && group["mtu"] as? Int == 2048)
    #expect((answer["notes"] as? [[String: Any]])?.isEmpty == false)
    let keyless = machine.run("fabric", "groups", "--sa-key", "9")
    #expect(keyless.status == 0 && keyless.error.contains("members are unknown"), "\(keyless)")
  }

  @Test func pingByBothWays() throws {
    let answer = try machine.json("fabric", "ping", "host3", "--count", "3")
    for kind in ["directed_route", "lid"] {
      let own = try #require(answer[kind] as? [String: Any])
      #expect(own["sent"] as? Int == 3 && own["received"] as? Int == 3 && own["min_us"] is Int)
    }
    let lid = UInt16(truncatingIfNeeded: machine.lab[try end("host3")][PortInfo.Layout.lid])
    machine.lab.setForwardingEntry(of: try end("leaf0").node, lid: lid, to: LinearForwardingTable.noPort)
    let lost = machine.run("fabric", "ping", "host3")
    #expect(lost.status == 2 && lost.output.contains("5 of 5 LID") && !lost.output.contains("of 5 directed"), "\(lost)")
    #expect(machine.run("fabric", "ping", "host3", "--count", "0").status == 64)
  }

  /// Foreign names reach terminal, CSV and JSON as names.
  @Test(arguments: ["$(id)", "<b>x</b>", "a\u{1b}[31mb\u{7}", "\"; drop", String(repeating: "n", count: 64)])
  func namesFromOutside(_ name: String) throws {
    let machine = FabricMachine { net in
      for node in net.nodes.indices where net.nodes[node].kind == .host { net.nodes[node].description = name }
    }
    let hosts = machine.lab.topology.hosts.map { machine.lab.topology.nodes[$0].guid }
    let (a, b) = ("0x" + String(hosts[1], radix: 16), "0x" + String(hosts[3], radix: 16))
    machine.lab.administration.groups = [LabGroup(identifier: 1, lid: 0xc000, members: [hosts[1] + 1])]
    for words in [
      ["fabric", "partitions", "-v"], ["fabric", "tables", "leaf0"], ["fabric", "tables", "leaf0", "--use", "3"],
      ["fabric", "path", a, b], ["fabric", "groups", "-v"], ["fabric", "ping", a],
    ] {
      let result = machine.run(words)
      #expect([0, 2].contains(result.status), "\(words) \(result)")
      #expect(FabricMisuseTests.isFitForATerminal(result.output + result.error), "\(words)")
      _ = try FabricMachine.object(machine.run(words + ["--json"]).output)
    }
  }
}
