package import ArgumentParser
internal import Presentation
internal import Vocabulary

/// A command as its definition describes it (`--experimental-dump-help`): for manual pages, completion and suggestions.
package struct CommandDescription: Decodable {
  package let commandName: String
  package let abstract: String?
  package let discussion: String?
  package let shouldDisplay: Bool?
  package let subcommands: [CommandDescription]?
  private let described: [ArgumentDescription]?

  private enum CodingKeys: String, CodingKey {
    case commandName, abstract, discussion, shouldDisplay, subcommands, described = "arguments"
  }

  package var arguments: [ArgumentDescription] { described ?? [] }

  /// The commands a user may give after this one, without the parser's own `help`.
  package var visibleSubcommands: [CommandDescription] {
    (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  package var visibleArguments: [ArgumentDescription] { arguments.filter { $0.shouldDisplay } }

  /// - Parameter path: `["fw", "burn"]`; the root for an empty one.
  /// - Returns: `nil` when no command is called so.
  package static func of(_ path: [String]) -> CommandDescription? {
    var type: any ParsableCommand.Type = Rdmactl.self
    for name in path {
      guard let next = type.configuration.subcommands.first(where: { $0._commandName == name }) else { return nil }
      type = next
    }
    return of(type)
  }

  /// Its own arguments and those of its subcommands.
  /// - Parameter own: only its own: a group by itself is described in a fifth of the time.
  package static func of(_ command: any ParsableCommand.Type, own: Bool = false) -> CommandDescription? {
    struct Dump: Decodable { let command: CommandDescription }
    let command = own && !command.configuration.subcommands.isEmpty ? GroupOptions.self : command
    return try? JSONInput.decode(Dump.self, from: Array(command._dumpHelp().utf8)).command
  }
}

/// The options that a group of commands has.
private struct GroupOptions: ParsableCommand {
  @OptionGroup var common: CommonOptions
}

/// An option, a flag or a word of a command.
package struct ArgumentDescription: Decodable {
  package enum Kind: String, Decodable { case positional, option, flag }

  package struct Name: Decodable, Equatable {
    package enum Kind: String, Decodable { case long, short, longWithSingleDash }
    package let kind: Kind
    package let name: String
  }

  package let kind: Kind
  package let shouldDisplay: Bool
  package let sectionTitle: String?
  package let isOptional: Bool
  package let isRepeating: Bool
  package let parsingStrategy: String?
  package let names: [Name]?
  package let valueName: String?
  package let defaultValue: String?
  package let allValues: [String]?
  package let allValueDescriptions: [String: String]?
  package let abstract: String?
  package let discussion: String?
  package let completionKind: Completion?

  /// How its value is completed.
  package struct Completion: Decodable {
    package struct Values: Decodable { package let values: [String] }
    package struct Line: Decodable { package let command: String }
    package struct Files: Decodable { package let extensions: [String]? }
    package struct Nothing: Decodable {}
    package let list: Values?
    package let file: Files?
    package let directory: Nothing?
    package let shellCommand: Line?
  }

  /// An option that may also stand without its value (`defaultAsFlag`).
  package var mayStandAlone: Bool { kind == .option && parsingStrategy == "scanningForValue" && defaultValue != nil }

  /// `60`, where the parser says `60.0`.
  package var shownDefault: String? {
    defaultValue.map { $0.hasSuffix(".0") && Double($0) != nil ? String($0.dropLast(2)) : $0 }
  }

  /// The short name first, as manual pages have it.
  package var orderedNames: [Name] {
    let names = names ?? []
    return names.filter { $0.kind == .short } + names.filter { $0.kind != .short }
  }

  package func isSame(as other: ArgumentDescription) -> Bool {
    kind == other.kind && kind != .positional && names == other.names
  }

  /// The same option with the same words.
  package func isTwin(of other: ArgumentDescription) -> Bool {
    isSame(as: other) && abstract == other.abstract && valueName == other.valueName
      && defaultValue == other.defaultValue
  }

  /// `--json`, `-q`
  package var spelledNames: [String] { (names ?? []).map { ($0.kind == .long ? "--" : "-") + $0.name } }
}
