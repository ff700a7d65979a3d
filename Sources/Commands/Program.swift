internal import ArgumentParser
internal import Change
public import HostAccess
public import Presentation
internal import Vocabulary

/// One call of rdmactl: parse, run, and turn whatever happened into an exit status.
public struct Program {
  /// What decides which machine a command sees.
  public struct MachineChoice: Sendable, Equatable {
    /// The directory of a recorded machine (`--root`), or `nil` for this one.
    public let root: String?
    /// The directory of simulated adapters (`--sim`), or `nil` for real ones.
    public let simulation: String?
    /// The file that each access to the machine is written to (`--debug`); "" for none, `nil` for the environment's.
    public let debug: String?

    public init(root: String? = nil, simulation: String? = nil, debug: String? = nil) {
      self.root = root
      self.simulation = simulation
      self.debug = debug
    }
  }

  private let commit: String
  private let makeHost: (MachineChoice) throws -> Host

  /// - Parameters:
  ///   - commit: what `--version` names.
  ///   - makeHost: the one place where the machine is chosen.
  public init(commit: String, makeHost: @escaping (MachineChoice) throws -> Host) {
    self.commit = commit
    self.makeHost = makeHost
  }

  /// - Parameter arguments: without the program's own name.
  /// - Returns: the exit status for the shell.
  public func run(_ arguments: [String]) -> Int32 {
    do {
      if let plain = PlainCommand(arguments) {
        let host = try makeHost(MachineChoice())
        let output = Output(host: host, format: plain.format)
        return Self.run(output: output, host) { try plain.run(on: host, output: output) }
      }
      if let status = try own(arguments) { return status }
      let words = try Grammar(FlintWords.translated(arguments)).words
      try UsageFailure.checkCommandName(in: words)
      var parsed = try Parsing.parse(words)
      guard let command = parsed as? any HostCommand else {
        guard type(of: parsed).configuration.subcommands.isEmpty else { return try printHelp(for: words) }
        // One of the parser's own, such as help: it throws its text.
        try parsed.run()
        return ExitStatus.done.rawValue
      }
      return try run(command)
    } catch {
      return end(with: error, arguments: arguments)
    }
  }

  private func run(_ command: any HostCommand) throws -> Int32 {
    let common = command.common
    let host = try makeHost(MachineChoice(root: common.root, simulation: common.simulation, debug: common.debug))
    if let root = common.root, !host.files.directoryExists("/") { throw RootMissing(root: root) }
    let output = Output(
      host: host, format: common.format, choice: common.textChoice, next: NextCommands(simulation: common.simulation))
    if let simulation = common.simulation { output.talk("SIMULATION: using the adapters in \(simulation)") }
    return Self.run(output: output, host) { try command.run(on: host, output: output) }
  }

  /// What is answered without the parser: no words at all, the version, completion.
  private func own(_ arguments: [String]) throws -> Int32? {
    guard let first = arguments.first else { return try show(ShortHelp(), format: .text) }
    if first == "__complete" {
      let text = CompletionRequest(Array(arguments.dropFirst()), makeHost: makeHost).text
      try Output(host: try makeHost(MachineChoice()), format: .text).write(text)
      return ExitStatus.done.rawValue
    }
    if ["completion", "completions"].contains(first), !arguments.contains("--help"), arguments.count <= 2 {
      let shell = arguments.count == 2 ? arguments[1] : ""
      guard let text = CompletionScript.text(for: shell) else {
        throw UsageFailure.synonym(
          arguments.joined(separator: " "), hint: "name one of the shells bash, zsh and fish",
          fix: "rdmactl completion bash")
      }
      try Output(host: try makeHost(MachineChoice()), format: .text).write(text)
      return ExitStatus.done.rawValue
    }
    let words = arguments.filter { !$0.hasPrefix("-") }
    let options = arguments.filter { $0.hasPrefix("-") && !["--json", "-q", "--quiet"].contains($0) }
    let asksForVersion =
      words == ["version"] && options.isEmpty
      || options.count == 1 && (words.isEmpty ? ["--version", "-V", "-v"] : ["--version"]).contains(options[0])
        && (words.isEmpty || UsageFailure.command(in: words) == words.joined(separator: " "))
    guard asksForVersion else { return nil }
    let format: OutputFormat =
      arguments.contains("--json") ? .json : arguments.contains { ["-q", "--quiet"].contains($0) } ? .quiet : .text
    return try show(VersionAnswer(commit: commit), format: format)
  }

