public import Vocabulary

/// Every entry, and the search among them. Pure data: source WindowsDocuments.md, the documents it names, and the
/// descriptions that each library has of its findings.
public struct Glossary: Sendable {
  /// The findings that a command may report.
  public struct Findings: Sendable {
    /// Without the program's name: `status`, `sm lint`.
    public let command: String
    public let descriptions: [ProblemDescription]

    public init(command: String, descriptions: [ProblemDescription]) {
      self.command = command
      self.descriptions = descriptions
    }
  }

  /// A key that `rdmactl offload set` takes.
  public struct Setting: Sendable {
    public let name: String
    /// In half a sentence.
    public let meaning: String
    /// Whether it is set without an interface.
    public let isOfMachine: Bool

    public init(name: String, meaning: String, isOfMachine: Bool) {
      self.name = name
      self.meaning = meaning
      self.isOfMachine = isOfMachine
    }
  }

  /// A counter of a port.
  public struct Counter: Sendable {
    public let name: String
    public let spellings: [String]
    /// What a value above zero means, without a full stop.
    public let meaning: String
    /// What to do; empty where a value above zero is normal.
    public let advice: String

    public init(name: String, spellings: [String], meaning: String, advice: String) {
      self.name = name
      self.spellings = spellings
      self.meaning = meaning
      self.advice = advice
    }
  }

  /// Errors that have a cause in common.
  public struct Errors: Sendable {
    public let ids: [String]
    public let meaning: String

    public init(ids: [String], meaning: String) {
      self.ids = ids
      self.meaning = meaning
    }
  }

  /// In the order of the documents; findings last, in the order of their ids.
  let drafts: [GlossaryDraft]

  /// - Parameter settings: those that no entry speaks of get one.
  public init(
    findings: [Findings] = [], settings: [Setting] = [], counters: [Counter] = [], errors: [Errors] = []
  ) {
    let written = GlossaryGroup.allCases.flatMap { group in
      group.texts.flatMap { GlossaryText.blocks($0).map { GlossaryDraft(text: $0, group: group) } }
    }
    let known = Set(written.flatMap { $0.names.map { GlossaryWord.key($0) } + $0.knobs.flatMap(GlossaryWord.knobKeys) })
    var all = written
    all += settings.filter { !known.contains(GlossaryWord.key($0.name)) }.map { setting in
      GlossaryDraft(names: [setting.name], group: .linux) { Self.entry(setting) }
    }
    all += counters.filter { !known.contains(GlossaryWord.key($0.name)) }.map { GeneratedEntries.draft($0) }
    all += ExitStatus.allCases.map { GeneratedEntries.draft($0) }
    all += GeneratedEntries.drafts(errors, findings: findings)
    all += FindingEntries.drafts(findings)
    drafts = all
  }

  private static func entry(_ setting: Setting) -> GlossaryEntry {
    let place = setting.isOfMachine ? [] : ["IF"]
    return GlossaryEntry(
      name: setting.name, spellings: [], group: .linux, severity: nil, place: nil,
      meaning: setting.meaning.prefix(1).uppercased() + setting.meaning.dropFirst() + ".", range: nil, rules: nil,
      counterpart: "A key of rdmactl offload set.", absence: nil, knobs: [],
      commands: [
        .init(line: (["rdmactl", "offload", "show"] + place).joined(separator: " "), purpose: "its value"),
        .init(
          line: (["rdmactl", "offload", "set"] + place + ["\(setting.name)=VALUE"]).joined(separator: " "),
          purpose: "set it"), GlossaryText.undo,
      ])
  }

  /// All of them, read anew with each call.
  public var entries: [GlossaryEntry] { drafts.compactMap(\.entry) }

  public func entries(of group: GlossaryGroup) -> [GlossaryEntry] {
    drafts.filter { $0.group == group }.compactMap(\.entry)
  }

  /// What was found for a word.
  public struct Lookup: Sendable, Equatable {
    /// Entries that are called so; more than one where the word has several meanings.
    public let entries: [GlossaryEntry]
    /// Without any that is called so: entries that come near, best first, at most `limit`.
    public let near: [GlossaryEntry]
  }

  /// The most entries that are named as near.
  public static let limit = 10

  /// The entries that are called so in any spelling, else those that come near.
  ///
  /// Case does not count, nor do spaces and the marks `-_.*/:`, a leading `--`, a trailing `=value`, and what stands
  /// before the last `\` of a registry path. What stands in the place of a name's `<…>` is free. Whatever the input is, the work is bounded.
  public func lookUp(_ words: String) -> Lookup {
    let name = GlossaryWord.name(words)
    let wanted = GlossaryWord.candidates(name)
    for word in wanted {
      let key = Array(word.utf8)
      let named = drafts.filter { draft in draft.names.contains { GlossaryWord.isKey(key, of: $0) } }
      if !named.isEmpty { return Lookup(entries: named.compactMap(\.entry), near: []) }
      let known = drafts.filter { draft in draft.knobs.contains { GlossaryWord.knobKeys($0).contains(word) } }
      if !known.isEmpty { return Lookup(entries: known.compactMap(\.entry), near: []) }
    }
    if let key = wanted.first {
      let filled = entries.filter { entry in entry.names.contains { GlossaryWord.isFilled($0, key) } }
      if !filled.isEmpty { return Lookup(entries: filled, near: []) }
    }
    return Lookup(entries: [], near: near(name, wanted: wanted))
  }

  private func near(_ words: Substring, wanted: [String]) -> [GlossaryEntry] {
    let search = GlossarySearch(words: words, keys: wanted)
    return entries.enumerated().compactMap { position, entry in
      search.distance(to: entry).map { (distance: $0, position: position, entry: entry) }
    }
    .sorted { ($0.distance, $0.position) < ($1.distance, $1.position) }
    .prefix(Self.limit).map(\.entry)
  }
}

extension GlossaryEntry {
  /// All that it is called.
  var names: [String] { [name] + spellings }
}
