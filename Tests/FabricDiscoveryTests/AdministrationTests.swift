internal import BinaryLayout
internal import FabricDiscovery
internal import FabricLab
internal import HostAccess
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct AdministrationTests {
  private func ends(_ swept: SweptLab, _ fabric: Fabric) throws -> (PortReference, PortReference) {
    (try swept.port(try swept.end("host1", 1), in: fabric), try swept.port(try swept.end("host3", 1), in: fabric))
  }

  @Test func pathsByGIDAndByLID() throws {
    let swept = SweptLab.small()
    swept.lab.administration.serviceLevel = { source, target in UInt8((source + target) % 16) }
    let fabric = try swept.sweep()
    let (from, to) = try ends(swept, fabric)
    let lids = try [from, to].map { try #require(fabric[$0]?.info?.lid) }
    let answers = try swept.session.paths(
      [PathQuestion(source: from, target: to), PathQuestion(source: to, target: from, lid: lids[0])], in: fabric)
    let paths = answers.compactMap { $0?.value }
    #expect(paths.map { [$0.sourceLID, $0.destinationLID] } == [lids, lids.reversed()])
    #expect(paths.allSatisfy { $0.mtu == 2048 && $0.rate == 200 && $0.partitionKey == 0xffff && $0.isReversible })
    #expect(paths[0].serviceLevel == UInt8((lids[0] + lids[1]) % 16))
  }

  /// The words are the class's own, and a silent subnet administration is not asked for ever.
  @Test func noPathAndNoAnswer() throws {
    let swept = SweptLab.small()
    swept.lab.administration.path = nil
    let fabric = try swept.sweep()
    let (from, to) = try ends(swept, fabric)
    let question = PathQuestion(source: from, target: to)
    let refused = try swept.session.paths([question], in: fabric)
    #expect(refused == [.refused("the subnet administration has no such record")])
    swept.lab.removeManager(at: swept.lab.attachment)
    guard case .silent? = try swept.session.paths([question], in: fabric)[0] else {
      Issue.record("nobody was there to answer")
      return
    }
    let unmanaged = SweptLab.small(isUp: false)
    let bare = try unmanaged.sweep()
    #expect(bare.administration == nil)
    #expect(try unmanaged.session.paths([question], in: bare) == [nil])
  }

  private func withGroups(_ count: Int) -> SweptLab {
    let swept = SweptLab.small()
    swept.lab.administration.groups = (0..<count).map { index in
      LabGroup(identifier: UInt64(index + 1), lid: 0xc000 + UInt16(index), members: [0x11, 0x22])
    }
    return swept
  }

  /// Longer than a datagram: put together where the fabric has RMPP, and told to be cut where it has not.
  @Test func longTables() throws {
    let swept = withGroups(20)
    let fabric = try swept.sweep()
    let groups = try #require(try swept.session.multicastRecords(of: fabric)?.value)
    #expect(groups.records.map(\.lid) == (0xc000..<0xc014).map { UInt16($0) } && !groups.isCut)
    #expect(groups.records[0].groupName == "ff12:401b:ffff:0000:0000:0000:0000:0001")
    #expect(groups.records.allSatisfy { $0.mtu == 2048 && $0.rate == 10 && $0.queueKey == 0xb1b && $0.member == nil })
    let members = try #require(try swept.session.multicastRecords(of: fabric, key: 1)?.value)
    #expect(members.records.count == 40 && members.records.allSatisfy { $0.receives && $0.member != nil })
    swept.lab.administration.hasReliableAnswers = false
    let cut = try #require(try swept.session.multicastRecords(of: fabric)?.value)
    #expect(cut.isCut && cut.records.count == 3)
    let few = withGroups(3)
    few.lab.administration.hasReliableAnswers = false
    let whole = try #require(try few.session.multicastRecords(of: try few.sweep())?.value)
    #expect(!whole.isCut && whole.records.count == 3)
  }

  /// A wrong SA_Key is not answered; three attempts are enough to know.
  @Test func aWrongKey() throws {
    let swept = withGroups(1)
    let fabric = try swept.sweep()
    let before = swept.lab.totalSent
    guard case .silent? = try swept.session.multicastRecords(of: fabric, key: 7) else {
      Issue.record("a wrong key was answered")
      return
    }
    #expect(swept.lab.totalSent - before <= 3)
  }

  @Test func probesAreSingleDatagrams() throws {
    let swept = SweptLab.small()
    swept.lab.latency = 3
    let fabric = try swept.sweep()
    let (port, _) = try ends(swept, fabric)
    for kind in ProbeKind.allCases {
      let before = swept.lab.totalSent
      let time = try #require(try swept.session.probe(port, kind, of: fabric, timeoutMilliseconds: 100))
      #expect(time == 3000 && swept.lab.totalSent - before == 1)
    }
    swept.lab.silence[try swept.end("host1", 1).node] = .answers()
    #expect(try swept.session.probe(port, .lid, of: fabric, timeoutMilliseconds: 100) == nil)
    // What comes too late is not taken for the next one's answer.
    swept.lab.silence = [:]
    swept.lab.latency = 150
    #expect(try swept.session.probe(port, .lid, of: fabric, timeoutMilliseconds: 100) == nil)
    swept.lab.latency = 1
    #expect(try swept.session.probe(port, .lid, of: fabric, timeoutMilliseconds: 100) == 1000)
  }

  /// The index of the P_Key goes with requests to general services, and with no other.
  @Test func keyIndexOfGeneralServices() throws {
    let lab = InMemoryFabric(.star(hosts: 2))
    lab.bringUp()
    let recorder = AddressRecorder(lab)
    var policy = RequestPolicy()
    policy.keyIndex = 5
    let session = FabricSession(port: recorder, clock: lab.clock, policy: policy)
    let fabric = try session.sweep()
    #expect(recorder.addresses.allSatisfy { $0.keyIndex == 0 })
    recorder.addresses = []
    _ = try session.counters(of: fabric)
    _ = try session.multicastRecords(of: fabric)
    #expect(!recorder.addresses.isEmpty && recorder.addresses.allSatisfy { $0.keyIndex == 5 && $0.queuePair == 1 })
  }
}

/// Where requests go.
private final class AddressRecorder: ManagementPort {
  private let lab: InMemoryFabric
  var addresses: [ManagementAddress] = []

  init(_ lab: InMemoryFabric) { self.lab = lab }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    addresses.append(address)
    try lab.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    try lab.receive(timeoutMilliseconds: timeoutMilliseconds)
  }
}
