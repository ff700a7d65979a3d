public import ArgumentParser
internal import CardRegisters
internal import FirmwareFlash
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw config show`
public struct FirmwareConfigurationShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the card's settings: factory default, current value, value after the next start.",
    discussion: """
      Without names or --all, only parameters that differ from the default or change at the next start are shown. \
      --raw shows the bytes of a setting by its type number.

      Examples:
        rdmactl fw config show mlx5_0
        rdmactl fw config show mlx5_0 --all
        rdmactl fw config show mlx5_0 SRIOV_EN NUM_OF_VFS
        rdmactl fw config show -d mlx5_0 --raw 0x80
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter (or -d), and only these parameters.", valueName: "name|parameter"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice

  @Flag(help: "Show every parameter that the card has.")
  public var all = false

  @Option(help: ArgumentHelp("Show the bytes of the setting with this type number.", valueName: "type"))
  public var raw: [String] = []

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    let device = try named.name(&words, for: "config show")
    let types = try raw.map { try Self.type($0, for: "show") }
    let wanted = try words.map { word in
      guard let parameter = CardParameter.named(word) else { throw SettingsFailure.unknown(word, device) }
      return parameter
    }
    let answer: ConfigurationAnswer = try DeviceSession.open(
      device, reach: reach, host: host,
      running: { session in
        let settings = CardSettings(of: session.card)
        let bytes = try types.map { (type: $0, bytes: try settings.raw($0)?.bytes) }
        let known = wanted.isEmpty ? CardParameter.all(ports: 2) : wanted
        let entries = types.isEmpty ? try settings.entries(known) : []
        return ConfigurationAnswer(
          device: device, entries: all || !wanted.isEmpty ? entries : entries.filter(\.differs), total: entries.count,
          raw: bytes)
      },
      { _ -> ConfigurationAnswer in throw NoRunningFirmware(name: device) })
    let missing = wanted.map(\.name).filter { name in
      types.isEmpty && !answer.entries.contains { $0.parameter.name == name }
    }
    if answer.entries.isEmpty, let name = missing.first { throw SettingsFailure.absent(name, device) }
    try output.show(answer)
    return .done
  }

  static func type(_ text: String, for command: String) throws(UsageFailure) -> SettingType {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    guard let number = UInt32(isHexadecimal ? text.dropFirst(2) : text[...], radix: isHexadecimal ? 16 : 10) else {
      throw .unreadable("--raw takes a type number such as 0x80", command: "fw config \(command)")
    }
    return SettingType(rawValue: number)
  }
}

/// The answer of `rdmactl fw config show`.
struct ConfigurationAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let parameters: [ParameterPayload]
    /// How many parameters the card has of those that rdmactl knows.
    let total: Int
    let raw: [RawPayload]
  }

  struct ParameterPayload: Encodable {
    let name: String
    @ExplicitNull var `default`: String?
    @ExplicitNull var current: String?
    @ExplicitNull var next: String?
    let differs: Bool
  }

  struct RawPayload: Encodable {
    let type: Int
    @ExplicitNull var bytes: String?
  }

  static let schema = "rdmactl.fw.config.show/1"
  let device: String
  let entries: [SettingEntry]
  let total: Int
  let raw: [(type: SettingType, bytes: [UInt8]?)]

  var payload: Payload {
    Payload(
      device: device,
      parameters: entries.map { entry in
        ParameterPayload(
          name: entry.parameter.name, default: entry.factory.map(entry.parameter.words),
          current: entry.current.map(entry.parameter.words), next: entry.next.map(entry.parameter.words),
          differs: entry.differs)
      }, total: total,
      raw: raw.map { RawPayload(type: Int($0.type.rawValue), bytes: $0.bytes.map(Self.hexadecimal)) })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { entries.map { "\($0.parameter.name)=\($0.next.map { "\($0)" } ?? "unknown")" } }

  func write(to page: inout Page) {
    for (type, bytes) in raw {
      page.line(
        "0x\(UInt64(type.rawValue).hexadecimal(digits: 8))  \(bytes.map(Self.hexadecimal) ?? "not on this card")")
    }
    guard raw.isEmpty else { return }
    if !entries.isEmpty {
      var table = Table([.init("PARAMETER"), .init("DEFAULT"), .init("CURRENT"), .init("NEXT START")])
      for entry in entries {
        let words = entry.parameter.words
        table.add([
          .init(entry.parameter.name), .init(entry.factory.map(words), tone: .faint), .init(entry.current.map(words)),
          .init(entry.next.map(words), tone: entry.next != entry.current ? .caution : .plain),
        ])
      }
      page.table(table)
    }
    if entries.isEmpty {
      page.line("All \(total) parameters have their default values.", tone: .good)
    } else if entries.count < total {
      page.line("\(entries.count) of \(total) parameters; --all shows every one", tone: .faint)
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { $0.hexadecimal(digits: 2) }.joined()
  }
}
