internal import InfiniBandWire
public import Vocabulary

/// Forwarding tables as other programs wrote them: dump_fts and ibroute of infiniband-diags, and the files of opensm
/// (opensm-lfts.dump, opensm.fdbs). Source: infiniband-diags, dump_fts.c; opensm, osm_dump.c.
public struct SavedTables: Sendable {
  public private(set) var tables: ForwardingTables
  /// Switches of the file that the fabric does not have.
  public private(set) var strangers: [GUID] = []
  public private(set) var badLines: [BadLine] = []

  /// - Returns: `nil` when there is no switch's table in the text.
  public init?(_ text: String, of fabric: Fabric) {
    var places: [GUID: Int] = [:]
    for (index, node) in fabric.nodes.enumerated() where node.type == .switchNode {
      places[node.guid] = places[node.guid] ?? index
      if let guid = node.port(0)?.guid { places[guid] = places[guid] ?? index }
    }
    tables = ForwardingTables(nodes: fabric.nodes.count)
    var found = false
    var node: Int?
    var table: [UInt8] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if let guid = Self.heading(line) {
        found = true
        if let node { tables.set(table, of: node) }
        (node, table) = (places[guid], [])
        if node == nil { strangers.append(guid) }
      } else if line.hasPrefix("0x") {
        guard let (lid, port) = Self.entry(line) else {
          badLines.append(BadLine(line: index + 1, reason: "an entry has a LID and a port: 0x0003 017"))
          continue
        }
        while table.count <= Int(lid) { table.append(LinearForwardingTable.noPort) }
        table[Int(lid)] = port
      }
    }
    if let node { tables.set(table, of: node) }
    guard found else { return nil }
  }

  /// `Unicast lids [0x0-0x9] of switch Lid 2 guid 0x0002c90300200010 (leaf-2):`, `…: Switch 0x0002c90300200010`
  private static func heading(_ line: Substring) -> GUID? {
    guard line.hasPrefix("Unicast lids") || line.contains("ucast") else { return nil }
    guard let mark = line.firstRange(of: " guid 0x") ?? line.firstRange(of: "Switch 0x") else { return nil }
    return UInt64(line[mark.upperBound...].prefix { $0.isHexDigit }, radix: 16).map { GUID($0) }
  }

  private static func entry(_ line: Substring) -> (lid: UInt16, port: UInt8)? {
    let words = line.split { $0 == " " || $0 == ":" || $0 == "\t" }
    guard words.count >= 2, let lid = UInt16(words[0].dropFirst(2), radix: 16), LIDOwners.isUnicast(lid) else {
      return nil
    }
    if words[1] == "UNREACHABLE" { return (lid, LinearForwardingTable.noPort) }
    return UInt8(words[1]).map { (lid, $0) }
  }
}
