internal import FoundationEssentials
public import HostAccess
internal import Vocabulary

/// When, where and by which program an answer was given: in every JSON object.
public struct AnswerOrigin: Sendable {
  let clock: any Clock
  let host: String?
  let version: String

  /// - Parameters:
  ///   - host: the machine's name; `nil` when it is not known.
  ///   - version: of rdmactl.
  public init(clock: any Clock, host: String?, version: String) {
    self.clock = clock
    self.host = host
    self.version = version
  }
}

/// JSON as rdmactl prints it: keys sorted (the encoder's own order changes from run to run), no escaped slashes.
enum JSONText {
  enum Layout {
    /// Indented, for a terminal.
    case pretty
    /// One line, for pipes, files and streams of objects (NDJSON).
    case line
  }

  static func encode(_ value: some Encodable, layout: Layout) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let bytes = try Array(encoder.encode(value))
    return (layout == .pretty ? indented(bytes) : bytes) + [0x0a]
  }

  static func encode<Streamed: StreamedAnswer>(
    _ answer: Streamed, _ next: NextCommands, origin: AnswerOrigin, layout: Layout
  ) throws -> [UInt8] {
    let problems = try encode(answer.problems.map(next.typed).map(ProblemPayload.init), layout: .line)
    let notes = try encode(answer.notes, layout: .line)
    var json = JSONWriter()
    json.object { json in
      json.field("schema", Streamed.schema)
      json.field("time", origin.clock.timestamp)
      json.field("host", origin.host)
      json.field("version", origin.version)
      if let wouldChange = answer.wouldChange { json.field("would_change", wouldChange) }
      answer.write(to: &json)
      json.field("problems", encoded: problems.dropLast())
      json.field("notes", encoded: notes.dropLast())
    }
    return (layout == .pretty ? indented(json.bytes) : json.bytes) + [0x0a]
  }

  /// The same JSON with a line for each element: two spaces for each level.
  private static func indented(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var depth = 0
    var inString = false
    var isEscaped = false
    func newLine() { result += [0x0a] + [UInt8](repeating: 0x20, count: 2 * depth) }
    for (index, byte) in json.enumerated() {
      if inString {
        result.append(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        result.append(byte)
        depth += 1
        // The closing bracket of the same kind is two code points further in ASCII.
        if index + 1 < json.count, json[index + 1] != byte + 2 { newLine() }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if index > 0, json[index - 1] != byte - 2 { newLine() }
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        newLine()
      case UInt8(ascii: ":"): result += [byte, 0x20]
      case UInt8(ascii: "\""):
        inString = true
        result.append(byte)
      default: result.append(byte)
      }
    }
    return result
  }
}

/// The object around every answer: the payload's own keys, and beside them those that every answer has.
struct AnswerEnvelope<Payload: Encodable>: Encodable {
  let schema: String
  let origin: AnswerOrigin
  let payload: Payload
  let wouldChange: Bool?
  let problems: [Problem]
  let notes: [Note]

  private enum CodingKeys: CodingKey { case schema, time, host, version, wouldChange, problems, notes }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(origin.clock.timestamp, forKey: .time)
    try container.encode(origin.host, forKey: .host)
    try container.encode(origin.version, forKey: .version)
    // After them: the version of an answer about firmware is that of the firmware.
    try payload.encode(to: encoder)
    try container.encodeIfPresent(wouldChange, forKey: .wouldChange)
    try container.encode(problems.map(ProblemPayload.init), forKey: .problems)
    try container.encode(notes, forKey: .notes)
  }
}

/// The object that stands for a failure.
struct ErrorEnvelope: Encodable {
  struct Body: Encodable {
    let id: String
    let message: String
    @ExplicitNull var subject: String?
    let fix: [String]
    let hint: [String]
  }
  let schema = "rdmactl.error/1"
  let time: String
  @ExplicitNull var host: String?
  let version: String
  let error: Body

  init(_ failure: any Failure, _ next: NextCommands, origin: AnswerOrigin) {
    time = origin.clock.timestamp
    host = origin.host
    version = origin.version
    error = Body(
      id: failure.id, message: failure.message, subject: failure.subject, fix: failure.fix.map(next.typed),
      hint: failure.hint)
  }

  private enum CodingKeys: CodingKey { case schema, time, host, version, error }
}

struct ProblemPayload: Encodable {
  let id: String
  let severity: Severity
  let subject: String
  let message: String
  let evidence: [String]
  let fix: [String]
  let hint: [String]

  init(_ problem: Problem) {
    id = problem.id
    severity = problem.severity
    subject = problem.subject
    message = problem.message
    evidence = problem.evidence
    fix = problem.fix
    hint = problem.hint
  }
}
