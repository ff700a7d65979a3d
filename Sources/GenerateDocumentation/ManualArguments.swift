internal import Commands

extension ArgumentHelp {
  /// Help and version: they stand in the options, not in the synopsis.
  var isAsked: Bool { kind == .flag && (names ?? []).contains { ["help", "version"].contains($0.name) } }

  /// Names and value in macros: `Fl q | Fl Fl quiet`, `Fl Fl root Ar dir`, `Ar name ...`.
  func mdocForm(alternatives: String) -> String {
    let value = Mdoc.argument(valueName ?? "value")
    guard kind != .positional else { return "Ar \(value)" + (isRepeating ? " ..." : "") }
    let names = orderedNames.map { name in
      switch name.kind {
      case .long: "Fl Fl \(Mdoc.argument(name.name))"
      case .short, .longWithSingleDash: "Fl \(Mdoc.argument(name.name))"
      }
    }
    let suffix = kind == .flag ? "" : mayStandAlone ? " Op Ar \(value)" : " Ar \(value)"
    return names.joined(separator: alternatives) + suffix
  }
}

extension Mdoc {
  mutating func add(_ block: Discussion.Block) {
    switch block {
    case .paragraph(let text):
      raw(".Pp")
      prose(text)
    case .literal(let lines):
      literal(lines)
    }
  }

  /// Positional arguments first, then the options, then each titled group under its title.
  ///
  /// - Parameter owners: the verbs that have an argument; `nil` when that need not be said.
  mutating func grouped(_ arguments: [ArgumentHelp], owners: (ArgumentHelp) -> [String]? = { _ in nil }) {
    let untitled = arguments.filter { $0.sectionTitle == nil }
    add(untitled.filter { $0.kind == .positional } + untitled.filter { $0.kind != .positional }, owners)
    var seen: [String] = []
    for title in arguments.compactMap(\.sectionTitle) where !seen.contains(title) {
      seen.append(title)
      subsection(title)
      add(arguments.filter { $0.sectionTitle == title }, owners)
    }
  }

  private mutating func add(_ arguments: [ArgumentHelp], _ owners: (ArgumentHelp) -> [String]?) {
    list(arguments, head: { $0.mdocForm(alternatives: " , ") }) { page, argument in
      if let verbs = owners(argument) {
        page.raw("Of")
        page.raw(
          verbs.dropLast().map { ".Cm \(Self.argument($0)) ," } + verbs.suffix(1).map { ".Cm \(Self.argument($0)) ." })
      }
      page.prose(argument.abstract ?? "")
      for block in Discussion(argument.discussion ?? "").blocks { page.add(block) }
      if let value = argument.shownDefault {
        page.raw([argument.mayStandAlone ? "Without a value it is" : "The default is", ".Ql \(Self.argument(value)) ."])
      }
      page.values(of: argument)
    }
  }

  private mutating func values(of argument: ArgumentHelp) {
    guard let values = argument.allValues, !values.isEmpty else { return }
    guard let meanings = argument.allValueDescriptions, !meanings.isEmpty else {
      if values.allSatisfy((argument.abstract ?? "").contains) { return }
      raw("One of")
      raw(
        values.dropLast().map { ".Cm \(Self.argument($0)) ," } + values.suffix(1).map { ".Cm \(Self.argument($0)) ." })
      return
    }
    list(values, head: { "Cm \(Self.argument($0))" }) { $0.prose(meanings[$1] ?? "") }
  }
}
