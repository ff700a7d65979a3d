internal import Commands
internal import Glossary
internal import Vocabulary

/// The manual: a page for `rdmactl` and one for each of its commands.
struct Manual {
  struct Page {
    let name: String
    let text: String
  }

  /// The day the pages were last read through by a person. Changed by hand, so that a page changes only when its words do.
  static let date = "November 21, 2026"

  let pages: [Page]

  /// - Parameter part: the hand-written part of a command, or of the root under its own name.
  init(root: CommandHelp, part: (String) throws -> HandWrittenPart) throws {
    var pages: [Page] = []
    let names = [root.commandName] + root.visibleSubcommands.map { "\(root.commandName)-\($0.commandName)" }
    pages.append(
      Page(
        name: root.commandName,
        text: ManualPage(root: root, part: try part(root.commandName), siblings: names).text))
    for command in root.visibleSubcommands {
      let name = "\(root.commandName)-\(command.commandName)"
      let page = ManualPage(
        command: command, of: root, part: try part(command.commandName), siblings: names)
      pages.append(Page(name: name, text: page.text))
    }
    self.pages = pages
  }
}

/// One page, section by section.
struct ManualPage {
  let command: CommandHelp
  let name: String
  let invocation: String
  let part: HandWrittenPart
  let siblings: [String]
  let isRoot: Bool
  /// The options of every command: they are in the root's page.
  let general: [ArgumentHelp]

  init(root: CommandHelp, part: HandWrittenPart, siblings: [String]) {
    self.init(
      command: root, name: root.commandName, invocation: root.commandName, part: part, siblings: siblings,
      isRoot: true, general: [])
  }

  init(command: CommandHelp, of root: CommandHelp, part: HandWrittenPart, siblings: [String]) {
    self.init(
      command: command, name: "\(root.commandName)-\(command.commandName)",
      invocation: "\(root.commandName) \(command.commandName)", part: part, siblings: siblings, isRoot: false,
      general: root.visibleArguments)
  }

  private init(
    command: CommandHelp, name: String, invocation: String, part: HandWrittenPart, siblings: [String], isRoot: Bool,
    general: [ArgumentHelp]
  ) {
    self.command = command
    self.name = name
    self.invocation = invocation
    self.part = part
    self.siblings = siblings
    self.isRoot = isRoot
    self.general = general
  }

  /// Sections that have a place of their own; all others of the hand-written part follow the options.
  private static let placed = [
    "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO", "BUGS",
  ]

  /// What stands below this command, in its order: the verbs of a group, and what these have.
  private var verbs: [(words: String, command: CommandHelp)] { isRoot ? [] : Self.below(command, invocation) }

  private static func below(_ command: CommandHelp, _ words: String) -> [(words: String, command: CommandHelp)] {
    command.visibleSubcommands.flatMap { next in
      let call = "\(words) \(next.commandName)"
      return [(call, next)] + below(next, call)
    }
  }

  private var leaves: [(words: String, command: CommandHelp)] {
    verbs.filter { $0.command.visibleSubcommands.isEmpty }
  }

  /// What this command has of its own: not the options of every command, nor help and version.
  private var own: [ArgumentHelp] { without(general, command) }

  /// What a verb has beside the options of its group.
  private func own(_ verb: CommandHelp) -> [ArgumentHelp] { without(general + command.visibleArguments, verb) }

  private func without(_ known: [ArgumentHelp], _ command: CommandHelp) -> [ArgumentHelp] {
    command.visibleArguments.filter { argument in
      !argument.isAsked && !known.contains { $0.isSame(as: argument) }
    }
  }

  /// Options that several verbs have with the same words: they stand once, under their own heading.
  private var common: [ArgumentHelp] {
    var found: [ArgumentHelp] = []
    for argument in leaves.flatMap({ own($0.command) })
    where argument.kind != .positional && !found.contains(where: { $0.isTwin(of: argument) }) {
      if verbsWith(argument).count > 1 { found.append(argument) }
    }
    return found
  }

  private func verbsWith(_ argument: ArgumentHelp) -> [CommandHelp] {
    leaves.map(\.command).filter { own($0).contains { $0.isTwin(of: argument) } }
  }

  var text: String {
    var page = Mdoc()
    page.raw(".\\\" Generated from the command definitions and man/parts: change those, then run \"make generate\".")
    page.raw(".Dd \(Manual.date)")
    page.raw(".Dt \(name.uppercased()) 8")
    page.raw(".Os")
    page.section("NAME")
    page.raw(".Nm \(name)")
    page.raw(".Nd \(Self.title(command.abstract ?? ""))")
    synopsis(&page)
    description(&page)
    options(&page)
    commands(&page)
    for section in part.sections where !Self.placed.contains(section.title) { write(section, to: &page) }
    for glossary in glossaries[command.commandName] ?? [] {
      page.section(glossary.title)
      page.list(glossary.terms, head: { "Cm \(Mdoc.argument($0.word))" }) { $0.prose(Self.sentence($1.meaning)) }
    }
    problems(&page)
    for section in part.sections where ["ENVIRONMENT", "FILES"].contains(section.title) { write(section, to: &page) }
    exitStatus(&page)
    examples(&page)
    seeAlso(&page)
    for section in part.sections where section.title == "BUGS" { write(section, to: &page) }
    if !isRoot && part.lines(of: "BUGS").isEmpty {
      page.section("BUGS")
      page.raw(["See", ".Xr rdmactl 8 ."])
    }
    return page.text
  }

