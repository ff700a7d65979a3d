internal import InfiniBandWire
internal import Vocabulary

/// The text that ibnetdiscover of infiniband-diags 44 prints, for the programs that read it. Chassis groups (`-g`) and
/// Xsigo's remarks are left out.
public enum IbnetdiscoverText {
  /// Gives the text to `sink` in pieces: the header, then a piece for each node.
  /// - Parameters:
  ///   - date: as `ctime` spells it ("Sat Nov 21 13:04:02 2026"); without it the line is left out.
  ///   - map: names that go before descriptions, as with `--node-name-map`.
  public static func write(
    _ fabric: Fabric, date: String? = nil, map: NodeNameMap = NodeNameMap(), into sink: (String) -> Void
  ) {
    sink(header(fabric, date: date))
    let text = TopologyText(fabric, map: map)
    for type in [FabricNodeType.switchNode, .channelAdapter, .router] {
      for index in fabric.nodes.indices where fabric.nodes[index].type == type { sink(text.node(index)) }
    }
  }

  private static func header(_ fabric: Fabric, date: String?) -> String {
    var text = "#\n# Topology file: generated" + (date.map { " on \($0)" } ?? "") + "\n#\n"
    if fabric.nodes.indices.contains(fabric.origin.node) {
      let node = fabric.nodes[fabric.origin.node]
      let guid = fabric[fabric.origin]?.guid ?? node.port(0)?.guid ?? node.guid
      text += "# Initiated from node \(node.guid) port \(guid)\n"
    }
    return text
  }
}

/// What the topology files of ibnetdiscover and ibsim have in common: a block for each node.
struct TopologyText {
  private let fabric: Fabric
  private let names: [String]

  init(_ fabric: Fabric, map: NodeNameMap) {
    self.fabric = fabric
    names = fabric.nodes.map { map.names[$0.guid] ?? Self.description($0) }
  }

  /// The block of a node, with an empty line before it.
  func node(_ index: Int) -> String {
    let node = fabric.nodes[index]
    var text = identity(node)
    if node.type == .switchNode {
      let port0 = node.port(0)
      text += "switchguid=0x\(hex(node.guid))(\(hex(port0?.guid ?? node.guid)))\n"
      text += "Switch\t\(node.portCount) \(Self.label(node))\t\t# \"\(names[index])\" "
      text += "\(node.switchInfo?.enhancedPort0 == true ? "enhanced" : "base") port 0 "
      text += "lid \(port0?.info?.lid ?? 0) lmc \(port0?.info?.lmc ?? 0)\n"
    } else {
      let word = node.type == .router ? ("rt", "Rt") : ("ca", "Ca")
      text += "\(word.0)guid=0x\(hex(node.guid))\n"
      // The name map does not reach this line in ibnetdiscover either.
      text += "\(word.1)\t\(node.portCount) \(Self.label(node))\t\t# \"\(Self.description(node))\"\n"
    }
    for port in node.ports where port.number > 0 { line(port, of: node, into: &text) }
    return text
  }

  private func identity(_ node: FabricNode) -> String {
    let ids = "\nvendid=0x\(node.vendorID.hexadecimal())\ndevid=0x\(node.deviceID.hexadecimal())\n"
    return node.systemImageGUID.rawValue == 0 ? ids : ids + "sysimgguid=0x\(hex(node.systemImageGUID))\n"
  }

  private func line(_ port: FabricPort, of node: FabricNode, into text: inout String) {
    guard let peer = port.peer, fabric.nodes.indices.contains(peer.node) else { return }
    let other = fabric.nodes[peer.node]
    let info = other.type == .switchNode ? other.port(0)?.info : fabric[peer]?.info
    let end = "\"\(names[peer.node])\" lid \(info?.lid ?? 0) \(Self.rate(port.info))\n"
    text += "[\(port.number)]"
    if node.type == .switchNode {
      text += "\t\(Self.label(other))[\(peer.port)]"
      if other.type != .switchNode { text += "(\(guid(of: peer))) " }
      text += "\t\t# \(end)"
    } else {
      text += "(\(port.guid.map(hex) ?? "0")) \t\(Self.label(other))[\(peer.port)]"
      if other.type != .switchNode { text += " (\(guid(of: peer))) " }
      text += "\t\t# lid \(port.info?.lid ?? 0) lmc \(port.info?.lmc ?? 0) \(end)"
    }
  }

  private func guid(of port: PortReference) -> String { fabric[port]?.guid.map(hex) ?? "0" }
  private func hex(_ guid: GUID) -> String { guid.rawValue.hexadecimal() }

  /// `"S-0002c90300abcdef"`
  private static func label(_ node: FabricNode) -> String {
    let letter =
      switch node.type {
      case .switchNode: "S"
      case .channelAdapter: "H"
      case .router: "R"
      }
    return "\"\(letter)-\(node.guid)\""
  }

  /// `4xHDR`; question marks for what is not known.
  private static func rate(_ info: PortFacts?) -> String {
    (info?.width?.description ?? "??") + (info?.speed?.rawValue.uppercased() ?? "???")
  }

  /// The description as infiniband-diags cleans it: each byte that is no printable ASCII character is a space. One that is
  /// no UTF-8 counts as one, and a quotation mark, which no reader of the file could undo, is an apostrophe.
  private static func description(_ node: FabricNode) -> String {
    guard let description = node.description else { return "" }
    if description.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 }) { return description }
    var text = ""
    for scalar in description.unicodeScalars {
      switch scalar.value {
      case 0x22: text += "'"
      case 0x20...0x7e: text.unicodeScalars.append(scalar)
      case 0xfffd: text += " "
      default: text += String(repeating: " ", count: UTF8.width(scalar))
      }
    }
    return text
  }
}
