internal import Foundation

/// Any JSON, for tests that compare all of an answer.
enum JSONValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .number("\(value)")
    } else if let value = try? container.decode(Double.self) {
      self = .number("\(value)")
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  init(_ text: some StringProtocol) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  subscript(key: String) -> JSONValue? { if case .object(let members) = self { members[key] } else { nil } }

  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  var text: String? { if case .string(let text) = self { text } else { nil } }

  /// Each value that holds no other, as text, by its way from here: `ports[0].gids[1].gid`. An empty array is one too.
  var leaves: [String: String] {
    switch self {
    case .null: ["": "null"]
    case .bool(let value): ["": "\(value)"]
    case .number(let text), .string(let text): ["": text]
    case .array(let elements):
      elements.isEmpty
        ? ["": "[]"] : Self.joined(elements.enumerated().map { ("[\($0.offset)]", $0.element.leaves) })
    case .object(let members): Self.joined(members.map { (".\($0.key)", $0.value.leaves) })
    }
  }

  private static func joined(_ parts: [(prefix: String, leaves: [String: String])]) -> [String: String] {
    var all: [String: String] = [:]
    for part in parts { for (way, value) in part.leaves { all[part.prefix + way] = value } }
    return all
  }
}

/// What differs, a line each: for the comment of an expectation.
func differences(_ ours: [String: String], _ theirs: [String: String]) -> [String] {
  Set(ours.keys).union(theirs.keys).sorted().filter { ours[$0] != theirs[$0] }
    .map { "\($0): rdmactl \(ours[$0] ?? "nothing"), the others \(theirs[$0] ?? "nothing")" }
}
