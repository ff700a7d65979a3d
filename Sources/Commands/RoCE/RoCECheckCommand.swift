public import ArgumentParser
public import HostAccess
internal import PortStatus
public import Presentation
internal import RoCE
public import Vocabulary

/// `rdmactl roce check`
public struct RoCECheckCommand: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check whether RoCE on each port runs as the profile wants it.",
    discussion: """
      Profiles: lossless (PFC holds packets back), lossy (no PFC), dc-qcn (PFC and congestion control). Exit status 2 where \
      an error is found, 8 where flow control is not known. The defaults of rdma_cm can be read by root only.

      Examples:
        rdmactl roce check mlx5_0
        rdmactl roce check --profile lossy -q
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports.", valueName: "name"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var names: [String] = []

  @Option(help: ArgumentHelp("What RoCE is to rely on: lossless, lossy or dc-qcn.", valueName: "profile"))
  var profile = RoCEProfile.lossless

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let found = try RoCETask(host: host).ports(of: names)
    let answer = RoCECheckAnswer(checks: found.ports.map { RoCECheck($0, profile) }, notes: found.notes)
    try output.show(answer)
    return answer.status
  }
}

extension RoCEProfile: ExpressibleByArgument {}

/// Reads the machine for the verbs of `roce` and `gid default`.
struct RoCETask {
  let host: Host

  /// - Throws: `NoDevice`, `NameFailure`, ``NoRoCEPort``.
  func ports(of names: [String]) throws -> (ports: [RoCEPort], notes: [Note]) {
    let inventory = InventoryReader(host: host).read(InventoryRequest(names: names))
    guard inventory.machine.rdmaClassFailure == nil, !inventory.devices.isEmpty else { throw NoDevice(inventory) }
    let limited = try inventory.limited(to: names)
    let ports = RoCEReader(host: host).ports(of: limited)
    guard !ports.isEmpty else { throw NoRoCEPort(subject: names.first) }
    return (ports, limited.notes)
  }
}

struct NoRoCEPort: Failure {
  let id = "roce.no_port"
  let subject: String?
  let message = "no RoCE port: InfiniBand and iWARP do not depend on these settings"
  let fix = ["rdmactl status"]
  let exitStatus = ExitStatus.notFound
}

/// The answer of `rdmactl roce check`.
struct RoCECheckAnswer: Presentable {
  struct Payload: Encodable {
    let ports: [Port]
  }

  struct Port: Encodable {
    let adapter: String
    let port: Int
    @ExplicitNull var netdev: String?
    let profile: String
    /// Not known where flow control is not.
    @ExplicitNull var inOrder: Bool?
    @ExplicitNull var defaultVersion: String?
    @ExplicitNull var defaultTos: Int?
    let priority: Int
    @ExplicitNull var trust: String?
    @ExplicitNull var pfc: [Int]?
    @ExplicitNull var dscpMap: [Entry]?
    @ExplicitNull var trafficClasses: [Int]?
    @ExplicitNull var rxPause: Bool?
    @ExplicitNull var txPause: Bool?
    @ExplicitNull var mtu: Int?
    @ExplicitNull var roceMtu: Int?
    @ExplicitNull var tcpEcn: Int?
  }

  struct Entry: Encodable {
    let dscp: Int
    let priority: Int
  }

  static let schema = "rdmactl.roce.check/1"
  let checks: [RoCECheck]
  let notes: [Note]

  var problems: [Problem] { checks.flatMap(\.problems) }

  var payload: Payload {
    Payload(
      ports: checks.map { check in
        let port = check.port
        return Port(
          adapter: port.adapter, port: port.number, netdev: port.netdev, profile: check.profile.rawValue,
          inOrder: Self.isInOrder(check), defaultVersion: port.manager?.version,
          defaultTos: port.manager?.typeOfService, priority: port.chain.priority,
          trust: port.bridging.map { $0.trustsDSCP ? "dscp" : "pcp" }, pfc: port.bridging?.flowControlled.sorted(),
          dscpMap: port.bridging?.priorities.sorted { $0.key < $1.key }.map { Entry(dscp: $0.key, priority: $0.value) },
          trafficClasses: port.bridging?.classes, rxPause: port.pause?.receive, txPause: port.pause?.send,
          mtu: port.mtu, roceMtu: port.packetMTU, tcpEcn: port.tcpECN)
      })
  }

  private static func isInOrder(_ check: RoCECheck) -> Bool? {
    if check.problems.contains(where: { $0.severity == .error }) { return false }
    return check.port.bridging == nil ? nil : true
  }

  /// The ports that are in order.
  var quietLines: [String] { checks.filter { Self.isInOrder($0) == true }.map(\.port.place) }

  var status: ExitStatus {
    let verdicts = checks.map(Self.isInOrder)
    return verdicts.contains(false) ? .checkFailed : verdicts.contains(nil) ? .partial : .done
  }

  func write(to page: inout Page) {
    var table = Table([
      .init("PORT"), .init("NETDEV"), .init("WHAT"), .init("FOUND"), .init("WANTED", rank: 1),
    ])
    for check in checks {
      for item in check.items where item.found != nil || item.wanted != nil {
        table.add([
          .init(check.port.place), .init(check.port.netdev), .init(item.name), .init(item.found ?? "not known"),
          .init(item.wanted),
        ])
      }
    }
    page.table(table)
    page.problems(problems)
  }
}
