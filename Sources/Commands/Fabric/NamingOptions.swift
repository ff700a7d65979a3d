public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
internal import Vocabulary

/// The administrator's names for nodes.
public struct NamingOptions: ParsableArguments {
  @Option(
    name: .customLong("node-name-map"),
    help: ArgumentHelp(
      "Names for nodes, one per line: 0x0002c90300abcdef \"leaf 1\" "
        + "(default: /etc/infiniband-diags/ib-node-name-map).", valueName: "file"),
    completion: .file())
  public var path: String?

  public init() {}

  private static let usual = "/etc/infiniband-diags/ib-node-name-map"
  private static let longest = 16 << 20

  /// - Throws: `UserFileFailure`, ``MalformedLines`` when a file that was named cannot be read or understood.
  func map(on host: Host) throws -> NodeNameMap {
    guard let path else {
      // The usual one is nobody's wish: what is wrong in it is no reason to end.
      guard let bytes = try? host.files.read(Self.usual, limit: Self.longest) else { return NodeNameMap() }
      return NodeNameMap(String(decoding: bytes, as: UTF8.self))
    }
    let file = try UserFile(path, what: "the node name map", host: host)
    let map = NodeNameMap(String(decoding: file.bytes, as: UTF8.self))
    try MalformedLines.check(
      map.badLines, id: "names.malformed", of: path, what: "the node name map", example: "0x0002c90300abcdef \"leaf 1\""
    )
    return map
  }
}

/// A file of the user's with lines that cannot be understood.
struct MalformedLines: Failure {
  let id: String
  let subject: String?
  let message: String
  let fix: [String]
  let exitStatus = ExitStatus.failed

  /// - Parameters:
  ///   - what: what the file is, for the message: "the node name map".
  ///   - example: a line as it should be.
  static func check(
    _ lines: [BadLine], id: String, of path: String, what: String, example: String
  ) throws(MalformedLines) {
    guard let first = lines.first else { return }
    let others =
      switch lines.count - 1 {
      case 0: ""
      case 1: ", and one more line"
      case let more: ", and \(more) more lines"
      }
    throw MalformedLines(
      id: id, subject: path, message: "line \(first.line) of \(what) is wrong: \(first.reason)\(others)",
      fix: ["a line is: \(example)"])
  }
}
