internal import FabricDiscovery
internal import HostAccess
internal import Presentation
internal import Vocabulary

/// A fabric out of a file: `fabric discover --json`, the text of ibnetdiscover, a netfile of ibsim, or the `.lst` of
/// ibdiagnet or opensm.
struct LoadedFabric {
  let fabric: Fabric
  /// Whether all of it had answered when it was saved; a foreign file does not tell.
  let isComplete: Bool

  /// - Throws: `UserFileFailure`, ``MalformedLines``.
  init(_ path: String, host: Host) throws {
    let file = try UserFile(path, what: "the saved fabric", limit: UserFile.largestAnswer, host: host)
    // An end of a .lst begins with a brace too, and a word.
    let start = file.bytes.lazy.filter { !Self.blanks.contains($0) }.prefix(2)
    if !start.elementsEqual("{\"".utf8), let foreign = ForeignTopology(String(decoding: file.bytes, as: UTF8.self)) {
      try MalformedLines.check(
        foreign.badLines, id: "fabric.malformed", of: path, what: "the saved fabric",
        example: "[1] \"S-0002c90300abcdef\"[2] # \"leaf1\" lid 1 4xHDR")
      (fabric, isComplete) = (foreign.fabric, true)
    } else {
      let saved = try file.decode(SavedFabric.self)
      (fabric, isComplete) = (saved.fabric, saved.isComplete)
    }
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d]
}

/// A fabric, and where it is from: the file of `--from`, or a sweep through a local port.
struct FabricSource {
  let fabric: Fabric
  /// The file or the port, as a user knows it.
  let name: String
  /// What can be asked more; `nil` of a file.
  let task: FabricTask?
}

extension FabricOptions {
  /// The fabric of the file that `--from` names; `nil` where it names a port, or is not given.
  func loaded(on host: Host) throws -> LoadedFabric? {
    guard let from else { return nil }
    guard (try? host.store.part(from, from: 0, limit: 1)) != nil || Self.isFile(from) else { return nil }
    return try LoadedFabric(from, host: host)
  }

  /// - Parameters: as of ``choice(named:of:)``.
  func source(named name: String? = nil, of command: String = "fabric", on host: Host, output: Output) throws
    -> FabricSource
  {
    if name == nil, let saved = try loaded(on: host) {
      return FabricSource(fabric: saved.fabric, name: from ?? "", task: nil)
    }
    let task = try FabricTask(try choice(named: name, of: command), options: self, host: host, output: output)
    return FabricSource(fabric: try task.sweep(), name: task.port.name, task: task)
  }

  /// No port has such a name: what is not there is a file then.
  private static func isFile(_ name: String) -> Bool {
    [".json", ".txt", ".net", ".lst", ".topo"].contains { name.hasSuffix($0) } || name.hasPrefix("./")
      || name.hasPrefix("/")
  }
}
