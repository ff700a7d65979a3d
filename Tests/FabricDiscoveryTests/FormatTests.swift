internal import FabricDiscovery
internal import FabricLab
internal import InfiniBandWire
internal import Testing
internal import Vocabulary

@Suite struct FormatTests {
  /// What is written is read again: nodes, cables, LIDs, widths and speeds.
  @Test func aTopologyFileIsReadAgain() throws {
    var topology = Topology.fatTree(hosts: 32, radix: 8, levels: 2)
    topology.degradeCables(2, width: .x1, seed: 5)
    let fabric = try SweptLab(topology).sweep()
    for write in [{ IbnetdiscoverText.write(fabric, into: $0) }, { NetfileText.write(fabric, into: $0) }] {
      var text = ""
      write { text += $0 }
      let read = try #require(ForeignTopology(text))
      #expect(read.badLines.isEmpty)
      let difference = FabricDiff(from: read.fabric, to: fabric)
      #expect(difference.isEmpty, "\(difference)")
      #expect(FabricDiff(from: fabric, to: read.fabric).isEmpty)
      #expect(LinkReport(read.fabric).links.count { $0.width == .x1 } == 2)
    }
  }

  /// A line of opensm's opensm-subnet.lst; a description may hold braces and words that look like fields.
  @Test func aListOfCablesIsRead() throws {
    let line = """
      { CA-SM Ports:01 SystemGUID:0002c90300100000 NodeGUID:0002c90300100000 PortGUID:0002c90300100001 VenID:0002C9 \
      DevID:101B Rev:000000A1 {h1 {PN:07} mlx5_0} LID:0001 PN:01 } \
      { SW Ports:28 SystemGUID:0002c90300200000 NodeGUID:0002c90300200000 PortGUID:0002c90300200000 VenID:000002C9 \
      DevID:D2F0 Rev:000000A0 {leaf-1} LID:000A PN:1F } PHY=4x LOG=ACT SPD=50
      """
    let fabric = try #require(ForeignTopology(line)).fabric
    #expect(fabric.nodes.map(\.description) == ["h1 {PN:07} mlx5_0", "leaf-1"])
    #expect(fabric.nodes[1].portCount == 40 && fabric.nodes[1].lid == 10)
    #expect(fabric.links == [FabricLink(.init(node: 0, port: 1), .init(node: 1, port: 31))])
    let link = try #require(LinkReport(fabric).links.first)
    #expect(link.width == .x4 && link.speed == .hdr && link.states == [.active, .active])
    #expect(ForeignTopology("no topology at all") == nil)
    #expect(ForeignTopology("vendid=0x2c9\nSwitch many \"S-1\"\n")?.badLines.first?.line == 2)
  }

  private func text(_ fabric: Fabric, map: NodeNameMap = NodeNameMap()) -> String {
    var text = ""
    IbnetdiscoverText.write(fabric, date: "Sat Nov 21 13:04:02 2026", map: map) { text += $0 }
    return text
  }

  /// The lines of ibnetdiscover 44, recorded from one with other GUIDs and names.
  @Test func ibnetdiscoverLines() throws {
    let swept = SweptLab(.twoLevels(hosts: 2, leaves: 1, spines: 1, speed: .hdr))
    let fabric = try swept.sweep()
    let host = swept.lab.topology.nodes[try swept.end("host0", 1).node]
    let leaf = swept.lab.topology.nodes[try swept.end("leaf0", 0).node]
    let spine = swept.lab.topology.nodes[try swept.end("spine0", 0).node]
    func hex(_ value: UInt64, _ digits: Int = 1) -> String { value.hexadecimal(digits: digits) }
    func lid(_ name: String, _ port: Int) throws -> Int { Int(swept.lab[try swept.end(name, port)].info[17]) }
    let lines = text(fabric).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines.prefix(5) == [
        "#", "# Topology file: generated on Sat Nov 21 13:04:02 2026", "#",
        "# Initiated from node \(hex(host.guid, 16)) port \(hex(host.portGUID(1), 16))", "",
      ])
    let leafLID = try lid("leaf0", 0)
    let hostLID = try lid("host0", 1)
    let expected = [
      "switchguid=0x\(hex(leaf.guid))(\(hex(leaf.guid)))", "caguid=0x\(hex(host.guid))",
      "sysimgguid=0x\(hex(leaf.systemImageGUID))", "vendid=0x2c9", "devid=0x\(hex(UInt64(leaf.deviceID)))",
      "Switch\t3 \"S-\(hex(leaf.guid, 16))\"\t\t# \"\(leaf.description)\" base port 0 lid \(leafLID) lmc 0",
      "[1]\t\"H-\(hex(host.guid, 16))\"[1](\(hex(host.portGUID(1)))) \t\t# \"\(host.description)\" lid \(hostLID) 4xHDR",
      "[3]\t\"S-\(hex(spine.guid, 16))\"[1]\t\t# \"\(spine.description)\" lid \(try lid("spine0", 0)) 4xHDR",
      "Ca\t1 \"H-\(hex(host.guid, 16))\"\t\t# \"\(host.description)\"",
      "[1](\(hex(host.portGUID(1)))) \t\"S-\(hex(leaf.guid, 16))\"[1]\t\t# lid \(hostLID) lmc 0 "
        + "\"\(leaf.description)\" lid \(leafLID) 4xHDR",
    ]
    for line in expected { #expect(lines.contains(line), "\(line)") }
    #expect(lines.count == 5 + 2 * 5 + 3 + 1 + 2 * 6 + 2 - 0 + 2, "\(lines.count): \(lines)")
  }

