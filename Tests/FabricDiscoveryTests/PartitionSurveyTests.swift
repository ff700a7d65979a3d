internal import BinaryLayout
internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing

@Suite struct PartitionSurveyTests {
  @Test func tablesAreReadWholeAndFiltersApart() throws {
    let swept = SweptLab.small()
    let host = try swept.end("host2", 1)
    // The last entry of the second block counts too.
    swept.lab.keyTables[host] = [0xffff] + [UInt16](repeating: 0, count: 62) + [0x0002]
    let filter = try swept.end("leaf0", 2)
    swept.lab[filter][PortInfo.Layout.partitionEnforcementInbound] = 1
    swept.lab.keyTables[filter] = [0x7fff, 0x0003]
    let fabric = try swept.sweep()
    let survey = try swept.session.partitionTables(of: fabric)
    let port = try swept.port(host, in: fabric)
    // Four hosts, and port 0 of four switches.
    #expect(survey.ends.count == 8 && survey.unanswered.isEmpty)
    #expect(survey.table(of: port)?.keys.count == 64 && survey.table(of: port)?.used == [0xffff, 0x0002])
    let switchTable = try #require(survey.table(of: try swept.port(try swept.end("spine0", 0), in: fabric)))
    #expect(switchTable.keys.count == 8 && switchTable.used == [0xffff])
    #expect(survey.filters.map(\.port) == [try swept.port(filter, in: fabric)])
    #expect(survey.filters.first?.used == [0x7fff, 0x0003] && survey.filters.first?.keys.count == 64)
    let partitions = survey.partitions
    #expect(partitions.map(\.key) == [0x0002, 0x7fff])
    #expect(partitions[0].full.isEmpty && partitions[0].limited == [port] && partitions[1].full.count == 8)
  }

  /// A key of which only the membership bit is set is an empty entry, as 0 is.
  @Test func emptyEntriesAreNoPartition() throws {
    let swept = SweptLab.small()
    swept.lab.keyTables[try swept.end("host1", 1)] = [0x8000, 0, 0xffff, 0x7fff]
    let fabric = try swept.sweep()
    let survey = try swept.session.partitionTables(of: fabric)
    let port = try swept.port(try swept.end("host1", 1), in: fabric)
    #expect(survey.partitions.map(\.key) == [0x7fff])
    // With both memberships it is in both lists.
    #expect(survey.partitions[0].full.contains(port) && survey.partitions[0].limited == [port])
  }

  @Test func aSilentBlockMakesTheTableUnknown() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let host = try swept.end("host3", 1)
    swept.lab.silence[host.node] = .answers(attributes: [0x16])
    let survey = try swept.session.partitionTables(of: fabric)
    #expect(survey.ends.count == 7 && survey.table(of: try swept.port(host, in: fabric)) == nil)
    #expect(survey.unanswered.count == 2 && survey.unanswered[0].what.hasPrefix("P_KeyTable block"))
  }
}
