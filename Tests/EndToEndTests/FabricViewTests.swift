internal import BinaryLayout
internal import FabricLab
internal import Foundation
internal import HostAccess
internal import InfiniBandWire
internal import TestSupport
internal import Testing
internal import Vocabulary

/// `rdmactl fabric partitions`, `tables`, `path`, `groups` and `ping` on one simulated fabric with opensm: smpquery, ibroute
/// and saquery are the judges.
@Suite(
  "views of a fabric", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricViewTests {
  private struct Partitions: Decodable {
    struct Key: Decodable {
      let index: Int
      let pKey: Int
    }
    struct Port: Decodable {
      let guid: String
      let capacity: Int
      let pKeys: [Key]
    }
    struct Partition: Decodable {
      let pKey: Int
      let name: String?
      let full: [FabricAnswers.Place]
      let limited: [FabricAnswers.Place]
    }
    let partitions: [Partition]
    let ports: [Port]
    let problems: [FabricAnswers.Problem]
  }

  private struct Tables: Decodable {
    struct Route: Decodable {
      let lid: Int
      let outPort: Int
      let description: String?
    }
    struct Group: Decodable {
      let mlid: Int
      let ports: [Int]
    }
    let unicast: [Route]
    let multicast: [Group]
  }

  private struct Path: Decodable {
    struct Administration: Decodable {
      let slid: Int?
      let dlid: Int?
      let sl: Int?
      let pKey: Int?
      let mtu: Int?
      let rateGbps: Double?
    }
    let sa: Administration
    let problems: [FabricAnswers.Problem]
  }

  private struct Groups: Decodable {
    struct Member: Decodable { let portGuid: String? }
    struct Group: Decodable {
      let mgid: String?
      let mlid: Int
      let pKey: Int?
      let mtu: Int?
      let rateGbps: Double?
      let sl: Int?
      let members: [Member]?
      let reached: [FabricAnswers.Place]
    }
    let groups: [Group]
  }

  private let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 2, speed: .hdr)

  private func portGUID(_ name: String) throws -> UInt64 { net.nodes[try #require(net[name])].portGUID(1) }

  private func hexadecimal(_ text: Substring) -> Int? { Int(text.dropFirst(2), radix: 16) }

  @Test func asTheFieldsToolsSee() throws {
    let scratch = try Scratch("views")
    let guids = try ["host0", "host1", "host2"].map { "0x" + String(try portGUID($0), radix: 16) }
    try scratch.write(
      "partitions.conf",
      """
      Default=0x7fff,ipoib : ALL=limited, SELF=full, \(guids[0])=full ;
      green=0x0002,ipoib : \(guids[0])=full, \(guids[1])=full, \(guids[2])=limited ;

      """)
    let fabric = try SimulatedFabric(net)
    let manager = try fabric.startSubnetManager(
      on: "host5", waitUntilUp: true, options: ["-P", scratch("partitions.conf")])
    defer { manager.stop() }
    let found = try fabric.discover()
    let lids = Dictionary(
      found.nodes.map { ($0.description ?? "", $0.ports.compactMap(\.lid).first ?? 0) },
      uniquingKeysWith: { first, _ in first })
    try judgePartitions(fabric, file: scratch("partitions.conf"), lids)
    // Two of them on one leaf, the third on the other.
    for name in ["host0", "host1", "host4"] { try join(fabric, name, manager: found.nodes) }
    try waitForTree(fabric)
    try judgeTables(fabric, lids)
    try judgePath(fabric, lids)
    try judgeGroups(fabric)
    let ping = try fabric.rdmactl(on: "host0", "fabric", "ping", "host4", "--count", "2", "-q")
    #expect(ping.status == 0 && ping.output.hasPrefix("directed_route 2 2 "), "\(ping)")
  }

  // MARK: partitions

  private func judgePartitions(_ fabric: SimulatedFabric, file: String, _ lids: [String: Int]) throws {
    let answer: Partitions = try fabric.answer("partitions", "--partitions-file", file)
    #expect(answer.problems.isEmpty, "\(answer.problems)")
    #expect(answer.partitions.map(\.pKey) == [2, 0x7fff] && answer.partitions[0].name == "green")
    #expect(answer.partitions[0].full.count == 2 && answer.partitions[0].limited.count == 1)
    for node in net.nodes {
      let lid = try #require(lids[node.description])
      let port = node.kind == .switchNode ? 0 : 1
      let text = try fabric.run(on: "host0", "smpquery", ["pkeys", "\(lid)", "\(port)"]).output
      let words = text.split(whereSeparator: \.isWhitespace)
      let judged = words.filter { $0.hasPrefix("0x") }.compactMap { hexadecimal($0) }
      let own = try #require(answer.ports.first { $0.guid == Manifest(net).guid(node) })
      var keys = [Int](repeating: 0, count: own.capacity)
      for key in own.pKeys { keys[key.index] = key.pKey }
      #expect(keys == judged, "\(node.description)")
      #expect(text.contains("\(own.capacity) pkeys capacity"))
    }
  }

  // MARK: tables

  private func judgeTables(_ fabric: SimulatedFabric, _ lids: [String: Int]) throws {
    var trees = 0
    for node in net.switches.map({ net.nodes[$0] }) {
      let lid = try #require(lids[node.description])
      let answer: Tables = try fabric.answer("tables", node.description)
      let judged = try fabric.run(on: "host0", "ibroute", ["\(lid)"]).output.split(separator: "\n").compactMap {
        line -> [Int]? in
        let words = line.split(separator: " ")
        guard line.hasPrefix("0x"), words.count > 1, let lid = hexadecimal(words[0]), let port = Int(words[1]) else {
          return nil
        }
        return [lid, port]
      }
      #expect(!judged.isEmpty && answer.unicast.map { [$0.lid, $0.outPort] } == judged, "\(node.description)")
      #expect(answer.unicast.allSatisfy { route in lids[route.description ?? ""] == route.lid })
      let masks = try fabric.run(on: "host0", "ibroute", ["-M", "\(lid)"]).output
      // A column of two characters for each port behind the MLID.
      let groups = masks.split(separator: "\n").filter { $0.hasPrefix("0xc") }.map { line -> (Int?, [Int]) in
        let crosses = Array(line.utf8)
        let columns = crosses.indices.filter { crosses[$0] == UInt8(ascii: "x") && $0 > 1 }
        return (hexadecimal(line.prefix { $0 != " " }), columns.map { ($0 - 12) / 2 })
      }
      #expect(answer.multicast.map { "\($0.mlid) \($0.ports)" } == groups.map { "\($0.0 ?? 0) \($0.1)" }, "\(masks)")
      trees += groups.count
    }
    #expect(trees >= 2, "members on two leaves")
  }

  // MARK: subnet administration

  /// A host joins the broadcast group of the default partition, as IPoIB does.
  private func join(_ fabric: SimulatedFabric, _ host: String, manager nodes: [FabricAnswers.Discover.Node]) throws {
    typealias Layout = MulticastMemberRecord.Layout
    let port = try fabric.port(on: host)
    var record = [UInt8](repeating: 0, count: MulticastMemberRecord.length)
    Layout.groupPrefix.write(0xff12_401b_ffff_0000, into: &record)
    Layout.groupRest.write(0xffff_ffff, into: &record)
    Layout.portPrefix.write(0xfe80_0000_0000_0000, into: &record)
    Layout.portGUID.write(try portGUID(host), into: &record)
    Layout.joinState.write(1, into: &record)
    let components: UInt64 = 1 | 1 << 1 | 1 << 16
    let request = ManagementDatagram.administration(
      .multicastMemberRecord, method: .set, components: components, transactionID: 7, data: record)
    let lid = try #require(nodes.flatMap(\.ports).compactMap(\.lid).first { $0 == 1 })
    try port.send(request.bytes, to: .generalServices(lid: UInt16(lid)), timeoutMilliseconds: 2000)
    guard case .answer(let bytes)? = try port.receive(timeoutMilliseconds: 5000) else {
      Issue.record("\(host) was not answered")
      return
    }
    #expect(ManagementDatagram(bytes)?.status == 0)
  }

  /// opensm answers a join first and programs the switches afterwards.
  private func waitForTree(_ fabric: SimulatedFabric) throws {
    for _ in 0..<50 {
      let groups: Groups = try fabric.answer("groups")
      if groups.groups.contains(where: { $0.reached.count == 3 }) { return }
      usleep(200_000)
    }
    Issue.record("opensm has not programmed the tree of three members")
  }

  private func judgePath(_ fabric: SimulatedFabric, _ lids: [String: Int]) throws {
    let (from, to) = (try #require(lids["host0 mlx5_0"]), try #require(lids["host4 mlx5_0"]))
    let path: Path = try fabric.answer("path", "host0", "host4")
    let text = try fabric.run(
      on: "host0", "saquery", ["PathRecord", "--slid", "\(from)", "--dlid", "\(to)"]
    ).output
    var judged: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: ".", omittingEmptySubsequences: true).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard words.count == 2 else { continue }
      judged[words[0]] = words[1].hasPrefix("0x") ? Int(words[1].dropFirst(2), radix: 16) : Int(words[1])
    }
    #expect(judged["slid"] == path.sa.slid && judged["dlid"] == path.sa.dlid && path.sa.dlid == to, "\(text)")
    #expect(judged["pkey"] == path.sa.pKey && judged["sl"] == path.sa.sl)
    // Selector "exactly" above the code: 4 is 2048 bytes, 16 is 100 Gb/s, 17 is 200.
    #expect(judged["mtu"].map { 128 << ($0 & 0x3f) } == path.sa.mtu)
    #expect(judged["rate"].flatMap { RateCode.gigabits(UInt64($0 & 0x3f)) } == path.sa.rateGbps)
    #expect(path.problems.isEmpty, "\(path.problems)")
    // Two limited members of all their partitions.
    let none: Path = try fabric.answer("path", "host3", "host4", status: 2)
    #expect(none.problems.first?.id == "fabric.path_none" && none.sa.dlid == nil)
  }

  private func judgeGroups(_ fabric: SimulatedFabric) throws {
    let answer: Groups = try fabric.answer("groups")
    let judged = try records(of: try fabric.run(on: "host0", "saquery", ["-g"]).output)
    #expect(judged.count == 2 && answer.groups.count == 2, "\(judged)")
    for group in answer.groups {
      let judge = try #require(judged.first { $0["Mlid"].flatMap { hexadecimal($0) } == group.mlid })
      #expect(judge["pkey"].flatMap { hexadecimal($0) } == group.pKey)
      #expect(judge["Mtu"].flatMap { hexadecimal($0) }.map { 128 << ($0 & 0x3f) } == group.mtu)
      #expect(
        judge["Rate"].flatMap { hexadecimal($0) }.flatMap { RateCode.gigabits(UInt64($0 & 0x3f)) } == group.rateGbps)
      #expect(judge["SL"].flatMap { hexadecimal($0) } == group.sl)
    }
    let broadcast = try #require(answer.groups.first { $0.mgid == "ff12:401b:ffff:0000:0000:0000:ffff:ffff" })
    let joined = try Set(["host0", "host1", "host4"].map { try portGUID($0).hexadecimal(digits: 16) })
    #expect(Set(broadcast.members?.compactMap(\.portGuid) ?? []) == joined && broadcast.reached.count == 3)
  }

  /// The blocks of saquery's text: `Mlid....................0xC001`.
  private func records(of text: String) throws -> [[String: Substring]] {
    text.components(separatedBy: "dump:").dropFirst().map { block in
      let lines = block.split(separator: "\n").compactMap { line -> (String, Substring)? in
        let words = line.split(separator: ".", maxSplits: 1)
        guard words.count == 2 else { return nil }
        return (words[0].trimmingCharacters(in: .whitespaces), words[1].drop { $0 == "." })
      }
      return Dictionary(lines, uniquingKeysWith: { first, _ in first })
    }
  }
}
