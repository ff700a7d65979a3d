internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct LinkReportTests {
  @Test func everyCableOnce() throws {
    let topology = Topology.fatTree(hosts: 128, radix: 16, levels: 2)
    let report = LinkReport(try SweptLab(topology).sweep())
    #expect(report.links.count == topology.links.count)
    #expect(Set(report.links.map(\.link)).count == topology.links.count)
    #expect(report.links.allSatisfy { !$0.isDegraded && !$0.isAsymmetric })
    #expect(report.links.allSatisfy { $0.width == .x4 && $0.speed == .hdr && $0.possibleSpeed == .hdr })
    #expect(report.links.allSatisfy { $0.rate == 200 && $0.possibleRate == 200 && $0.signal == 212.5 })
  }

  @Test func degradedFirstThenAsymmetric() throws {
    let swept = SweptLab.small()
    let links = swept.lab.topology.links
    swept.lab.set(PortInfo.Layout.linkWidthActive, to: 1, atBothEndsOf: links[3])
    swept.lab.set(PortInfo.Layout.linkSpeedExtActive, to: 1, atBothEndsOf: links[5])
    swept.lab.setState(.armed, at: links[1].second)
    let fabric = try swept.sweep()
    let report = LinkReport(fabric)
    func known(_ link: Topology.Link) throws -> Set<PortReference> {
      [try swept.port(link.first, in: fabric), try swept.port(link.second, in: fabric)]
    }
    let ends = report.links.map { Set([$0.link.first, $0.link.second]) }
    #expect(Set(ends.prefix(2)) == Set([try known(links[3]), try known(links[5])]))
    #expect(ends[2] == (try known(links[1])))
    let narrow = try #require(report.links.first { $0.hasDegradedWidth })
    #expect(LinkStatus.spelled(narrow.width, narrow.speed) == "1x HDR" && narrow.possibleWidth == .x4)
    #expect(!narrow.hasDegradedSpeed && !narrow.isAsymmetric)
    let slow = try #require(report.links.first { $0.hasDegradedSpeed })
    #expect(slow.speed == .fdr && slow.possibleSpeed == .hdr && slow.rate == 56)
    #expect(report.links[2].isAsymmetric && !report.links[2].isDegraded)
    #expect(report.links.dropFirst(3).allSatisfy { !$0.isDegraded && !$0.isAsymmetric })
  }

  @Test func filterAndUnlinkedPorts() throws {
    let swept = SweptLab.small()
    let cable = try #require(swept.lab.topology.links.last)
    swept.lab.setCable(cable, up: false)
    let fabric = try swept.sweep()
    let ends = [try swept.port(cable.first, in: fabric), try swept.port(cable.second, in: fabric)]
    let report = LinkReport(fabric)
    #expect(report.links.count == swept.lab.topology.links.count - 1)
    #expect(report.unlinked.map(\.port) == ends.sorted())
    #expect(report.unlinked.allSatisfy { $0.state == .down && $0.physicalState == .polling && !$0.hasLink })
  }

  /// Ports that could be part of a 12x port, as the lab's and ibsim's all are, are not degraded at 4x; they are when they
  /// are set up for it.
  @Test func moreThanFourLanes() throws {
    let swept = SweptLab.small()
    let cable = try #require(swept.lab.topology.links.last)
    #expect(swept.lab[cable.first][PortInfo.Layout.linkWidthSupported] == 31)
    #expect(LinkReport(try swept.sweep()).links.allSatisfy { !$0.isDegraded && $0.possibleWidth == .x4 })
    swept.lab.set(PortInfo.Layout.linkWidthEnabled, to: 11, atBothEndsOf: cable)
    let degraded = LinkReport(try swept.sweep()).links.filter(\.isDegraded)
    #expect(degraded.map(\.possibleWidth) == [.x12])
  }

  /// A split port is set to two lanes: that is no bad cable, and the end that is set so is named.
  @Test func aLinkThatIsSetToLessIsNotDegraded() throws {
    let swept = SweptLab.small()
    let cable = try #require(swept.lab.topology.links.last)
    swept.lab.set(PortInfo.Layout.linkWidthActive, to: 16, atBothEndsOf: cable)
    swept.lab.set(PortInfo.Layout.linkWidthEnabled, to: 17, atBothEndsOf: cable)
    let fabric = try swept.sweep()
    let status = try #require(LinkReport(fabric).links.first { !$0.limitingEnds.isEmpty })
    #expect(status.width == .x2 && status.possibleWidth == .x4 && !status.isDegraded)
    let ends = [try swept.port(cable.first, in: fabric), try swept.port(cable.second, in: fabric)]
    #expect(Set(status.limitingEnds) == Set(ends))
    let found = FabricCheck.problems(fabric, names: FabricNames(fabric))
    #expect(found.map(\.id) == ["fabric.restricted_link"], "\(found)")
    #expect(found.first?.severity == .info && found.first?.message.contains("is set to 2x HDR of 4x HDR") == true)
    // With both ends enabled for four it is the cable.
    swept.lab.set(PortInfo.Layout.linkWidthEnabled, to: 3, atBothEndsOf: cable)
    #expect(LinkReport(try swept.sweep()).links.count { $0.hasDegradedWidth } == 1)
  }

  /// An end that says nothing is neither degraded nor in contradiction.
  @Test func unknownIsNoFault() throws {
    let swept = SweptLab.small()
    var fabric = try swept.sweep()
    let first = try #require(fabric.links.first)
    fabric.nodes[first.second.node].ports.indices.forEach { fabric.nodes[first.second.node].ports[$0].info = nil }
    let status = try #require(LinkReport(fabric).links.first { $0.link == first })
    #expect(status.possibleRate == nil && !status.isDegraded && !status.isAsymmetric && status.rate == 200)
  }
}
