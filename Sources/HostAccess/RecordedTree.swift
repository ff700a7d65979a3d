public import Vocabulary

/// The files of a recorded machine from one text, for `--root FILE.tree`. `Tests/scripts/record-machine` prints such a
/// text; its lines are:
///
///     # a comment
///     dir PATH                  an empty directory
///     link PATH -> TARGET       a symbolic link
///     file PATH = TEXT          a file of one line
///     lines PATH                a file of several lines, which follow with two spaces before each
///     hex PATH = 0a0b           a file of bytes
public struct RecordedTree: FileReading {
  private enum Entry: Sendable {
    case directory
    case link(String)
    case bytes([UInt8])
  }

  /// A line that cannot be read.
  public struct Damage: Error, Equatable, Sendable {
    /// Counted from 1.
    public let line: Int
  }

  private var entries: [String: Entry] = ["/": .directory]
  private var children: [String: Set<String>] = [:]

  public init(parsing text: String) throws(Damage) {
    var open: (path: String, lines: [Substring])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("  "), open != nil {
        open?.lines.append(line.dropFirst(2))
        continue
      }
      close(&open)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let space = line.firstIndex(of: " ") else { throw Damage(line: index + 1) }
      let rest = line[line.index(after: space)...]
      let entry: (path: Substring, entry: Entry)?
      switch line[..<space] {
      case "dir": entry = (rest, .directory)
      case "lines":
        open = (String(rest), [])
        continue
      case "link": entry = Self.parts(rest, " -> ").map { ($0.path, .link($0.value)) }
      case "file": entry = Self.parts(rest, " =").map { ($0.path, .bytes(Array("\($0.value.dropFirst())\n".utf8))) }
      case "hex":
        entry = Self.parts(rest, " =").flatMap { part in
          Self.bytes(part.value.dropFirst()).map { (part.path, .bytes($0)) }
        }
      default: entry = nil
      }
      guard let entry, entry.path.hasPrefix("/") else { throw Damage(line: index + 1) }
      add(String(entry.path), entry.entry)
    }
    close(&open)
  }

  private static func parts(_ text: Substring, _ mark: String) -> (path: Substring, value: String)? {
    guard let range = text.firstRange(of: mark) else { return nil }
    return (text[..<range.lowerBound], String(text[range.upperBound...]))
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

  private mutating func close(_ open: inout (path: String, lines: [Substring])?) {
    if let (path, lines) = open { add(path, .bytes(Array(lines.map { $0 + "\n" }.joined().utf8))) }
    open = nil
  }

  private mutating func add(_ path: String, _ entry: Entry) {
    entries[path] = entry
    var path = path[...]
    while let slash = path.lastIndex(of: "/"), path != "/" {
      let parent = slash == path.startIndex ? "/" : path[..<slash]
      children[String(parent), default: []].insert(String(path[path.index(after: slash)...]))
      if entries[String(parent)] == nil { entries[String(parent)] = .directory }
      path = parent
    }
  }

  // MARK: FileReading

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    switch try entry(path) {
    case .bytes(let bytes):
      guard bytes.count <= limit else { throw FileError(path: path, reason: .tooLarge(limit: limit)) }
      return bytes
    case .directory, .link: throw FileError(path: path, reason: .wrongKind)
    }
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    let place = resolved(path)
    guard case .directory = try entry(path) else { throw FileError(path: path, reason: .wrongKind) }
    return (children[place ?? path] ?? []).sorted()
  }

  public func link(_ path: String) throws(FileError) -> String {
    guard let slash = path.lastIndex(of: "/"),
      let parent = resolved(slash == path.startIndex ? "/" : String(path[..<slash])),
      let entry = entries[(parent == "/" ? "" : parent) + path[slash...]]
    else { throw FileError(path: path, reason: .notFound) }
    guard case .link(let target) = entry else { throw FileError(path: path, reason: .wrongKind) }
    return target
  }

  private func entry(_ path: String) throws(FileError) -> Entry {
    guard let place = resolved(path), let entry = entries[place] else { throw FileError(path: path, reason: .notFound) }
    return entry
  }

  /// The path without symbolic links; `nil` where it leads nowhere.
  private func resolved(_ path: String, depth: Int = 0) -> String? {
    guard depth < 40 else { return nil }
    var place = ""
    var parts = path.split(separator: "/")[...]
    while let part = parts.popFirst() {
      if part == "." { continue }
      if part == ".." {
        place = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
        continue
      }
      let next = place + "/" + part
      guard case .link(let target)? = entries[next] else {
        place = next
        continue
      }
      let rest = parts.isEmpty ? "" : "/" + parts.joined(separator: "/")
      return resolved((target.hasPrefix("/") ? target : "\(place)/\(target)") + rest, depth: depth + 1)
    }
    return place.isEmpty ? "/" : place
  }
}

/// PCI from the files of a recorded machine: configuration spaces, and no registers.
public struct RecordedBus: PCIAccess {
  private let files: any FileReading
  private let names: any PCIAccess

  /// - Parameter names: for the names of models, where the recording has no list of them.
  public init(_ files: any FileReading, names: any PCIAccess) {
    self.files = files
    self.names = names
  }

  public func name(vendor: UInt16, device: UInt16) -> String? {
    guard let list = try? files.read("/usr/share/misc/pci.ids", limit: 1 << 22) else {
      return names.name(vendor: vendor, device: device)
    }
    var inVendor = false
    for line in String(decoding: list, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
      if !line.hasPrefix("\t") {
        inVendor = line.hasPrefix(vendor.hexadecimal(digits: 4) + "  ")
      } else if inVendor, line.hasPrefix("\t" + device.hexadecimal(digits: 4) + "  ") {
        return String(line.dropFirst(7))
      }
    }
    return nil
  }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    do { return try files.read("/sys/bus/pci/devices/\(address)/config", limit: 4096) } catch { throw .notFound }
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction { throw .recorded }
}
