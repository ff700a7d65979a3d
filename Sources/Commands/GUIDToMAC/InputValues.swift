internal import GUIDMapping
internal import HostAccess
internal import Vocabulary

/// Values from the command line and, for `-`, from standard input.
struct InputValues {
  struct Read<Value> {
    var values: [Value] = []
    var problems: [Problem] = []
    /// Whether a line of standard input could not be read.
    var isPartial = false
  }

  /// Longer than any spelling of a GUID, a GID or a hardware address with a comment.
  private static let lineLimit = 1024

  let console: any Console

  /// - Throws: the failure of the first argument that is no value; lines of standard input are reported instead.
  func read<Value>(
    _ arguments: [String], as parse: (String) throws(GUIDMappingFailure) -> Value
  ) throws -> Read<Value> {
    var result = Read<Value>()
    for argument in arguments {
      if argument == "-" {
        try readLines(into: &result, as: parse)
      } else {
        result.values.append(try parse(argument))
      }
    }
    return result
  }

  /// Empty lines and those that start with `#` do not count.
  private func readLines<Value>(
    into result: inout Read<Value>, as parse: (String) throws(GUIDMappingFailure) -> Value
  ) throws {
    var number = 0
    while let line = try nextLine() {
      number += 1
      let text = line.flatMap { String(validating: $0, as: UTF8.self) }
      guard let text else {
        let reason = line == nil ? "is longer than \(Self.lineLimit) bytes" : "holds bytes that are not text"
        result.add(badLine: number, reason)
        continue
      }
      let word = text.trimmed
      guard !word.isEmpty, !word.hasPrefix("#") else { continue }
      do throws(GUIDMappingFailure) {
        result.values.append(try parse(word))
      } catch {
        result.add(badLine: number, "\"\(word)\" \(error.message)", fix: error.fix)
      }
    }
  }

  /// - Returns: `nil` at the end; `.some(nil)` for a line that is too long, which is skipped to its end.
  private func nextLine() throws(InputFailure) -> [UInt8]?? {
    var isTooLong = false
    while true {
      do throws(StreamError) {
        guard let line = try console.readLine(limit: Self.lineLimit) else {
          return isTooLong ? .some(nil) : .none
        }
        return .some(isTooLong ? nil : line)
      } catch {
        guard case .lineTooLong = error else { throw InputFailure(error) }
        isTooLong = true
      }
    }
  }
}

extension InputValues.Read {
  fileprivate mutating func add(badLine number: Int, _ reason: String, fix: [String] = []) {
    isPartial = true
    problems.append(GUIDMappingProblem.guidLineBad.found("standard input:\(number)", reason, fix: fix))
  }
}

/// Standard input could not be read.
struct InputFailure: Failure {
  let id = "input.failed"
  let message: String
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus: ExitStatus

  init(_ error: StreamError) {
    exitStatus = error == .interrupted ? .interrupted : .failed
    message = "standard input cannot be read: \(error.explanation)"
  }
}

extension String {
  /// Without white space at either end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
