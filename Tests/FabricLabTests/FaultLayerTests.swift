import BinaryLayout
import FabricLab
import HostAccess
import InfiniBandWire
import Testing

/// The faults are those that were ordered, as often as they were ordered, and the same for the same seed.
@Suite("the fault layer") struct FaultLayerTests {
  private func request(_ number: UInt32) -> ManagementDatagram {
    .directedRoute(.nodeInfo, route: .local, transactionID: number)
  }

  /// Sends `count` requests, then takes what comes within a second.
  private func arrivals(_ layer: FaultLayer, count: Int) throws -> [ManagementArrival] {
    for number in 0..<count {
      try layer.send(request(UInt32(number)).bytes, to: .directedRoute, timeoutMilliseconds: 500)
    }
    var arrivals: [ManagementArrival] = []
    while let arrival = try layer.receive(timeoutMilliseconds: 1000) { arrivals.append(arrival) }
    return arrivals
  }

  private func numbers(_ arrivals: [ManagementArrival]) -> (answered: [Int], timedOut: [Int]) {
    var (answered, timedOut): ([Int], [Int]) = ([], [])
    for arrival in arrivals {
      switch arrival {
      case .answer(let bytes): answered.append(Int(ManagementDatagram(bytes)?.transactionID ?? .max))
      case .timedOut(let bytes): timedOut.append(Int(ManagementDatagram(bytes)?.transactionID ?? .max))
      }
    }
    return (answered, timedOut)
  }

  private func layer(_ faults: Fault..., seed: UInt64 = 1) -> FaultLayer {
    FaultLayer(InMemoryFabric(.star(hosts: 2)), seed: seed, faults: faults)
  }

  @Test func withoutFaultsNothingChanges() throws {
    let (answered, timedOut) = numbers(try arrivals(layer(), count: 50))
    #expect(answered == Array(0..<50))
    #expect(timedOut.isEmpty)
  }

  @Test func lossAsAnErrorComesAtOnce() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let layer = FaultLayer(fabric, faults: [Fault(.lossAsError)])
    try layer.send(request(1).bytes, to: .directedRoute, timeoutMilliseconds: 500)
    guard case .timedOut? = try layer.receive(timeoutMilliseconds: 1000) else { Issue.record("no loss"); return }
    #expect(fabric.clock.milliseconds == 0)
    #expect(fabric.totalSent == 0)
  }

  @Test func silenceLastsUntilTheTimeoutOrForEver() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let layer = FaultLayer(fabric, faults: [Fault(.silence(.untilTimeout), attribute: 0x11)])
    try layer.send(request(1).bytes, to: .directedRoute, timeoutMilliseconds: 500)
    guard case .timedOut? = try layer.receive(timeoutMilliseconds: 1000) else { Issue.record("no answer"); return }
    #expect(fabric.clock.milliseconds == 500)
    layer.faults = [Fault(.silence(.forever), attribute: 0x11)]
    try layer.send(request(2).bytes, to: .directedRoute, timeoutMilliseconds: 500)
    #expect(try layer.receive(timeoutMilliseconds: 3000) == nil)
    #expect(fabric.clock.milliseconds == 3500)
    // Another attribute is not concerned.
    #expect(try layer.ask(.nodeDescription, .local) != nil)
  }

  @Test func onlyTheNodeThatIsMeant() throws {
    let net = Topology.star(hosts: 3)
    let fabric = InMemoryFabric(net)
    let layer = FaultLayer(fabric, faults: [Fault(.lossAsError, node: net.hosts[2], of: fabric)])
    let routes = net.routes(from: fabric.attachment.node)
    for node in net.nodes.indices {
      let route = try #require(routes[node])
      #expect(try (layer.ask(.nodeInfo, route) == nil) == (node == net.hosts[2]))
    }
  }

  @Test func ratesAreKept() throws {
    let layer = layer(Fault(.lossAsError, rate: 0.2))
    let (answered, timedOut) = numbers(try arrivals(layer, count: 2000))
    #expect(answered.count + timedOut.count == 2000)
    #expect((300...500).contains(timedOut.count))
    #expect(layer.happened["lossAsError"] == timedOut.count)
  }

  @Test func theSameForTheSameSeed() throws {
    func lost(_ seed: UInt64) throws -> [Int] {
      numbers(try arrivals(layer(Fault(.lossAsError, rate: 0.1), seed: seed), count: 200)).timedOut
    }
    #expect(try lost(4) == lost(4))
    #expect(try lost(4) != lost(5))
  }

  @Test func delayMovesTheClock() throws {
    let fabric = InMemoryFabric(.star(hosts: 2))
    let layer = FaultLayer(fabric, faults: [Fault(.delay(30...30))])
    #expect(try layer.ask(.nodeInfo, .local) != nil)
    #expect(fabric.clock.milliseconds == 30)
  }

  @Test func duplicatesAndReordering() throws {
    let twice = numbers(try arrivals(layer(Fault(.duplicate(times: 1))), count: 20)).answered
    #expect(twice == (0..<20).flatMap { [$0, $0] })
    let mixed = numbers(try arrivals(layer(Fault(.reorder(behind: 4), rate: 0.3)), count: 200)).answered
    #expect(mixed.sorted() == Array(0..<200))
    #expect(mixed != mixed.sorted())
  }

  @Test(arguments: Fault.Forgery.allCases) func forgeries(forgery: Fault.Forgery) throws {
    let arrivals = try arrivals(layer(Fault(.forge(forgery))), count: 1)
    let answers = arrivals.compactMap { arrival in
      if case .answer(let bytes) = arrival { ManagementDatagram(bytes) } else { nil }
    }
    let good = answers.filter { $0.answers(request(0)) && $0.status == 0 }
    switch forgery {
    case .unknownTransaction, .randomBytes:
      #expect(answers.count == 2)
      #expect(good.count == 1)
    case .randomAttribute:
      #expect(good.count == 1)
      #expect(NodeInfo.Layout.numPorts.read(good[0].attribute) != 1)
    case .busy, .refusal, .wrongAttribute, .wrongMethod:
      #expect(answers.count == 1)
      #expect(good.isEmpty)
    }
  }

  @Test func truncatedAnswersAreShort() throws {
    for arrival in try arrivals(layer(Fault(.truncate)), count: 30) {
      guard case .answer(let bytes) = arrival else { Issue.record("lost"); return }
      #expect(bytes.count < 256)
    }
  }
}
