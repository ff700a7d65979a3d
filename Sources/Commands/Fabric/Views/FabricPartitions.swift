public import ArgumentParser
internal import FabricDiscovery
public import HostAccess
public import Presentation
internal import SubnetManagement
public import Vocabulary

/// `rdmactl fabric partitions`
public struct FabricPartitions: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "partitions",
    abstract: "Show the partitions of the subnet, their full and limited members, and what partitions.conf differs in.",
    discussion: """
      Reads the P_Key tables of all ports that send and receive, and of switch ports that enforce partitions. With NODE: \
      the tables of its ports. The partitions.conf of this machine decides if its subnet manager is the master, or if \
      --partitions-file names it; otherwise differences are notes. Exits with 2 if there is a warning.

      Examples:
        rdmactl fabric partitions
        rdmactl fabric partitions host3 leaf1
        rdmactl fabric partitions --partitions-file ./partitions.conf
        rdmactl fabric partitions --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Show the P_Key tables of these nodes or ports.", valueName: "node"))
  public var places: [String] = []

  @Option(
    help: ArgumentHelp(
      "The partitions.conf to compare with (default: /etc/opensm/partitions.conf).", valueName: "file"),
    completion: .file())
  public var partitionsFile: String?

  @Flag(name: .shortAndLong, help: "Show notes too, and the P_Key table of every port.")
  public var verbose = false

  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  private static let usual = "/etc/opensm/partitions.conf"

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let map = try naming.map(on: host)
    let file = try configuration(on: host)
    let task = try FabricTask(try fabric.choice(), options: fabric, host: host, output: output)
    let found = try task.sweep()
    let names = FabricNames(found, map: map)
    let selection = try PortSelection.make(places, names: names)
    let survey = try task.ask { () throws(SessionFailure) in try task.session.partitionTables(of: found) }
    let check = PartitionCheck(found, survey, names: names)
    let manager = found.managerPort
    let isDecisive = partitionsFile != nil || manager == found.origin
    let problems =
      FabricCheck.incompleteness(found, names) + FabricCheck.unanswered(survey.unanswered, names) + check.problems()
      + (file.map { check.problems(against: $0, manager: manager, isDecisive: isDecisive) } ?? [])
    let answer = PartitionsAnswer(
      fabric: found, names: names, survey: survey, file: file, isDecisive: isDecisive,
      expected: file.flatMap { $0.refusal == nil ? $0.expectations(in: found, manager: manager) : nil } ?? [],
      shown: places.isEmpty && !verbose ? nil : selection, showsNotes: verbose,
      problems: Severity.allCases.flatMap { severity in problems.filter { $0.severity == severity } })
    try output.show(answer)
    if !found.isComplete || !survey.unanswered.isEmpty { return .partial }
    return answer.problems.contains { $0.severity != .info } ? .checkFailed : .done
  }

  /// The file that is named; the usual one where it is there.
  private func configuration(on host: Host) throws -> PartitionsConfiguration? {
    if let partitionsFile {
      let file = try UserFile(partitionsFile, what: "partitions.conf", host: host)
      return PartitionsConfiguration(file.bytes, file: partitionsFile)
    }
    guard let bytes = try? host.files.read(Self.usual, limit: UserFile.largestText) else { return nil }
    return PartitionsConfiguration(bytes, file: Self.usual)
  }
}

extension Fabric {
  /// Where the master subnet manager runs, by the LID that the local port has of it.
  var managerPort: PortReference? {
    guard let lid = self[origin]?.info?.masterSMLID ?? nodes.first?.port(0)?.info?.masterSMLID, lid != 0 else {
      return nil
    }
    return LIDOwners(self).ranges.first { $0.lids.contains(lid) }?.port
  }
}

/// The answer of `rdmactl fabric partitions`.
struct PartitionsAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.partitions/1"
  let fabric: Fabric
  let names: FabricNames
  let survey: PartitionSurvey
  let file: PartitionsConfiguration?
  let isDecisive: Bool
  let expected: [PartitionExpectation]
  /// The ports whose tables the text shows; `nil` for none.
  let shown: PortSelection?
  let showsNotes: Bool
  let problems: [Problem]

  var notes: [Note] { [] }
  var quietLines: [String] {
    guard let shown else { return survey.partitions.map { PartitionKey.spelled($0.key) } }
    return survey.ends.filter { shown.contains($0.port) }.map { table in
      ([names.name(of: table.port)] + table.used.map(PartitionKey.spelled)).joined(separator: " ")
    }
  }

  private func name(of key: UInt16) -> String? {
    expected.first { $0.partition == key }?.name
      ?? (key == PartitionTable.defaultPartition ? "Default" : nil)
  }

  func write(to json: inout JSONWriter) {
    json.array("partitions", survey.partitions) { json, partition in
      json.object { json in
        json.field("p_key", partition.key)
        json.field("name", name(of: partition.key))
        json.array("full", partition.full) { json, port in json.object { $0.fields(of: port, in: fabric) } }
        json.array("limited", partition.limited) { json, port in json.object { $0.fields(of: port, in: fabric) } }
      }
    }
    json.array("ports", survey.ends) { json, table in write(table, to: &json) }
    json.array("filters", survey.filters) { json, table in write(table, to: &json) }
    json.object("file") { json in
      json.field("path", file?.file)
      json.field("decisive", file == nil ? nil : isDecisive)
      json.field("refused_line", file?.refusal?.line)
      json.array("partitions", expected) { json, partition in
        json.object { json in
          json.field("p_key", partition.partition)
          json.field("name", partition.name)
          json.array("members", partition.members.sorted { $0.key < $1.key }) { json, member in
            json.object { json in
              json.fields(of: member.key, in: fabric)
              json.field("membership", member.value.rawValue)
            }
          }
          json.field("absent", partition.absent.map(\.description))
        }
      }
    }
    json.field("complete", fabric.isComplete && survey.unanswered.isEmpty)
  }

  private func write(_ table: PartitionTable, to json: inout JSONWriter) {
    json.object { json in
      json.fields(of: table.port, in: fabric)
      json.field("port_guid", fabric[table.port]?.guid?.description)
      json.field("capacity", table.keys.count)
      json.array("p_keys", table.keys.enumerated().filter { $0.element != 0 }) { json, entry in
        json.object { json in
          json.field("index", entry.offset)
          json.field("p_key", entry.element)
        }
      }
    }
  }

  func write(to page: inout Page) {
    let partitions = survey.partitions
    page.table(
      Table(
        [
          .init("P KEY") { PartitionKey.spelled($0.key) }, .init("NAME", text: { name(of: $0.key) }),
          .init("FULL", number: \.full.count), .init("LIMITED", number: \.limited.count),
          .init("FULL MEMBERS", rank: 1, text: { named($0.full) }),
          .init("LIMITED MEMBERS", rank: 2, text: { named($0.limited) }),
        ] as [Table.Field<Partition>], rows: partitions))
    if partitions.isEmpty { page.line("no P_Key: no subnet manager has configured this subnet") }
    if let shown {
      page.gap()
      page.table(
        Table(
          [
            .init("PORT") { names.name(of: $0.port) }, .init("ENTRIES", number: \.keys.count),
            .init("P KEYS", text: { $0.used.map(PartitionKey.spelled).joined(separator: " ") }),
            .init("ENFORCES", text: { enforcement(of: $0.port) }),
          ] as [Table.Field<PartitionTable>],
          rows: (survey.ends + survey.filters).filter { shown.contains($0.port) }))
    }
    page.problems(showsNotes ? problems : problems.filter { $0.severity != .info })
    let hidden = problems.count { $0.severity == .info }
    if hidden > 0, !showsNotes {
      page.gap()
      page.line("\(hidden) note\(hidden == 1 ? "" : "s") (-v shows them)", tone: .faint)
    }
  }

  private func named(_ ports: [PortReference]) -> String? {
    let most = 4
    let first = ports.prefix(most).map { names.name(of: $0) }.joined(separator: ", ")
    return ports.isEmpty ? nil : ports.count > most ? "\(first) and \(ports.count - most) more" : first
  }

  private func enforcement(of port: PortReference) -> String? {
    guard !fabric.isEnd(port), let info = fabric[port]?.info else { return nil }
    return [info.enforcesInbound ? "in" : nil, info.enforcesOutbound ? "out" : nil].compactMap(\.self)
      .joined(separator: ", ")
  }
}
