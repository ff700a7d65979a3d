internal import InfiniBandWire
internal import Vocabulary

/// Findings about cables, by what their two ends report.
struct LinkChecks {
  private let fabric: Fabric
  private let names: FabricNames
  private let links: [LinkStatus]

  init(_ fabric: Fabric, _ names: FabricNames) {
    self.fabric = fabric
    self.names = names
    links = LinkReport(fabric).links
  }

  func problems() -> [Problem] {
    let fix = ["rdmactl fabric links --degraded", "rdmactl fabric errors"]
    return grouped(.degradedWidth, links.filter(\.hasDegradedWidth), shown: rates, fix: fix)
      + grouped(.degradedSpeed, links.filter(\.hasDegradedSpeed), shown: rates, fix: fix)
      + grouped(.asymmetricLink, links.filter { asymmetric($0) }, shown: bothRates, fix: fix)
      + grouped(.stateMismatch, links.filter { $0.isAsymmetric && $0.states.first != $0.states.last }, shown: states)
      + grouped(.mtuMismatch, links.filter(hasMTUMismatch), shown: mtus, fix: ["rdmactl sm reload"])
      // A link that is slower still has its own finding.
      + grouped(.restrictedLink, links.filter { !$0.isDegraded && !$0.limitingEnds.isEmpty }, shown: settings)
  }

  private func grouped(
    _ kind: FabricProblem, _ links: [LinkStatus], shown: (LinkStatus) -> String, fix: [String] = []
  ) -> [Problem] {
    kind.grouped(
      links.map { ("\(names.name(of: $0.link.first)) - \(names.name(of: $0.link.second))", shown($0)) }, fix: fix)
  }

  private func rates(_ link: LinkStatus) -> String {
    "\(LinkStatus.spelled(link.width, link.speed)) of \(LinkStatus.spelled(link.possibleWidth, link.possibleSpeed))"
  }

  private func ends(_ link: LinkStatus) -> (first: PortFacts, second: PortFacts)? {
    guard let first = fabric[link.link.first]?.info, let second = fabric[link.link.second]?.info else { return nil }
    return (first, second)
  }

  private func asymmetric(_ link: LinkStatus) -> Bool {
    ends(link).map { $0.width != $1.width || $0.speed != $1.speed } ?? false
  }

  private func bothRates(_ link: LinkStatus) -> String {
    guard let (first, second) = ends(link) else { return "?" }
    return "\(LinkStatus.spelled(first.width, first.speed)) and \(LinkStatus.spelled(second.width, second.speed))"
  }

  private func states(_ link: LinkStatus) -> String {
    link.states.map { $0?.rawValue ?? "?" }.joined(separator: " and ")
  }

  /// A subnet manager gives both ends the smaller of their two limits; before that the field says nothing.
  private func hasMTUMismatch(_ link: LinkStatus) -> Bool {
    guard let (first, second) = ends(link), first.state == .active, second.state == .active else { return false }
    return first.neighborMTU != second.neighborMTU
  }

  private func mtus(_ link: LinkStatus) -> String {
    guard let (first, second) = ends(link) else { return "?" }
    return [first, second].map { facts in
      PortInfo.mtuBytes(code: UInt64(facts.neighborMTU)).map(String.init) ?? "code \(facts.neighborMTU)"
    }.joined(separator: " and ")
  }

  /// `4x EDR, by the setting of leaf1/3: 2x of 4x`
  private func settings(_ link: LinkStatus) -> String {
    let ends = link.limitingEnds.map { port in
      let info = fabric[port]?.info
      let (enabled, supported) = (
        LinkStatus.spelled(info.flatMap { LinkWidth.widest(in: $0.usableWidths) }, info?.usableSpeed),
        LinkStatus.spelled(
          info.flatMap { LinkWidth.widest(in: $0.widthsSupported & LinkWidth.ofOnePort) }, info?.fastestSupported)
      )
      return "\(names.name(of: port)) is set to \(enabled) of \(supported)"
    }
    return ends.joined(separator: ", ")
  }
}
