internal import ArgumentParser
internal import Glossary
internal import Vocabulary

/// A command line that cannot be run.
enum UsageFailure: Failure, Equatable {
  case commandMissing(after: String)
  case unknownCommand(String, nearest: String?)
  /// Not a command; `explain` has an entry of this name.
  case explained(String)
  /// A word from elsewhere whose counterpart is not run unasked.
  case synonym(String, hint: String, fix: String?)
  case unknownOption(String, command: String?, nearest: String?)
  /// In the words of the parser or of the command.
  case unreadable(String, command: String? = nil)

  static func commandMissing(after arguments: [String]) -> UsageFailure {
    .commandMissing(after: commands(in: arguments).joined(separator: " "))
  }

  /// The parser calls an unknown command an "unexpected argument"; this says which command is unknown.
  static func checkCommandName(in arguments: [String]) throws(UsageFailure) {
    var words = commands(in: arguments)[...]
    var group: any ParsableCommand.Type = Rdmactl.self
    var before = ""
    if words.first == "help" { words.removeFirst() }
    while let word = words.popFirst(), !group.configuration.subcommands.isEmpty {
      if let next = group.configuration.subcommands.first(where: { $0._commandName == word }) {
        group = next
        before += "\(word) "
        continue
      }
      let shown = group.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
      let names = shown + (group == Rdmactl.self ? ["help", "version", "completion"] : [])
      guard !names.contains(word) else { return }
      if before.isEmpty, !ProblemCatalog.glossary.lookUp(word).entries.isEmpty { throw .explained(word) }
      let near = nearest(to: word, among: names, before: before)
      throw .unknownCommand(before + Spelling.shown(word), nearest: near.map { before + $0 })
    }
  }

  /// At most two letters differ, fewer in a short word; from a word of reading only to a command that reads.
  static func nearest(to word: String, among names: [String], before: String) -> String? {
    let isReading = Synonym.reading.contains { Spelling.distance(word, $0) <= (word.count > 3 ? 1 : 0) }
    let allowed = names.filter { !isReading || !Synonym.changing.contains(before + $0) }
    let limit = word.count <= 3 ? 1 : 2
    let near = allowed.map { (name: $0, distance: Spelling.distance(word, $0)) }.min { $0.distance < $1.distance }
    if let near, near.distance <= limit { return near.name }
    let begun = allowed.filter { word.count >= 2 && $0.hasPrefix(word) }
    return begun.count == 1 ? begun[0] : nil
  }

  /// The command that was called, as far as the words name one.
  static func command(in arguments: [String]) -> String? {
    var group: any ParsableCommand.Type = Rdmactl.self
    var words: [String] = []
    for word in commands(in: arguments) {
      guard let next = group.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
      group = next
      words.append(word)
    }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// The words that are neither options nor the values of the options of every command.
  private static func commands(in arguments: [String]) -> [String] {
    Grammar.places(in: arguments).map { arguments[$0] }
  }

  var id: String { "usage" }
  var subject: String? { nil }
  var exitStatus: ExitStatus { .usage }

  var message: String {
    switch self {
    case .commandMissing(""): "a command is missing"
    case .commandMissing(let word): "\(word) needs one of its commands"
    case .unknownCommand(let word, let near):
      "unknown command \"\(word)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
    case .explained(let word): "unknown command \"\(Spelling.shown(word))\""
    case .synonym(let word, _, _): "\"\(word)\" is not a command of rdmactl"
    case .unknownOption(let name, let command, let near):
      "unknown option \(name)" + (command.map { " of rdmactl \($0)" } ?? "")
        + (near.map { "; did you mean \($0)?" } ?? "")
    case .unreadable(let words, _): words
    }
  }

  var fix: [String] {
    switch self {
    case .commandMissing(let word) where !word.isEmpty: ["rdmactl \(word) --help"]
    case .unknownCommand(_, let near?): ["rdmactl \(near) --help"]
    case .unknownCommand(let words, nil) where words.contains(" "):
      ["rdmactl \(words.split(separator: " ").dropLast().joined(separator: " ")) --help"]
    case .explained(let word): ["rdmactl explain \(ShellWord.quoted(word))"]
    case .synonym(_, _, let fix): fix.map { [$0] } ?? []
    case .unreadable(_, let command?), .unknownOption(_, let command?, _): ["rdmactl \(command) --help"]
    case .commandMissing, .unknownCommand, .unreadable, .unknownOption: ["rdmactl --help"]
    }
  }

  var hint: [String] {
    switch self {
    case .synonym(_, let hint, _): [hint]
    case .unknownOption(let name, let command, nil): OptionWords.hint(name, in: command).map { [$0] } ?? []
    default: []
    }
  }
}
