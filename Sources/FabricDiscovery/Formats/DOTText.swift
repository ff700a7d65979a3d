internal import InfiniBandWire

/// The topology for Graphviz: a box for each switch, an ellipse for each other node, an edge for each cable.
public enum DOTText {
  /// Gives the text to `sink` in pieces.
  public static func write(_ fabric: Fabric, names: FabricNames, into sink: (String) -> Void) {
    sink("graph fabric {\n  node [shape=ellipse];\n  edge [fontsize=8];\n")
    for (index, node) in fabric.nodes.enumerated() {
      let shape = node.type == .switchNode ? ", shape=box" : ""
      sink("  n\(index) [label=\(quoted(names.name(ofNode: index)))\(shape), tooltip=\"\(node.guid)\"];\n")
    }
    for link in fabric.links {
      let info = fabric[link.first]?.info
      let rate = [info?.width?.description, info?.speed?.rawValue.uppercased()].compactMap(\.self).joined(
        separator: " ")
      sink(
        "  n\(link.first.node) -- n\(link.second.node) [taillabel=\"\(link.first.port)\", "
          + "headlabel=\"\(link.second.port)\"\(rate.isEmpty ? "" : ", label=\"\(rate)\"")];\n")
    }
    sink("}\n")
  }

  /// A quoted identifier of the DOT language. A backslash in a label would begin an escape of its own.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
