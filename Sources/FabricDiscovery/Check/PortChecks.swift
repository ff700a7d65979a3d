internal import InfiniBandWire
internal import Vocabulary

/// What single ports say of themselves, put together over the fabric.
struct PortChecks {
  private typealias Entry = (port: PortReference, info: PortFacts)

  private let names: FabricNames
  /// Ports with a link, and port 0 of switches.
  private let ports: [Entry]
  /// Those of them that have a LID of their own: of a switch port 0.
  private let addressed: [Entry]

  init(_ fabric: Fabric, _ names: FabricNames) {
    self.names = names
    var ports: [Entry] = []
    var addressed: [Entry] = []
    for (index, node) in fabric.nodes.enumerated() {
      for port in node.ports {
        guard let info = port.info else { continue }
        let isSwitch = node.type == .switchNode
        let isOwn = !isSwitch || port.number == 0
        guard isOwn && isSwitch || port.peer != nil || info.hasLink else { continue }
        let entry = (PortReference(node: index, port: port.number), info)
        ports.append(entry)
        if isOwn { addressed.append(entry) }
      }
    }
    self.ports = ports
    self.addressed = addressed
  }

  func problems() -> [Problem] { addresses() + states() + masters() + prefixes() + violations() }

  /// Without a single LID there is one cause, and it is told once.
  private func addresses() -> [Problem] {
    let without = addressed.filter { !LIDOwners.isUnicast($0.info.lid) }
    guard let first = without.first else { return [] }
    if without.count == addressed.count {
      return [
        FabricProblem.noSubnetManager.at(
          "subnet", detail: "\(without.count) ports, \(names.name(of: first.port)) among them",
          evidence: ["ports=\(without.count)"], fix: ["rdmactl sm start --wait", "rdmactl sm list"])
      ]
    }
    return FabricProblem.noLID.grouped(
      without.map { names.name(of: $0.port) }, fix: ["rdmactl sm list", "rdmactl sm reload"])
  }

  private func states() -> [Problem] {
    // Without a subnet manager no port is active; that is told already.
    guard addressed.contains(where: { LIDOwners.isUnicast($0.info.lid) }) else { return [] }
    return [PortState.initialized, .armed, .activeDefer].flatMap { state in
      FabricProblem.notActive.grouped(
        ports.filter { $0.info.state == state && $0.port.port > 0 }.map { names.name(of: $0.port) },
        detail: "state \(state.rawValue)", evidence: ["state=\(state.rawValue)"],
        fix: ["rdmactl sm list", "rdmactl sm reload"])
    }
  }

  private func masters() -> [Problem] {
    minorities(addressed.filter { $0.info.masterSMLID != 0 }.map { ($0.port, UInt64($0.info.masterSMLID)) }).flatMap {
      FabricProblem.mixedSMLID.grouped(
        $0.ports.map { names.name(of: $0) }, detail: "SM LID \($0.value), most ports have \($0.usual)",
        evidence: ["sm_lid=\($0.value)", "usual=\($0.usual)"], fix: ["rdmactl sm list"])
    }
  }

  private func prefixes() -> [Problem] {
    // A port without a LID has the prefix that it was born with.
    let configured = addressed.filter { LIDOwners.isUnicast($0.info.lid) }
    return minorities(configured.map { ($0.port, $0.info.gidPrefix) }).flatMap {
      FabricProblem.mixedPrefix.grouped(
        $0.ports.map { names.name(of: $0) },
        detail: "\($0.value.hexadecimal(digits: 16)), most ports have \($0.usual.hexadecimal(digits: 16))",
        evidence: ["gid_prefix=\($0.value.hexadecimal(digits: 16))"], fix: ["rdmactl sm list"])
    }
  }

  private func violations() -> [Problem] {
    let kinds: [(FabricProblem, KeyPath<PortFacts, UInt16>)] = [
      (.mKeyViolations, \.mKeyViolations), (.pKeyViolations, \.pKeyViolations), (.qKeyViolations, \.qKeyViolations),
    ]
    return kinds.flatMap { kind, count in
      kind.grouped(
        ports.filter { $0.info[keyPath: count] > 0 }.map { (names.name(of: $0.port), String($0.info[keyPath: count])) })
    }
  }

  private typealias Minority = (value: UInt64, usual: UInt64, ports: [PortReference])

  /// The ports that do not have the value that most have, by value.
  private func minorities(_ values: [(port: PortReference, value: UInt64)]) -> [Minority] {
    var ports: [UInt64: [PortReference]] = [:]
    for (port, value) in values { ports[value, default: []].append(port) }
    let order = ports.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    guard let usual = order.first?.key else { return [] }
    let others = order.dropFirst().map { Minority($0.key, usual, $0.value) }
    // Where nearly every port has a value of its own they are not told one by one.
    guard others.count > FabricProblem.named, let first = others.first else { return others }
    return [(first.value, usual, others.flatMap(\.ports).sorted())]
  }
}
