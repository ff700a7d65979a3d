internal import ArgumentParser
internal import Glossary
internal import Offload
internal import Vocabulary

/// A command line as it was typed, turned into the words that the parser reads.
struct Grammar {
  var words: [String]

  /// - Throws: `UsageFailure` for words that lead to a hint only.
  init(_ arguments: [String]) throws(UsageFailure) {
    words = arguments
    spellOptions()
    askForHelp()
    try replaceNames()
  }

  // MARK: Options

  /// Options that mean the same for every command, in all their spellings.
  private mutating func spellOptions() {
    let end = words.firstIndex(of: "--") ?? words.count
    var result: [String] = []
    var index = 0
    while index < end {
      let word = words[index]
      let (name, value) = Self.parts(word)
      if ["-o", "--output", "--format"].contains(name),
        let form = Self.form(value ?? (index + 1 < end ? words[index + 1] : ""))
      {
        result += form
        index += value == nil ? 2 : 1
        continue
      }
      if name == "--json", ["true", "1", "yes", "pretty"].contains(value) {
        result.append(name)
      } else if let spelling = OptionWords.spellings[name] {
        result += spelling + (value.map { [$0] } ?? [])
      } else {
        result.append(word)
      }
      index += 1
    }
    words = result + words[end...]
  }

  private static func parts(_ word: String) -> (name: String, value: String?) {
    guard word.hasPrefix("-"), let sign = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }

  private static func form(_ word: String) -> [String]? {
    switch word.lowercased() {
    case "json": ["--json"]
    case "csv": ["--csv"]
    case "wide": ["--wide"]
    case "text", "table": []
    case "quiet": ["--quiet"]
    default: nil
    }
  }

  /// `status help` asks for help; `explain help` explains a word.
  private mutating func askForHelp() {
    let places = Self.places(in: words)
    guard places.count > 1, let last = places.last, words[last] == "help", words[places[0]] != "help",
      words[places[0]] != "explain"
    else { return }
    words[last] = "--help"
  }

  // MARK: Names of commands

  /// The places of the words that are neither options nor their values, as far as the options of every command go.
  static func places(in words: [String]) -> [Int] {
    var places: [Int] = []
    var isValue = false
    for (index, word) in words.enumerated() {
      if word == "--" { break }
      if !isValue && !word.hasPrefix("-") { places.append(index) }
      isValue = valued.contains(word)
    }
    return places
  }

  /// Options of every command with a value.
  static let valued = ["--root", "--sim", "--debug", "--columns", "--color"]

  private mutating func replaceNames() throws(UsageFailure) {
    var places = Self.places(in: words)
    if let first = places.first, words[first] == "help" { places.removeFirst() }
    guard let first = places.first else { return try checkValues() }
    useSmallLetters(at: first, in: Rdmactl.self)
    try sortNoun(at: first)
    let isHelp = words.contains("--help") || words.contains("-h") || words.first == "help"
    if !Self.names(of: Rdmactl.self).contains(words[first]), let synonym = Synonym.commands[words[first].lowercased()] {
      let typed = words[first].lowercased()
      let rest = try Self.expanded(typed == "ethtool" ? ethtool() : synonym, typed: typed)
      words.replaceSubrange(first...first, with: rest)
      // `mst status` has a verb of its own.
      if typed == "mst", let next = Self.places(in: words).first(where: { $0 > first + 1 }), words[next] == "status" {
        words.remove(at: next)
      }
      return joinPortNumbers(after: first)
    }
    let noun = words[first]
    forgetVerb(after: first)
    try replaceVerb(of: noun, Self.group(noun), after: first, isHelp: isHelp)
    joinPortNumbers(after: first)
    if noun == "offload" { try settle(from: first) }
  }

  static func expanded(_ synonym: Synonym, typed: String) throws(UsageFailure) -> [String] {
    switch synonym {
    case .command(let words): return words
    case .hint(let hint, let fix): throw .synonym(typed, hint: hint, fix: fix)
    }
  }

