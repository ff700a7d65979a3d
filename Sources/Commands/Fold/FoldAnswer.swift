internal import Fleet
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fold`.
struct FoldAnswer: Presentable {
  struct Payload: Encodable {
    @ExplicitNull var answerSchema: String?
    let hostCount: Int
    let groups: [Group]
  }

  struct Group: Encodable {
    let kind: String
    let nodes: String
    let hosts: [String]
    @ExplicitNull var reason: String?
    @ExplicitNull var configuration: String?
    let differences: [Difference]
  }

  struct Difference: Encodable {
    let kind: String
    let subject: String
    let name: String
    @ExplicitNull var value: String?
    @ExplicitNull var most: String?
  }

  static let schema = "rdmactl.fold/1"
  let fold: Fold
  let hasGolden: Bool

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { fold.groups.filter { $0.kind != .most }.map(\.nodes) }

  var payload: Payload {
    Payload(
      answerSchema: fold.schema, hostCount: fold.hostCount,
      groups: fold.groups.map { group in
        Group(
          kind: group.kind.rawValue, nodes: group.nodes, hosts: group.hosts, reason: group.reason,
          configuration: group.configuration,
          differences: group.differences.map {
            Difference(kind: $0.kind.rawValue, subject: $0.subject, name: $0.name, value: $0.value, most: $0.most)
          })
      })
  }

  func write(to page: inout Page) {
    for group in fold.groups {
      let name = "\(group.nodes) (\(group.hosts.count))"
      switch group.kind {
      case .noAnswer: page.line("\(name): \(group.reason ?? "no answer")", tone: .bad)
      case .odd:
        page.line(
          name + (group.differences.isEmpty ? ": \(group.configuration ?? ""), on no other host" : ""), tone: .caution)
        for line in lines(of: group.differences) { page.line("    \(line)") }
      case .most:
        let configuration = group.configuration.map { " (\($0))" } ?? ""
        page.line("\(name): \(hasGolden ? "as wanted" : "as most")\(configuration)", tone: .good)
      }
    }
  }

  /// What is the same for several subjects is one line.
  private func lines(of differences: [Fold.Difference]) -> [String] {
    var order: [String] = []
    var subjects: [String: [String]] = [:]
    for difference in differences {
      let words = words(for: difference)
      if subjects[words] == nil { order.append(words) }
      subjects[words, default: []].append(difference.subject)
    }
    return order.map { words in "\(NodeSet.fold(subjects[words] ?? [])): \(words)" }
  }

  private func words(for difference: Fold.Difference) -> String {
    switch difference.kind {
    case .problem, .missing, .extra: difference.name
    case .noProblem: "no \(difference.name), \(hasGolden ? "wanted" : "most have it")"
    case .field:
      "\(difference.name) \(difference.value ?? "unknown"), \(hasGolden ? "wanted" : "most") \(difference.most ?? "unknown")"
    }
  }
}
