public import ArgumentParser
public import HostAccess
public import Presentation
internal import RoCE
public import Vocabulary

/// `rdmactl gid default`
public struct GIDDefault: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "default",
    abstract: "Show or set the RoCE version and ToS that rdma_cm uses by default.",
    discussion: """
      Programs that connect through rdma_cm and choose nothing themselves get these. The settings are lost at reboot; \
      rdmactl undo takes them back. Only root can read and set them.

      Examples:
        rdmactl gid default
        rdmactl gid default mlx5_0 --mode v2 --tos 106
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Option(help: ArgumentHelp("Set the RoCE version: v1 or v2.", valueName: "version"))
  public var mode: RoCEVersion?

  @Option(help: ArgumentHelp("Set the type of service: 0 to 255; the DSCP is a quarter of it.", valueName: "number"))
  public var tos: UInt8?

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var wish = RoCEWish()
    wish.version = mode?.rawValue
    wish.typeOfService = tos.map { Int($0) }
    guard wish.isEmpty else { return try RoCEChange(host: host, output: output, ask: ask).run(names, wish) }
    let found = try RoCETask(host: host).ports(of: names)
    let answer = GIDDefaultAnswer(ports: found.ports, more: found.notes)
    try output.show(answer)
    return found.ports.contains { $0.manager == nil } ? .partial : .done
  }
}

/// The answer of `rdmactl gid default`.
struct GIDDefaultAnswer: Presentable {
  struct Payload: Encodable {
    let defaults: [Port]
  }

  struct Port: Encodable {
    let adapter: String
    let port: Int
    @ExplicitNull var version: String?
    @ExplicitNull var tos: Int?
    @ExplicitNull var dscp: Int?
  }

  static let schema = "rdmactl.gid.default/1"
  let ports: [RoCEPort]
  let more: [Note]

  var problems: [Problem] { [] }
  var notes: [Note] {
    more + ports.compactMap { port in port.managerFailure.map { Note(subject: port.place, message: $0) } }
  }
  var quietLines: [String] {
    ports.compactMap { port in port.manager.map { "\(port.place) \($0.version) \($0.typeOfService)" } }
  }

  var payload: Payload {
    Payload(
      defaults: ports.map { port in
        Port(
          adapter: port.adapter, port: port.number, version: port.manager?.version, tos: port.manager?.typeOfService,
          dscp: port.manager.map { $0.typeOfService >> 2 })
      })
  }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("VERSION"), .init("TOS", .right), .init("DSCP", .right), .init("PRIORITY"),
    ])
    for port in ports {
      table.add([
        .init(port.place), .init(port.manager?.version), .init(port.manager?.typeOfService),
        .init(port.manager.map { $0.typeOfService >> 2 }), .init("\(port.chain.priority) (\(port.chain.by))"),
      ])
    }
    page.table(table)
  }
}
