internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import SubnetManagement
internal import Testing
internal import Vocabulary

/// P_Key tables held against each other and against partitions.conf.
@Suite struct PartitionCheckTests {
  private let lab = InMemoryFabric(.twoLevels(hosts: 4, leaves: 2, spines: 2))

  init() { lab.bringUp() }

  private func end(_ name: String, _ port: Int = 1) throws -> Topology.End {
    Topology.End(try #require(lab.topology[name]), port)
  }

  private func guid(_ name: String) throws -> String {
    let node = lab.topology.nodes[try #require(lab.topology[name])]
    return "0x" + node.portGUID(1).hexadecimal(digits: 16)
  }

  private func problems(_ file: String? = nil, isDecisive: Bool = true) throws -> [Problem] {
    let session = FabricSession(port: lab, clock: lab.clock)
    let fabric = try session.sweep()
    let check = PartitionCheck(fabric, try session.partitionTables(of: fabric), names: FabricNames(fabric))
    let manager = fabric.origin
    return check.problems()
      + (file.map {
        check.problems(
          against: PartitionsConfiguration($0, file: "/p.conf"), manager: manager, isDecisive: isDecisive)
      } ?? [])
  }

  @Test func everyoneInTheDefaultPartition() throws {
    #expect(try problems() == [])
    #expect(try problems("Default=0x7fff : ALL=full ;") == [])
  }

  @Test func aPortOutsideTheDefaultPartition() throws {
    lab.keyTables[try end("host2")] = [0x8002]
    let found = try problems()
    #expect(found.map(\.id) == ["fabric.partition_no_default"] && found[0].subject == "host2 mlx5_0/1")
  }

  @Test func limitedMembersAlone() throws {
    for name in ["host1", "host2"] { lab.keyTables[try end(name)] = [0xffff, 0x0009] }
    #expect(try problems().map(\.subject) == ["0x0009"])
    // One full member and they have somebody to talk to.
    lab.keyTables[try end("host3")] = [0xffff, 0x8009]
    #expect(try problems() == [])
  }

  @Test func aSwitchPortThatDropsWhatItsHostSends() throws {
    lab.keyTables[try end("host2")] = [0xffff, 0x8004]
    let filter = try end("leaf0", 2)
    lab[filter][LayoutFields.enforcement] = 1
    lab.keyTables[filter] = [0xffff]
    let found = try problems()
    #expect(found.map(\.id) == ["fabric.partition_filtered"], "\(found)")
    #expect(found[0].subject == "leaf0/2" && found[0].message.contains("0x0004"))
    lab.keyTables[filter] = [0xffff, 0x0004]
    #expect(try problems() == [])
  }

  @Test func whatTheFileWantsAndTheFabricHasNot() throws {
    lab.keyTables[try end("host1")] = [0xffff, 0x8002]
    lab.keyTables[try end("host2")] = [0xffff, 0x8002]
    lab.keyTables[try end("host3")] = [0xffff, 0x8030]
    let file = """
      Default=0x7fff : ALL=full ;
      green=0x8002 : \(try guid("host1"))=full, \(try guid("host2"))=limited, SELF=full, 0x0002c90300bad001=full ;
      """
    let found = try problems(file)
    #expect(
      found.map { "\($0.id) \($0.subject) \($0.severity)" } == [
        "fabric.partition_member_missing host0 mlx5_0/1 warning", "fabric.partition_membership host2 mlx5_0/1 warning",
        "fabric.partition_not_in_file 0x0030 info", "fabric.partition_absent_port 0002c90300bad001 info",
      ], "\(found)")
    // The file of a machine whose subnet manager does not decide proves nothing.
    let foreign = try problems(file, isDecisive: false)
    #expect(foreign.count == 4 && foreign.allSatisfy { $0.severity == .info && !$0.fix.contains("rdmactl sm reload") })
  }

  /// Both keys need allow_both_pkeys; without it one of them is right.
  @Test func bothMemberships() throws {
    for keys in [[0xffff, 0x8005], [0xffff, 0x0005], [0xffff, 0x8005, 0x0005]] as [[UInt16]] {
      lab.keyTables[try end("host1")] = keys
      lab.keyTables[try end("host2")] = [0xffff, 0x8005]
      let file = "Default=0x7fff : ALL=full ;\nx=5 : \(try guid("host1"))=both, \(try guid("host2"))=full ;"
      #expect(try problems(file) == [], "\(keys)")
    }
  }

  /// Without a rule for it all are limited members of the default partition, and the manager's port a full one.
  @Test func theDefaultPartitionWithoutARule() throws {
    let found = try problems("x=5 : SELF=full ;")
    #expect(found.map(\.id) == ["fabric.partition_member_missing", "fabric.partition_membership"], "\(found)")
    #expect(found[1].message.contains("0x7fff") && found[1].evidence.first == "count=7")
  }

  @Test func aFileThatOpensmRefuses() throws {
    let found = try problems("Default 0x7fff ALL\n")
    #expect(found.map(\.id) == ["fabric.partition_file_refused"] && found[0].message.contains("line 1"))
  }

  /// A P_Key that opensm makes up can be any: nothing is called unknown.
  @Test func aPartitionWithoutANumber() throws {
    lab.keyTables[try end("host1")] = [0xffff, 0x8123]
    #expect(try problems("Default=0x7fff : ALL=full ;\nsome : ALL=full ;").filter { $0.severity != .info } == [])
    #expect(try problems("Default=0x7fff : ALL=full ;\nsome : ALL=full ;") == [])
  }
}

private enum LayoutFields {
  static let enforcement = PortInfo.Layout.partitionEnforcementOutbound
}
