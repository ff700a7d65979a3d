public import ArgumentParser
internal import Change
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl history`
public struct History: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List what rdmactl changed on this machine.",
    discussion: """
      Newest first. With ID, every step of that change, with the values before and after.

      Examples:
        rdmactl history
        rdmactl history --kind offload --json
        rdmactl history 12
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The number of a change, to show its steps.", valueName: "id"),
    completion: .shellCommand(ChangeNumbers.completion))
  public var id: Int?

  @Option(
    help: ArgumentHelp("List changes of this kind only.", valueName: "kind"), completion: .list(ChangeKinds.names))
  public var kind: String?

  public init() {}

  public func validate() throws { try ChangeNumbers.check(kind) }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try HistoryTask(host: host, output: output).run(id, kind: kind)
  }
}

/// What the shell's completion asks for, and the words of `--kind`.
enum ChangeNumbers {
  static let completion = "rdmactl history -q 2>/dev/null"

  static func check(_ kind: String?) throws {
    guard let kind, !ChangeKinds.names.contains(kind) else { return }
    throw ValidationError("unknown kind \"\(kind)\"; use one of \(ChangeKinds.names.joined(separator: ", "))")
  }
}

/// `history`, and `offload history`.
struct HistoryTask {
  let host: Host
  let output: Output

  func run(_ id: Int?, kind: String?) throws -> ExitStatus {
    let history = ChangeHistory(host)
    var records: [ChangeRecord]
    var unreadable: [UnreadableRecord] = []
    if let id {
      let record = try history.record(id)
      guard kind == nil || record.kind == kind else { throw ChangeFailure.noEntry(id) }
      records = [record]
    } else {
      (records, unreadable) = try history.all(kind)
      records = (OldJournals(host).records(kind) + records).sorted {
        $0.time == $1.time ? $0.id > $1.id : $0.time > $1.time
      }
    }
    let kinds = ChangeKinds.all(host)
    let present = ChangeScope.current(host)
    let answer = HistoryAnswer(
      entries: records.map { HistoryAnswer.Entry($0, target: kinds.target(of: $0.kind), present) },
      unreadable: unreadable, isDetailed: id != nil)
    try output.show(answer)
    return answer.notes.isEmpty ? .done : .partial
  }
}
