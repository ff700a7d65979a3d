internal import BinaryLayout
internal import FabricDiscovery
internal import FabricLab
internal import HostAccess
internal import InfiniBandWire
internal import Testing

/// Agents that count errors with 64 bits, as adapters of today do and ibsim does not.
@Suite struct WideCounterTests {
  /// The lab, whose agents say so too, with an error count at port 1 of each node.
  private final class WidePort: ManagementPort {
    static let count: UInt64 = 70_000
    private let lab: InMemoryFabric
    private let transmitWait: Bool

    init(_ lab: InMemoryFabric, transmitWait: Bool) {
      self.lab = lab
      self.transmitWait = transmitWait
    }

    func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
      try lab.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
    }

    func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
      guard let arrival = try lab.receive(timeoutMilliseconds: timeoutMilliseconds) else { return nil }
      guard case .answer(let bytes) = arrival, let datagram = ManagementDatagram(bytes) else { return arrival }
      var attribute = Array(datagram.attribute)
      switch ManagementDatagram.PerformanceAttribute(rawValue: datagram.attributeID) {
      case .classPortInfo:
        PerformanceClassPortInfo.Layout.capabilityMask2.write(2, into: &attribute)
        if !transmitWait { PerformanceClassPortInfo.Layout.capabilityMask.write(0x0300, into: &attribute) }
      case .portCountersExtended:
        let port = PortCountersExtended.Layout.portSelect.read(attribute)
        for field in PortCountersExtended.Layout.errors
        where ["SymbolErrorCounter", "PortXmitWait"].contains(field.name) {
          field.write(port == 1 || port == 0xff ? Self.count : 0, into: &attribute)
        }
      default: return arrival
      }
      return .answer(Array(bytes.prefix(64)) + attribute)
    }
  }

  @Test(arguments: [true, false]) func areReadInPlaceOfTheNarrowOnes(transmitWait: Bool) throws {
    let lab = InMemoryFabric(.twoLevels(hosts: 4, leaves: 2, spines: 2, speed: .hdr))
    lab.bringUp()
    let port = WidePort(lab, transmitWait: transmitWait)
    let session = FabricSession(port: port, clock: lab.clock)
    let fabric = try session.sweep()
    for scope in [CounterScope(), .everything] {
      let survey = try session.counters(of: fabric, scope)
      #expect(survey.unanswered.isEmpty && survey.switchesWithoutErrors.isEmpty)
      #expect(survey.readings.count == 2 * lab.topology.links.count)
      let findings = survey.findings()
      #expect(findings.allSatisfy { $0.port.port == 1 && $0.value == WidePort.count && !$0.isSaturated })
      let counters: [PortCounter] = transmitWait ? [.symbolErrors, .transmitWait] : [.symbolErrors]
      #expect(findings.map(\.counter) == fabric.nodes.flatMap { _ in counters })
      if !transmitWait { #expect(survey.readings.allSatisfy { $0.values[.transmitWait] == nil }) }
    }
    // SwitchInfo has the same number in its class.
    let sent = lab.sent[ManagementDatagram.PerformanceAttribute.portCounters.rawValue]
    #expect(sent == lab.topology.switches.count, "the narrow counters are not asked")
    let cleared = try session.clearCounters([PortReference(node: 0, port: 1)], of: fabric)
    #expect(cleared.cleared.count == 1 && cleared.failed.isEmpty)
  }
}
