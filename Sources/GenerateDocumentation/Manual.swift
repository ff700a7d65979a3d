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
        command: command, of: root.commandName, part: try part(command.commandName), siblings: names)
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

  init(root: CommandHelp, part: HandWrittenPart, siblings: [String]) {
    self.init(
      command: root, name: root.commandName, invocation: root.commandName, part: part, siblings: siblings,
      isRoot: true)
  }

  init(command: CommandHelp, of root: String, part: HandWrittenPart, siblings: [String]) {
    self.init(
      command: command, name: "\(root)-\(command.commandName)", invocation: "\(root) \(command.commandName)",
      part: part, siblings: siblings, isRoot: false)
  }

  private init(
    command: CommandHelp, name: String, invocation: String, part: HandWrittenPart, siblings: [String], isRoot: Bool
  ) {
    self.command = command
    self.name = name
    self.invocation = invocation
    self.part = part
    self.siblings = siblings
    self.isRoot = isRoot
  }

  /// Sections that have a place of their own; all others of the hand-written part follow the options.
  private static let placed = [
    "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO",
  ]

  /// What stands below this command, in its order: the verbs of a group, and what these have.
  private var verbs: [(words: String, command: CommandHelp)] { isRoot ? [] : Self.below(command, invocation) }

  private static func below(_ command: CommandHelp, _ words: String) -> [(words: String, command: CommandHelp)] {
    command.visibleSubcommands.flatMap { next in
      let call = "\(words) \(next.commandName)"
      return [(call, next)] + below(next, call)
    }
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
      let leaves = verbs.filter { $0.command.visibleSubcommands.isEmpty }
      page.raw(leaves.flatMap { call(of: $0.command, as: $0.words) })
    }
  }

  private func call(of command: CommandHelp, as words: String) -> [String] {
    let arguments = command.visibleArguments.filter { !$0.isAsked }
    let ordered = arguments.filter { $0.kind != .positional } + arguments.filter { $0.kind == .positional }
    return [".Nm \(Mdoc.argument(words))"]
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
    page.grouped(command.visibleArguments)
    page.raw(part.lines(of: "OPTIONS"))
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
    for (words, verb) in verbs {
      page.subsection(words)
      page.prose(verb.abstract ?? "")
      for block in Discussion(verb.discussion ?? "").blocks { page.add(block) }
      // What every verb has stands once, under OPTIONS.
      page.grouped(verb.visibleArguments.filter { own in !command.visibleArguments.contains { $0.isSame(as: own) } })
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
    page.list(ExitStatus.allCases, head: { "\($0.rawValue)" }) { $0.prose($1.meaning) }
    page.raw(part.lines(of: "EXIT STATUS"))
  }

  private func examples(_ page: inout Mdoc) {
    let all = ([command] + verbs.map(\.command)).flatMap { Discussion($0.discussion ?? "").examples }
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
