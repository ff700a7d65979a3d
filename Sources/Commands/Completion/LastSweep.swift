internal import FabricDiscovery
internal import HostAccess
internal import Presentation
internal import SubnetManagement
internal import Vocabulary

/// What the last sweep of a fabric found, for completion: a file for each kind, a line for each candidate.
struct LastSweep {
  enum Kind: String { case nodes, managers }

  private static let limit = 8 << 20
  private let host: Host

  init(_ host: Host) { self.host = host }

  private var directory: String { host.places.state + "/last-sweep" }
  private func path(_ kind: Kind) -> String { "\(directory)/\(kind.rawValue)" }

  func read(_ kind: Kind) -> [CompletionRequest.Candidate] {
    guard let bytes = try? host.store.read(path(kind), limit: Self.limit) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      return CompletionRequest.Candidate(word: String(parts[0]), meaning: parts.count > 1 ? String(parts[1]) : "")
    }
  }

  /// The name of each node, or of its host where the name has blanks; the GUID of a node without a name.
  func keep(nodesOf fabric: Fabric) {
    keep(
      .nodes,
      fabric.nodes.map { node in
        let name = FabricNames.cleaned(node.description ?? "")
        let word = name.prefix { $0 != " " }
        return word.isEmpty ? (node.guid.description, "") : (String(word), word == name ? "\(node.guid)" : name)
      })
  }

  func keep(_ managers: [SubnetManager]) {
    keep(
      .managers,
      managers.map {
        ($0.guid.description, [$0.state?.word, $0.nodeDescription].compactMap { $0 }.joined(separator: ", "))
      })
  }

  /// Completion is a convenience: without the right to write, nothing is kept.
  private func keep(_ kind: Kind, _ lines: [(word: String, meaning: String)]) {
    var seen: Set<String> = []
    let text = lines.filter { seen.insert($0.word).inserted }
      .map { Page.clean($0.word) + "\t" + Page.clean($0.meaning) + "\n" }.joined()
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.limit, (try? host.store.read(path(kind), limit: Self.limit)) != bytes else { return }
    try? host.store.makePrivateDirectory(directory)
    try? host.store.replace(path(kind), with: bytes)
  }
}
