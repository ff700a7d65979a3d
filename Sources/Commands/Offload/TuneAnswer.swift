internal import Change
internal import Offload
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl offload tune show` without a profile.
struct ProfileListAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.tune.profiles/1"

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { TuningProfile.all.map(\.name) }

  func write(to json: inout JSONWriter) {
    json.array("profiles", TuningProfile.all) { json, profile in
      json.object { json in
        json.field("name", profile.name)
        json.field("title", profile.title)
      }
    }
  }

  func write(to page: inout Page) {
    var table = Table([.init("PROFILE"), .init("WHAT IT IS FOR")])
    for profile in TuningProfile.all { table.add([.init(profile.name), .init(profile.title)]) }
    page.table(table)
  }
}

/// The answer of `rdmactl offload tune show`.
struct TuneAnswer: StreamedAnswer {
  static let schema = "rdmactl.offload.tune/1"
  let plan: TuningPlan

  var problems: [Problem] { [] }
  var notes: [Note] { [] }

  /// What would change, as `offload set` takes it.
  var quietLines: [String] {
    plan.requests.map { request in
      ([request.interface].compactMap { $0 } + request.assignments.map { ShellWord.quoted("\($0.key)=\($0.value)") })
        .joined(separator: " ")
    }
  }

  func write(to json: inout JSONWriter) {
    json.field("profile", plan.profile.name)
    json.field("title", plan.profile.title)
    json.array("items", plan.items) { json, item in
      json.object { json in
        json.field("interface", item.interface)
        json.field("key", item.rule.key)
        json.field("present", item.present)
        json.field("wanted", item.wanted)
        json.field("verdict", item.verdict.word)
        json.field("why_not", item.verdict.reason)
        json.field("reason", item.rule.reason)
        json.field("basis", item.basis)
        json.field("source", item.rule.source)
      }
    }
    json.field("remarks", plan.remarks)
  }

  func write(to page: inout Page) {
    page.line("\(plan.profile.name): \(plan.profile.title)", tone: .heading)
    for place in [nil] + names {
      let items = plan.items.filter { $0.interface == place }
      guard !items.isEmpty else { continue }
      page.gap()
      page.line(place ?? "the machine", tone: .heading)
      for item in items { write(item, to: &page) }
    }
    if !plan.remarks.isEmpty { page.gap() }
    page.paragraphs(plan.remarks.map { ("note", $0) }, indent: 0)
  }

  private var names: [String?] {
    plan.items.compactMap(\.interface).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  private func write(_ item: TuningPlan.Item, to page: inout Page) {
    let (words, tone) = item.outcome
    page.line("  \(item.rule.key): \(words)", tone: tone)
    page.paragraphs([("why", item.why), ("from", item.rule.source)], indent: 4)
  }
}

extension TuningPlan.Item {
  /// `eth0 rx-ring`
  var title: String { [interface, rule.key].compactMap { $0 }.joined(separator: " ") }

  /// The reason, and how the value was worked out.
  var why: String { rule.reason + (basis.map { " (\($0))" } ?? "") }

  fileprivate var outcome: (words: String, tone: Tone) {
    switch verdict {
    case .change: ("\(present?.shortened ?? "not all alike") -> \(wanted ?? "")", .good)
    case .already: ("\(wanted ?? ""), already set", .faint)
    case .impossible(let reason): ("not possible: \(reason)", .caution)
    case .reported: ("not changed", .faint)
    }
  }
}

extension TuningPlan.Verdict {
  var word: String {
    switch self {
    case .change: "change"
    case .already: "already"
    case .impossible: "impossible"
    case .reported: "reported"
    }
  }

  var reason: String? { if case .impossible(let reason) = self { reason } else { nil } }
}
