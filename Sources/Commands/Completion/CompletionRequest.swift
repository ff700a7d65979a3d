internal import ArgumentParser
internal import HostAccess
internal import Offload
internal import Presentation
internal import Vocabulary

/// `rdmactl __complete WORD…`: what may stand in place of the last word. The scripts of all shells ask this.
struct CompletionRequest {
  /// A line of the answer: a candidate and what it is, or one of the directives.
  struct Candidate: Equatable {
    let word: String
    var meaning = ""

    /// The shell completes names of files.
    static let files = Candidate(word: ":files")
    static let directories = Candidate(word: ":directories")
    var isDirective: Bool { self == .files || self == .directories }
  }

  private let before: [String]
  private let current: String
  private let makeHost: (Program.MachineChoice) throws -> Host

  /// - Parameter words: those after `rdmactl` up to the cursor; the last may be empty.
  init(_ words: [String], makeHost: @escaping (Program.MachineChoice) throws -> Host) {
    before = words.dropLast()
    current = words.last ?? ""
    self.makeHost = makeHost
  }

  /// One a line, the meaning behind a tabulator.
  var text: String {
    candidates.map { $0.meaning.isEmpty ? "\($0.word)\n" : "\($0.word)\t\($0.meaning)\n" }.map(Page.clean(line:))
      .joined()
  }

  var candidates: [Candidate] {
    var seen: Set<String> = []
    return all.filter { ($0.isDirective || $0.word.hasPrefix(current)) && seen.insert($0.word).inserted }
  }

  private var all: [Candidate] {
    let places = Grammar.places(in: before).map { before[$0] }
    let isHelp = places.first == "help"
    let (path, type) = Self.walk(isHelp ? Array(places.dropFirst()) : places)
    let group = type.configuration.subcommands
    if isHelp { return Self.names(of: group) }
    if places.first == "completion", places.count == 1 { return CompletionScript.shells.map { Candidate(word: $0) } }
    guard let description = CommandDescription.of(path.isEmpty ? Rdmactl.self : type, own: true) else { return [] }
    if let option = description.argument(named: before.last ?? ""), option.kind == .option, !option.mayStandAlone {
      return values(of: option)
    }
    if current.hasPrefix("--"), let sign = current.firstIndex(of: "="),
      let option = description.argument(named: String(current[..<sign])), option.kind == .option
    {
      let name = current[...sign]
      return values(of: option).map { $0.isDirective ? $0 : Candidate(word: name + $0.word, meaning: $0.meaning) }
    }
    if current.hasPrefix("-") { return Self.options(of: description) }
    guard group.isEmpty else {
      return Self.names(of: group) + (path.isEmpty ? Self.more : [])
    }
    return words(of: path, description, given: places.count - path.count)
  }

  private static let more = [
    Candidate(word: "help", meaning: "Show the help of a command."),
    Candidate(word: "version", meaning: "Print the version."),
    Candidate(word: "completion", meaning: "Print a completion script."),
  ]

  private static func walk(_ words: [String]) -> (path: [String], type: any ParsableCommand.Type) {
    var type: any ParsableCommand.Type = Rdmactl.self
    var path: [String] = []
    for word in words {
      guard let next = type.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
      type = next
      path.append(word)
    }
    return (path, type)
  }

  private static func names(of group: [any ParsableCommand.Type]) -> [Candidate] {
    group.filter { $0.configuration.shouldDisplay }.map {
      Candidate(word: $0._commandName, meaning: $0.configuration.abstract)
    }
  }

  private static func options(of description: CommandDescription) -> [Candidate] {
    description.visibleArguments.filter { $0.kind != .positional }.flatMap { argument in
      argument.spelledNames.map { Candidate(word: $0, meaning: argument.abstract ?? "") }
    }.sorted { $0.word.hasPrefix("--") && !$1.word.hasPrefix("--") }
  }

  // MARK: Values

  private func words(of path: [String], _ description: CommandDescription, given: Int) -> [Candidate] {
    switch path.joined(separator: " ") {
    case "offload set", "offload try": return settings + names(of: .interfaces)
    case "offload undo", "offload history", "offload keep", "offload tune undo", "undo", "history": return entries
    case "sm handover", "sm disable", "sm standby", "sm discover": return remembered(.managers)
    case "fabric route", "fabric path", "fabric ping", "fabric port", "fabric tables", "fabric partitions":
      return remembered(.nodes)
    default: break
    }
    let positions = description.visibleArguments.filter { $0.kind == .positional }
    guard let argument = given < positions.count ? positions[given] : positions.last,
      given < positions.count || argument.isRepeating
    else { return [] }
    return values(of: argument)
  }

