internal import Vocabulary

/// What the command line of an opensm says, as far as it matters who it is. Source: opensm 3.3.23, its table of options
/// (`getopt_long_only`: a long name may stand behind one dash or two, a value behind `=` or in the next word).
struct OpenSMArguments: Equatable {
  private(set) var configurationFile: String?
  private(set) var guid: GUID?
  private(set) var priority: Int?
  private(set) var logFile: String?
  private(set) var pidFile: String?
  private(set) var runsOnce = false

  private enum Option {
    case configurationFile, guid, priority, logFile, pidFile, once
  }

  private static let long: [String: Option] = [
    "config": .configurationFile, "guid": .guid, "priority": .priority, "log_file": .logFile, "pidfile": .pidFile,
    "once": .once,
  ]
  private static let short: [Character: Option] = [
    "F": .configurationFile, "g": .guid, "p": .priority, "f": .logFile, "o": .once,
  ]

  /// - Parameter words: without the program.
  init(_ words: some Sequence<String>) {
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "--" else { continue }
      let (option, attached) = Self.option(in: word)
      guard let option else { continue }
      if option == .once {
        runsOnce = true
      } else if let value = attached ?? rest.popFirst() {
        set(option, value)
      }
    }
  }

  private static func option(in word: String) -> (Option?, attached: String?) {
    let body = word.drop { $0 == "-" }
    let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if let name = parts.first, let option = long[name] { return (option, parts.count > 1 ? parts[1] : nil) }
    guard !word.hasPrefix("--"), let letter = body.first, let option = short[letter] else { return (nil, nil) }
    let value = body.dropFirst()
    return (option, value.isEmpty ? nil : String(value))
  }

  private mutating func set(_ option: Option, _ value: String) {
    switch option {
    case .configurationFile: configurationFile = value
    case .guid: guid = GUID(openSM: value)
    case .priority: priority = Int(value).flatMap { (0...15).contains($0) ? $0 : nil }
    case .logFile: logFile = value
    case .pidFile: pidFile = value
    case .once: break
    }
  }
}

extension GUID {
  /// As opensm reads it: `0x…` or bare digits; 0 means "the first port with a link" and names none.
  init?(openSM text: String) {
    let text = text.lowercased()
    guard let guid = GUID(text.hasPrefix("0x") ? text : "0x" + text), guid.rawValue != 0 else { return nil }
    self = guid
  }
}
