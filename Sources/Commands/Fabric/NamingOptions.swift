public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
internal import Vocabulary

/// The names that the administrator has given to nodes.
public struct NamingOptions: ParsableArguments {
  @Option(
    name: .customLong("node-name-map"),
    help: ArgumentHelp(
      "Names for nodes, a line each: 0x0002c90300abcdef \"leaf 1\"; without it "
        + "/etc/infiniband-diags/ib-node-name-map, where it is.", valueName: "file"),
    completion: .file())
  public var path: String?

  public init() {}

  private static let usual = "/etc/infiniband-diags/ib-node-name-map"
  private static let longest = 16 << 20

  /// - Throws: `UserFileFailure`, `NamingFailure` when a file that was named cannot be read or understood.
  func map(on host: Host) throws -> NodeNameMap {
    guard let path else {
      // The usual one is nobody's wish: what is wrong in it is no reason to end.
      guard let bytes = try? host.files.read(Self.usual, limit: Self.longest) else { return NodeNameMap() }
      return NodeNameMap(String(decoding: bytes, as: UTF8.self))
    }
    let file = try UserFile(path, what: "the node name map", host: host)
    let map = NodeNameMap(String(decoding: file.bytes, as: UTF8.self))
    if let first = map.badLines.first { throw NamingFailure(path: path, first: first, count: map.badLines.count) }
    return map
  }
}

/// A node name map that cannot be understood.
private struct NamingFailure: Failure {
  let path: String
  let first: NodeNameMap.BadLine
  let count: Int
  let id = "names.malformed"
  var subject: String? { path }
  var message: String {
    "line \(first.line) of the node name map is wrong: \(first.reason)"
      + (count > 1 ? ", and \(count - 1) more lines" : "")
  }
  let fix = ["a line is: 0x0002c90300abcdef \"leaf 1\""]
  let exitStatus = ExitStatus.failed
}
