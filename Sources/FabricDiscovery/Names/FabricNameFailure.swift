public import Vocabulary

/// A name that selects no node or port of the fabric, or several.
public enum FabricNameFailure: Failure, Equatable {
  case unknownNode(String, near: [String])
  case ambiguous(String, candidates: [String])
  case unknownPort(String, Int, ports: [UInt8])

  public var id: String {
    switch self {
    case .unknownNode: "fabric.unknown_node"
    case .ambiguous: "fabric.ambiguous_node"
    case .unknownPort: "fabric.unknown_port"
    }
  }

  public var subject: String? {
    switch self {
    case .unknownNode(let text, _), .ambiguous(let text, _): FabricNames.cleaned(text)
    case .unknownPort(let name, let port, _): "\(name)/\(port)"
    }
  }

  public var message: String {
    switch self {
    case .unknownNode(_, let near):
      "no node, GUID or LID of that name in this fabric"
        + (near.isEmpty ? "" : " (similar: \(near.joined(separator: ", ")))")
    case .ambiguous(_, let candidates):
      "matches \(candidates.count) nodes: \(Self.first(candidates))"
    case .unknownPort(_, _, let ports):
      ports.isEmpty ? "not found: no port of the node answered" : "not found: the node has \(Self.list(ports))"
    }
  }

  public var fix: [String] { ["rdmactl fabric discover"] }
  public var exitStatus: ExitStatus { .notFound }

  private static func first(_ candidates: [String]) -> String {
    let shown = candidates.prefix(8).joined(separator: ", ")
    return candidates.count > 8 ? "\(shown) and \(candidates.count - 8) more" : shown
  }

  private static func list(_ ports: [UInt8]) -> String {
    guard let first = ports.first, let last = ports.last, ports.count > 1 else { return "port \(ports.first ?? 0)" }
    return "ports \(first) to \(last)"
  }
}
