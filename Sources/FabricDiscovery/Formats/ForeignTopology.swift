internal import InfiniBandWire
internal import Vocabulary

/// A fabric as other programs wrote it: ibnetdiscover's text, ibsim's netfile, and the `.lst` of ibdiagnet and opensm.
/// What such a file does not tell (states, what ports support, forwarding tables) is unknown in the fabric.
public struct ForeignTopology: Sendable {
  public private(set) var fabric = Fabric()
  /// Lines that cannot be understood.
  public private(set) var badLines: [BadLine] = []

  /// - Returns: `nil` when the text is of none of these formats.
  public init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isList = lines.contains { $0.hasPrefix("{ ") && $0.contains("NodeGUID:") }
    guard isList || lines.contains(where: { TopologyBlocks.kind($0) != nil }) else { return nil }
    var builder = TopologyBuilder()
    var blocks = TopologyBlocks()
    for (index, line) in lines.enumerated() {
      let reason = isList ? TopologyList.read(line, into: &builder) : blocks.read(line, into: &builder)
      if let reason { badLines.append(BadLine(line: index + 1, reason: reason)) }
    }
    fabric = builder.finished()
    if let start = lines.lazy.compactMap(Self.start).first, let port = fabric.port(withGUID: start) {
      fabric.origin = port
    }
  }

  /// `# Initiated from node 0002c90300abcdee port 0002c90300abcdef`, as ibnetdiscover begins.
  private static func start(_ line: Substring) -> GUID? {
    guard line.hasPrefix("# Initiated from node "), let mark = line.firstRange(of: " port ") else { return nil }
    return hexadecimal(line[mark.upperBound...].prefix { $0.isHexDigit }).map { GUID($0) }
  }
}

/// Puts nodes and cables together, in whatever order they are told.
struct TopologyBuilder {
  struct End: Hashable {
    var node: String
    var port: UInt8
  }

  private(set) var fabric = Fabric()
  private var places: [String: Int] = [:]
  private var cables: [(End, End)] = []

  /// A node by the name that the file's cables use; the first of two counts.
  mutating func add(_ node: FabricNode, as name: String) {
    guard places[name] == nil else { return }
    places[name] = fabric.nodes.count
    var node = node
    if node.type == .switchNode {
      node.ports = (0...node.portCount).map { FabricPort(number: UInt8(clamping: $0)) }
      node.ports[0].guid = node.guid
    }
    fabric.nodes.append(node)
  }

  /// - Parameter change: sets what the file says about the port.
  mutating func setPort(_ end: End, _ change: (inout FabricPort) -> Void) {
    guard let node = places[end.node] else { return }
    let position: Int
    if let known = fabric.nodes[node].ports.firstIndex(where: { $0.number == end.port }) {
      position = known
    } else {
      fabric.nodes[node].ports.append(FabricPort(number: end.port))
      position = fabric.nodes[node].ports.count - 1
    }
    change(&fabric.nodes[node].ports[position])
  }

  mutating func connect(_ one: End, _ other: End) { cables.append((one, other)) }

  func finished() -> Fabric {
    var builder = self
    for (one, other) in cables {
      guard let first = places[one.node], let second = places[other.node] else { continue }
      builder.setPort(one) { $0.peer = PortReference(node: second, port: other.port) }
      builder.setPort(other) { $0.peer = $0.peer ?? PortReference(node: first, port: one.port) }
    }
    for node in builder.fabric.nodes.indices { builder.fabric.nodes[node].ports.sort { $0.number < $1.number } }
    let first = builder.fabric.nodes.first
    let port = first?.type == .switchNode ? 0 : first?.ports.first?.number ?? 0
    builder.fabric.origin = PortReference(node: 0, port: port)
    return builder.fabric
  }
}

/// The blocks of ibnetdiscover and ibsim: a node's numbers, its line, a line for each cable. Source: infiniband-diags,
/// ibnetdiscover(8); ibsim, README.
private struct TopologyBlocks {
  private var numbers: [String: UInt64] = [:]
  private var node: String?
  private var type = FabricNodeType.channelAdapter

  static func kind(_ line: Substring) -> FabricNodeType? {
    let word = line.prefix { !$0.isWhitespace }
    guard word.count < line.count else { return nil }
    return ["Switch": .switchNode, "Ca": .channelAdapter, "Hca": .channelAdapter, "Rt": .router][String(word)]
  }

  mutating func read(_ line: Substring, into builder: inout TopologyBuilder) -> String? {
    if let type = Self.kind(line) { return readNode(line, type, &builder) }
    if line.first == "[" { return readCable(line, &builder) }
    if let equals = line.firstIndex(of: "="), line.first != "#" {
      let key = String(line[..<equals])
      let value = line[line.index(after: equals)...].prefix { $0.isHexDigit || $0 == "x" }
      // A new block begins with the vendor.
      if key == "vendid" { numbers = [:] }
      numbers[key] = hexadecimal(value)
    }
    return nil
  }

