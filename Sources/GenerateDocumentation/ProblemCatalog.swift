internal import Commands
internal import FabricDiscovery
internal import FirmwareFlash
internal import GUIDMapping
internal import PortStatus
internal import SubnetManagement
internal import Vocabulary

/// The problems that each command may report, by the command's name: the PROBLEMS section of its page.
let problemCatalog: [String: [ProblemDescription]] = [
  "status": PortProblem.descriptions + ExpectationProblem.descriptions + WaitProblem.descriptions,
  "guid2mac": GUIDMappingProblem.descriptions,
  "fabric": FabricProblem.descriptions + RouteProblem.descriptions + AddressProblem.descriptions
    + SurveyProblem.descriptions,
  "sm": SurveyProblem.descriptions + ControlProblem.descriptions + OpenSMLintProblem.descriptions
    + [FabricProblem.unanswered, .impossibleAnswer, .contradictoryLink].map {
      ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning)
    },
  "fw": FlashProblem.descriptions + FirmwareImageProblem.descriptions,
]

/// Words that stand in a command's output, with what they mean: a section of its page for each list.
let glossaries: [String: [(title: String, terms: [(word: String, meaning: String)])]] = [
  "guid2mac": [
    ("RULES", MappingRule.allCases.map { ($0.rawValue, $0.meaning) }),
    ("VERDICTS", PortVerdict.Kind.allCases.map { ($0.rawValue, $0.meaning) }),
  ]
]
