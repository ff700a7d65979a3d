internal import ArgumentParser
internal import Change
public import HostAccess
internal import Presentation
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
    if arguments.first == "--version" { return printVersion() }
    do {
      if let plain = PlainCommand(arguments) {
        let host = try makeHost(MachineChoice())
        let output = Output(console: host.console, format: plain.format)
        return Self.run(output: output, host) { try plain.run(on: host, output: output) }
      }
      let words = try FlintWords.translated(arguments)
      try UsageFailure.checkCommandName(in: words)
      var parsed = try Self.parse(words)
      guard let command = parsed as? any HostCommand else {
        guard type(of: parsed).configuration.subcommands.isEmpty else {
          throw UsageFailure.commandMissing(after: arguments)
        }
        // One of the parser's own, such as help: it throws its text.
        try parsed.run()
        return ExitStatus.done.rawValue
      }
      let common = command.common
      let host = try makeHost(
        MachineChoice(root: common.root, simulation: common.simulation, debug: common.debug))
      if let root = common.root, !host.files.directoryExists("/") { throw RootMissing(root: root) }
      let output = Output(
        console: host.console, format: common.format, next: NextCommands(simulation: common.simulation))
      if let simulation = common.simulation { output.talk("SIMULATED: the adapters are those of \(simulation)") }
      return Self.run(output: output, host) { try command.run(on: host, output: output) }
    } catch {
      return end(with: error, arguments: arguments)
    }
  }

  /// A command line that begins with its command is read by that command alone, which halves the work of the parser.
  /// Whatever is wrong with it, or asks for help, is told by the whole tree.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let named = Rdmactl.configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    if let command = try? named?.parseAsRoot(Array(arguments.dropFirst())), command is any HostCommand {
      return command
    }
    return try Rdmactl.parseAsRoot(arguments)
  }

  private static func run(output: Output, _ host: Host, _ command: () throws -> ExitStatus) -> Int32 {
    for trial in TrialMark.abandoned(host) {
      output.talk("warning: the guard of trial \(trial) was killed: nothing takes it back")
      output.talk("    next: rdmactl undo \(trial)")
    }
    let status = ended(output: output, command)
    return output.isCut ? ExitStatus.interrupted.rawValue : status
  }

  private static func ended(output: Output, _ command: () throws -> ExitStatus) -> Int32 {
    do {
      return try command().rawValue
    } catch let failure as any Failure {
      output.report(failure)
      return failure.exitStatus.rawValue
    } catch {
      let failure = UnexpectedFailure(error)
      output.report(failure)
      return failure.exitStatus.rawValue
    }
  }

  private func printVersion() -> Int32 {
    do {
      let output = Output(console: try makeHost(MachineChoice()).console, format: .text)
      try output.write("rdmactl \(Rdmactl.version) (\(commit))\n")
      return ExitStatus.done.rawValue
    } catch {
      return end(with: error, arguments: [])
    }
  }

  /// Help that was asked for, a command line that cannot be read, or a stream that cannot be written.
  private func end(with error: any Error, arguments: [String]) -> Int32 {
    let words = arguments.prefix { $0 != "--" }
    guard let console = try? makeHost(MachineChoice(debug: "")).console else { return ExitStatus.failed.rawValue }
    let output = Output(console: console, format: words.contains("--json") ? .json : .text)
    let error = (error as? FileError).map(DebugFileUnwritable.init) ?? error
    if let failure = error as? any Failure {
      output.report(failure)
      return failure.exitStatus.rawValue
    }
    guard Rdmactl.exitCode(for: error) != .success else {
      do {
        try output.write(Rdmactl.fullMessage(for: error) + "\n")
        return ExitStatus.done.rawValue
      } catch {
        return end(with: error, arguments: arguments)
      }
    }
    if output.format == .json {
      output.report(
        UsageFailure.unreadable(Rdmactl.message(for: error), command: UsageFailure.command(in: arguments)))
    } else {
      output.talk(Rdmactl.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false))
    }
    return ExitStatus.usage.rawValue
  }
}

/// `--root` names no directory that can be read.
private struct RootMissing: Failure {
  let root: String
  let id = "root.missing"
  let message = "there is no such directory, or it may not be read"
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