  private func values(of argument: ArgumentDescription) -> [Candidate] {
    if let values = argument.allValues, !values.isEmpty {
      return values.map { Candidate(word: $0, meaning: argument.allValueDescriptions?[$0] ?? "") }
    }
    guard let kind = argument.completionKind else { return [] }
    if let list = kind.list { return list.values.map { Candidate(word: $0) } }
    if kind.file != nil { return [.files] }
    if kind.directory != nil { return [.directories] }
    return kind.shellCommand.map { names(of: NameSource(command: $0.command)) } ?? []
  }

  /// Where names come from, as the commands declare it for the shells.
  private enum NameSource {
    case interfaces
    case rdmactl([String])
    /// Adapters, without the numbers of their ports.
    case adapters

    init(command: String) {
      let words = command.split(separator: " ").prefix { $0 != "|" && !$0.hasPrefix("2>") }.map { String($0) }
      if words.first == "rdmactl" {
        self = command.contains("sed") ? .adapters : .rdmactl(Array(words.dropFirst()))
      } else {
        self = .interfaces
      }
    }
  }

  private func names(of source: NameSource) -> [Candidate] {
    switch source {
    case .interfaces:
      return ((try? host?.files.list("/sys/class/net")) ?? []).sorted().map { Candidate(word: $0) }
    case .rdmactl(let words): return answer(to: words).map { Candidate(word: $0) }
    case .adapters:
      return answer(to: ["status", "-q"]).map { Candidate(word: String($0.prefix { $0 != "/" })) }
    }
  }

  /// The machine that the line names.
  private var choice: Program.MachineChoice {
    func value(_ name: String) -> String? {
      before.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        ?? Array(zip(before, before.dropFirst())).last { $0.0 == name }?.1
    }
    return Program.MachineChoice(root: value("--root"), simulation: value("--sim"))
  }

  private var host: Host? { try? makeHost(choice) }

  /// The lines that a call of rdmactl prints for the same machine; no words with blanks, which shells would have to quote.
  private func answer(to words: [String]) -> [String] {
    let capture = CapturingConsole()
    let machine = choice.root.map { ["--root", $0] } ?? choice.simulation.map { ["--sim", $0] } ?? []
    let program = Program(commit: "") { choice in
      var host = try makeHost(choice)
      host.console = capture
      return host
    }
    _ = program.run(words + machine)
    return capture.lines.filter { !$0.contains { $0 == " " || $0 == "*" || $0 == "'" } }
  }

  /// Keys with their sign, and behind it their values.
  private var settings: [Candidate] {
    guard let sign = current.firstIndex(of: "=") else {
      let keys = current.isEmpty ? KeyCatalogue.friendly : KeyCatalogue.all
      return keys.map { Candidate(word: $0.name + "=", meaning: $0.meaning) }
    }
    let key = String(current[..<sign])
    let values: [String] =
      switch KeyCatalogue.key(named: key)?.value {
      case .onOff: ["on", "off"]
      case .choice(let words): words
      default: []
      }
    return values.map { Candidate(word: "\(key)=\($0)") }
  }

  /// The changes in the journals, newest first.
  private var entries: [Candidate] {
    let names = ["/history", "/offload"].flatMap { folder in
      (try? host.map { try $0.store.list($0.places.state + folder) }) ?? []
    }
    let identifiers = names.compactMap { Int($0.prefix { $0.isNumber }) }
    return Set(identifiers).sorted(by: >).prefix(50).map { Candidate(word: String($0)) }
  }

  private func remembered(_ what: LastSweep.Kind) -> [Candidate] {
    guard let host else { return [] }
    return LastSweep(host).read(what)
  }
}

extension CommandDescription {
  fileprivate func argument(named name: String) -> ArgumentDescription? {
    name.hasPrefix("-") ? arguments.first { $0.spelledNames.contains(name) } : nil
  }
}

extension Page {
  /// Without control characters but the tabulator and the end of the line.
  fileprivate static func clean(line: String) -> String { clean(String(line.dropLast())) + "\n" }
}
