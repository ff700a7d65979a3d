internal import HostAccess
internal import Presentation
internal import Snapshot
internal import Vocabulary

/// The answer of the `snapshot` commands: what a snapshot holds.
struct SnapshotAnswer: Presentable {
  struct Payload: Encodable {
    struct Part: Encodable {
      let name: String
      let bytes: Int
      let sha256: String
    }
    struct Command: Encodable {
      let arguments: [String]
      let file: String
      let exit: Int
    }
    struct Missing: Encodable {
      let part: String
      let reason: String
    }

    let file: String
    let bytes: Int
    let taken: String
    let takenVersion: String
    let redacted: Bool
    let parts: [Part]
    let commands: [Command]
    let missing: [Missing]
    /// Of `snapshot verify`.
    @ExplicitNull var verified: Bool?
  }

  static let schema = "rdmactl.snapshot/1"
  let file: String
  let bytes: Int
  let snapshot: SnapshotFile
  let isVerified: Bool?
  private(set) var problems: [Problem] = []

  init(file: String, bytes: Int, snapshot: SnapshotFile, isVerified: Bool?) {
    (self.file, self.bytes, self.snapshot, self.isVerified) = (file, bytes, snapshot, isVerified)
  }

  /// - Throws: `UserFileFailure`, `SnapshotFailure`.
  init(reading path: String, on host: Host, verifies: Bool) throws {
    let file = try UserFile(path, what: "the snapshot", limit: UserFile.largestAnswer, host: host)
    let snapshot = try SnapshotFile(file.bytes, path: path, unpacking: host.unpacking)
    var problems: [Problem] = []
    if verifies {
      problems = snapshot.wrongParts.map { SnapshotProblem.partChanged.at($0) }
      if problems.isEmpty { problems = try Self.differing(snapshot, path, host) }
    }
    self.init(
      file: path, bytes: file.bytes.count, snapshot: snapshot,
      isVerified: verifies ? !problems.contains { $0.severity == .error } : nil)
    self.problems = problems
  }

  /// Answers that the machine of the snapshot does not give again. Time and version are not compared.
  private static func differing(_ snapshot: SnapshotFile, _ path: String, _ host: Host) throws -> [Problem] {
    let replayed = try host.replaying(try snapshot.recording(path: path))
    return snapshot.contents.commands.compactMap { command in
      // The flash is not in the recording.
      guard !command.arguments.starts(with: ["fw", "query"]), let kept = snapshot.part(command.file) else { return nil }
      let (bytes, _) = SnapshotTask.answer(of: command.arguments, on: replayed)
      guard LastingAnswer.text(bytes) != LastingAnswer.text(kept) else { return nil }
      return SnapshotProblem.answerDiffers.at(
        command.file, detail: command.arguments.joined(separator: " "),
        evidence: ["version=\(snapshot.contents.version)"],
        fix: [
          "rdmactl --root \(ShellWord.quoted(path)) \(command.arguments.map(ShellWord.quoted).joined(separator: " "))"
        ])
    }
  }

  var payload: Payload {
    let contents = snapshot.contents
    return Payload(
      file: file, bytes: bytes, taken: contents.time, takenVersion: contents.version, redacted: contents.redacted,
      parts: contents.parts.map { .init(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) },
      commands: contents.commands.map { .init(arguments: $0.arguments, file: $0.file, exit: Int($0.exit)) },
      missing: contents.missing.map { .init(part: $0.part, reason: $0.reason) }, verified: isVerified)
  }

  var notes: [Note] { [] }
  var quietLines: [String] { isVerified == nil ? [file] : problems.map(\.subject) }

  func write(to page: inout Page) {
    let contents = snapshot.contents
    page.line(
      "\(file): \((bytes + 1023) / 1024) KiB, taken \(contents.time), "
        + (contents.redacted ? "names and addresses replaced" : "WITH names and addresses"),
      tone: contents.redacted ? .plain : .caution)
    page.gap()
    var table = Table([.init("PART"), .init("BYTES", .right), .init("COMMAND"), .init("SHA256", rank: 1)])
    for part in contents.parts {
      let command = contents.commands.first { $0.file == part.name }
      table.add([
        .init(part.name), .init("\(part.bytes)"), .init(command.map { $0.arguments.joined(separator: " ") }),
        .init(part.sha256),
      ])
    }
    page.table(table)
    if !contents.missing.isEmpty { page.gap() }
    for missing in contents.missing { page.line("not in it: \(missing.part): \(missing.reason)", tone: .faint) }
    if isVerified == true {
      page.gap()
      page.line("every digest matches, and every answer is given again", tone: .good)
    }
    page.problems(problems)
  }
}

/// An answer without what differs from call to call: time, and how long the fabric took to answer.
enum LastingAnswer {
  static func text(_ json: [UInt8]) -> String {
    var text = String(decoding: json, as: UTF8.self)
    for key in ["time", "version", "seconds_since_1970"] {
      while let range = text.firstRange(of: "\"\(key)\":"),
        let end = text[range.upperBound...].firstIndex(where: { $0 == "," || $0 == "}" })
      {
        text.removeSubrange(range.lowerBound..<end)
      }
    }
    if let traffic = text.firstRange(of: "\"traffic\":{"), let end = text[traffic.upperBound...].firstIndex(of: "}") {
      text.removeSubrange(traffic.lowerBound...end)
    }
    return text
  }
}
