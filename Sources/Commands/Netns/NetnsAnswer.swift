internal import NetworkNamespaces
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl netns`.
struct NetnsAnswer: Presentable {
  struct Payload: Encodable {
    @ExplicitNull var mode: String?
    let namespaces: [Namespace]
    let here: Here
  }

  struct Namespace: Encodable {
    let id: String
    @ExplicitNull var name: String?
    let here: Bool
    let processes: Int
    @ExplicitNull var pid: Int?
    @ExplicitNull var command: String?
    @ExplicitNull var interfaces: [String]?
    @ExplicitNull var devices: [String]?
  }

  struct Here: Encodable {
    let deviceNodes: [String]
    let devicesWithoutNode: [String]
    @ExplicitNull var memlockBytes: UInt64?
    let capabilities: [String]
  }

  static let schema = "rdmactl.netns/1"
  let survey: NamespaceSurvey

  private var rights: ProcessRights { survey.rights }

  var payload: Payload {
    Payload(
      mode: survey.mode?.rawValue,
      namespaces: survey.namespaces.map { space in
        Namespace(
          id: space.identifier, name: space.name, here: space.isHere, processes: space.processes.count,
          pid: space.processes.first, command: space.command, interfaces: space.interfaces, devices: space.devices)
      },
      here: Here(
        deviceNodes: rights.nodes, devicesWithoutNode: rights.devicesWithoutNode, memlockBytes: rights.lockableMemory,
        capabilities: rights.capabilities))
  }

  var problems: [Problem] { [] }

  var notes: [Note] {
    var notes: [Note] = []
    if let reason = survey.modeFailure { notes.append(Note(subject: "mode", message: "unknown: \(reason)")) }
    if survey.hidden > 0 {
      notes.append(
        Note(
          subject: "processes", message: "\(survey.hidden) of other users, whose name space needs root (CAP_SYS_PTRACE)"
        ))
    }
    return notes
  }

  var quietLines: [String] { survey.namespaces.map(\.label) }

  func write(to page: inout Page) {
    if let mode = survey.mode { page.line("mode: \(mode.rawValue) (\(mode.meaning))") }
    var table = Table([
      .init("NAMESPACE"), .init("HERE"), .init("PROCESSES", .right), .init("PID", .right), .init("COMMAND", rank: 1),
      .init("DEVICES"), .init("INTERFACES"),
    ])
    for space in survey.namespaces {
      table.add([
        .init(space.label), .init(space.isHere ? "yes" : nil), .init(space.processes.count),
        .init(space.processes.first), .init(space.command), .init(space.devices.map { $0.joined(separator: " ") }),
        .init(space.interfaces.map { $0.joined(separator: " ") }),
      ])
    }
    page.table(table)
    page.gap()
    page.line("A process here", tone: .heading)
    let memory = rights.lockableMemory.map { "\($0 >> 10) KiB" } ?? "unlimited"
    page.paragraphs(
      [
        ("device nodes", rights.nodes.isEmpty ? "none in /dev/infiniband" : rights.nodes.joined(separator: " ")),
        ("no node for", rights.devicesWithoutNode.joined(separator: " ")),
        ("lockable memory", memory),
        ("capabilities", rights.capabilities.isEmpty ? "none" : rights.capabilities.joined(separator: " ")),
      ].filter { !$0.1.isEmpty }, indent: 2)
  }
}
