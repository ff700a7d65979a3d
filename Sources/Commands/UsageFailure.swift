internal import ArgumentParser
internal import Vocabulary

/// A command line that names nothing we can run.
enum UsageFailure: Failure, Equatable {
  case commandMissing(after: String?)
  case unknownCommand(String, nearest: String?)
  /// In the words of the parser or of the command.
  case unreadable(String, command: String? = nil)

  static func commandMissing(after arguments: [String]) -> UsageFailure {
    let words = commands(in: arguments)
    return .commandMissing(after: words.isEmpty ? nil : words.joined(separator: " "))
  }

  /// The parser calls an unknown command an "unexpected argument": better words for it here.
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
      let names = group.configuration.subcommands.map { $0._commandName } + (group == Rdmactl.self ? ["help"] : [])
      guard !names.contains(word) else { return }
      let near = names.map { (name: $0, distance: Spelling.distance(word, $0)) }.min { $0.distance < $1.distance }
      let nearest = near.flatMap { $0.distance <= 2 || $0.name.hasPrefix(word) ? $0.name : nil }
      throw .unknownCommand(before + word, nearest: nearest.map { before + $0 })
    }
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

  /// The words that are neither options nor the value of a common option.
  private static func commands(in arguments: [String]) -> [String] {
    var words: [String] = []
    var isValue = false
    for argument in arguments.prefix(while: { $0 != "--" }) {
      if !isValue && !argument.hasPrefix("-") { words.append(argument) }
      isValue = ["--root", "--sim", "--debug"].contains(argument)
    }
    return words
  }

  var id: String { "usage" }
  var subject: String? { nil }
  var exitStatus: ExitStatus { .usage }

  var message: String {
    switch self {
    case .commandMissing(let word?): "\(word) needs one of its commands"
    case .commandMissing(nil): "a command is missing"
    case .unknownCommand(let word, let near):
      "there is no command \"\(word)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? "")
    case .unreadable(let words, _): words
    }
  }

  var fix: [String] {
    switch self {
    case .commandMissing(let word?): ["rdmactl \(word) --help"]
    case .unknownCommand(_, let near?): ["rdmactl \(near) --help"]
    case .unknownCommand(let words, nil) where words.contains(" "):
      ["rdmactl \(words.split(separator: " ").dropLast().joined(separator: " ")) --help"]
    case .unreadable(_, let command?): ["rdmactl \(command) --help"]
    case .commandMissing(nil), .unknownCommand, .unreadable: ["rdmactl --help"]
    }
  }
}
