public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload undo`: `rdmactl undo` of settings.
public struct OffloadUndo: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Restore the settings from before a change.",
    discussion: """
      Without ID, the newest change that can be undone. If somebody else changed a setting since, nothing is \
      written and the exit status is 7.

      Examples:
        rdmactl offload undo
        rdmactl offload undo 12 --dry-run
        rdmactl offload undo --all --yes
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var words: UndoWords

  @Flag(help: "Undo all changes since the last boot.")
  public var all = false

  public init() {}

  public func validate() throws {
    if all && words.id != nil { throw ValidationError("an ID cannot be combined with --all.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try UndoTask(host: host, output: output, words: words).run(kind: OffloadWriter.kind, all: all)
  }
}

/// `rdmactl offload history`: `rdmactl history` of settings.
public struct OffloadHistory: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the changes of settings.",
    discussion: """
      Newest first. With ID, every setting of that change and its result.

      Examples:
        rdmactl offload history
        rdmactl offload history 12 --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The number of a change, to show its settings.", valueName: "id"),
    completion: .shellCommand(ChangeNumbers.completion))
  public var id: Int?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try HistoryTask(host: host, output: output).run(id, kind: OffloadWriter.kind)
  }
}
