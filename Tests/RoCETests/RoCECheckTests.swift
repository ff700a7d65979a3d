import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import RoCE

/// What of a port's settings breaks RoCE, and what mends it.
@Suite struct RoCECheckTests {
  /// A port in order: DSCP 26 on priority 3, which PFC holds back, and rdma_cm's connections have it.
  private static let good: RoCEPort = {
    var port = RoCEPort(adapter: "mlx5_0", number: 1)
    (port.netdev, port.mtu) = ("ens1", 4200)
    var bridging = DCBState()
    bridging.flowControlled = [3]
    bridging.capacity = 8
    bridging.priorities = [26: 3]
    port.bridging = bridging
    port.manager = ManagerDefaults(version: "v2", typeOfService: 106)
    port.pause = (false, false)
    return port
  }()

  private func problems(_ profile: RoCEProfile = .lossless, _ change: (inout RoCEPort) -> Void) -> [Problem] {
    var port = Self.good
    change(&port)
    return RoCECheck(port, profile).problems
  }

  private func ids(_ profile: RoCEProfile = .lossless, _ change: (inout RoCEPort) -> Void = { _ in }) -> [String] {
    problems(profile, change).map(\.id)
  }

  @Test func aPortInOrder() {
    #expect(ids() == [])
    #expect(ids(.dcqcn) == [])
    #expect(ids(.lossy) { $0.bridging?.flowControlled = [] } == [])
    #expect(Self.good.chain == (3, "DSCP 26"))
    #expect(Self.good.packetMTU == 4096)
  }

  /// Each link of the chain from the type of service to flow control.
  @Test func aBrokenChain() {
    let type = problems { $0.manager?.typeOfService = 0 }
    #expect(type.map(\.id) == ["roce.chain_broken"] && type[0].fix == ["rdmactl roce set mlx5_0/1 tos=106"])
    #expect(type[0].evidence == ["tos=0", "priority=0", "pfc=3"])
    let map = problems { $0.bridging?.priorities = [26: 4] }
    #expect(map.map(\.id) == ["roce.chain_broken"] && map[0].fix == ["rdmactl roce set mlx5_0/1 --profile lossless"])
    #expect(ids { $0.bridging?.flowControlled = [] } == ["roce.pfc_off"])
    #expect(ids { $0.bridging?.priorities = [:] } == ["roce.no_priority"])
    // rdma_cm's default of 0 is what a user gets who may not read it.
    #expect(ids { ($0.manager, $0.managerFailure) = (nil, "needs root") } == ["roce.chain_broken", "roce.not_known"])
  }

  /// Without a DSCP map the tag of the VLAN decides: net/ipv4/route.c makes priority 2 of a type of service of 106.
  @Test func theTagOfAVLAN() {
    func tagged(_ egress: [Int: Int]) -> [String] {
      ids {
        $0.bridging?.priorities = [:]
        $0.vlans = [RoCEPort.VLAN(name: "ens1.7", egress: egress)]
      }
    }
    #expect(tagged([2: 3]) == [])
    #expect(tagged([4: 3]) == ["roce.chain_broken"])
  }

  @Test func whatElseIsWrong() {
    #expect(ids { $0.pause = (true, false) } == ["roce.pause_and_pfc"])
    #expect(
      ids {
        $0.bridging?.flowControlled = []
        $0.pause = (true, true)
      } == ["roce.global_pause"])
    #expect(ids { $0.bridging?.flowControlled = [3, 4] } == ["roce.pfc_many"])
    #expect(ids { $0.manager?.version = "v1" } == ["roce.v1_default"])
    #expect(ids { $0.mtu = 1500 } == ["roce.mtu_small"])
    #expect(ids(.lossy) == ["roce.pfc_on"])
    #expect(ids(.dcqcn) { $0.manager?.typeOfService = 104 } == ["roce.not_ecn_capable"])
    #expect(ids(.dcqcn) { ($0.notifies, $0.reacts) = ([3], []) } == ["roce.ecn_off"])
    #expect(
      ids {
        $0.bridging?.classes = [0, 0, 0, 3, 0, 0, 0, 0]
        $0.bridging?.shares = [0: 100, 3: 0]
      } == ["roce.no_bandwidth"])
    #expect(
      ids {
        $0.bridging?.buffers = [0, 0, 0, 1, 0, 0, 0, 0]
        $0.bridging?.bufferSizes = [131072, 0, 0, 0, 0, 0, 0, 0]
      } == ["roce.no_buffer"])
    #expect(ids { ($0.bridging, $0.bridgingFailure) = (nil, "none") } == ["roce.not_known"])
  }

  @Test(arguments: [
    ("mode=v3", "v1 or v2"), ("tos=256", "0 to 255"), ("pfc=8", "0 to 7"), ("pfc=", "0 to 7"), ("dscp=64:1", "pairs"),
    ("dscp=26", "pairs"), ("mtu=1", "the settings are"),
  ])
  func wrongSettings(_ word: String, _ reason: String) {
    var wish = RoCEWish()
    #expect(wish.take(word)?.contains(reason) == true)
    #expect(wish.isEmpty)
  }

  @Test func aWish() {
    var wish = RoCEWish()
    for word in ["mode=v2", "tos=106", "pfc=none", "dscp=26:3,48:6"] { #expect(wish.take(word) == nil) }
    #expect(wish.version == "v2" && wish.typeOfService == 106 && wish.flowControlled == [])
    #expect(wish.priorities == [26: 3, 48: 6])
  }

  /// `struct ieee_pfc`, `struct ieee_ets` and the table of `struct dcb_app`, as linux/dcbnl.h lays them out.
  @Test func theKernelsAnswer() throws {
    var flow = [UInt8](repeating: 0, count: 136)
    (flow[0], flow[1]) = (8, 0b0001_1000)
    var selection = [UInt8](repeating: 0, count: 59)
    (selection[3 + 3], selection[19 + 3], selection[27 + 3], selection[27 + 4]) = (60, 2, 3, 4)
    let table = [[5, 3, 26, 0], [5, 2, 26, 0], [1, 7, 26, 0], [5, 6, 48, 0]].map { (bytes: [UInt8]) in
      NetlinkAttribute(1, .bytes(bytes))
    }
    var buffer = [UInt8](repeating: 0, count: 44)
    (buffer[3], buffer[8 + 4 + 1]) = (1, 2)
    let ieee = NetlinkAttribute(
      13,
      .nest([
        NetlinkAttribute(1, .bytes(selection)), NetlinkAttribute(2, .bytes(flow)), NetlinkAttribute(3, .nest(table)),
        NetlinkAttribute(10, .bytes(buffer)),
      ]))
    let state = try #require(DCBMessage.state(NetlinkAnswer(messages: [NetlinkMessage(command: 78, [ieee])])))
    #expect(state.flowControlled == [3, 4] && state.capacity == 8)
    #expect(state.classes == [0, 0, 0, 3, 4, 0, 0, 0] && state.shares == [3: 60])
    #expect(state.priorities == [26: 3, 48: 6])
    #expect(state.buffers?[3] == 1 && state.bufferSizes?[1] == 512)
    #expect(DCBMessage.state(NetlinkAnswer()) == nil)
  }
}
