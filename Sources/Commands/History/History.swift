public import ArgumentParser
internal import Change
public import HostAccess
internal import MaskStore
public import Presentation
public import Vocabulary

/// `rdmactl history`
public struct History: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List what rdmactl changed on this machine.",
    discussion: """
      Newest first. With ID, every step of that change, with the values before and after. Masks that version 0.1 stored \
      have no ID; after all other changes `rdmactl undo` takes them back, the newest first.

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
      entries: records.map { record in
        HistoryAnswer.Entry(
          record, target: kinds.target(of: record.kind), present, hindrance: OldChange(record, on: host)?.hindrance)
      },
      unreadable: unreadable, isDetailed: id != nil)
    try output.show(answer)
    return answer.notes.isEmpty ? .done : .partial
  }
}

/// An entry of a journal of version 0.1 without a number.
struct OldChange {
  let record: ChangeRecord
  /// `nil`: it cannot be taken back.
  let wayBack: MaskWriter?

  /// - Returns: `nil` for an entry that has a number.
  init?(_ record: ChangeRecord, on host: Host) {
    guard record.id == 0 else { return nil }
    self.record = record
    wayBack = record.kind == "masks" ? MaskWriter(host, against: record) : nil
  }

  var hindrance: String? {
    if wayBack != nil { return nil }
    return record.kind == "masks"
      ? "the mask was changed again since" : "version 0.1 did not note which backup belongs to which burn"
  }
}
