package import FabricDiscovery
internal import InfiniBandWire
internal import Vocabulary

/// The metrics of a subnet: values carry the labels `guid` and `port` only, names stand in info metrics, so that a renamed
/// node starts as few new series as it can. A port without a link is 0, not absent.
package struct FabricMetrics: Sendable {
  package struct Options: Sendable {
    /// Ports of adapters too: hosts report their own with `rdmactl metrics`.
    package var includesHosts = false
    /// Every counter that a port has.
    package var includesAllCounters = false

    package init() {}
  }

  /// What a sweep found, and when.
  package struct Sweep: Sendable {
    let fabric: Fabric
    let names: FabricNames
    let survey: CounterSurvey
    /// Since 1970.
    package let time: Double
    /// How long it took.
    let seconds: Double
    let requests: Int

    package init(
      _ fabric: Fabric, names: FabricNames, survey: CounterSurvey, time: Double, seconds: Double, requests: Int
    ) {
      (self.fabric, self.names, self.survey) = (fabric, names, survey)
      (self.time, self.seconds, self.requests) = (time, seconds, requests)
    }

    package var isComplete: Bool { fabric.isComplete && survey.unanswered.isEmpty }
  }

  /// The counters that are worth a series for each port of a large fabric.
  package static let usual: [PortCounter] = [
    .symbolErrors, .linkErrorRecovery, .linkDowned, .receiveErrors, .receiveRemotePhysicalErrors, .transmitDiscards,
    .localLinkIntegrityErrors, .excessiveBufferOverrunErrors, .transmitData, .receiveData, .transmitWait,
  ]

  private let sweep: Sweep
  private let options: Options
  private let version: String

  package init(_ sweep: Sweep, _ options: Options = Options(), version: String) {
    self.sweep = sweep
    self.options = options
    self.version = version
  }

  /// What the counters of a fabric must be read with.
  package static func scope(_ options: Options, of fabric: Fabric) -> CounterScope {
    var scope = CounterScope.everything
    scope.includesUnlinkedPorts = true
    scope.includesDetails = options.includesAllCounters
    if !options.includesHosts {
      scope.nodes = Set(fabric.nodes.indices.filter { fabric.nodes[$0].type == .switchNode })
    }
    return scope
  }

  package func text(_ format: Exposition.Format) -> [UInt8] {
    var text = Exposition(format, reserving: sweep.survey.readings.count * 1200)
    for family in families { text.add(family) }
    return text.finish()
  }

  package var families: [MetricFamily] { ownFamilies + nodeFamilies + linkFamilies + counterFamilies }

  // MARK: The sweep

  private var ownFamilies: [MetricFamily] {
    func single(_ family: MetricFamily, _ value: MetricValue) -> MetricFamily {
      var family = family
      family.add([], value)
      return family
    }
    var build = MetricFamily("rdma_fabric_build", .info, help: "The program that wrote this.")
    build.add([MetricLabel("version", version)], .whole(1))
    let unanswered = sweep.fabric.unanswered.count + sweep.survey.unanswered.count
    return [
      build,
      single(
        MetricFamily("rdma_fabric_complete", help: "Whether every node and port has answered."),
        MetricValue(sweep.isComplete)),
      single(
        MetricFamily("rdma_fabric_unanswered", help: "Requests without a usable answer."), .whole(UInt64(unanswered))),
      single(
        MetricFamily("rdma_fabric_time", unit: "seconds", help: "When the sweep ended, since 1970."), .real(sweep.time)),
      single(
        MetricFamily("rdma_fabric_sweep", unit: "seconds", help: "How long the sweep took."), .real(sweep.seconds)),
      single(
        MetricFamily("rdma_fabric_sweep_requests", help: "Management datagrams sent by the sweep."),
        .whole(UInt64(max(0, sweep.requests)))),
    ]
  }

  // MARK: Nodes and links

  private var nodeFamilies: [MetricFamily] {
    var info = MetricFamily("rdma_fabric_node", .info, help: "A node of the fabric.")
    var count = MetricFamily("rdma_fabric_nodes", help: "Nodes of a type.")
    var counts: [String: UInt64] = ["ca": 0, "switch": 0]
    for (index, node) in sweep.fabric.nodes.enumerated() {
      counts[node.type.spelled, default: 0] += 1
      info.add(
        [
          MetricLabel("guid", node.guid.description), MetricLabel("node", sweep.names.name(ofNode: index)),
          MetricLabel("type", node.type.spelled),
        ], .whole(1))
    }
    for (type, number) in counts.sorted(by: { $0.key < $1.key }) { count.add([MetricLabel("type", type)], number) }
    return [info, count]
  }

  /// Port 0 of a switch is no port with a cable.
  private var ports: [(reference: PortReference, node: FabricNode, port: FabricPort)] {
    sweep.fabric.nodes.enumerated().flatMap { index, node in
      guard node.type == .switchNode || options.includesHosts else {
        return [(reference: PortReference, node: FabricNode, port: FabricPort)]()
      }
      return node.ports.filter { $0.number > 0 || node.type != .switchNode }.map {
        (PortReference(node: index, port: $0.number), node, $0)
      }
    }
  }

  private static func labels(_ node: FabricNode, _ port: UInt8) -> [MetricLabel] {
    [MetricLabel("guid", node.guid.description), MetricLabel("port", String(port))]
  }

  private var linkFamilies: [MetricFamily] {
    var link = MetricFamily("rdma_fabric_link", .info, help: "A port and what is at the other end of its cable.")
    var active = MetricFamily("rdma_fabric_port_active", help: "Whether the port is active.")
    var rate = MetricFamily(
      "rdma_fabric_port_rate", unit: "bytes_per_second", help: "Nominal rate of the link; 0 without one.")
    for (reference, node, port) in ports {
      let labels = Self.labels(node, port.number)
      var names = labels + [MetricLabel("node", sweep.names.name(ofNode: reference.node))]
      if let peer = port.peer {
        names += [
          MetricLabel("peer", sweep.names.name(ofNode: peer.node)),
          MetricLabel("peer_guid", sweep.fabric.nodes[peer.node].guid.description),
          MetricLabel("peer_port", String(peer.port)),
        ]
      }
      link.add(names, .whole(1))
      guard let info = port.info else { continue }
      active.add(labels, MetricValue(info.state == .active))
      rate.add(labels, (info.rate ?? 0) * 1e9 / 8)
    }
    return [link, active, rate]
  }

  // MARK: Counters

  private var counterFamilies: [MetricFamily] {
    let counters = options.includesAllCounters ? PortCounter.allCases : Self.usual
    var families = counters.map { ($0, FabricCounterName($0)) }.map { counter, name in (counter, name, name.family) }
    var saturated = MetricFamily(
      "rdma_fabric_counter_saturated", help: "A counter at its maximum, where it stays: its rate is not known.")
    let readings = sweep.survey.readings.filter {
      let type = sweep.fabric.nodes[$0.port.node].type
      return type == .switchNode ? $0.port.port > 0 : options.includesHosts
    }
    for reading in readings {
      let labels = Self.labels(sweep.fabric.nodes[reading.port.node], reading.port.port)
      for index in families.indices {
        families[index].2.add(labels, reading.values[families[index].0].map { $0 &* families[index].1.factor })
      }
      for counter in reading.values.counters where reading.values.isSaturated(counter) {
        saturated.add(labels + [MetricLabel("counter", FabricCounterName(counter).short)], .whole(1))
      }
    }
    return families.map(\.2) + [saturated]
  }
}

/// A counter of the fabric as a metric: `PortXmitData` is `rdma_fabric_port_xmit_data_bytes_total`.
struct FabricCounterName {
  let family: MetricFamily
  /// What a value is multiplied with, to be in the unit.
  let factor: UInt64
  /// `xmit_data`
  let short: String

  init(_ counter: PortCounter) {
    var words = CounterName.snakeCase(counter.rawValue)
    if words.hasPrefix("port_") { words.removeFirst("port_".count) }
    if words.hasSuffix("_counter") { words.removeLast("_counter".count) }
    if words.hasSuffix("_pkts") { words = words.dropLast("pkts".count) + "packets" }
    short = words
    let unit: String?
    switch counter {
    case .transmitData, .receiveData: (unit, factor) = ("bytes", 4)
    case .transmitWait: (unit, factor) = ("ticks", 1)
    default: (unit, factor) = (nil, 1)
    }
    // The factor is in the value.
    let meaning = counter.explanation.meaning.replacing(", in units of four bytes", with: "")
    family = MetricFamily(
      "rdma_fabric_port_\(words)", .counter, unit: unit,
      help: meaning.isEmpty ? counter.rawValue + "." : "\(meaning.prefix(1).uppercased())\(meaning.dropFirst()).")
  }
}
