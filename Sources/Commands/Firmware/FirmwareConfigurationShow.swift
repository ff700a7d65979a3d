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
        rdmactl fw config show -d mlx5_0 --raw 0x80
      """)

  @OptionGroup public var common: CommonOptions

  @OptionGroup public var named: FirmwareDevice

  @Argument(
    help: ArgumentHelp("The adapter, unless -d names it, and parameters to show.", valueName: "parameter"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var words: [String] = []

  @Flag(help: "Show every parameter that the card has.")
  public var all = false

  @Option(help: ArgumentHelp("Show the bytes of the setting with this type number.", valueName: "type"))
  public var raw: [String] = []

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var parameters = words
    let device = try named.name(&parameters, for: "config show")
    let types = try raw.map(Self.type)
    for name in parameters
    where !CardParameter.all(ports: 2).contains(where: { $0.name.lowercased() == name.lowercased() }) {
      throw UnknownParameter(name: name)
    }
    let answer: ConfigurationAnswer = try DeviceSession.open(
      device, reach: reach, host: host,
      running: { session in
        let settings = try types.map { type in
          (type, try session.card.setting(type, size: MNVDA.data.count, .next))
        }
        let entries = types.isEmpty ? try CardSettings(of: session.card, ports: 2).entries : []
        return ConfigurationAnswer(
          device: device, entries: chosen(entries, parameters), total: entries.count, raw: settings)
      },
      { _ -> ConfigurationAnswer in throw NoRunningFirmware(name: device) })
    try output.show(answer)
    return .done
  }

  private func chosen(_ entries: [CardSettings.Entry], _ parameters: [String]) -> [CardSettings.Entry] {
    if all { return entries }
    let names = Set(parameters.map { $0.lowercased() })
    if !names.isEmpty { return entries.filter { names.contains($0.parameter.name.lowercased()) } }
    return entries.filter(\.differs)
  }

  private static func type(_ text: String) throws -> SettingType {
    let isHexadecimal = text.lowercased().hasPrefix("0x")
    guard let number = UInt32(isHexadecimal ? text.dropFirst(2) : text[...], radix: isHexadecimal ? 16 : 10) else {
      throw UsageFailure.unreadable("--raw takes a type number such as 0x80", command: "fw config show")
    }
    return SettingType(rawValue: number)
  }
}

/// A parameter that rdmactl does not know.
private struct UnknownParameter: Failure {
  let name: String
  let id = "config.unknown_parameter"
  var message: String { "unknown parameter \(name)" }
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.usage
}

/// The card's firmware does not run, or takes no commands.
private struct NoRunningFirmware: Failure {
  let name: String
  let id = "config.no_firmware"
  let message = "the card's settings are kept by its firmware, and its firmware does not run or takes no commands"
  var subject: String? { name }
  let fix: [String] = []
  let exitStatus = ExitStatus.unsupported
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
  let entries: [CardSettings.Entry]
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
