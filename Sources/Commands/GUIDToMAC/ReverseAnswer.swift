internal import GUIDMapping
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl guid2mac --reverse`.
struct ReverseAnswer: Presentable {
  struct Payload: Encodable {
    let results: [ResultPayload]
  }

  struct ResultPayload: Encodable {
    let mac: MACAddress
    let candidates: [CandidatePayload]
  }

  struct CandidatePayload: Encodable {
    @ExplicitNull var guid: GUID?
    /// 16 digits, `?` for one that cannot be told.
    let pattern: String
    let rule: String
    let rules: [RuleSet]
    /// The names it goes by on this machine.
    let present: [String]
  }

  static let schema = "rdmactl.guid2mac.reverse/1"
  let results: [ReverseMapping]
  let problems: [Problem]
  let notes: [Note]

  init(results: [ReverseMapping], more: [Problem]) {
    self.results = results
    problems = more + results.flatMap(\.problems)
    notes = results.isEmpty ? [Note(subject: "standard input", message: "it held no MAC address")] : []
  }

  var payload: Payload {
    Payload(
      results: results.map { result in
        ResultPayload(
          mac: result.mac,
          candidates: result.candidates.map {
            CandidatePayload(guid: $0.guid, pattern: $0.pattern, rule: $0.rule, rules: $0.rules, present: $0.present)
          })
      })
  }

  /// Whole GUIDs only, those of this machine first.
  var quietLines: [String] { results.flatMap { $0.candidates.compactMap { $0.guid?.description } } }

  func write(to page: inout Page) {
    var table = Table([.init("MAC"), .init("GUID"), .init("RULE"), .init("BY THE RULES OF"), .init("HERE")])
    for result in results {
      for candidate in result.candidates {
        table.add([
          .init(result.mac.description), .init(candidate.pattern, tone: candidate.present.isEmpty ? .plain : .good),
          .init(candidate.rule), .init(candidate.rules.map(\.rawValue).joined(separator: ", ")),
          .init(candidate.present.joined(separator: ", "), tone: .good),
        ])
      }
    }
    if !table.isEmpty { page.table(table) }
    page.write(problems)
  }
}
