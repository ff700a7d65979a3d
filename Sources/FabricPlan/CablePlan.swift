package import FabricDiscovery
package import InfiniBandWire
package import Vocabulary

/// The cables that should be there.
package struct CablePlan: Sendable, Equatable {
  /// A port as the plan names it.
  package struct End: Hashable, Sendable {
    package var node: String
    /// Where the plan is a map of a fabric.
    package var guid: GUID?
    package var port: UInt8

    package init(node: String, guid: GUID? = nil, port: UInt8) {
      (self.node, self.guid, self.port) = (node, guid, port)
    }
  }

  package struct Cable: Sendable, Equatable {
    package var first: End
    package var second: End
    /// The least that is expected; `nil` for whatever there is.
    package var width: LinkWidth?
    package var speed: LinkSpeed?
    /// Of the file; 0 of a map.
    package var line = 0

    package init(first: End, second: End, width: LinkWidth? = nil, speed: LinkSpeed? = nil, line: Int = 0) {
      (self.first, self.second, self.width, self.speed, self.line) = (first, second, width, speed, line)
    }
  }

  package private(set) var cables: [Cable] = []
  package private(set) var badLines: [BadLine] = []

  /// The cables of a map. The aggregation nodes inside switches have none.
  package init(_ fabric: Fabric) {
    for link in fabric.cables {
      let ends = [link.first, link.second].map { port in
        let node = fabric.nodes[port.node]
        return End(
          node: node.description.map(FabricNames.cleaned) ?? node.guid.description, guid: node.guid, port: port.port)
      }
      let info = fabric[link.first]?.info ?? fabric[link.second]?.info
      cables.append(Cable(first: ends[0], second: ends[1], width: info?.width, speed: info?.speed))
    }
  }

  /// A table of cables, one a line: `node,port,node,port[,width][,speed]`, divided by commas, semicolons or tabs. A first
  /// line of names is left out; where these are those of UFM's cabling list (StartDev, StartPort, EndDev, EndPort), they
  /// say where the columns are. Remarks begin with `#`.
  package init(table text: String) {
    var columns = TableColumns()
    var isFirst = true
    var lines: [End: Int] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let fields = Self.fields(line)
      guard fields.contains(where: { !$0.isEmpty }) else { continue }
      defer { isFirst = false }
      if isFirst, let named = TableColumns(fields) {
        columns = named
        continue
      }
      guard fields[0].first != "#" else { continue }
      if isFirst, fields.count >= 4, Self.port(fields[1]) == nil, Self.port(fields[3]) == nil { continue }
      switch columns.cable(fields, line: index + 1) {
      case .failure(let reason): badLines.append(BadLine(line: index + 1, reason: reason.words))
      case .success(let cable):
        if let twice = [cable.first, cable.second].first(where: { lines[$0] != nil }), let line = lines[twice] {
          badLines.append(
            BadLine(line: index + 1, reason: "\(twice.node)/\(twice.port) has a cable already (line \(line))"))
          continue
        }
        lines[cable.first] = index + 1
        lines[cable.second] = index + 1
        cables.append(cable)
      }
    }
  }

  /// The number at the end of a field: `3`, `Port 3`, `swp3`.
  static func port(_ field: String) -> UInt8? {
    let digits = field.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
    return UInt8(String(digits))
  }

  /// Fields of a line; those in quotation marks may hold what divides them.
  private static func fields(_ line: Substring) -> [String] {
    let mark: Character = line.contains("\t") ? "\t" : line.contains(";") && !line.contains(",") ? ";" : ","
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case mark where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields.map(FabricNames.cleaned)
  }
}

/// Where in a line the facts of a cable are.
private struct TableColumns {
  struct Reason: Error { let words: String }

  private var places = [0, 1, 2, 3]
  private var width: Int? = 4
  private var speed: Int? = 5

  init() {}

  /// By the first line of UFM's cabling list; `nil` for any other line.
  init?(_ fields: [String]) {
    let names = fields.map { $0.split(separator: ":").last.map { $0.lowercased() } ?? "" }
    let wanted = ["startdev", "startport", "enddev", "endport"].map { name in names.firstIndex(of: name) }
    guard !wanted.contains(nil) else { return nil }
    places = wanted.compactMap(\.self)
    (width, speed) = (names.firstIndex(of: "width"), names.firstIndex(of: "speed"))
  }

  func cable(_ fields: [String], line: Int) -> Result<CablePlan.Cable, Reason> {
    func field(_ place: Int?) -> String { place.flatMap { fields.indices.contains($0) ? fields[$0] : nil } ?? "" }
    let texts = places.map(field)
    guard !texts[0].isEmpty, !texts[2].isEmpty else { return .failure(.init(words: "a node is missing")) }
    guard let first = CablePlan.port(texts[1]), let second = CablePlan.port(texts[3]) else {
      return .failure(.init(words: "a port is not a number from 0 to 255"))
    }
    var cable = CablePlan.Cable(
      first: .init(node: texts[0], port: first), second: .init(node: texts[2], port: second), line: line)
    let (width, speed) = (field(width).lowercased(), field(speed).lowercased())
    if !width.isEmpty {
      cable.width = LinkWidth.allCases.first { $0.description == width || "\($0.lanes)" == width }
      if cable.width == nil { return .failure(.init(words: "unknown width; use 1x, 2x, 4x, 8x or 12x")) }
    }
    if !speed.isEmpty {
      cable.speed = LinkSpeed(rawValue: speed)
      if cable.speed == nil {
        let known = LinkSpeed.allCases.map(\.rawValue).joined(separator: ", ")
        return .failure(.init(words: "unknown speed; use \(known)"))
      }
    }
    return .success(cable)
  }
}

extension Fabric {
  /// The links that are cables: not those to the aggregation nodes inside switches.
  package var cables: [FabricLink] {
    links.filter { !nodes[$0.first.node].isAggregationNode && !nodes[$0.second.node].isAggregationNode }
  }
}
