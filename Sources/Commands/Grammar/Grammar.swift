internal import ArgumentParser
internal import Glossary
internal import Offload
internal import Vocabulary

/// A command line as it was typed, turned into the words that the parser reads.
struct Grammar {
  private(set) var words: [String]

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
      if let spelling = OptionWords.spellings[name] {
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
      isValue = ["--root", "--sim", "--debug", "--columns", "--color"].contains(word)
    }
    return places
  }

  private mutating func replaceNames() throws(UsageFailure) {
    var places = Self.places(in: words)
    if let first = places.first, words[first] == "help" { places.removeFirst() }
    guard let first = places.first else { return }
    let isHelp = words.contains("--help") || words.contains("-h") || words.first == "help"
    if !Self.names(of: Rdmactl.self).contains(words[first]), let synonym = Synonym.commands[words[first].lowercased()] {
      let typed = words[first]
      let rest = try Self.expanded(synonym, typed: typed)
      words.replaceSubrange(first...first, with: rest)
      // `ibstat mlx5_0 1` and `ethtool -k eth0` name an interface behind an option of their own.
      if typed == "mst", let next = Self.places(in: words).first(where: { $0 > first + 1 }), words[next] == "status" {
        words.remove(at: next)
      }
      if typed == "ethtool" { words.removeAll { ["-k", "-K", "--show-features", "-g", "-c", "-l"].contains($0) } }
      return
    }
    let noun = words[first]
    forgetLast(after: first)
    if noun == "fw" { moveVerb(after: first) }
    if noun == "offload" { sortOffload(from: first) }
    try replaceVerb(of: noun, after: first, isHelp: isHelp)
    if noun == "offload" { try settle(from: first) }
  }

  /// `undo last` is `undo`: the last change is what it takes.
  private mutating func forgetLast(after first: Int) {
    guard ["undo", "offload"].contains(words[first]) else { return }
    let places = Self.places(in: words)
    guard let undo = places.first(where: { $0 >= first && words[$0] == "undo" }),
      let last = places.first(where: { $0 > undo }), ["last", "latest"].contains(words[last])
    else { return }
    words.remove(at: last)
  }

  private static func expanded(_ synonym: Synonym, typed: String) throws(UsageFailure) -> [String] {
    switch synonym {
    case .command(let words): return words
    case .hint(let hint, let fix): throw .synonym(typed, hint: hint, fix: fix)
    }
  }

  private mutating func replaceVerb(of noun: String, after first: Int, isHelp: Bool) throws(UsageFailure) {
    guard let group = Self.group(noun), !group.configuration.subcommands.isEmpty else { return }
    let path = Self.path(of: group)
    let rest = Self.places(in: words).filter { $0 > first }
    guard let place = rest.first else {
      // A noun alone does the harmless thing; with --help it shows its commands.
      if !isHelp, let verb = Synonym.alone[path] { words.insert(contentsOf: verb, at: first + 1) }
      return
    }
    let typed = words[place]
    if Self.names(of: group).contains(typed) {
      if path == "offload", typed == "tune" { try replaceVerb(of: "offload tune", after: place, isHelp: isHelp) }
      return
    }
    if let synonym = Synonym.verbs[path]?[typed.lowercased()] {
      words.replaceSubrange(place...place, with: try Self.expanded(synonym, typed: "\(path) \(typed)"))
    } else if path == "offload tune", TuningProfile.named(typed) != nil {
      words.insert("show", at: place)
    }
  }

  private static func path(of group: any ParsableCommand.Type) -> String {
    group == OffloadTuneGroup.self ? "offload tune" : group._commandName
  }

  private static func group(_ noun: String) -> (any ParsableCommand.Type)? {
    if noun == "offload tune" { return OffloadTuneGroup.self }
    return Rdmactl.configuration.subcommands.first { $0._commandName == noun }
  }

  static func names(of group: any ParsableCommand.Type) -> [String] {
    group.configuration.subcommands.map { $0._commandName } + (group == Rdmactl.self ? ["help"] : [])
  }

  // MARK: Orders of words

  /// flint puts its verb behind the options: `fw -d mlx4_0 -i fw.bin burn`.
  private mutating func moveVerb(after first: Int) {
    guard first + 1 < words.count, words[first + 1].hasPrefix("-") else { return }
    let known = Self.names(of: FirmwareGroup.self) + ["q", "b", "v", "ri", "sg"]
    guard let place = words.indices.last(where: { $0 > first && known.contains(words[$0]) }) else { return }
    let flint = ["ri": "read", "sg": "set-guids", "b": "burn"]
    let verb = words.remove(at: place)
    words.insert(flint[verb] ?? verb, at: first + 1)
  }

  /// `offload eth0`, `offload -k eth0`, `offload eth0 show`, `offload tune apply eth0 throughput`.
  private mutating func sortOffload(from first: Int) {
    words.removeAll { ["-k", "--show-features"].contains($0) }
    let rest = Self.places(in: words).filter { $0 > first }
    guard let place = rest.first else { return }
    let typed = words[place]
    let verbs = Self.names(of: OffloadGroup.self)
    if !verbs.contains(typed), Synonym.verbs["offload"]?[typed.lowercased()] == nil {
      if rest.count > 1, verbs.contains(words[rest[1]]) {
        words.swapAt(place, rest[1])
      } else if typed.contains(where: \.isNumber) || !verbs.contains(where: { Spelling.distance(typed, $0) <= 2 }) {
        words.insert("show", at: place)
      }
      return
    }
    guard typed == "tune", rest.count >= 4, ["apply", "show"].contains(words[rest[1]]) else { return }
    if TuningProfile.named(words[rest[2]]) == nil, TuningProfile.named(words[rest[3]]) != nil {
      words.swapAt(rest[2], rest[3])
    }
  }

  /// `offload set eth0 TSO off rx 4096` becomes `offload set eth0 tso=off rx-ring=4096`.
  private mutating func settle(from first: Int) throws(UsageFailure) {
    let places = Self.places(in: words).filter { $0 > first }
    guard let verb = places.first, ["set", "try"].contains(words[verb]) else { return }
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
