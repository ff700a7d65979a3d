public import Vocabulary

/// The masks that are kept for single ports, as the text of their file: one `GUID MASK  # name` a line.
///
/// Every line that a person wrote, also one that cannot be read, stays byte for byte when the file is written again.
public struct StoredMasks: Sendable, Equatable {
  /// A line that is neither an entry nor a comment.
  public struct BadLine: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// Half a sentence: "the GUID \"x\" is not a GUID: …".
    public let reason: String
  }

  private enum Content: Equatable {
    case entry(GUID, GUIDMask)
    case other
  }

  private struct Line: Equatable {
    let bytes: [UInt8]
    let content: Content
  }

  private var lines: [Line] = []
  public private(set) var badLines: [BadLine] = []
  /// The masks in force.
  public private(set) var masks: [GUID: GUIDMask] = [:]

  public init() {}

  /// Reads a file; nothing in it is an error, see ``badLines``.
  public init(bytes: [UInt8]) {
    var texts = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    if texts.last?.isEmpty == true { texts.removeLast() }
    for (index, text) in texts.enumerated() {
      var content = Content.other
      do throws(LineFault) {
        if let (guid, mask) = try Self.entry(text) {
          guard masks[guid] == nil else { throw LineFault("\(guid) has a mask in a line above") }
          masks[guid] = mask
          content = .entry(guid, mask)
        }
      } catch {
        badLines.append(BadLine(number: index + 1, reason: error.reason))
      }
      lines.append(Line(bytes: Array(text), content: content))
    }
  }

  /// The file's content.
  public var bytes: [UInt8] { lines.flatMap { $0.bytes + [0x0a] } }

  /// Stores a mask, in place of the one that the GUID has.
  /// - Parameter comment: the port's name, for people.
  public mutating func store(_ mask: GUIDMask, for guid: GUID, comment: String) {
    guard masks[guid] != mask else { return }
    let line = Line(bytes: Array("\(guid) \(mask)  # \(Self.oneLine(comment))".utf8), content: .entry(guid, mask))
    if let position = position(of: guid) {
      lines[position] = line
    } else {
      if lines.isEmpty { lines = Self.heading }
      lines.append(line)
    }
    masks[guid] = mask
  }

  /// Removes the mask of a GUID; without one nothing happens.
  public mutating func forget(_ guid: GUID) {
    // A bad line that was a second entry for the GUID comes into force when the first one goes: on until none is left.
    while let position = position(of: guid) {
      lines.remove(at: position)
      self = StoredMasks(bytes: bytes)
    }
  }

  /// The findings for the bad lines of the file at `path`.
  public func problems(path: String) -> [Problem] {
    badLines.map {
      GUIDMappingProblem.maskLineBad.found(
        "\(path):\($0.number)", "this line is not used: \($0.reason)", fix: ["edit \(path) (GUID MASK  # name)"])
    }
  }

  private func position(of guid: GUID) -> Int? {
    lines.firstIndex { if case .entry(guid, _) = $0.content { true } else { false } }
  }

  private static let heading = [
    "# Masks that rdmactl guid2mac uses for GUIDs its rules do not recognize: GUID MASK  # port"
  ].map { Line(bytes: Array($0.utf8), content: .other) }

  private static func oneLine(_ comment: String) -> String {
    String(String.UnicodeScalarView(comment.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }

  private struct LineFault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// The entry of a line; `nil` for an empty one and a comment.
  private static func entry(_ bytes: ArraySlice<UInt8>) throws(LineFault) -> (GUID, GUIDMask)? {
    let content = bytes.prefix { $0 != 0x23 }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw LineFault("it holds bytes that are not text")
    }
    let words = text.split { $0.isWhitespace }
    guard !words.isEmpty else { return nil }
    guard words.count == 2 else {
      throw LineFault("it has \(words.count) word\(words.count == 1 ? "" : "s") where a GUID and a mask belong")
    }
    do {
      return (try GUID(parsing: words[0]), try GUIDMask(parsing: words[1]))
    } catch {
      throw LineFault("\(error.subject ?? "") \(error.message)")
    }
  }
}
