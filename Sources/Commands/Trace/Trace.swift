public import ArgumentParser
public import HostAccess
public import Presentation
internal import TraceSession
public import Vocabulary

/// `rdmactl trace`: trace points and debug messages of the RDMA stack.
public struct TraceGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Trace the kernel's RDMA stack for a while.",
    discussion: """
      The trace has an instance of its own in tracefs (rdmactl); it is removed at the end, or by the next call after a crash. \
      Debug messages are switched on only where they were off, and off again at the end.

      Examples:
        rdmactl trace                                          groups and modules of this machine
        rdmactl trace run rdma_cma ib_cma --for 10
        rdmactl trace run rdma_cma -- rping -c -a 192.0.2.7 -C 1
        rdmactl trace run --debug-module mlx5_core --for 5
      """,
    subcommands: [TraceList.self, TraceRun.self], defaultSubcommand: TraceList.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl trace list`
public struct TraceList: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List groups of trace points, and modules with debug messages.",
    discussion: """
      Examples:
        rdmactl trace list
        rdmactl trace list -q
      """)

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try output.show(TraceListAnswer(catalogue: TraceCatalogue(host.files)))
    return .done
  }
}

/// The answer of `rdmactl trace list`.
struct TraceListAnswer: Presentable {
  struct Payload: Encodable {
    let groups: [Group]
    let modules: [Module]
  }

  struct Group: Encodable {
    let name: String
    let module: String
    let loaded: Bool
    let events: [String]
  }

  struct Module: Encodable {
    let name: String
    let sites: Int
    let sitesOn: Int
    let debugLevel: Bool
  }

  static let schema = "rdmactl.trace.list/1"
  let catalogue: TraceCatalogue

  var problems: [Problem] { [] }
  var notes: [Note] { catalogue.notes }
  var quietLines: [String] { catalogue.groups.filter { $0.events != nil }.map(\.name) }

  var payload: Payload {
    Payload(
      groups: catalogue.groups.map {
        Group(name: $0.name, module: $0.module, loaded: $0.events != nil, events: $0.events ?? [])
      },
      modules: catalogue.modules.map {
        Module(name: $0.name, sites: $0.sites, sitesOn: $0.sitesOn, debugLevel: $0.hasLevel)
      })
  }

  func write(to page: inout Page) {
    let groups: [Table.Field<TraceCatalogue.Group>] = [
      .init("GROUP", text: \.name), .init("MODULE", text: \.module),
      .init("EVENTS", .right, text: { $0.events.map { String($0.count) } ?? "not loaded" }),
    ]
    page.table(Table(groups, rows: catalogue.groups))
    guard !catalogue.modules.isEmpty else { return }
    page.gap()
    let modules: [Table.Field<TraceCatalogue.Module>] = [
      .init("DEBUG MODULE", text: \.name),
      .init("MESSAGES", .right, text: { $0.sites == 0 && $0.hasLevel ? "debug_level" : String($0.sites) }),
      .init("ON", number: { $0.sites == 0 ? nil : $0.sitesOn }),
    ]
    page.table(Table(modules, rows: catalogue.modules))
  }
}
