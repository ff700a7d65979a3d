public import Vocabulary

/// The distribution's `/etc/default/opensm`: shell assignments of which `PORTS` says where subnet managers are started.
/// Source: Debian's opensm 3.3.23, `opensm.service` and the file itself.
public struct DefaultsFile: Sendable, Equatable {
  public enum Ports: Sendable, Equatable {
    /// Every port of the machine.
    case all
    case none
    case guids([GUID])
  }

  /// A line that is neither empty, nor a comment, nor a plain assignment.
  public struct Stranger: Sendable, Equatable {
    public let line: Int
    public let text: String
  }

  public let file: String
  /// `nil` where nothing sets it.
  public private(set) var ports: Ports?
  /// The line of the assignment that counts, the last one.
  public private(set) var portsLine: Int?
  /// Words of `PORTS` that are no GUIDs.
  public private(set) var badWords: [String] = []
  public private(set) var strangers: [Stranger] = []

  public init(_ text: String, file: String) {
    self.file = file
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in lines.enumerated() {
      let words = line.drop(while: \.isWhitespace)
      if words.isEmpty || words.hasPrefix("#") { continue }
      guard let (name, value) = Self.assignment(words) else {
        strangers.append(Stranger(line: index + 1, text: String(words)))
        continue
      }
      if name == "PORTS" { take(value, line: index + 1) }
    }
  }

  private mutating func take(_ value: String, line: Int) {
    portsLine = line
    badWords = []
    let words = value.split(whereSeparator: \.isWhitespace)
    switch words.map(String.init) {
    case ["ALL"]: ports = .all
    case ["NONE"], []: ports = Ports.none
    default:
      // The service makes unit names of the words: no colons.
      let guids = words.map { word in GUID(word).flatMap { $0.rawValue == 0 || word.contains(":") ? nil : $0 } }
      ports = .guids(guids.compactMap(\.self))
      badWords = zip(words, guids).compactMap { word, guid in guid == nil ? String(word) : nil }
    }
  }

  /// `NAME=value`, the value one word or in quotation marks. What else there can be, a comment behind it or several
  /// bare words, systemd (which reads the file for the service) and a shell do not read alike.
  private static func assignment(_ line: some StringProtocol) -> (String, String)? {
    let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    guard !name.isEmpty, line[name.endIndex...].first == "=" else { return nil }
    var value = String(line[name.endIndex...].dropFirst())
    while value.last?.isWhitespace == true { value.removeLast() }
    let quote = value.first.flatMap { $0 == "\"" || $0 == "'" ? $0 : nil }
    guard let quote else {
      return isPlain(value) && !value.contains(where: \.isWhitespace) ? (String(name), value) : nil
    }
    let inner = value.dropFirst().dropLast()
    guard value.count > 1, value.last == quote, isPlain(inner) else { return nil }
    return (String(name), String(inner))
  }

  private static func isPlain(_ value: some StringProtocol) -> Bool {
    !value.contains { "$`\\;&|<>()#\"'".contains($0) }
  }
}

extension OpenSMLint {
  /// The findings of the defaults file of the service. The rule of at most two subnet managers for a subnet is the
  /// readme's of the Windows driver (WindowsDocuments.md#opensm).
  ///
  /// - Parameter localPorts: the port GUIDs of this machine; `nil` when they could not be had.
  public static func problems(of defaults: DefaultsFile, localPorts: [GUID]? = nil) -> [Problem] {
    var found = defaults.strangers.map {
      OpenSMLintProblem.notUnderstood.at(defaults.file, $0.line, detail: Spelling.shown($0.text))
    }
    func add(_ problem: OpenSMLintProblem, _ detail: String? = nil, evidence: [String] = [], fix: [String]) {
      found.append(
        problem.at(defaults.file, defaults.portsLine, detail: detail, evidence: evidence, fix: fix))
    }
    for word in defaults.badWords {
      add(.badGUID, Spelling.shown(word), fix: ["rdmactl status", "PORTS=\"0x…\", with port GUIDs"])
    }
    switch defaults.ports {
    case nil where defaults.strangers.contains(where: { $0.text.hasPrefix("PORTS") }): break
    case nil, Ports.none?: add(.noPorts, fix: ["rdmactl sm start"])
    case .all:
      let example = localPorts?.first.map { "PORTS=\"0x\($0)\"" } ?? "PORTS=\"0x…\", with one port GUID"
      add(.everyPort, evidence: localPorts.map { ["ports=\($0.count)"] } ?? [], fix: [example])
    case .guids(let guids):
      if guids.count > 2 { add(.tooManyManagers, evidence: ["ports=\(guids.count)"], fix: ["name one port"]) }
      for guid in guids where localPorts.map({ !$0.contains(guid) }) ?? false {
        add(.badGUID, "0x\(guid) is not one of this machine's ports", fix: ["rdmactl status"])
      }
    }
    return found
  }

  private typealias Ports = DefaultsFile.Ports
}
