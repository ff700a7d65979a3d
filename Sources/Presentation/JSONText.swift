internal import FoundationEssentials
internal import Vocabulary

/// JSON as rdmactl prints it: keys sorted (the encoder's own order changes from run to run), no escaped slashes.
enum JSONText {
  enum Layout {
    /// Indented, for eyes and for files.
    case pretty
    /// One line, for streams of objects (NDJSON).
    case line
  }

  static func encode(_ value: some Encodable, layout: Layout) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try Array(encoder.encode(value)) + [0x0a]
  }

  static func encode<Streamed: StreamedAnswer>(_ answer: Streamed, _ next: NextCommands) throws -> [UInt8] {
    let problems = try encode(answer.problems.map(next.typed).map(ProblemPayload.init), layout: .line)
    let notes = try encode(answer.notes, layout: .line)
    var json = JSONWriter()
    json.object { json in
      json.field("schema", Streamed.schema)
      answer.write(to: &json)
      json.field("problems", encoded: problems.dropLast())
      json.field("notes", encoded: notes.dropLast())
    }
    return json.bytes + [0x0a]
  }
}

/// The object around every answer: the payload's own keys, and beside them `schema`, `problems` and `notes`.
struct AnswerEnvelope<Payload: Encodable>: Encodable {
  let schema: String
  let payload: Payload
  let problems: [Problem]
  let notes: [Note]

  private enum CodingKeys: CodingKey { case schema, problems, notes }

  func encode(to encoder: any Encoder) throws {
    try payload.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
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
  }
  let schema = "rdmactl.error/1"
  let error: Body

  init(_ failure: any Failure, _ next: NextCommands) {
    error = Body(
      id: failure.id, message: failure.message, subject: failure.subject, fix: failure.fix.map(next.typed))
  }

  private enum CodingKeys: CodingKey { case schema, error }
}

struct ProblemPayload: Encodable {
  let id: String
  let severity: Severity
  let subject: String
  let message: String
  let evidence: [String]
  let fix: [String]

  init(_ problem: Problem) {
    id = problem.id
    severity = problem.severity
    subject = problem.subject
    message = problem.message
    evidence = problem.evidence
    fix = problem.fix
  }
}
