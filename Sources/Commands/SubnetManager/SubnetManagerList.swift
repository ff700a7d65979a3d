public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
internal import InfiniBandWire
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl sm list`
public struct SubnetManagerList: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the subnet managers of the subnet, the master first.",
    discussion: """
      NAME is the local port to send requests from (default: the first active port, else the first with a link). Exits \
      with 2 unless there is exactly one master.

      Examples:
        rdmactl sm list
        rdmactl sm list mlx5_0/1 --json
        rdmactl sm list -q                the master's GUID
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Local port to send requests from, by any of its names.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var name: String?

  @OptionGroup public var fabric: FabricOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = try FabricTask(
      try fabric.choice(named: name, of: "sm list"), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let survey = try task.ask { () throws(SessionFailure) in try task.session.subnetManagers(of: found) }
    LastSweep(host).keep(survey.managers)
    let answer = ManagerListAnswer(
      survey: survey, fabric: found, port: task.port.name, local: task.port.localGUIDs)
    try output.show(answer)
    // A subnet manager that did not answer may be the master that is missing.
    guard found.isComplete && survey.unanswered.isEmpty else { return .partial }
    return answer.hasOneMaster ? .done : .checkFailed
  }
}

/// The answer of `rdmactl sm list`.
struct ManagerListAnswer: Presentable {
  struct Payload: Encodable {
    let managers: [Manager]
    @ExplicitNull var master: GUID?
    let complete: Bool
  }

  struct Manager: Encodable {
    let guid: GUID
    @ExplicitNull var lid: UInt16?
    let priority: Int
    @ExplicitNull var state: String?
    let activity: UInt32
    let local: Bool
    @ExplicitNull var nodeDescription: String?
    @ExplicitNull var nodeGuid: GUID?
    let port: UInt8

    init(_ manager: SubnetManager, in fabric: Fabric, isLocal: Bool) {
      guid = manager.guid
      priority = manager.priority
      activity = manager.activityCount
      local = isLocal
      port = manager.port.port
      lid = manager.lid == 0 ? nil : manager.lid
      state = manager.state?.word
      nodeDescription = manager.nodeDescription
      nodeGuid = fabric.nodes.indices.contains(manager.port.node) ? fabric.nodes[manager.port.node].guid : nil
    }
  }

  static let schema = "rdmactl.sm.list/1"
  let survey: SubnetManagerSurvey
  let fabric: Fabric
  /// The local port that sent the requests.
  let port: String
  /// Port GUIDs of this machine.
  let local: Set<GUID>

  var hasOneMaster: Bool { master != nil }

  private var master: SubnetManager? {
    let masters = survey.managers.filter { $0.state == .master }
    return masters.count == 1 ? masters[0] : nil
  }

  var payload: Payload {
    Payload(
      managers: survey.managers.map { Manager($0, in: fabric, isLocal: local.contains($0.guid)) },
      master: master?.guid, complete: fabric.isComplete && survey.unanswered.isEmpty)
  }

  var problems: [Problem] {
    survey.problems(of: port) + FabricCheck.incompleteness(fabric, FabricNames(fabric))
  }
  var notes: [Note] { [] }
  var quietLines: [String] { master.map { [$0.guid.description] } ?? [] }

  func write(to page: inout Page) {
    var table = Table([
      .init("STATE"), .init("PRIORITY", .right), .init("GUID"), .init("LID", .right),
      .init("ACTIVITY", .right, rank: 1),
      .init("WHERE"), .init("NODE"),
    ])
    for manager in survey.managers {
      table.add([
        .init(manager.state?.name ?? "unknown", tone: manager.state == .master ? .good : .plain),
        .init(manager.priority), .init(manager.guid.description),
        .init(manager.lid == 0 ? nil : String(manager.lid)), .init(Int(manager.activityCount)),
        .init(local.contains(manager.guid) ? "here" : nil), .init(manager.nodeDescription.map(FabricNames.cleaned)),
      ])
    }
    page.table(table)
    page.problems(problems)
  }
}

extension SMInfo.State {
  /// As JSON has it.
  var word: String { self == .notActive ? "not_active" : name }
}
