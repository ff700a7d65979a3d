/// Which port answers to which LIDs: the base LID of a port and, by its LMC, those behind it.
public struct LIDOwners: Sendable {
  public struct Range: Sendable, Equatable {
    public var port: PortReference
    public var lids: ClosedRange<UInt16>
  }

  /// In the order of nodes and ports. Of a switch its port 0 alone: the others carry no LID of their own.
  public let ranges: [Range]

  /// LIDs from 0xc000 on are multicast, 0 is none. Source: InfiniBand specification vol. 1, 4.1.3.
  static let unicast: ClosedRange<UInt16> = 1...0xbfff

  static func isUnicast(_ lid: UInt16) -> Bool { unicast.contains(lid) }

  /// The LIDs of a port by its own base LID and LMC; `nil` when it has none.
  static func lids(_ info: PortFacts) -> ClosedRange<UInt16>? {
    guard isUnicast(info.lid) else { return nil }
    // LMC has three bits; a wrong base LID must not reach past the last one.
    let count = UInt16(1) << UInt16(min(info.lmc, 7))
    return info.lid...min(info.lid + (count - 1), unicast.upperBound)
  }

  /// The LIDs of a node, by port.
  public static func ranges(of node: FabricNode) -> [ClosedRange<UInt16>] {
    node.ports.filter { node.type != .switchNode || $0.number == 0 }.compactMap { $0.info.flatMap(lids) }
  }

  /// The LIDs of a port; of any port of a switch those of the switch. `nil` when it has none.
  public static func lids(of port: PortReference, in fabric: Fabric) -> ClosedRange<UInt16>? { fabric.lids(of: port) }

  public init(_ fabric: Fabric) {
    var ranges: [Range] = []
    for (index, node) in fabric.nodes.enumerated() {
      for port in node.ports where node.type != .switchNode || port.number == 0 {
        guard let lids = port.info.flatMap(Self.lids) else { continue }
        ranges.append(Range(port: PortReference(node: index, port: port.number), lids: lids))
      }
    }
    self.ranges = ranges
  }

  /// The owner of each LID, by LID up to the highest one; the first where several claim one.
  public var table: [PortReference?] {
    var table = [PortReference?](repeating: nil, count: Int(ranges.map(\.lids.upperBound).max() ?? 0) + 1)
    for range in ranges { for lid in range.lids where table[Int(lid)] == nil { table[Int(lid)] = range.port } }
    return table
  }
}
