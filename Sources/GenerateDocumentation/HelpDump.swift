/// What ArgumentParser says about the commands (`--experimental-dump-help`): the part of it that the pages need.
struct HelpDump: Decodable {
  let command: CommandHelp
}

struct CommandHelp: Decodable {
  let commandName: String
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool?
  let subcommands: [CommandHelp]?
  let arguments: [ArgumentHelp]?

  /// The commands a user may give after this one, without the parser's own `help`.
  var visibleSubcommands: [CommandHelp] {
    (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  var visibleArguments: [ArgumentHelp] { (arguments ?? []).filter { $0.shouldDisplay } }
}

struct ArgumentHelp: Decodable {
  enum Kind: String, Decodable { case positional, option, flag }

  struct Name: Decodable, Equatable {
    enum Kind: String, Decodable { case long, short, longWithSingleDash }
    let kind: Kind
    let name: String
  }

  let kind: Kind
  let shouldDisplay: Bool
  let sectionTitle: String?
  let isOptional: Bool
  let isRepeating: Bool
  let parsingStrategy: String?
  let names: [Name]?
  let valueName: String?
  let defaultValue: String?
  let allValues: [String]?
  let allValueDescriptions: [String: String]?
  let abstract: String?
  let discussion: String?

  /// An option that may also stand without its value (`defaultAsFlag`).
  var mayStandAlone: Bool { kind == .option && parsingStrategy == "scanningForValue" && defaultValue != nil }

  /// `60`, where the parser says `60.0`.
  var shownDefault: String? {
    defaultValue.map { $0.hasSuffix(".0") && Double($0) != nil ? String($0.dropLast(2)) : $0 }
  }

  /// The short name first, as manual pages have it.
  var orderedNames: [Name] {
    let names = names ?? []
    return names.filter { $0.kind == .short } + names.filter { $0.kind != .short }
  }

  func isSame(as other: ArgumentHelp) -> Bool {
    kind == other.kind && kind != .positional && names == other.names
  }

  /// The same option with the same words.
  func isTwin(of other: ArgumentHelp) -> Bool {
    isSame(as: other) && abstract == other.abstract && valueName == other.valueName
      && defaultValue == other.defaultValue
  }
}