  /// A name from the map stands where ibnetdiscover puts it: not in the heading of an adapter.
  @Test func mapAndUnprintableDescriptions() throws {
    let swept = SweptLab.small()
    var fabric = try swept.sweep()
    let host = fabric.origin.node
    fabric.nodes[host].description = "a\"b\u{e9}\tc\u{fffd}"
    let map = NodeNameMap("0x\(fabric.nodes[host].guid) \"host of names\"")
    let text = text(fabric, map: map)
    #expect(text.contains("\t\t# \"a'b   c \"\n"))
    #expect(text.contains("\t\t# \"host of names\" lid 5 "))
  }

  /// Every cable is in the file from both ends, and no node is missing.
  @Test(arguments: [
    Topology.fatTree(hosts: 128, radix: 16, levels: 2), Topology.torus([3, 3, 2], hostsPerSwitch: 1),
  ]) func everythingIsThere(topology: Topology) throws {
    let fabric = try SweptLab(topology).sweep()
    var netfile = ""
    NetfileText.write(fabric) { netfile += $0 }
    for text in [text(fabric), netfile] {
      let lines = text.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("[") } == 2 * topology.links.count)
      #expect(lines.count { $0.hasPrefix("Switch\t") } == topology.switches.count)
      #expect(lines.count { $0.hasPrefix("Ca\t") } == topology.hosts.count)
    }
    #expect(netfile.hasPrefix("\nvendid=0x2c9\n"), "limits for all ports would make slow cables fast")
    let first = try #require(netfile.split(separator: "\n").first { $0.hasPrefix("Ca\t") || $0.hasPrefix("Switch\t") })
    #expect(first.contains("H-\(fabric.nodes[fabric.origin.node].guid)"), "ibsim attaches to the first node")
    var dot = ""
    DOTText.write(fabric, names: FabricNames(fabric)) { dot += $0 }
    #expect(dot.split(separator: "\n").count { $0.contains(" -- ") } == topology.links.count)
    #expect(dot.hasPrefix("graph fabric {\n") && dot.hasSuffix("}\n"))
  }

  @Test func dotEscapes() throws {
    let swept = SweptLab.small()
    var fabric = try swept.sweep()
    fabric.nodes[0].description = "x\"];\\n"
    var dot = ""
    DOTText.write(fabric, names: FabricNames(fabric)) { dot += $0 }
    #expect(dot.contains(#"[label="x\"];\\n", tooltip="#))
  }

  @Test func nothingIsNothing() {
    #expect(text(Fabric()) == "#\n# Topology file: generated on Sat Nov 21 13:04:02 2026\n#\n")
    var fabric = Fabric()
    fabric.nodes = [
      FabricNode(
        guid: GUID(1), type: .router, systemImageGUID: GUID(0), vendorID: 1, deviceID: 2, revision: 0, portCount: 2,
        route: .local)
    ]
    var port = FabricPort(number: 1)
    port.peer = PortReference(node: 7, port: 1)
    fabric.nodes[0].ports = [port]
    #expect(text(fabric).hasSuffix("\n\nvendid=0x1\ndevid=0x2\nrtguid=0x1\nRt\t2 \"R-0000000000000001\"\t\t# \"\"\n"))
  }
}
