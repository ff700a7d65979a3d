internal import FabricLab
internal import Foundation
internal import InfiniBandWire
internal import TestSupport
internal import Testing

/// `rdmactl fabric port` on a simulated fabric, with ibportstate as the judge.
@Suite(
  "ports of a fabric, switched and limited", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct FabricPortControlTests {
  private let net = Topology.twoLevels(hosts: 6, leaves: 2, spines: 2, speed: .hdr)

  /// What ibportstate says of a port, by its labels.
  private func judge(_ fabric: SimulatedFabric, _ lid: Int, _ port: Int) throws -> [String: String] {
    let text = try fabric.run(on: "host0", "ibportstate", ["\(lid)", "\(port)"]).output
    // Behind the port's own lines stand those of its peer.
    let own = text.components(separatedBy: "Peer PortInfo").first ?? ""
    let lines = own.split(separator: "\n").compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == "." }
      return (String(line[..<colon]), String(value))
    }
    return Dictionary(lines, uniquingKeysWith: { first, _ in first })
  }

  @Test func asIbportstateSees() throws {
    let fabric = try SimulatedFabric(net)
    try fabric.bringUp()
    let scratch = try Scratch("ports")
    func rdmactl(_ words: String...) throws -> Consequences {
      try fabric.run(
        on: "host0", Spawned.rdmactl, words,
        environment: ["RDMACTL_STATE_DIR": scratch("state"), "RDMACTL_RUN_DIR": scratch("run")])
    }
    let leaf = try #require(try fabric.discover().nodes.first { $0.description == "leaf1" })
    let lid = try #require(leaf.ports.compactMap(\.lid).first)
    let before = try judge(fabric, lid, 2)
    #expect(before["PhysLinkState"] == "LinkUp" && before["LinkWidthEnabled"] != nil, "\(before)")

    let width = try rdmactl("fabric", "port", "leaf1/2", "width", "1x", "--yes")
    #expect(width.status == 0, "\(width.output)\(width.error)")
    var now = try judge(fabric, lid, 2)
    #expect(now["LinkWidthEnabled"] == "1X" && now["LinkWidthActive"] == "1X", "\(now)")
    #expect(try rdmactl("fabric", "port", "leaf1/2", "speed", "edr", "--yes").status == 0)
    now = try judge(fabric, lid, 2)
    #expect(now["LinkSpeedExtEnabled"] == "14.0625 Gbps or 25.78125 Gbps", "\(now)")
    #expect(now["LinkSpeedExtActive"] == "25.78125 Gbps")
    #expect(try rdmactl("fabric", "port", "leaf1/2", "disable", "--yes").status == 0)
    #expect(try judge(fabric, lid, 2)["PhysLinkState"] == "Disabled")
    let again = try rdmactl("fabric", "port", "leaf1/2", "disable", "--yes")
    #expect(again.status == 0 && again.output.contains("already set"))
    for _ in 0..<3 { #expect(try rdmactl("undo", "--yes").status == 0) }
    now = try judge(fabric, lid, 2)
    #expect(now["PhysLinkState"] != "Disabled")
    for label in ["LinkWidthEnabled", "LinkSpeedExtEnabled", "LinkSpeedEnabled"] {
      #expect(now[label] == before[label], "\(label): \(now[label] ?? "-")")
    }
    // This machine's own cable, and nothing is written.
    let own = try rdmactl("fabric", "port", "leaf0/1", "disable", "--yes")
    #expect(own.status == 7 && own.error.contains("only path from this machine"), "\(own.error)")
  }
}