  private mutating func readNode(
    _ line: Substring, _ type: FabricNodeType, _ builder: inout TopologyBuilder
  ) -> String? {
    let quoted = Self.quoted(line)
    let count = line.drop { !$0.isWhitespace }.drop { $0.isWhitespace }.prefix { $0.isNumber }
    guard let label = quoted.first, let ports = Int(count), (1...254).contains(ports) else {
      return "a node line is: Switch 36 \"S-0002c90300abcdef\" # \"leaf1\""
    }
    let key = type == .switchNode ? "switchguid" : type == .router ? "rtguid" : "caguid"
    let guid = numbers[key] ?? numbers["hcaguid"] ?? hexadecimal(label.drop { $0 != "-" }.dropFirst())
    guard let guid, guid != 0 else { return "the node has no GUID (\(key)=)" }
    var node = FabricNode(
      guid: GUID(guid), type: type, systemImageGUID: GUID(numbers["sysimgguid"] ?? 0),
      vendorID: UInt32(truncatingIfNeeded: numbers["vendid"] ?? 0),
      deviceID: UInt16(truncatingIfNeeded: numbers["devid"] ?? 0), revision: 0, portCount: ports, route: .local)
    node.description = quoted.count > 1 ? String(quoted[1]) : String(label)
    builder.add(node, as: String(label))
    (self.node, self.type, numbers) = (String(label), type, [:])
    if type == .switchNode, let lid = Self.number(after: " lid ", in: line) {
      let lmc = Self.number(after: " lmc ", in: line) ?? 0
      builder.setPort(.init(node: String(label), port: 0)) { port in
        port.info = PortFacts()
        port.info?.lid = UInt16(clamping: lid)
        port.info?.lmc = UInt8(clamping: lmc)
      }
    }
    return nil
  }

  private func readCable(_ line: Substring, _ builder: inout TopologyBuilder) -> String? {
    guard let node else { return "a cable before any node" }
    guard let number = Self.bracketed(line), let mark = line.firstIndex(of: "\""),
      let label = Self.quoted(line).first,
      let peer = Self.bracketed(line[mark...].dropFirst().drop { $0 != "\"" }.dropFirst())
    else { return "a cable line is: [1] \"S-0002c90300abcdef\"[2] # … 4xHDR" }
    let remark = line.firstIndex(of: "#").map { line[$0...] } ?? ""
    let (width, speed) = Self.rate(remark)
    let isAdapter = type != .switchNode
    let guid = isAdapter ? line.drop { $0 != "]" }.dropFirst() : ""
    let lid = isAdapter ? Self.number(after: " lid ", in: remark) : nil
    let lmc = isAdapter ? Self.number(after: " lmc ", in: remark) : nil
    let here = TopologyBuilder.End(node: node, port: number)
    builder.setPort(here) { port in
      if guid.first == "(" { port.guid = hexadecimal(guid.dropFirst().prefix { $0 != ")" }).map { GUID($0) } }
      var facts = PortFacts()
      (facts.width, facts.speed, facts.physicalState) = (width, speed, .linkUp)
      (facts.lid, facts.lmc) = (UInt16(clamping: lid ?? 0), UInt8(clamping: lmc ?? 0))
      port.info = facts
    }
    builder.connect(here, .init(node: String(label), port: peer))
    return nil
  }

  /// The texts between quotation marks.
  private static func quoted(_ line: Substring) -> [Substring] {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.indices.filter { $0 % 2 == 1 && $0 < parts.count - 1 }.map { parts[$0] }
  }

  private static func bracketed(_ text: Substring) -> UInt8? {
    guard text.first == "[" else { return nil }
    return UInt8(text.dropFirst().prefix { $0 != "]" })
  }

  private static func number(after word: String, in text: Substring) -> Int? {
    guard let range = text.firstRange(of: word) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// `4xHDR`, the last word of a remark.
  private static func rate(_ remark: Substring) -> (LinkWidth?, LinkSpeed?) {
    let word = remark.split(whereSeparator: \.isWhitespace).last { $0.first?.isNumber == true && $0.contains("x") }
    guard let word, let cross = word.firstIndex(of: "x") else { return (nil, nil) }
    let lanes = word[...cross]
    return (
      LinkWidth.allCases.first { $0.description == lanes },
      LinkSpeed(rawValue: word[word.index(after: cross)...].lowercased())
    )
  }
}

/// The lines of a `.lst`: both ends of a cable, and the cable. Source: opensm, osm_dump.c (`dump_topology_node`), whose
/// numbers are all hexadecimal; ibdiagnet of ibutils writes the same.
private enum TopologyList {
  static func read(_ line: Substring, into builder: inout TopologyBuilder) -> String? {
    guard line.first == "{" else { return nil }
    let ends = line.components(open: "{ ", close: " }")
    guard ends.count == 2 else { return "a line has two ends in braces" }
    let facts = link(line)
    var found: [TopologyBuilder.End] = []
    for text in ends {
      guard let end = readEnd(text, facts, &builder) else { return "an end needs NodeGUID, Ports and PN" }
      found.append(end)
    }
    builder.connect(found[0], found[1])
    return nil
  }

