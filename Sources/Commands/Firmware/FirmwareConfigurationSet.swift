public import ArgumentParser
internal import CardRegisters
internal import Change
internal import FirmwareFlash
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw config set`
public struct FirmwareConfigurationSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change settings of the card: plan, question, read-back, undo.",
    discussion: """
      Names and values are those of mstconfig, in any case; a number is accepted too. The card uses the new values after \
      its next start. --raw writes all bytes of a setting by its type number.

      Examples:
        rdmactl fw config set mlx5_0 SRIOV_EN=1 NUM_OF_VFS=16 --dry-run
        rdmactl fw config set mlx5_0 SRIOV_EN=1 NUM_OF_VFS=16
        rdmactl fw config set -d 04:00.0 LINK_TYPE_P1=ETH --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter (or -d), and the settings.", valueName: "name|key=value"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice

  @Option(help: ArgumentHelp("Write these bytes to the setting with this type number.", valueName: "type=hex"))
  public var raw: [String] = []

  @OptionGroup public var ask: AskOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    if words.first?.contains("=") == true, named.device == nil {
      throw UsageFailure.unreadable("missing adapter; use -d NAME", command: "fw config set")
    }
    let device = try named.name(&words, for: "config set")
    let values = try words.map { try Self.pair($0, "key=value, for example SRIOV_EN=1") }
    let settings = try raw.map { word in
      let (type, digits) = try Self.pair(word, "--raw TYPE=BYTES, for example 0x80=00000000")
      guard let bytes = SettingsWriter.bytes(digits) else {
        throw UsageFailure.unreadable("--raw takes bytes as pairs of hexadecimal digits", command: "fw config set")
      }
      return (try FirmwareConfigurationShow.type(type, for: "set"), bytes)
    }
    guard values.isEmpty != settings.isEmpty else {
      throw UsageFailure.unreadable(
        values.isEmpty
          ? "missing setting; use key=value, for example SRIOV_EN=1" : "--raw and key=value cannot be combined",
        command: "fw config set")
    }
    let names = values.map { $0.0.lowercased() } + settings.map { "0x\($0.0.rawValue)" }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw UsageFailure.unreadable("\(twice) is given twice", command: "fw config set")
    }
    return try ConfigurationChangeTask(host: host, output: output, ask: ask, reach: reach).run(
      settings.isEmpty
        ? .set(values.map { (name: $0.0, value: $0.1) }) : .raw(settings.map { (type: $0.0, bytes: $0.1) }),
      on: device)
  }

  private static func pair(_ word: String, _ form: String) throws(UsageFailure) -> (String, String) {
    guard let sign = word.firstIndex(of: "="), sign != word.startIndex else {
      throw .unreadable("\"\(Spelling.shown(word))\" is not a setting; use \(form)", command: "fw config set")
    }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }
}

/// `rdmactl fw config reset`
public struct FirmwareConfigurationReset: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Set settings of the card to their factory defaults.",
    discussion: """
      Without names, every parameter that rdmactl knows. A setting that only --raw can show is left as it is.

      Examples:
        rdmactl fw config reset mlx5_0 --dry-run
        rdmactl fw config reset mlx5_0 NUM_OF_VFS SRIOV_EN
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter (or -d), and the parameters.", valueName: "name|parameter"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice
  @OptionGroup public var ask: AskOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    let device = try named.name(&words, for: "config reset")
    var names: [String] = []
    for word in words where !names.contains(word.uppercased()) { names.append(word.uppercased()) }
    return try ConfigurationChangeTask(host: host, output: output, ask: ask, reach: reach).run(
      .reset(names), on: device)
  }
}

/// The engine's run of a change of settings, and its answer.
struct ConfigurationChangeTask {
  let host: Host
  let output: Output
  let ask: AskOptions
  let reach: DeviceReach
  /// What the change cuts or needs, told with the plan.
  var remarks: [String] = []

  func run<Writer: ChangeWriter>(
    _ writer: Writer, on device: String, effect: String = ConfigurationChangeAnswer.afterStart
  ) throws -> ExitStatus where Writer.Detail == SettingsPlan {
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: ask.yes, dryRun: ask.dryRun)
    ) { plan in
      guard !ask.dryRun, !ask.yes else { return }
      var page = Page()
      page.table(ConfigurationChangeAnswer.table(plan.detail.rows))
      output.talk(page.text.split(separator: "\n"))
      for remark in remarks { output.talk("note: \(remark)") }
    }
    try output.show(
      ConfigurationChangeAnswer(
        device: device, plan: outcome.plan.detail, record: outcome.record, dryRun: ask.dryRun, remarks: remarks,
        effect: effect))
    return .done
  }

  func run(_ wish: SettingsWish, on device: String) throws -> ExitStatus {
    let writer = try SettingsWriter.change(wish, of: device, reach: reach, host: host)
    do { return try run(writer, on: device) } catch let error as CardRegisterError {
      throw DeviceFailure(error, name: device)
    }
  }
}

/// The answer of `rdmactl fw config set` and `reset`.
struct ConfigurationChangeAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let changed: Bool
    let changes: [ChangePayload]
    let already: [String]
    @ExplicitNull var journalId: Int?
    let remarks: [String]
  }

  struct ChangePayload: Encodable {
    let name: String
    @ExplicitNull var `default`: String?
    @ExplicitNull var current: String?
    let before: String
    let after: String
  }

  static let schema = "rdmactl.fw.config.set/1"
  let device: String
  let plan: SettingsPlan
  let record: ChangeRecord?
  let dryRun: Bool
  let remarks: [String]
  let effect: String

  static let afterStart = "the card uses it after its next start (reboot, or a PCIe reset of the card)"

  var payload: Payload {
    Payload(
      device: device, changed: record != nil,
      changes: plan.rows.map {
        ChangePayload(name: $0.name, default: $0.factory, current: $0.current, before: $0.before, after: $0.after)
      }, already: plan.already, journalId: record?.id, remarks: remarks)
  }

  var wouldChange: Bool? { dryRun ? !plan.rows.isEmpty : nil }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { record.map { ["\($0.id)"] } ?? [] }

  static func table(_ rows: [SettingsPlan.Row]) -> Table {
    let fields: [Table.Field<SettingsPlan.Row>] = [
      .init("PARAMETER", text: { $0.name }), .init("DEFAULT", rank: 2, text: { $0.factory }),
      .init("CURRENT", rank: 1, text: { $0.current }), .init("NEXT START", text: { $0.before.shortened }),
      .init("NEW", cell: { Table.Cell($0.after.shortened, value: $0.after, tone: .caution) }),
    ]
    return Table(fields, rows: rows)
  }

  func write(to page: inout Page) {
    guard !plan.rows.isEmpty else { return page.line("already set, nothing to do", tone: .good) }
    if dryRun || record != nil { page.table(Self.table(plan.rows)) }
    if dryRun {
      for remark in remarks { page.line("note: \(remark)") }
      return page.line("Dry run: nothing was written.")
    }
    guard let record else { return }
    for remark in remarks { page.line("note: \(remark)") }
    page.line("written and read back; \(effect)")
    page.line("to take it back: rdmactl undo \(record.id)", tone: .faint)
  }
}
