internal import ArgumentParser
internal import Vocabulary

/// The parser, made patient: what it does not know is spelled otherwise and tried again, and what it complains about is
/// said in our words.
enum Parsing {
  /// - Throws: ``UsageFailure``, or the parser's own error for help that was asked for.
  static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    var words = arguments
    // Each turn takes away or replaces one option that the command has not.
    for _ in 0..<8 {
      do {
        return try once(words)
      } catch {
        guard Rdmactl.exitCode(for: error) != .success else { throw error }
        let complaint = Complaint(error)
        guard let option = complaint.unknownOption, let again = respelled(words, option) else {
          throw complaint.failure(for: words)
        }
        words = again
      }
    }
    return try once(words)
  }

  /// A command line that begins with its command is read by that command alone, which halves the work of the parser.
  /// Whatever is wrong with it, or asks for help, is read by the whole tree.
  private static func once(_ arguments: [String]) throws -> any ParsableCommand {
    let named = Rdmactl.configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    if let command = try? named?.parseAsRoot(Array(arguments.dropFirst())), command is any HostCommand {
      return command
    }
    return try Rdmactl.parseAsRoot(arguments)
  }

  private static func respelled(_ words: [String], _ option: String) -> [String]? {
    guard
      let place = words.firstIndex(where: { $0 == option || $0.hasPrefix(option + "=") })
        ?? place(of: option, in: words)
    else { return nil }
    let command = UsageFailure.command(in: words)
    var again = words
    if let foreign = OptionWords.foreign(words[place], in: command) {
      again.replaceSubrange(place...place, with: foreign)
    } else if let fallback = OptionWords.fallbacks[option] {
      again[place] = fallback
    } else if option == "--yes" {
      // Nothing is asked.
      again.remove(at: place)
    } else if option == "--dry-run", let command, !Synonym.changing.contains(command) {
      // Nothing is changed.
      again.remove(at: place)
    } else {
      return nil
    }
    return again
  }

  /// The parser names `-g` of `-guid`.
  private static func place(of option: String, in words: [String]) -> Int? {
    guard option.count == 2 else { return nil }
    return words.firstIndex { $0.hasPrefix(option) && !$0.hasPrefix("--") }
  }
}

/// What the parser has against a command line, taken from its message: it has no other form for other programs.
private struct Complaint {
  private let text: String

  init(_ error: any Error) {
    // A second line says what it took an option for.
    text = String(Rdmactl.message(for: error).prefix { $0 != "\n" })
  }

  var unknownOption: String? {
    let start = "Unknown option '"
    guard text.hasPrefix(start) else { return nil }
    return String(text.dropFirst(start.count).prefix { $0 != "'" })
  }

  func failure(for words: [String]) -> UsageFailure {
    let command = UsageFailure.command(in: words)
    if let option = unknownOption {
      let typed = words.first { $0.hasPrefix(option) } ?? option
      let name = String(typed.prefix { $0 != "=" })
      let known = OptionWords.hint(name, in: command) == nil ? CommandOptions.names(of: command) : []
      let near = known.map { (name: $0, distance: Spelling.distance(name, $0)) }.min { $0.distance < $1.distance }
      let nearest = near.flatMap { $0.distance <= min(2, name.count / 3) ? $0.name : nil }
      return .unknownOption(Spelling.shown(name), command: command, nearest: nearest)
    }
    return .unreadable(sentence, command: command)
  }

  /// Begins with a small letter and has no full stop, as every message of ours.
  private var sentence: String {
    var words = text
    for (old, new) in Self.phrases { words = words.replacing(old, with: new) }
    while words.hasSuffix(".") { words.removeLast() }
    let second = words.dropFirst().first
    guard let first = words.first, second?.isUppercase == false else { return words }
    return first.lowercased() + words.dropFirst()
  }

  private static let phrases = [
    ("Missing expected argument '", "missing '"), ("Unexpected argument '", "unexpected word '"),
    (" unexpected arguments: ", " unexpected words: "), (". Please provide one of ", "; use one of "),
    ("The value '", "'"), ("' is invalid for '", "' is not a valid value of '"),
  ]
}

/// The options that a command declares.
enum CommandOptions {
  static func names(of command: String?) -> [String] {
    CommandDescription.of(command?.split(separator: " ").map { String($0) } ?? [])?.arguments.flatMap(\.spelledNames)
      ?? []
  }
}
