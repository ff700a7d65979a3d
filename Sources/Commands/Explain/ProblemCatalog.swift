internal import FabricDiscovery
internal import FirmwareFlash
internal import GUIDMapping
public import Glossary
internal import Offload
internal import PortStatus
internal import SubnetManagement
internal import Vocabulary

/// The findings that each command may report: the PROBLEMS section of its page, and what `explain` knows of them.
public enum ProblemCatalog {
  public static let findings = [
    Glossary.Findings(
      command: "status",
      descriptions: PortProblem.descriptions + ExpectationProblem.descriptions + WaitProblem.descriptions),
    Glossary.Findings(command: "guid2mac", descriptions: GUIDMappingProblem.descriptions),
    Glossary.Findings(
      command: "fabric",
      descriptions: FabricProblem.descriptions + RouteProblem.descriptions + AddressProblem.descriptions
        + SurveyProblem.descriptions),
    Glossary.Findings(
      command: "sm",
      descriptions: SurveyProblem.descriptions + ControlProblem.descriptions + OpenSMLintProblem.descriptions
        + [FabricProblem.unanswered, .impossibleAnswer, .contradictoryLink].map {
          ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning)
        }),
    Glossary.Findings(command: "offload", descriptions: OffloadRefusal.descriptions + UndoProblem.descriptions),
    Glossary.Findings(command: "fw", descriptions: FlashProblem.descriptions + FirmwareImageProblem.descriptions),
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
      counters: PortCounter.allCases.map { counter in
        let short = counter.rawValue.hasSuffix("Counter") ? [String(counter.rawValue.dropLast("Counter".count))] : []
        let long = counter.rawValue.hasSuffix("Pkts") ? [counter.rawValue.dropLast(4) + "Packets"] : []
        return Glossary.Counter(
          name: counter.rawValue, spellings: short + long.map { String($0) }, meaning: counter.explanation.meaning,
          advice: counter.explanation.advice)
      },
      errors: ErrorCatalog.groups)
  }
}
