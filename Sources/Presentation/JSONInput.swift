internal import FoundationEssentials

/// JSON that rdmactl printed once and reads again.
public enum JSONInput {
  /// Keys are taken as they stand: to convert each of a large file costs more than to read it.
  ///
  /// - Throws: ``JSONInputError`` for anything that is not what `type` wants.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(JSONInputError) -> Value {
    let decoder = JSONDecoder()
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw JSONInputError(error)
    } catch {
      throw JSONInputError(description: "it is no JSON")
    }
  }
}

/// What is wrong with it, and where: `nodes[3].guid is missing`.
public struct JSONInputError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(description: String) { self.description = description }

  init(_ error: DecodingError) {
    func place(_ path: [any CodingKey]) -> String {
      path.reduce("") { text, key in
        key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)")
      }
    }
    func subject(_ path: [any CodingKey]) -> String { path.isEmpty ? "the whole" : place(path) }
    description =
      switch error {
      case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
      case .valueNotFound(_, let context): "\(subject(context.codingPath)) has no value"
      case .typeMismatch(_, let context): "\(subject(context.codingPath)) is of the wrong type"
      case .dataCorrupted(let context):
        context.codingPath.isEmpty ? "it is no JSON" : "\(place(context.codingPath)) has a value that cannot be"
      @unknown default: "it is no JSON of this kind"
      }
  }
}