  private static func readEnd(
    _ text: Substring, _ link: PortFacts, _ builder: inout TopologyBuilder
  ) -> TopologyBuilder.End? {
    func field(_ name: String) -> UInt64? {
      text.firstRange(of: name + ":").flatMap { hexadecimal(text[$0.upperBound...].prefix { $0.isHexDigit }) }
    }
    guard let guid = field("NodeGUID"), guid != 0, let count = field("Ports"), (1...254).contains(count),
      // A description may hold anything: the numbers behind it are looked for from the end.
      let brace = text.lastIndex(of: "}"), let port = tail(text[brace...], "PN:"), port <= count
    else { return nil }
    let type: FabricNodeType = text.hasPrefix("SW") ? .switchNode : text.hasPrefix("Rt") ? .router : .channelAdapter
    var node = FabricNode(
      guid: GUID(guid), type: type, systemImageGUID: GUID(field("SystemGUID") ?? 0),
      vendorID: UInt32(truncatingIfNeeded: field("VenID") ?? 0),
      deviceID: UInt16(truncatingIfNeeded: field("DevID") ?? 0),
      revision: UInt32(truncatingIfNeeded: field("Rev") ?? 0), portCount: Int(count), route: .local)
    if let open = text.firstIndex(of: "{") { node.description = String(text[open..<brace].dropFirst()) }
    let end = TopologyBuilder.End(node: node.guid.description, port: UInt8(clamping: port))
    builder.add(node, as: end.node)
    let lid = UInt16(truncatingIfNeeded: tail(text[brace...], "LID:") ?? 0)
    let portGUID = field("PortGUID")
    builder.setPort(end) { port in
      port.info = link
      guard type != .switchNode else { return }
      port.info?.lid = lid
      port.guid = portGUID.map { GUID($0) }
    }
    if type == .switchNode {
      builder.setPort(.init(node: end.node, port: 0)) { port in
        var facts = PortFacts()
        facts.lid = lid
        port.info = facts
      }
    }
    return end
  }

  private static func tail(_ text: Substring, _ name: String) -> UInt64? {
    text.firstRange(of: name).flatMap { hexadecimal(text[$0.upperBound...].prefix { $0.isHexDigit }) }
  }

  private static let states: [String: PortState] = ["DWN": .down, "INI": .initialized, "ARM": .armed, "ACT": .active]
  private static let speeds: [String: LinkSpeed] = [
    "2.5": .sdr, "5": .ddr, "10": .qdr, "FDR10": .fdr10, "14": .fdr, "25": .edr, "50": .hdr, "100": .ndr, "200": .xdr,
  ]

  /// `PHY=4x LOG=ACT SPD=25`
  private static func link(_ line: Substring) -> PortFacts {
    func word(_ name: String) -> String? {
      line.range(ofLast: name).map { String(line[$0...].prefix { !$0.isWhitespace }) }
    }
    var facts = PortFacts()
    facts.physicalState = .linkUp
    facts.width = word(" PHY=").flatMap { word in LinkWidth.allCases.first { $0.description == word } }
    facts.state = word(" LOG=").flatMap { states[$0] } ?? .unknown
    facts.speed = word(" SPD=").flatMap { speeds[$0] }
    return facts
  }
}

private func hexadecimal(_ text: some StringProtocol) -> UInt64? {
  UInt64(text.hasPrefix("0x") ? String(text.dropFirst(2)) : String(text), radix: 16)
}

extension Substring {
  /// The parts between two marks that are not nested deeper than one pair of braces.
  fileprivate func components(open: String, close: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self
    while let start = rest.firstRange(of: open), let end = rest.firstRange(of: " PN:") {
      guard let last = rest[end.lowerBound...].firstRange(of: close), start.upperBound <= last.lowerBound else { break }
      parts.append(rest[start.upperBound..<last.lowerBound])
      rest = rest[last.upperBound...]
    }
    return parts
  }

  /// Where the text behind the last `word` begins.
  fileprivate func range(ofLast word: String) -> Index? {
    var found: Index?
    var rest = self
    while let next = rest.firstRange(of: word) {
      found = next.upperBound
      rest = rest[next.upperBound...]
    }
    return found
  }
}
