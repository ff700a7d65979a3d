internal import Counters
internal import FabricDiscovery
internal import FirmwareFlash
internal import GIDSelection
internal import GUIDMapping
public import Glossary
internal import GroupMembership
internal import KernelEvents
internal import Offload
internal import PortStatus
internal import RoCE
internal import Sockets
internal import SubnetManagement
internal import Vocabulary

/// The findings that each command may report: the PROBLEMS section of its page, and what `explain` knows of them.
public enum ProblemCatalog {
  public static let findings = [
    Glossary.Findings(
      command: "status",
      descriptions: PortProblem.descriptions + ExpectationProblem.descriptions + WaitProblem.descriptions),
    Glossary.Findings(command: "counters", descriptions: CounterProblem.descriptions),
    Glossary.Findings(command: "roce", descriptions: RoCEProblem.descriptions),
    Glossary.Findings(command: "gid", descriptions: GIDProblem.descriptions),
    Glossary.Findings(command: "sock", descriptions: SocketProblem.descriptions),
    Glossary.Findings(command: "perf", descriptions: PerfProblem.descriptions),
    Glossary.Findings(command: "guid2mac", descriptions: GUIDMappingProblem.descriptions),
    Glossary.Findings(
      command: "fabric",
      descriptions: FabricProblem.descriptions + RouteProblem.descriptions + PartitionProblem.descriptions
        + PathProblem.descriptions + MulticastProblem.descriptions + PingProblem.descriptions
        + AddressProblem.descriptions
        + SurveyProblem.descriptions + PlanProblem.descriptions),
    Glossary.Findings(
      command: "sm",
      descriptions: SurveyProblem.descriptions + ControlProblem.descriptions + OpenSMLintProblem.descriptions
        + [FabricProblem.unanswered, .impossibleAnswer, .contradictoryLink].map {
          ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning)
        }),
    Glossary.Findings(command: "events", descriptions: EventKind.descriptions),
    Glossary.Findings(command: "igmp", descriptions: IGMPProblem.descriptions),
    Glossary.Findings(command: "link", descriptions: LinkProblem.descriptions),
    Glossary.Findings(command: "snapshot", descriptions: SnapshotProblem.descriptions),
    Glossary.Findings(command: "offload", descriptions: OffloadRefusal.descriptions + UndoProblem.descriptions),
    Glossary.Findings(
      command: "fw",
      descriptions: FlashProblem.descriptions + FirmwareImageProblem.descriptions + RunningCardProblem.descriptions),
  ]

  /// The entries of `rdmactl explain`, and of rdmactl-windows(7).
  public static var glossary: Glossary {
    Glossary(
      findings: findings,
      settings: KeyCatalogue.all.map { key in
        Glossary.Setting(
          name: key.name, meaning: key.meaning,
          isOfMachine: key.knobs.contains { $0.kind == .sysctl && !$0.name.contains(".IF.") })
      },
      counters: counters,
      errors: ErrorCatalog.groups)
  }

  /// Those of the fabric's management agents, and of what drivers count those that have no name there.
  private static var counters: [Glossary.Counter] {
    let fabric = PortCounter.allCases.map { counter in
      let short = counter.rawValue.hasSuffix("Counter") ? [String(counter.rawValue.dropLast("Counter".count))] : []
      let long = counter.rawValue.hasSuffix("Pkts") ? [counter.rawValue.dropLast(4) + "Packets"] : []
      return Glossary.Counter(
        name: counter.rawValue, spellings: short + long.map { String($0) }, meaning: counter.explanation.meaning,
        advice: counter.explanation.advice)
    }
    func key(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
    let known = Set(fabric.flatMap { [$0.name] + $0.spellings }.map(key))
    return fabric
      + CounterKind.all.filter { !known.contains(key($0.name)) }.map { kind in
        Glossary.Counter(
          name: kind.name,
          // A priority's number stands in the name.
          spellings: kind.name.contains("prioN") ? (0..<8).map { kind.name.replacing("prioN", with: "prio\($0)") } : [],
          meaning: kind.meaning, advice: kind.problem?.advice ?? "")
      }
  }
}
