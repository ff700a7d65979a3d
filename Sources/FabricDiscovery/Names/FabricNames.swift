internal import Vocabulary

/// The names of the nodes and ports of a fabric, and the nodes that a name selects.
public struct FabricNames: Sendable {
  private let fabric: Fabric
  /// Unique: where several nodes have one name, the GUID stands behind it.
  private let nodeNames: [String]
  /// Every word that names a node exactly, and the nodes it names.
  private let nodesByName: [String: [Int]]
  /// By the host: `host3` of `host3 mlx5_0`, as the drivers describe an adapter; `leaf1` of `MF0;leaf1:MQM8700/U1`, as
  /// a managed switch describes each of its chips.
  private let nodesByHost: [String: [Int]]
  private let nodesByGUID: [GUID: [Int]]
  private let portsByGUID: [GUID: [PortReference]]
  private let portsByLID: [UInt16: [PortReference]]

  /// - Parameter map: its names go before the nodes' own descriptions.
  public init(_ fabric: Fabric, map: NodeNameMap = NodeNameMap()) {
    var nodeNames: [String] = []
    var nodesByName: [String: [Int]] = [:]
    var nodesByHost: [String: [Int]] = [:]
    var nodesByGUID: [GUID: [Int]] = [:]
    var portsByGUID: [GUID: [PortReference]] = [:]
    var portsByLID: [UInt16: [PortReference]] = [:]
    for (index, node) in fabric.nodes.enumerated() {
      let description = node.description.map(Self.cleaned) ?? ""
      let name = map.names[node.guid] ?? (description.isEmpty ? node.guid.description : description)
      nodeNames.append(name)
      // The map may have another name than the node.
      let words = name == description ? [name] : [name, description]
      for word in words where !word.isEmpty { nodesByName[word, default: []].append(index) }
      for host in Set(words.compactMap(Self.host)) { nodesByHost[host, default: []].append(index) }
      if node.guid.rawValue != 0 { nodesByGUID[node.guid, default: []].append(index) }
      if node.systemImageGUID.rawValue != 0, node.systemImageGUID != node.guid {
        nodesByGUID[node.systemImageGUID, default: []].append(index)
      }
      for port in node.ports {
        let reference = PortReference(node: index, port: port.number)
        if let guid = port.guid { portsByGUID[guid, default: []].append(reference) }
      }
    }
    for (_, nodes) in Dictionary(grouping: nodeNames.indices, by: { nodeNames[$0] }) where nodes.count > 1 {
      for node in nodes where nodeNames[node] != fabric.nodes[node].guid.description {
        nodeNames[node] += " (\(fabric.nodes[node].guid))"
        nodesByName[nodeNames[node], default: []].append(node)
      }
    }
    for owner in LIDOwners(fabric).ranges {
      for lid in owner.lids { portsByLID[lid, default: []].append(owner.port) }
    }
    self.fabric = fabric
    self.nodeNames = nodeNames
    self.nodesByName = nodesByName
    self.nodesByHost = nodesByHost
    self.nodesByGUID = nodesByGUID
    self.portsByGUID = portsByGUID
    self.portsByLID = portsByLID
  }

  /// A description fit for a terminal: control and invalid characters are spaces, none of them at the ends.
  public static func cleaned(_ description: String) -> String {
    let bytes = description.utf8
    if bytes.first != 0x20, bytes.last != 0x20, bytes.allSatisfy({ (0x20...0x7e).contains($0) }) { return description }
    var text = String.UnicodeScalarView()
    for scalar in description.unicodeScalars { text.append(isShown(scalar) ? scalar : " ") }
    while text.last == " " { text.removeLast() }
    return String(text.drop { $0 == " " })
  }

