internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct NodeNameMapTests {
  @Test func readsTheFormatOfInfinibandDiags() {
    let map = NodeNameMap(
      """
      # racks

        0x0002c90300abcdef   "IB1 (Rack 11 slot 1 )"  # the first
      0x2c90300abcdee unquoted name # remark
      0x0002c90300abcdef "again"
      leaf7 "x"
      0x1
      0x2 "open
      """)
    #expect(
      map.names == [
        GUID(0x0002_c903_00ab_cdef): "IB1 (Rack 11 slot 1 )", GUID(0x0002_c903_00ab_cdee): "unquoted name",
      ])
    #expect(map.badLines.map(\.line) == [5, 6, 7, 8])
  }

  @Test(arguments: ["", "\n\n", "#", "\"", "0x", "0x0 ", "\u{0}", "0xffffffffffffffffff \"x\"", " \r\n"])
  func nothingTraps(text: String) {
    #expect(NodeNameMap(text).names.isEmpty)
  }
}

@Suite struct FabricNamesTests {
  private func node(_ guid: UInt64, _ description: String?, lid: UInt16 = 0, lmc: UInt8 = 0) -> FabricNode {
    var node = FabricNode(
      guid: GUID(guid), type: .channelAdapter, systemImageGUID: GUID(guid), vendorID: 0, deviceID: 0, revision: 0,
      portCount: 1, route: .local)
    node.description = description
    var port = FabricPort(number: 1)
    port.guid = GUID(guid + 1)
    var info = PortFacts()
    info.lid = lid
    info.lmc = lmc
    port.info = info
    node.ports = [port]
    return node
  }

  private var fabric: Fabric {
    var fabric = Fabric()
    fabric.nodes = [
      node(0x10, "leaf1"), node(0x20, "leaf10 mlx5_0", lid: 8, lmc: 2), node(0x30, "twin", lid: 20),
      node(0x40, "twin", lid: 21), node(0x50, nil), node(0x60, " \u{1b}[2Jmad\u{202e}\u{fffd} "), node(0x70, "a/3"),
    ]
    return fabric
  }

  @Test func names() {
    let names = FabricNames(fabric, map: NodeNameMap("0x70 \"mapped\""))
    #expect(
      fabric.nodes.indices.map { names.name(ofNode: $0) } == [
        "leaf1", "leaf10 mlx5_0", "twin (0000000000000030)", "twin (0000000000000040)", "0000000000000050",
        "[2Jmad", "mapped",
      ])
    #expect(names.name(of: PortReference(node: 0, port: 3)) == "leaf1/3")
    #expect(names.name(ofNode: 99) == "node 99")
  }

  @Test(arguments: [
    ("leaf1", 0), ("leaf10", 1), ("leaf10 mlx5_0", 1), ("0x10", 0), ("0000000000000010", 0), ("0x11", 0), ("8", 1),
    ("0xb", 1), ("11", 1), ("mapped", 6), ("a/3", 6),
  ])
  func finds(text: String, node: Int) throws {
    #expect(try FabricNames(fabric, map: NodeNameMap("0x70 \"mapped\"")).node(text) == node)
  }

  /// `host3` is the node of that host, although `host30` begins with it; of a host with two adapters it is neither.
  @Test func theFirstWordOfADescription() throws {
    var fabric = Fabric()
    fabric.nodes = [
      node(0x10, "host3 mlx5_0"), node(0x20, "host30 mlx5_0"), node(0x30, "host4 mlx5_0"), node(0x40, "host4 mlx5_1"),
    ]
    let names = FabricNames(fabric)
    #expect(try names.node("host3") == 0)
    #expect(try names.port("host3/1") == PortReference(node: 0, port: 1))
    #expect(try names.node("host30") == 1)
    #expect(
      throws: FabricNameFailure.ambiguous(
        "host4", candidates: ["host4 mlx5_0 (0000000000000030)", "host4 mlx5_1 (0000000000000040)"])
    ) { try names.node("host4") }
    #expect(try names.node("host4 mlx5_1") == 3)
  }

  /// `fabric links h4` after a job died on that host: all its adapters are meant.
  @Test func aHostIsAllItsAdaptersForASelection() throws {
    var fabric = Fabric()
    fabric.nodes = [
      node(0x10, "h4 mlx5_0"), node(0x20, "h4 mlx5_1"), node(0x30, "h40 mlx5_0"),
      node(0x40, "MF0;A10-SPINE-01:MQM9701/U1"), node(0x50, "MF0;A10-SPINE-01:MQM9701/U2"),
      node(0x60, "MF0;A10-SPINE-02:MQM9701/U1"), node(0x70, "Quantum Mellanox Technologies"),
      node(0x80, "Quantum Mellanox Technologies"),
    ]
    let names = FabricNames(fabric)
    #expect(try names.nodes("h4") == [0, 1])
    #expect(try names.nodes("A10-SPINE-01") == [3, 4])
    #expect(try names.node("A10-SPINE-02") == 5)
    #expect(try names.nodes("Quantum Mellanox Technologies") == [6, 7])
    // Two switches that nobody has named can be told apart, and the name that is shown can be typed.
    #expect(names.name(of: PortReference(node: 6, port: 2)) == "Quantum Mellanox Technologies (0000000000000070)/2")
    #expect(try names.port("Quantum Mellanox Technologies (0000000000000070)/1") == PortReference(node: 6, port: 1))
    #expect(throws: FabricNameFailure.self) { try names.nodes("h") }
  }

  @Test func aPortByAnyOfItsNames() throws {
    let names = FabricNames(fabric)
    for text in ["leaf10/1", "leaf10:1", "0x21", "8", "11", "leaf10 mlx5_0", "0x20/1"] {
      #expect(try names.port(text) == PortReference(node: 1, port: 1), "\(text)")
    }
    #expect(try names.port("a/3") == PortReference(node: 6, port: 1), "the name itself ends like a port")
  }

  @Test func ambiguousAndUnknown() {
    let names = FabricNames(fabric)
    #expect(
      throws: FabricNameFailure.ambiguous("twin", candidates: ["twin (0000000000000030)", "twin (0000000000000040)"])
    ) { try names.node("twin") }
    #expect(throws: FabricNameFailure.unknownNode("Leaf1x", near: ["leaf1"])) { try names.node("Leaf1x") }
    #expect(throws: FabricNameFailure.unknownPort("leaf1", 7, ports: [1])) { try names.port("leaf1/7") }
    #expect(throws: FabricNameFailure.unknownPort("leaf1", 300, ports: [1])) { try names.port("leaf1/300") }
    for text in ["", "/", ":1", "leaf", "99999999999999999999", "leaf1/99999999999999999999", "0x"] {
      #expect(throws: FabricNameFailure.self) { try names.port(text) }
    }
    let failure = FabricNameFailure.unknownNode("x", near: [])
    #expect(failure.exitStatus == .notFound && failure.fix == ["rdmactl fabric discover"])
  }

  /// LIDs of a node that lies about them cannot reach past the last one.
  @Test func aLyingLMC() throws {
    var fabric = Fabric()
    fabric.nodes = [node(0x10, "a", lid: 0xbfff, lmc: 255), node(0x20, "b", lid: 0xffff, lmc: 7)]
    let owners = LIDOwners(fabric)
    #expect(owners.ranges.map(\.lids) == [0xbfff...0xbfff])
    #expect(try FabricNames(fabric).node("0xbfff") == 0)
    #expect(throws: FabricNameFailure.self) { try FabricNames(fabric).node("0xffff") }
  }
}
