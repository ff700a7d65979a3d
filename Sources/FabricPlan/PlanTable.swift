package import FabricDiscovery
internal import InfiniBandWire

/// The cables of a fabric as the table that ``CablePlan/init(table:)`` reads.
package enum PlanTable {
  package static let header = "node,port,node,port,width,speed"

  /// Gives the text to `sink` line by line.
  package static func write(_ fabric: Fabric, names: FabricNames, into sink: (String) -> Void) {
    sink(header + "\n")
    for link in fabric.cables {
      let info = fabric[link.first]?.info ?? fabric[link.second]?.info
      let ends = [link.first, link.second].map { "\(quoted(names.name(ofNode: $0.node))),\($0.port)" }
      sink("\(ends[0]),\(ends[1]),\(info?.width?.description ?? ""),\(info?.speed?.rawValue ?? "")\n")
    }
  }

  /// No description has a quotation mark in a table: nobody could read it again.
  private static func quoted(_ name: String) -> String {
    let plain = String(name.map { $0 == "\"" ? "'" : $0 })
    return plain.contains { ",;\t#".contains($0) } ? "\"\(plain)\"" : plain
  }
}
