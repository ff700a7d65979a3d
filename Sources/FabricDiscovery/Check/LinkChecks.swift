internal import InfiniBandWire
internal import Vocabulary

/// What the two ends of each cable say, put together over the fabric.
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
    let fix = ["rdmactl fabric links", "rdmactl fabric errors"]
    return grouped(.degradedWidth, links.filter(\.hasDegradedWidth), shown: rates, fix: fix)
      + grouped(.degradedSpeed, links.filter(\.hasDegradedSpeed), shown: rates, fix: fix)
      + grouped(.asymmetricLink, links.filter { asymmetric($0) }, shown: bothRates, fix: fix)
      + grouped(.stateMismatch, links.filter { $0.isAsymmetric && $0.states.first != $0.states.last }, shown: states)
      + grouped(.mtuMismatch, links.filter(hasMTUMismatch), shown: mtus, fix: ["rdmactl sm reload"])
      + FabricProblem.restrictedLink.grouped(restricted())
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

  /// Ports with a link that were told to do less than they can.
  private func restricted() -> [(subject: String, detail: String)] {
    fabric.nodes.indices.flatMap { index in
      fabric.nodes[index].ports.compactMap { port -> (subject: String, detail: String)? in
        guard let info = port.info, port.peer != nil else { return nil }
        var less: [String] = []
        let widest = LinkWidth.widest(in: info.widthsSupported & LinkWidth.ofOnePort)
        if let enabled = LinkWidth.widest(in: info.widthsEnabled), let widest, enabled.lanes < widest.lanes {
          less.append("\(enabled) of \(widest)")
        }
        if let enabled = info.fastestEnabled, let fastest = info.fastestSupported, enabled < fastest {
          less.append("\(enabled.rawValue) of \(fastest.rawValue)")
        }
        guard !less.isEmpty else { return nil }
        return (names.name(of: PortReference(node: index, port: port.number)), less.joined(separator: ", "))
      }
    }
  }
}