  private func show(_ answer: some Presentable, format: OutputFormat) throws -> Int32 {
    let output = Output(host: try makeHost(MachineChoice()), format: format)
    return Self.run(output: output) {
      try output.show(answer)
      return .done
    }
  }

  /// A group of commands by itself lists them.
  private func printHelp(for words: [String]) throws -> Int32 {
    guard !words.contains("--json") else { throw UsageFailure.commandMissing(after: words) }
    var help = try Rdmactl.parseAsRoot(words + ["--help"])
    // Its run throws the text.
    try help.run()
    return ExitStatus.done.rawValue
  }

  /// - Parameter host: the machine whose abandoned trials are named first.
  private static func run(output: Output, _ host: Host? = nil, _ command: () throws -> ExitStatus) -> Int32 {
    for trial in host.map(TrialMark.abandoned) ?? [] {
      output.talk("warning: the guard of trial \(trial) was killed: nothing takes it back")
      output.talk("    next: rdmactl undo \(trial)")
    }
    let status = ended(output: output, command)
    return output.isCut ? ExitStatus.interrupted.rawValue : status
  }

  private static func ended(output: Output, _ command: () throws -> ExitStatus) -> Int32 {
    do {
      return try command().rawValue
    } catch let ended as EndedProgram {
      return ended.status
    } catch let failure as any Failure {
      output.report(failure)
      return failure.exitStatus.rawValue
    } catch {
      let failure = UnexpectedFailure(error)
      output.report(failure)
      return failure.exitStatus.rawValue
    }
  }

  /// Help that was asked for, a command line that cannot be read, or a stream that cannot be written.
  private func end(with error: any Error, arguments: [String]) -> Int32 {
    guard let host = try? makeHost(MachineChoice(debug: "")) else { return ExitStatus.failed.rawValue }
    let error = (error as? FileError).map(DebugFileUnwritable.init) ?? error
    let format: OutputFormat = Self.asksForJSON(arguments) ? .json : .text
    let output = Output(host: host, format: format, choice: Self.textChoice(in: arguments))
    return Self.run(output: output) {
      guard !(error is any Failure), Rdmactl.exitCode(for: error) == .success else { throw error }
      let text = Rdmactl.fullMessage(for: error)
      // The help of the root begins with what rdmactl is.
      let isRoot = text.contains(Rdmactl.configuration.abstract)
      try output.write((isRoot ? text : HelpText.withoutCommonOptions(text)) + "\n")
      return .done
    }
  }

  private static func asksForJSON(_ words: [String]) -> Bool {
    words.contains("--json") || words.contains("-ojson") || words.contains("--output=json")
      || zip(words, words.dropFirst()).contains { ["-o", "--output", "--format"].contains($0) && $1 == "json" }
  }

  /// What the words say of colour, for a message about words that could not be parsed.
  private static func textChoice(in words: [String]) -> TextChoice {
    let named = zip(words, words.dropFirst()).first { $0.0 == "--color" }?.1
    let choice = named ?? words.first { $0.hasPrefix("--color=") }.map { String($0.dropFirst("--color=".count)) }
    return TextChoice(colour: choice.flatMap(ColourChoice.init) ?? .auto)
  }
}

extension Output {
  public convenience init(
    host: Host, format: OutputFormat, choice: TextChoice = TextChoice(), next: NextCommands = NextCommands()
  ) {
    self.init(
      console: host.console, format: format,
      origin: AnswerOrigin(clock: host.clock, host: host.name, version: Rdmactl.version), choice: choice, next: next)
  }
}

/// The directory of `--root` cannot be read.
private struct RootMissing: Failure {
  let root: String
  let id = "root.missing"
  let message = "not a directory or file (.tree) of a recorded machine, or it cannot be read"
  var subject: String? { "--root \(root)" }
  var fix: [String] { ["ls -ld \(ShellWord.quoted(root))"] }
  let exitStatus = ExitStatus.notFound
}

/// The file of `--debug` or RDMACTL_DEBUG cannot be opened.
private struct DebugFileUnwritable: Failure {
  let error: FileError
  let id = "debug.unwritable"
  var message: String { "the file of --debug or RDMACTL_DEBUG \(error.writeExplanation)" }
  var subject: String? { error.path }
  var fix: [String] { ["ls -ld \(ShellWord.quoted(error.path))"] }
  var exitStatus: ExitStatus { error.exitStatus }
}

/// An error that no library of ours has a sentence for. To see one is a defect.
private struct UnexpectedFailure: Failure {
  let id = "internal"
  let message: String
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.failed

  init(_ error: any Error) { message = "unexpected: \(error)" }
}