  /// - Parameter path: the noun, and the verb where it has verbs of its own: `fw config`.
  private mutating func replaceVerb(
    of path: String, _ group: (any ParsableCommand.Type)?, after first: Int, isHelp: Bool
  ) throws(UsageFailure) {
    guard let group, !group.configuration.subcommands.isEmpty else { return }
    sortVerb(of: path, group, after: first)
    let rest = Self.places(in: words).filter { $0 > first }
    guard let place = rest.first else {
      // A noun alone does the harmless thing; with --help it shows its commands.
      if !isHelp, let verb = Synonym.alone[path] { words.insert(contentsOf: verb, at: first + 1) }
      return
    }
    useSmallLetters(at: place, in: group)
    let typed = words[place]
    if let verb = group.configuration.subcommands.first(where: { $0._commandName == typed }) {
      // `fw list` has no names: with one it is about that adapter.
      if path == "fw", typed == "list", rest.count > 1 { words[place] = "query" }
      if path == "offload" { sortOffload(from: first, verb: place) }
      return try replaceVerb(of: "\(path) \(typed)", verb, after: place, isHelp: isHelp)
    }
    if let synonym = Synonym.verbs[path]?[typed.lowercased()] {
      words.replaceSubrange(place...place, with: try Self.expanded(synonym, typed: "\(path) \(typed)"))
    } else if path == "offload tune", TuningProfile.named(typed) != nil {
      words.insert("show", at: place)
    }
  }

  private static func group(_ noun: String) -> (any ParsableCommand.Type)? {
    Rdmactl.configuration.subcommands.first { $0._commandName == noun }
  }

  static func names(of group: any ParsableCommand.Type) -> [String] {
    group.configuration.subcommands.map { $0._commandName } + (group == Rdmactl.self ? ["help"] : [])
  }

  // MARK: Settings

  /// `offload set eth0 TSO off rx 4096` becomes `offload set eth0 tso=off rx-ring=4096`.
  private mutating func settle(from first: Int) throws(UsageFailure) {
    let places = Self.places(in: words).filter { $0 > first }
    guard let verb = places.first else { return }
    if words[verb] == "show" { return try refuseSettings(of: places.dropFirst().map { words[$0] }) }
    guard ["set", "try"].contains(words[verb]) else { return }
    var result: [String] = []
    var index = verb + 1
    while index < words.count {
      let word = words[index]
      index += 1
      if word.hasPrefix("-") {
        result.append(word)
      } else if let sign = word.firstIndex(of: "=") {
        result.append(try Self.setting(word[..<sign], String(word[word.index(after: sign)...])))
      } else if index < words.count, let value = Self.value(words[index]), Self.isKey(word) {
        result.append(try Self.setting(word[...], value))
        index += 1
      } else {
        result.append(word)
      }
    }
    words.replaceSubrange((verb + 1)..., with: result)
  }

  /// `offload eth0 tso=off`: what only shows does not set.
  private func refuseSettings(of names: [String]) throws(UsageFailure) {
    let settings = names.filter { $0.contains("=") }
    guard !settings.isEmpty else { return }
    let words = (names.filter { !$0.contains("=") } + settings).map { ShellWord.quoted($0) }
    throw .synonym(
      (["offload"] + words).joined(separator: " "), hint: "settings are changed by \"rdmactl offload set\"",
      fix: (["rdmactl", "offload", "set"] + words + ["--dry-run"]).joined(separator: " "))
  }

  /// A word that can be the value of a setting; not an option, not another setting.
  private static func value(_ word: String) -> String? {
    word.hasPrefix("--") || word.contains("=") || KeyCatalogue.key(named: word.lowercased()) != nil ? nil : word
  }

  private static func isKey(_ word: String) -> Bool {
    KeyCatalogue.key(named: word.lowercased()) != nil || ["rx", "tx"].contains(word.lowercased())
      || !word.contains(where: \.isNumber)
        && ProblemCatalog.glossary.lookUp(word).entries.contains { !$0.knobs.isEmpty || $0.absence != nil }
  }

  /// A setting by any of its names, ethtool's and Windows' among them.
  private static func setting(_ typed: Substring, _ value: String) throws(UsageFailure) -> String {
    let name = typed.lowercased()
    let value = ["on", "off", "yes", "no", "true", "false"].contains(value.lowercased()) ? value.lowercased() : value
    if ["rx", "tx"].contains(name), Int(value) ?? 0 > 1 { return "\(name)-ring=\(value)" }
    if KeyCatalogue.key(named: String(typed)) != nil { return "\(typed)=\(value)" }
    if KeyCatalogue.key(named: name) != nil { return "\(name)=\(value)" }
    let entries = ProblemCatalog.glossary.lookUp(String(typed)).entries
    // An entry without a counterpart names the nearest settings only.
    let keys = entries.filter { $0.absence == nil }.flatMap(\.knobs)
    if let key = keys.first(where: { KeyCatalogue.key(named: $0) != nil }) { return "\(key)=\(value)" }
    if let absence = entries.lazy.compactMap(\.absence).first {
      throw .synonym("offload set \(typed)", hint: absence, fix: "rdmactl explain \(ShellWord.quoted(String(typed)))")
    }
    return "\(typed)=\(value)"
  }
}
