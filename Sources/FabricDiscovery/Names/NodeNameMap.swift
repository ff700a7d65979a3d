public import Vocabulary

/// Names for nodes by their GUIDs, from a file of the format that infiniband-diags and opensm read:
/// `0x0002c90300abcdef "leaf1"`, remarks from `#` on.
public struct NodeNameMap: Sendable, Equatable {
  public private(set) var names: [GUID: String] = [:]
  /// Left out of ``names``; the reader of infiniband-diags would drop the whole file for one of them.
  public private(set) var badLines: [BadLine] = []

  public init() {}

  /// Reads the text of such a file. The first of two names for one GUID counts, as with infiniband-diags.
  public init(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = Self.trimmed(line)
      guard let first = line.first, first != "#" else { continue }
      if let reason = read(line) { badLines.append(BadLine(line: index + 1, reason: reason)) }
    }
  }

  /// Takes a line in; gives what is wrong with it otherwise.
  private mutating func read(_ line: Substring) -> String? {
    let number = line.prefix { !$0.isWhitespace && $0 != "#" && $0 != "\"" }
    guard let guid = GUID(number) else { return "\"\(number.prefix(40))\" is no GUID" }
    let rest = Self.trimmed(line.dropFirst(number.count))
    let name: Substring
    if rest.first == "\"" {
      let quoted = rest.dropFirst()
      guard let end = quoted.firstIndex(of: "\"") else { return "the quotation mark is not closed" }
      name = quoted[..<end]
    } else {
      name = Self.trimmed(rest.prefix { $0 != "#" && $0 != "\"" })
    }
    if name.isEmpty { return "there is no name" }
    if names[guid] != nil { return "the GUID \(guid) has a name already" }
    names[guid] = String(name)
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
