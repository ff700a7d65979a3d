internal import BinaryLayout
internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct CounterTests {
  private func counter(_ name: String) throws -> Counter {
    let attributes: [ManagementDatagram.PerformanceAttribute] = [
      .portCounters, .portReceiveErrorDetails, .portTransmitDiscardDetails,
    ]
    return try #require(attributes.lazy.compactMap { Counter($0, name) }.first)
  }

  /// What was set is found, and nothing else; the switches without errors take one question for their sum.
  @Test func findsWhatWasSet() throws {
    var topology = Topology.fatTree(hosts: 128, radix: 16, levels: 2)
    topology.setErrors(6, seed: 3)
    let swept = SweptLab(topology)
    let fabric = try swept.sweep()
    let before = swept.lab.totalSent
    let survey = try swept.session.counters(of: fabric)
    #expect(survey.unanswered == [])
    var expected: [PortReference: [String: UInt64]] = [:]
    for setting in topology.counters where PortCounter(rawValue: setting.counter.field.name)?.kind == .error {
      let port = try swept.port(setting.end, in: fabric)
      expected[port, default: [:]][setting.counter.field.name] = setting.value
    }
    #expect(!expected.isEmpty)
    var found: [PortReference: [String: UInt64]] = [:]
    for finding in survey.findings() { found[finding.port, default: [:]][finding.counter.rawValue] = finding.value }
    #expect(found == expected)
    let clean = topology.switches.count - Set(expected.keys.map(\.node)).count { fabric.nodes[$0].type == .switchNode }
    #expect(survey.switchesWithoutErrors.count == clean)
    #expect(survey.portsChecked == 2 * topology.links.count)
    // Capabilities of each node, a sum for each switch, a question for each host and each port of a switch with errors.
    let ports = survey.readings.count
    let details = swept.lab.sent[0x15, default: 0]
    #expect(ports == topology.hosts.count + (topology.switches.count - clean) * 16)
    #expect(swept.lab.totalSent - before <= topology.nodes.count + topology.switches.count + ports + details)
  }

  @Test func everyPortWithTraffic() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let end = try swept.end("leaf0", 3)
    let wide = try #require(Counter(.portCountersExtended, "PortXmitData"))
    swept.lab.set(wide, at: end, to: 1 << 40)
    let survey = try swept.session.counters(of: fabric, .everything)
    #expect(survey.readings.count == 2 * swept.lab.topology.links.count)
    #expect(survey.switchesWithoutErrors.isEmpty)
    #expect(survey.readings.map(\.port) == survey.readings.map(\.port).sorted())
    let port = try swept.port(end, in: fabric)
    let reading = try #require(survey.readings.first { $0.port == port })
    #expect(reading.values[.transmitData] == 1 << 40)
    #expect(reading.values[.symbolErrors] == 0)
    #expect(survey.findings().isEmpty)
  }

  @Test func detailsAndSaturation() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let end = try swept.end("leaf1", 1)
    swept.lab.set(try counter("PortRcvErrors"), at: end, to: 65535)
    swept.lab.set(try counter("LocalLinkIntegrityErrors"), at: end, to: 15)
    swept.lab.set(try counter("PortXmitDiscards"), at: end, to: 5)
    swept.lab.set(try counter("PortMalformedPacketErrors"), at: end, to: 7)
    swept.lab.set(try counter("PortNeighborMTUDiscards"), at: end, to: 3)
    let survey = try swept.session.counters(of: fabric)
    let findings = survey.findings()
    #expect(findings.map(\.counter) == [.receiveErrors, .transmitDiscards, .localLinkIntegrityErrors])
    #expect(findings.map(\.isSaturated) == [true, false, true])
    #expect(findings[0].details.map(\.counter) == [.malformedPacketErrors] && findings[0].details[0].value == 7)
    #expect(findings[1].details.map(\.counter) == [.neighborMTUDiscards])
    let problems = CounterFinding.problems(survey.findings(), names: FabricNames(fabric))
    #expect(problems.map(\.subject) == ["leaf1/1"])
    #expect(
      problems[0].evidence == [
        "PortRcvErrors=65535", "PortMalformedPacketErrors=7", "PortXmitDiscards=5", "PortNeighborMTUDiscards=3",
        "LocalLinkIntegrityErrors=15",
      ])
    #expect(problems[0].message.contains("at their maximum"))
    #expect(problems[0].fix.last == "rdmactl fabric errors --clear leaf1/1")
    var scope = CounterScope()
    scope.includesDetails = false
    #expect(try swept.session.counters(of: fabric, scope).findings().allSatisfy { $0.details.isEmpty })
  }

  @Test func thresholds() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    swept.lab.set(try counter("SymbolErrorCounter"), at: try swept.end("leaf1", 1), to: 10)
    let survey = try swept.session.counters(of: fabric)
    #expect(survey.findings().count == 1)
    #expect(survey.findings(CounterThresholds("# x\nSymbolErrorCounter=9\n")).count == 1)
    let limit = CounterThresholds(" SymbolErrorCounter = 0xa # ten\nPortXmitData=3\nnonsense\nLinkDownedCounter=-1\n")
    #expect(survey.findings(limit).isEmpty)
    #expect(limit.badLines.map(\.line) == [2, 3, 4])
  }

  /// Nothing can be asked by LID where there is none; each node is named once.
  @Test func withoutSubnetManager() throws {
    let swept = SweptLab.small(isUp: false)
    let fabric = try swept.sweep()
    let before = swept.lab.totalSent
    let survey = try swept.session.counters(of: fabric)
    #expect(swept.lab.totalSent == before)
    #expect(survey.unanswered.count == fabric.nodes.count && survey.unanswered.allSatisfy { $0.reason == .noLID })
    #expect(survey.readings.isEmpty && survey.portsChecked == 0)
  }

  /// Of an adapter with two ports one has no LID: the other is read all the same, and that one is named.
  @Test func onePortWithoutLID() throws {
    let swept = SweptLab(.irregular(switches: 8, hosts: 12, extraCables: 6, seed: 5))
    var fabric = try swept.sweep()
    let node = try #require(fabric.nodes.firstIndex { $0.type == .channelAdapter && $0.ports.count == 2 })
    fabric.nodes[node].ports[0].info?.lid = 0
    var scope = CounterScope.everything
    scope.nodes = [node]
    let survey = try swept.session.counters(of: fabric, scope)
    #expect(survey.readings.map(\.port) == [PortReference(node: node, port: fabric.nodes[node].ports[1].number)])
    #expect(survey.unanswered.map(\.reason) == [.noLID])
    let ports = fabric.nodes[node].ports.map { PortReference(node: node, port: $0.number) }
    let clearing = try swept.session.clearCounters(ports, of: fabric)
    #expect(clearing.cleared == [ports[1]])
    #expect(clearing.failed.map(\.reason) == [.noLID])
  }

  /// A node whose agent is dead is named, once; the others are read.
  @Test func aSilentAgent() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let end = try swept.end("spine1", 1)
    swept.lab.silence[end.node] = .answers(attributes: [1])
    let survey = try swept.session.counters(of: fabric)
    let node = try swept.port(end, in: fabric).node
    #expect(survey.unanswered.map(\.node) == [node])
    if case .silent = survey.unanswered.first?.reason {} else { Issue.record("\(survey.unanswered)") }
    #expect(!survey.switchesWithoutErrors.contains(node))
    #expect(survey.portsChecked == 2 * swept.lab.topology.links.count - 2)
  }

  @Test func clearing() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let ends = [try swept.end("leaf1", 1), try swept.end("host0", 1)]
    let names = ["SymbolErrorCounter", "PortRcvErrors", "PortMalformedPacketErrors", "PortXmitWait", "VL15Dropped"]
    for end in ends { for name in names { swept.lab.set(try counter(name), at: end, to: 3) } }
    let data = try counter("PortRcvData")
    swept.lab.set(data, at: ends[0], to: 4)
    let ports = try ends.map { try swept.port($0, in: fabric) }
    let result = try swept.session.clearCounters([ports[0], ports[0]], of: fabric)
    #expect(result.cleared == [ports[0]] && result.failed.isEmpty)
    for name in names {
      let counter = try counter(name)
      #expect(swept.lab.value(of: counter, at: ends[0]) == 0, "\(name)")
      #expect(swept.lab.value(of: counter, at: ends[1]) == 3, "\(name) of another port")
    }
    #expect(swept.lab.value(of: data, at: ends[0]) == 4)
    let all = try swept.session.clearCounters([ports[0]], of: fabric, includingTraffic: true)
    #expect(all.cleared == [ports[0]] && swept.lab.value(of: data, at: ends[0]) == 0)
    swept.lab.silence[ends[1].node] = .answers(attributes: [0x12])
    let failed = try swept.session.clearCounters([ports[1]], of: fabric)
    #expect(failed.cleared.isEmpty && failed.failed.map(\.node) == [ports[1].node])
    #expect(try swept.session.clearCounters([PortReference(node: 99, port: 1)], of: fabric) == CounterClearing())
  }
}

