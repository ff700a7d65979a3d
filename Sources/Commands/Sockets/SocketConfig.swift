public import ArgumentParser
internal import Change
public import HostAccess
public import Presentation
internal import Sockets
public import Vocabulary

/// `rdmactl sock config`: the defaults of new rsockets.
public struct SocketConfigGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show and set the buffers of sockets over RDMA, and the programs that use them.",
    discussion: """
      The settings are the files of /etc/rdma/rsocket. Only new sockets see a change; rdmactl undo takes it back.

      Examples:
        rdmactl sock config
        rdmactl sock config set sqsize=1024 mem=1048576
        rdmactl sock config programs --add iperf
      """,
    subcommands: [SocketConfigShow.self, SocketConfigSet.self, SocketConfigReset.self, SocketConfigPrograms.self],
    defaultSubcommand: SocketConfigShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl sock config show`
public struct SocketConfigShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the defaults of new sockets over RDMA.",
    discussion: """
      Examples:
        rdmactl sock config show
        rdmactl sock config show --json
      """)

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let answer = SocketConfigAnswer(host)
    try output.show(answer)
    return .done
  }
}

/// `rdmactl sock config set`
public struct SocketConfigSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set defaults of new sockets over RDMA.",
    discussion: """
      Settings: sqsize, rqsize, inline, mem, wmem, iomap, polling-time, wake-up. SendBuffers= and ReceiveBuffers= of Winsock \
      Direct are sqsize and rqsize. Values out of range are refused; the library would change them in silence.

      Examples:
        rdmactl sock config set sqsize=1024 rqsize=1024
        rdmactl sock config set mem=1048576 --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("What to set.", valueName: "key=value"),
    completion: .list(SocketSetting.all.map { "\($0.key)=" }))
  public var words: [String] = []

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    if words.isEmpty { throw ValidationError("missing setting; use key=value, for example sqsize=1024") }
    for word in words { _ = try Self.wish(word) }
  }

  private static func wish(_ word: String) throws -> (path: String, content: String?) {
    let parts = word.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { throw ValidationError("\(word): expected key=value") }
    guard let setting = SocketSetting.named(parts[0]) else {
      throw ValidationError("\(parts[0]): unknown setting; use \(SocketSetting.all.map(\.key).joined(separator: ", "))")
    }
    guard let number = Int(parts[1]), setting.range.contains(number) else {
      throw ValidationError(
        "\(word): \(setting.key) is a number from \(setting.range.lowerBound) to \(setting.range.upperBound)")
    }
    return (setting.path, "\(number)\n")
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try SocketChange(host: host, output: output, ask: ask).run("set", try words.map { try Self.wish($0) })
  }
}

/// `rdmactl sock config reset`
public struct SocketConfigReset: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Remove settings: new sockets over RDMA get the library's defaults.",
    discussion: """
      Examples:
        rdmactl sock config reset
        rdmactl sock config reset sqsize mem
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Settings (default: all).", valueName: "key"), completion: .list(SocketSetting.all.map(\.key)))
  public var words: [String] = []

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    for word in words where SocketSetting.named(word) == nil { throw ValidationError("\(word): unknown setting") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let settings = words.isEmpty ? SocketSetting.all : words.compactMap { SocketSetting.named($0) }
    return try SocketChange(host: host, output: output, ask: ask).run("reset", settings.map { ($0.path, nil) })
  }
}

/// `rdmactl sock config programs`
public struct SocketConfigPrograms: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "programs",
    abstract: "Show and change which programs use sockets over RDMA when the library is loaded.",
    discussion: """
      The successor of SdpApplications: entries of /etc/rdma/rsocket/preload_config. Without an entry, every program that is \
      started with the library uses it. An entry matches programs whose names begin with it.

      Examples:
        rdmactl sock config programs
        rdmactl sock config programs --add iperf --add nginx
        rdmactl sock config programs --remove iperf
      """)

  @OptionGroup public var common: CommonOptions

  @Option(help: ArgumentHelp("Add a program.", valueName: "program"))
  public var add: [String] = []

  @Option(help: ArgumentHelp("Remove a program.", valueName: "program"))
  public var remove: [String] = []

  @Option(help: ArgumentHelp("Sockets of the programs to add: *, inet or inet6.", valueName: "domain"))
  public var domain = "*"

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    // The library reads a name of 63 characters at most.
    for word in add + remove
    where word.isEmpty || word.count > 63 || word.contains(where: \.isWhitespace) || word.hasPrefix("#") {
      throw ValidationError("\(word): not the name of a program")
    }
    if !["*", "inet", "inet6"].contains(domain.lowercased()) { throw ValidationError("--domain is *, inet or inet6") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let list = ProgramList(host)
    guard !add.isEmpty || !remove.isEmpty else {
      try output.show(SocketProgramsAnswer(entries: try list.read()))
      return .done
    }
    let entries = add.map {
      ProgramList.Entry(program: $0, domain: domain.uppercased(), type: "STREAM", protocolName: "TCP")
    }
    let text = try list.text(adding: entries, removing: remove)
    return try SocketChange(host: host, output: output, ask: ask).run("programs", [(ProgramList.path, text)])
  }
}

/// The change engine's run for the verbs of `sock config`.
struct SocketChange {
  let host: Host
  let output: Output
  let ask: AskOptions

  func run(_ action: String, _ wish: [(path: String, content: String?)]) throws -> ExitStatus {
    let options = Change.ChangeOptions(yes: ask.yes, dryRun: ask.dryRun)
    let writer = SocketWriter(host, action: action, wish: wish)
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(options) { plan in
      output.talk("To be written:")
      for change in plan.changes { output.talk("  \(SocketSetAnswer.words(change))") }
      if ask.dryRun { output.talk("Dry run: nothing is written.") }
    }
    try output.show(SocketSetAnswer(outcome: outcome))
    return .done
  }
}

/// The answer of `rdmactl sock config set`, `reset` and `programs`.
struct SocketSetAnswer: Presentable {
  struct Payload: Encodable {
    let changed: Bool
    let files: [File]
    @ExplicitNull var journalId: Int?
  }

  struct File: Encodable {
    let path: String
    @ExplicitNull var before: String?
    @ExplicitNull var after: String?
  }

  static let schema = "rdmactl.sock.config.set/1"
  let outcome: ChangeOutcome<[PlannedChange]>

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var wouldChange: Bool? { outcome.result == .dryRun ? true : nil }
  var quietLines: [String] { outcome.plan.changes.map { Self.words($0) } }

  private static func text(_ value: ChangeValue) -> String? {
    value == .absent ? nil : value.text.split(separator: "\n").joined(separator: "; ")
  }

  static func words(_ change: PlannedChange) -> String {
    "\(change.place.object?.name ?? ""): \(text(change.before) ?? "no file") -> \(text(change.after) ?? "no file")"
  }

  var payload: Payload {
    Payload(
      changed: outcome.record != nil,
      files: outcome.plan.changes.map { change in
        File(path: change.place.object?.name ?? "", before: Self.text(change.before), after: Self.text(change.after))
      }, journalId: outcome.record?.id)
  }

  func write(to page: inout Page) {
    switch outcome.result {
    case .unchanged: page.line("already set, nothing to do")
    case .dryRun: break
    case .written(let record):
      for change in outcome.plan.changes { page.line(Self.words(change)) }
      page.line("back: rdmactl undo \(record.id)", tone: .faint)
    }
  }
}

/// The answer of `rdmactl sock config show`.
struct SocketConfigAnswer: Presentable {
  struct Payload: Encodable {
    let settings: [Setting]
  }

  struct Setting: Encodable {
    let name: String
    let path: String
    @ExplicitNull var value: Int?
    let `default`: Int
    let minimum: Int
    let maximum: Int
    @ExplicitNull var unit: String?
  }

  struct Row {
    let setting: SocketSetting
    let text: String?
    var value: Int? { text.flatMap(SocketSetting.number) }
  }

  static let schema = "rdmactl.sock.config/1"
  private let rows: [Row]
  private let failures: [Note]

  init(_ host: Host) {
    var failures: [Note] = []
    rows = SocketSetting.all.map { setting in
      do throws(FileError) {
        return Row(
          setting: setting, text: String(decoding: try host.files.read(setting.path, limit: 4096), as: UTF8.self))
      } catch {
        if error.reason != .notFound {
          failures.append(Note(subject: setting.path, message: "this file \(error.explanation)"))
        }
        return Row(setting: setting, text: nil)
      }
    }
    self.failures = failures
  }

  var problems: [Problem] { [] }
  var notes: [Note] {
    failures
      + rows.compactMap { row in
        guard let text = row.text else { return nil }
        guard let value = row.value else {
          return Note(subject: row.setting.path, message: "not a number; the library uses its default")
        }
        return row.setting.range.contains(value)
          ? nil
          : Note(
            subject: row.setting.path,
            message: "\(text.prefix { $0 != "\n" }) is out of range; the library changes it in silence")
      }
  }
  var quietLines: [String] { rows.map { "\($0.setting.key)=\($0.value ?? $0.setting.usual)" } }

  var payload: Payload {
    Payload(
      settings: rows.map { row in
        Setting(
          name: row.setting.key, path: row.setting.path, value: row.value, default: row.setting.usual,
          minimum: row.setting.range.lowerBound, maximum: row.setting.range.upperBound, unit: row.setting.unit)
      })
  }

  func write(to page: inout Page) {
    let fields: [Table.Field<Row>] = [
      Table.Field("SETTING", text: { (row: Row) in row.setting.key }),
      Table.Field("VALUE", number: { (row: Row) in row.value }),
      Table.Field("DEFAULT", number: { (row: Row) in row.setting.usual }),
      Table.Field("UNIT", text: { (row: Row) in row.setting.unit }),
      Table.Field(
        "RANGE", rank: 1, text: { (row: Row) in "\(row.setting.range.lowerBound)-\(row.setting.range.upperBound)" }),
      Table.Field("MEANING", rank: 2, text: { (row: Row) in row.setting.meaning }),
    ]
    page.table(Table(fields, rows: rows))
  }
}

/// The answer of `rdmactl sock config programs`.
struct SocketProgramsAnswer: Presentable {
  struct Payload: Encodable {
    let programs: [Entry]
  }

  struct Entry: Encodable {
    let program: String
    let domain: String
    let type: String
    let `protocol`: String
  }

  static let schema = "rdmactl.sock.config.programs/1"
  let entries: [ProgramList.Entry]

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { entries.map(\.program) }

  var payload: Payload {
    Payload(
      programs: entries.map {
        Entry(program: $0.program, domain: $0.domain, type: $0.type, protocol: $0.protocolName)
      })
  }

  func write(to page: inout Page) {
    guard !entries.isEmpty else { return page.line("every program that is started with the library") }
    let fields: [Table.Field<ProgramList.Entry>] = [
      Table.Field("PROGRAM", text: { (entry: ProgramList.Entry) in entry.program }),
      Table.Field("DOMAIN", text: { (entry: ProgramList.Entry) in entry.domain }),
      Table.Field("TYPE", text: { (entry: ProgramList.Entry) in entry.type }),
      Table.Field("PROTOCOL", text: { (entry: ProgramList.Entry) in entry.protocolName }),
    ]
    page.table(Table(fields, rows: entries))
  }
}
