internal import FoundationEssentials
package import HostAccess
internal import Vocabulary

/// `contents.json` of a snapshot: what is in it, and what is missing.
package struct SnapshotContents: Codable, Sendable, Equatable {
  package struct Part: Codable, Sendable, Equatable {
    package var name: String
    package var bytes: Int
    package var sha256: String
  }

  package struct Missing: Codable, Sendable, Equatable {
    package var part: String
    package var reason: String

    package init(part: String, reason: String) {
      self.part = part
      self.reason = reason
    }
  }

  package struct Command: Codable, Sendable, Equatable {
    package var arguments: [String]
    package var file: String
    package var exit: Int32

    package init(arguments: [String], file: String, exit: Int32) {
      self.arguments = arguments
      self.file = file
      self.exit = exit
    }
  }

  package static let schema = "rdmactl.snapshot.contents/1"

  package var schema = Self.schema
  package var time: String
  package var version: String
  package var redacted: Bool
  package var parts: [Part] = []
  package var commands: [Command]
  package var missing: [Missing]
}

/// A snapshot: a recording, the answers of commands, and more, as one tar packed with xz.
package struct SnapshotFile: Sendable {
  package static let names = (
    contents: "contents.json", tree: "machine.tree", talks: "conversation.json", datagrams: "datagrams.bin",
    log: "kernel.log"
  )

  package var contents: SnapshotContents
  /// All parts but ``SnapshotContents``.
  package var parts: [TarArchive.Member] = []

  /// What is unpacked of a file from outside at most.
  private static let largest = 512 << 20

  package init(
    recording: Recording, answers: [(command: SnapshotContents.Command, bytes: [UInt8])], log: [UInt8]?, time: String,
    version: String, redacted: Bool, missing: [SnapshotContents.Missing]
  ) {
    contents = SnapshotContents(
      time: time, version: version, redacted: redacted, commands: answers.map(\.command), missing: missing)
    var members = [
      TarArchive.Member(name: Self.names.tree, bytes: Array(TreeText.text(recording.files).utf8)),
      TarArchive.Member(name: Self.names.talks, bytes: recording.talks.json),
    ]
    if !recording.datagrams.isEmpty {
      members.append(.init(name: Self.names.datagrams, bytes: recording.datagramBytes))
    }
    if let log { members.append(.init(name: Self.names.log, bytes: log)) }
    parts = members + answers.map { .init(name: $0.command.file, bytes: $0.bytes) }
    contents.parts = parts.map { .init(name: $0.name, bytes: $0.bytes.count, sha256: SHA256.hexadecimal($0.bytes)) }
  }

  // MARK: Writing

  package func packed(seconds: Int, by packing: any Unpacking) throws(SnapshotFailure) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    var json: [UInt8] = []
    if let data = try? encoder.encode(contents) { json = Array(data) + [0x0a] }
    let tar = TarArchive([.init(name: Self.names.contents, bytes: json)] + parts).bytes(seconds: seconds)
    do throws(UnpackError) { return try packing.packXZ(tar) } catch { throw .notPacked(error.explanation) }
  }

  // MARK: Reading

  private static let xzMagic: [UInt8] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]

  /// Whether bytes begin as a snapshot does: packed by xz, or unpacked.
  package static func isSnapshot(_ start: [UInt8]) -> Bool {
    start.starts(with: xzMagic) || start.count >= 263 && Array(start[257..<262]) == Array("ustar".utf8)
  }

  /// - Parameter path: for messages.
  package init(_ bytes: [UInt8], path: String, unpacking: any Unpacking) throws(SnapshotFailure) {
    var tar = bytes
    if bytes.starts(with: Self.xzMagic) {
      do { tar = try unpacking.xz(bytes, limit: Self.largest + 1) } catch { throw .damaged(path, error.explanation) }
      guard tar.count <= Self.largest else { throw .damaged(path, "unpacked it is longer than \(Self.largest) bytes") }
    }
    let archive: TarArchive
    do { archive = try TarArchive(parsing: tar) } catch { throw .damaged(path, error.words) }
    guard let json = archive.members.first(where: { $0.name == Self.names.contents }),
      let contents = try? JSONDecoder().decode(SnapshotContents.self, from: Data(json.bytes)),
      contents.schema == SnapshotContents.schema
    else { throw .damaged(path, "no contents.json of schema \(SnapshotContents.schema)") }
    self.contents = contents
    parts = archive.members.filter { $0.name != Self.names.contents }
  }

  package func part(_ name: String) -> [UInt8]? { parts.first { $0.name == name }?.bytes }

  /// Parts that are missing, changed or not in ``contents``.
  package var wrongParts: [String] {
    let told = Dictionary(contents.parts.map { ($0.name, $0.sha256) }) { first, _ in first }
    let wrong = contents.parts.map(\.name).filter { name in
      part(name).map(SHA256.hexadecimal) != told[name]
    }
    return wrong + parts.map(\.name).filter { told[$0] == nil }
  }

  /// - Throws: ``SnapshotFailure/damaged(_:_:)``.
  package func recording(path: String) throws(SnapshotFailure) -> Recording {
    guard let tree = part(Self.names.tree), let talks = part(Self.names.talks).flatMap(Conversation.init(json:)) else {
      throw .damaged(path, "no machine.tree or conversation.json")
    }
    var recording = Recording()
    recording.talks = talks
    recording.tree = String(decoding: tree, as: UTF8.self)
    do { try recording.read(datagrams: part(Self.names.datagrams) ?? []) } catch { throw error.at(path) }
    return recording
  }
}

extension Host {
  /// The machine of a snapshot file; `nil` when the file is none (a directory, a `.tree`, or missing).
  /// - Parameter path: what `--root` names.
  package func replaying(snapshot path: String) throws(SnapshotFailure) -> Host? {
    let path = absolute(path)
    guard let start = try? store.part(path, from: 0, limit: 512).bytes, SnapshotFile.isSnapshot(start) else {
      return nil
    }
    guard let bytes = try? store.read(path, limit: 256 << 20) else { throw .damaged(path, "it cannot be read") }
    let file = try SnapshotFile(bytes, path: path, unpacking: unpacking)
    do { return try replaying(try file.recording(path: path)) } catch { throw error.at(path) }
  }
}
