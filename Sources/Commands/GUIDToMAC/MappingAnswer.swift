internal import GUIDMapping
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl guid2mac GUID…`.
struct MappingAnswer: Presentable {
  static let schema = "rdmactl.guid2mac/1"
  let mappings: [Mapping]
  let problems: [Problem]
  let notes: [Note]

  /// - Parameter more: what was found while the input was read.
  init(mappings: [Mapping], more: [Problem]) {
    self.mappings = mappings
    problems = more + MappingFindings.problems(of: mappings)
    notes = mappings.isEmpty ? [Note(subject: "standard input", message: "it held no GUID")] : []
  }

  var payload: MappingsPayload { MappingsPayload(results: mappings.map(MappingPayload.init)) }
  var quietLines: [String] { mappings.map(\.mac.description) }

  func write(to page: inout Page) {
    var table = Table([
      .init("GUID"), .init("MAC"), .init("RULE"), .init("MASK"), .init("VENDOR", rank: 2),
      .init("ALTERNATIVES", rank: 1),
    ])
    for mapping in mappings {
      table.add([.init(mapping.guid.description)] + mapping.cells + [.init(mapping.alternativesText)])
    }
    page.table(table)
    page.write(problems)
  }
}

extension Mapping {
  /// MAC, rule, mask and maker.
  var cells: [Table.Cell] {
    let tone: Tone =
      switch outcome {
      case .recognized: .good
      case .mask: .plain
      case .unrecognized: .caution
      }
    return [
      .init(mac.description), .init(rule.rawValue, tone: tone), .init(mask?.description), .init(organisation?.owner),
    ]
  }

  var alternativesText: String {
    alternatives.map { "\($0.rules.rawValue) \($0.mac)" }.joined(separator: ", ")
  }
}

extension Page {
  /// Problems below a table, with an empty line between.
  mutating func write(_ problems: [Problem]) {
    if !problems.isEmpty && !text.isEmpty { line() }
    for problem in problems { self.problem(problem) }
  }
}

struct MappingsPayload: Encodable {
  let results: [MappingPayload]
}

/// One entry of `results` of `rdmactl.guid2mac/1`.
struct MappingPayload: Encodable {
  let guid: GUID
  let mac: MACAddress
  let rule: MappingRule
  @ExplicitNull var mask: String?
  @ExplicitNull var maskSource: Mapping.MaskSource?
  let outcome: Mapping.Outcome
  @ExplicitNull var owner: String?
  let alternatives: [AlternativePayload]

  init(_ mapping: Mapping) {
    guid = mapping.guid
    mac = mapping.mac
    rule = mapping.rule
    mask = mapping.mask?.description
    maskSource = mapping.maskSource
    outcome = mapping.outcome
    owner = mapping.organisation?.owner
    alternatives = mapping.alternatives.map { AlternativePayload(rules: $0.rules, mac: $0.mac) }
  }
}

struct AlternativePayload: Encodable {
  let rules: RuleSet
  let mac: MACAddress
}
