internal import Foundation
internal import Vocabulary

/// The files of a recorded machine, as text. A file `Tests/Machines/<name>.tree` has one entry a line, paths as on the
/// machine itself:
///
///     # a comment; empty lines mean nothing
///     dir PATH                  a directory with nothing in it (those of other entries need no line)
///     link PATH -> TARGET       a symbolic link; the target is relative, so that the tree can stand anywhere
///     file PATH = TEXT          a file of one line; a line feed is added
///     lines PATH                a file of several lines: the lines that follow, two spaces taken off each;
///       first line              it ends at the first line that is not indented
///     hex PATH = 0a0b           a file of bytes; "file PATH =" with nothing behind it is one line feed, and
///                               "hex PATH =" an empty file
///
/// `Tests/scripts/record-machine` prints such a file for the machine it runs on.
public struct MachineTree: Sendable, Equatable {
  public private(set) var entries: [String: FakeFiles.Entry] = [:]

  public init() {}

  /// - Throws: ``MachineTreeFailure`` with the number of the line that cannot be read.
  public init(parsing text: String) throws {
    var open: (path: String, lines: [Substring])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("  "), open != nil {
        open?.lines.append(line.dropFirst(2))
        continue
      }
      closeLines(&open)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let problem = MachineTreeFailure(line: index + 1, text: String(line))
      guard let space = line.firstIndex(of: " ") else { throw problem }
      let rest = line[line.index(after: space)...]
      switch line[..<space] {
      case "dir": try add(rest, .directory, problem)
      case "lines": open = (String(rest), [])
      case "link":
        guard let parts = Self.split(rest, at: " -> "), !parts.1.hasPrefix("/") else { throw problem }
        try add(parts.0, .link(String(parts.1)), problem)
      case "file":
        guard let parts = Self.split(rest + (rest.hasSuffix(" =") ? " " : ""), at: " = ") else { throw problem }
        try add(parts.0, .text(String(parts.1)), problem)
      case "hex":
        guard let parts = Self.split(rest + (rest.hasSuffix(" =") ? " " : ""), at: " = "),
          let bytes = Self.bytes(parts.1)
        else { throw problem }
        try add(parts.0, .bytes(bytes), problem)
      default: throw problem
      }
    }
    closeLines(&open)
  }

  /// Reads `Tests/Machines/<name>.tree`.
  public init(named name: String) throws {
    try self.init(parsing: String(contentsOfFile: "\(Self.directory)/\(name).tree", encoding: .utf8))
  }

  /// Where the recorded machines are kept.
  public static var directory: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Machines").path
  }

  /// The names of all recorded machines.
  public static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasSuffix(".tree") }.map { String($0.dropLast(5)) }.sorted()
  }

  public subscript(_ path: String) -> FakeFiles.Entry? {
    get { entries[path] }
    set { entries[path] = newValue }
  }

  /// Writes the tree below a directory of the real file system.
  public func layOut(in root: String) throws {
    let files = FileManager.default
    var made: Set<String> = []
    for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
      let place = root + path
      let parent = entry == .directory ? place : String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
      if made.insert(parent).inserted {
        try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
      }
      switch entry {
      case .directory: break
      case .link(let target): try files.createSymbolicLink(atPath: place, withDestinationPath: target)
      case .bytes(let bytes): try Data(bytes).write(to: URL(fileURLWithPath: place))
      case .error: throw MachineTreeFailure(line: 0, text: "\(path): an error cannot be laid out")
      }
    }
  }

  private mutating func closeLines(_ open: inout (path: String, lines: [Substring])?) {
    guard let (path, lines) = open else { return }
    entries[path] = .text(lines.joined(separator: "\n"))
    open = nil
  }

  private mutating func add(
    _ path: some StringProtocol, _ entry: FakeFiles.Entry, _ problem: MachineTreeFailure
  ) throws {
    let path = String(path)
    guard path.hasPrefix("/"), !path.contains("/../"), entries.updateValue(entry, forKey: path) == nil else {
      throw problem
    }
  }

  private static func split(_ text: some StringProtocol, at separator: String) -> (Substring, Substring)? {
    let text = Substring(text)
    guard let range = text.firstRange(of: separator) else { return nil }
    return (text[..<range.lowerBound], text[range.upperBound...])
  }

  private static func bytes(_ digits: Substring) -> [UInt8]? {
    let digits = Array(digits.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}

/// A line of a machine file that cannot be read, or stands there twice.
public struct MachineTreeFailure: Error, CustomStringConvertible {
  public let line: Int
  public let text: String
  public var description: String { "line \(line) of the machine file cannot be read: \(text)" }
}