  /// Letters, signs and spaces; not what moves the cursor or turns the direction of writing.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20...0x7e).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return scalar != "\u{fffd}"
    }
  }

  /// The host in a description; `nil` where the description is nothing else.
  private static func host(_ name: String) -> String? {
    if name.hasPrefix("MF0;"), let end = name.firstIndex(of: ":") {
      let host = name[..<end].dropFirst(4)
      return host.isEmpty ? nil : String(host)
    }
    guard let end = name.utf8.firstIndex(of: 0x20), end > name.startIndex else { return nil }
    return String(name[..<end])
  }

  /// The name of a node: that of the map, its description, or its GUID; never that of another node.
  public func name(ofNode node: Int) -> String { nodeNames.indices.contains(node) ? nodeNames[node] : "node \(node)" }

  /// `leaf1/3`; of a node with one port `host1/1` too.
  public func name(of port: PortReference) -> String { "\(name(ofNode: port.node))/\(port.port)" }

  /// Every node of a name, for a selection: all adapters of a host, all chips of a switch, all nodes of one description.
  public func nodes(_ text: String) throws(FabricNameFailure) -> [Int] {
    let exact = nodes(exactly: text)
    return exact.isEmpty ? [try node(text)] : exact
  }

  /// Every node that has just this name, is of this host, or has this GUID: no beginnings, no LIDs.
  public func nodes(exactly text: String) -> [Int] {
    nodesByName[text] ?? nodesByHost[text] ?? GUID(text).flatMap { nodesByGUID[$0] } ?? []
  }

  /// The node of a name (whole, its host, or the beginning of one name only), GUID or LID.
  public func node(_ text: String) throws(FabricNameFailure) -> Int {
    let found = nodes(meant: text)
    guard let first = found.first else { throw .unknownNode(text, near: near(text)) }
    guard found.count == 1 else { throw .ambiguous(text, candidates: found.map(candidate)) }
    return first
  }

  /// The port that a user means: `name/port` or `name:port`, a port GUID, a LID; of a node its first port with a LID, or
  /// else its first one.
  public func port(_ text: String) throws(FabricNameFailure) -> PortReference {
    if let guid = GUID(text), let ports = portsByGUID[guid], ports.count == 1, let port = ports.first { return port }
    if let lid = Self.lid(text), let ports = portsByLID[lid] {
      guard ports.count == 1, let port = ports.first else {
        throw .ambiguous(text, candidates: ports.map { "\(name(of: $0)) (LID \(lid))" })
      }
      return port
    }
    let whole = nodes(meant: text)
    if whole.count == 1, let node = whole.first { return defaultPort(of: node) }
    if let (name, number) = Self.split(text), !nodes(meant: name).isEmpty {
      let node = try self.node(name)
      guard let number = UInt8(exactly: number), fabric.nodes[node].port(number) != nil else {
        throw .unknownPort(self.name(ofNode: node), number, ports: fabric.nodes[node].ports.map(\.number))
      }
      return PortReference(node: node, port: number)
    }
    return defaultPort(of: try node(text))
  }

  /// Which of the LIDs of the port that ``port(_:)`` finds the user named, counted from its base LID; 0 where it was named
  /// by anything else.
  public func lidOffset(_ text: String) -> UInt16 {
    guard let lid = Self.lid(text), let port = try? port(text), portsByLID[lid] == [port],
      let base = fabric.lids(of: port)?.lowerBound, lid > base
    else { return 0 }
    return lid - base
  }

  private func defaultPort(of node: Int) -> PortReference {
    let ports = fabric.nodes[node].ports
    let port = ports.first { LIDOwners.isUnicast($0.info?.lid ?? 0) } ?? ports.first
    return PortReference(node: node, port: port?.number ?? 0)
  }

  private func nodes(meant text: String) -> [Int] {
    if let exact = nodesByName[text] { return exact }
    if let guid = GUID(text) {
      if let exact = nodesByGUID[guid] { return exact }
      if let ports = portsByGUID[guid] { return Array(Set(ports.map(\.node))).sorted() }
    }
    if let lid = Self.lid(text), let ports = portsByLID[lid] { return Array(Set(ports.map(\.node))).sorted() }
    if let host = nodesByHost[text] { return host }
    if text.isEmpty { return [] }
    return Set(nodesByName.lazy.filter { $0.key.hasPrefix(text) }.flatMap(\.value)).sorted()
  }

  private func candidate(_ node: Int) -> String {
    let (name, guid) = (name(ofNode: node), fabric.nodes[node].guid.description)
    return name.contains(guid) ? name : "\(name) (\(guid))"
  }

  /// Names that contain the text, or that it contains.
  private func near(_ text: String) -> [String] {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return [] }
    let close = nodesByName.keys.lazy.filter { $0.lowercased().contains(wanted) || wanted.contains($0.lowercased()) }
    return Array(close.sorted().prefix(5))
  }

  /// A LID as decimal or `0x` number.
  private static func lid(_ text: String) -> UInt16? {
    text.hasPrefix("0x") || text.hasPrefix("0X") ? UInt16(text.dropFirst(2), radix: 16) : UInt16(text)
  }

  private static func split(_ text: String) -> (name: String, port: Int)? {
    guard let mark = text.lastIndex(where: { $0 == "/" || $0 == ":" }) else { return nil }
    let digits = text[text.index(after: mark)...]
    guard !digits.isEmpty, digits.allSatisfy(\.isASCII), let number = Int(digits), number >= 0 else { return nil }
    return (String(text[..<mark]), number)
  }
}
