internal import FabricDiscovery
internal import Presentation
internal import Vocabulary

/// The answer of `rdmactl fabric errors --clear`.
struct ClearingAnswer: StreamedAnswer {
  static let schema = "rdmactl.fabric.clear/1"
  let fabric: Fabric
  let names: FabricNames
  let wanted: [PortReference]
  /// Counters that could not be read.
  let missing: [Unanswered]
  /// `nil`: nothing was sent.
  var result: CounterClearing?

  init(fabric: Fabric, names: FabricNames, wanted: [PortReference], missing: [Unanswered]) {
    self.fabric = fabric
    self.names = names
    self.wanted = wanted
    self.missing = missing
  }

  var isComplete: Bool { fabric.isComplete && missing.isEmpty && result?.failed.isEmpty != false }

  var problems: [Problem] {
    FabricCheck.incompleteness(fabric, names) + FabricCheck.unanswered(missing + (result?.failed ?? []), names)
  }
  var notes: [Note] { [] }
  var quietLines: [String] { (result?.cleared ?? []).map { names.name(of: $0) } }

  func write(to json: inout JSONWriter) {
    func write(_ ports: [PortReference], _ key: String, to json: inout JSONWriter) {
      json.array(key, ports) { json, port in json.object { $0.fields(of: port, in: fabric) } }
    }
    json.field("changed", result?.cleared.isEmpty == false)
    json.field("would_change", result == nil ? !wanted.isEmpty : nil)
    write(wanted, "wanted", to: &json)
    write(result?.cleared ?? [], "cleared", to: &json)
    json.field("complete", isComplete)
  }

  func write(to page: inout Page) {
    if let result {
      page.line(
        "error counters cleared on \(result.cleared.count) of \(wanted.count) port\(wanted.count == 1 ? "" : "s")")
    } else if wanted.isEmpty {
      page.line("no counter above its threshold, nothing to do")
    } else {
      for port in wanted { page.line(names.name(of: port)) }
      page.line("Dry run: nothing was cleared.")
    }
    page.problems(problems)
  }
}