@Suite struct CounterSnapshotTests {
  private func values(_ pairs: [PortCounter: UInt64]) -> PortCounterValues {
    var values = PortCounterValues()
    for (counter, value) in pairs { values[counter] = value }
    return values
  }

  @Test func deltasAndRates() throws {
    let fabric = try SweptLab.small().sweep()
    let guid = fabric.nodes[0].guid
    var older = CounterSnapshot(time: 100)
    let key = NodePort(node: guid, port: 1)
    let gone = NodePort(node: GUID(0x77), port: 9)
    older.values = [
      key: values([.symbolErrors: 5, .transmitData: 1000, .linkDowned: 3, .receiveData: 7, .vl15Dropped: 65000]),
      gone: values([:]),
    ]
    var survey = CounterSurvey()
    var now = values([.symbolErrors: 2, .transmitData: 3000, .linkDowned: 3, .vl15Dropped: 65535, .receivePackets: 4])
    now.setSaturated(.vl15Dropped)
    survey.readings = [
      CounterReading(port: PortReference(node: 0, port: 1), values: now),
      CounterReading(port: PortReference(node: 1, port: 2), values: now),
    ]
    let comparison = CounterComparison(of: survey, in: fabric, time: 110, since: older)
    #expect(comparison.seconds == 10)
    #expect(comparison.newPorts == [PortReference(node: 1, port: 2)] && comparison.missing == [gone])
    #expect(comparison.deltas.map(\.counter) == [.symbolErrors, .vl15Dropped, .transmitData])
    #expect(
      comparison.deltas.map(\.change) == [.cleared(now: 2), .saturated(atLeast: 535), .increased(2000)])
    #expect(comparison.deltas.map(\.perSecond) == [nil, nil, 200])
    let timeless = CounterComparison(of: survey, in: fabric, time: 100, since: older)
    #expect(timeless.seconds == nil && timeless.deltas.allSatisfy { $0.perSecond == nil })
  }

  @Test func aSnapshotAgainstItself() throws {
    let swept = SweptLab.small()
    let fabric = try swept.sweep()
    let survey = try swept.session.counters(of: fabric, .everything)
    let snapshot = CounterSnapshot(survey, of: fabric, time: 1)
    #expect(snapshot.values.count == survey.readings.count)
    let comparison = CounterComparison(of: survey, in: fabric, time: 2, since: snapshot)
    #expect(comparison.deltas.isEmpty && comparison.newPorts.isEmpty && comparison.missing.isEmpty)
  }

  @Test func everyCounterIsExplained() {
    for counter in PortCounter.allCases {
      #expect(!counter.explanation.meaning.isEmpty)
      if counter.kind != .traffic { #expect(!counter.explanation.advice.isEmpty, "\(counter)") }
    }
    #expect(PortCounter.errors.count == 13)
  }

  /// Every declared field has a counter, so that none is read for nothing.
  @Test func everyFieldHasACounter() {
    let fields =
      PortCounters.Layout.counters.map(\.field) + PortCountersExtended.Layout.traffic
      + PortCountersExtended.Layout.errors + PortReceiveErrorDetails.Layout.counters
      + PortTransmitDiscardDetails.Layout.counters
    #expect(fields.filter { PortCounter(rawValue: $0.name) == nil } == [])
    #expect(PortCounter.allCases.filter { counter in !fields.contains { $0.name == counter.rawValue } } == [])
  }
}
