public import ArgumentParser
internal import Fleet
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fold`
public struct FoldCommand: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fold",
    abstract: "Fold the JSON answers of many hosts to the odd hosts.",
    discussion: """
      FILE holds lines "host: answer" as clush, pdsh and clubak -L print them, or answers that name their host; a \
      directory holds a file per host. The answers are those of status, fw query, fw config show, offload show, sm list \
      or counters with --json. Hosts with the same adapters in the same slots are compared with what most of them have; \
      GUIDs, LIDs and other identities are ignored. Exits with 2 if a host is odd, with 8 if a host did not answer.

      Examples:
        clush -w gpu[00-63] rdmactl status --json 2>&1 | rdmactl fold
        rdmactl fold --against golden.json --key firmware,psid answers/
        rdmactl fold -q answers.txt        the odd hosts, for clush -w
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("File or directory of answers (default: standard input).", valueName: "file"),
    completion: .file())
  public var input = "-"

  @Option(
    help: ArgumentHelp("Compare with this answer instead of with most hosts.", valueName: "file"), completion: .file())
  public var against: String?

  @Option(help: ArgumentHelp("Compare only these fields, as in firmware,psid.", valueName: "fields"))
  public var key: String?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var reader = FleetReader()
    let golden = try against.map { path in
      let file = try UserFile(path, what: "the answer of --against", limit: UserFile.largestAnswer, host: host)
      guard let name = reader.takeGolden(file.bytes) else { throw FoldFailure.golden(path) }
      return name
    }
    let answers = AnswerInput(path: input, host: host)
    try answers.read(into: &reader)
    let fields = key?.split(separator: ",").map { String($0) } ?? []
    let fold = reader.fold(against: golden, only: FieldFilter(fields))
    guard !fold.groups.isEmpty else { throw FoldFailure.empty(input) }
    try output.show(FoldAnswer(fold: fold, hasGolden: golden != nil))
    return fold.isIncomplete ? .partial : fold.isOdd ? .checkFailed : .done
  }
}

/// Where the answers come from.
private struct AnswerInput {
  let path: String
  let host: Host

  private static let piece = 4 << 20
  private static let longestLine = 64 << 20

  func read(into reader: inout FleetReader) throws {
    if path == "-" {
      while let line = try next() { reader.take(line: line) }
      reader.finish()
    } else if let names = try? host.store.list(path) {
      for name in names where name.first != "." {
        let label = Self.host(ofFile: name)
        reader.expect(label)
        try lines(of: "\(path)/\(name)") { reader.take(line: $0, of: label) }
        reader.finish()
      }
    } else {
      try lines(of: path) { reader.take(line: $0) }
      reader.finish()
    }
  }

  /// `gpu07.json` is gpu07's; `gpu07.example.com` is a host's name.
  private static func host(ofFile name: String) -> String {
    let ending = [".json", ".out", ".txt"].first { name.hasSuffix($0) } ?? ""
    return String(name.dropLast(ending.count))
  }

  private func next() throws -> [UInt8]? {
    do throws(StreamError) { return try host.console.readLine(limit: Self.longestLine) } catch {
      if error == .interrupted { throw Interrupted() }
      throw FoldFailure.input(error.explanation)
    }
  }

  /// A large file is read piece by piece; a pipe as a whole.
  private func lines(of path: String, _ take: ([UInt8]) -> Void) throws {
    var rest: [UInt8] = []
    var offset = 0
    while true {
      let part: FilePart
      do throws(FileError) {
        part = try host.store.part(path, from: offset, limit: Self.piece)
      } catch {
        guard offset == 0, error.reason == .wrongKind else { throw UserFileFailure.unreadable("the answers", error) }
        let bytes = try UserFile(path, what: "the answers", limit: UserFile.largestAnswer, host: host).bytes
        for line in bytes.split(separator: 0x0a) { take(Array(line)) }
        return
      }
      if part.bytes.isEmpty { break }
      offset += part.bytes.count
      var start = 0
      while let end = part.bytes[start...].firstIndex(of: 0x0a) {
        take(rest.isEmpty ? Array(part.bytes[start..<end]) : rest + part.bytes[start..<end])
        rest = []
        start = end + 1
      }
      rest += part.bytes[start...]
    }
    if !rest.isEmpty { take(rest) }
  }
}

/// Why there is nothing to fold.
private enum FoldFailure: Failure {
  case empty(String)
  case golden(String)
  case input(String)

  var id: String {
    switch self {
    case .empty: "fold.empty"
    case .golden: "fold.no_golden"
    case .input: "fold.unreadable"
    }
  }
  var subject: String? {
    switch self {
    case .empty(let path): path == "-" ? nil : path
    case .golden(let path): path
    case .input: nil
    }
  }
  var message: String {
    switch self {
    case .empty: "no answer of a host found; lines are \"host: answer\", or JSON that names its host"
    case .golden: "not a complete JSON answer of rdmactl"
    case .input(let words): "standard input cannot be read: \(words)"
    }
  }
  var fix: [String] { [] }
  var hint: [String] {
    switch self {
    case .empty, .golden: ["answers are made by, for example: clush -w gpu[00-63] rdmactl status --json"]
    case .input: []
    }
  }
  var exitStatus: ExitStatus { .failed }
}