  private func synopsis(_ page: inout Mdoc) {
    page.section("SYNOPSIS")
    if isRoot {
      page.raw(".Nm \(name)")
      page.raw(command.visibleArguments.map { ".Op \($0.mdocForm(alternatives: " | "))" })
      page.raw([".Ar command", ".Op Ar argument ..."])
    } else if verbs.isEmpty {
      page.raw(call(of: command, as: invocation))
    } else {
      page.raw(leaves.flatMap { call(of: $0.command, as: $0.words) })
    }
  }

  private func call(of command: CommandHelp, as words: String) -> [String] {
    let common = common
    let arguments = (verbs.isEmpty ? own : own(command)).filter { argument in
      !common.contains { $0.isTwin(of: argument) }
    }
    let ordered = arguments.filter { $0.kind != .positional } + arguments.filter { $0.kind == .positional }
    let hasMore = arguments.count < command.visibleArguments.count
    return [".Nm \(Mdoc.argument(words))"] + (hasMore ? [".Op Ar options"] : [])
      + ordered.map { argument in
        let form = argument.mdocForm(alternatives: " | ")
        return argument.isOptional ? ".Op \(form)" : ".\(form)"
      }
  }

  private func description(_ page: inout Mdoc) {
    page.section("DESCRIPTION")
    page.prose(command.abstract ?? "")
    for block in Discussion(command.discussion ?? "").blocks { page.add(block) }
    let more = part.lines(of: "DESCRIPTION")
    if !more.isEmpty { page.raw([".Pp"] + more) }
  }

  private func options(_ page: inout Mdoc) {
    page.section("OPTIONS")
    if !isRoot { page.raw(["The general options are in", ".Xr rdmactl 8 ."]) }
    page.grouped(isRoot ? command.visibleArguments : own)
    page.raw(part.lines(of: "OPTIONS"))
    let common = common
    guard !common.isEmpty else { return }
    page.section("COMMON OPTIONS")
    page.prose("More than one command has each of these.")
    page.grouped(common) { argument in
      let verbs = verbsWith(argument)
      return verbs.count == leaves.count ? nil : verbs.map(\.commandName)
    }
  }

  private func commands(_ page: inout Mdoc) {
    guard !command.visibleSubcommands.isEmpty else { return }
    page.section("COMMANDS")
    if isRoot {
      page.list(command.visibleSubcommands, head: { "Cm \(Mdoc.argument($0.commandName))" }) { page, command in
        page.prose(command.abstract ?? "")
        page.raw(["See", ".Xr \(name)-\(command.commandName) 8 ."])
      }
      return
    }
    let common = common
    for (words, verb) in verbs {
      page.subsection(words)
      page.prose(verb.abstract ?? "")
      for block in Discussion(verb.discussion ?? "").blocks { page.add(block) }
      page.grouped(own(verb).filter { argument in !common.contains { $0.isTwin(of: argument) } })
    }
  }

  private func problems(_ page: inout Mdoc) {
    let known = ProblemCatalog.findings.first { $0.command == command.commandName }?.descriptions ?? []
    guard !known.isEmpty else { return }
    page.section("PROBLEMS")
    page.prose("Their ids do not change; scripts may rely on them.")
    page.list(known, head: { "Em \(Mdoc.argument($0.id)) Pq \($0.severity.rawValue)" }) { page, problem in
      page.prose(Self.sentence(problem.meaning))
    }
  }

  private func exitStatus(_ page: inout Mdoc) {
    page.section("EXIT STATUS")
    let own = part.lines(of: "EXIT STATUS")
    guard !own.isEmpty else {
      page.list(ExitStatus.allCases, head: { "\($0.rawValue)" }) { $0.prose($1.meaning) }
      return
    }
    page.raw([".Bl -tag -width Ds"] + own + [".El", "The other statuses are in", ".Xr rdmactl 8 ."])
  }

  private func examples(_ page: inout Mdoc) {
    var all: [Discussion.Example] = []
    for example in ([command] + verbs.map(\.command)).flatMap({ Discussion($0.discussion ?? "").examples }) {
      if let known = all.firstIndex(where: { $0.command == example.command }) {
        if all[known].meaning.isEmpty { all[known].meaning = example.meaning }
      } else {
        all.append(example)
      }
    }
    guard !all.isEmpty else { return }
    page.section("EXAMPLES")
    page.list(all, head: { "Ic \(Mdoc.argument($0.command))" }) { $0.prose($1.meaning) }
  }

  private func seeAlso(_ page: inout Mdoc) {
    let others = siblings.filter { $0 != name }.map { ".Xr \($0) 8" }
    let references = Set(part.lines(of: "SEE ALSO") + others).sorted {
      let (left, right) = ($0.split(separator: " "), $1.split(separator: " "))
      return (left.last ?? "", left[1]) < (right.last ?? "", right[1])
    }
    page.section("SEE ALSO")
    page.raw(references.dropLast().map { $0 + " ," } + references.suffix(1))
  }

  private func write(_ section: HandWrittenPart.Section, to page: inout Mdoc) {
    page.section(section.title)
    page.raw(section.lines)
    if section.title == "PROBLEMS AND ERRORS" {
      page.list(ErrorCatalog.groups, head: { "Cm \($0.ids.joined(separator: " , "))" }) { $0.prose($1.meaning) }
    }
  }

  /// Messages begin with a small letter and have no full stop.
  private static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + (words.hasSuffix(".") || words.hasSuffix("?") ? "" : ".")
  }

  /// `.Nd` has no capital and no full stop.
  private static func title(_ abstract: String) -> String {
    let bare = abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
    guard bare.dropFirst().first?.isUppercase == false else { return Mdoc.escaped(bare) }
    return Mdoc.escaped(bare.prefix(1).lowercased() + bare.dropFirst())
  }
}
