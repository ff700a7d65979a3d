internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// What `rdmactl fabric … --json` answers, as a script reads it: the keys of the contract, none optional that must be there.
enum FabricAnswers {
  struct Problem: Decodable {
    let id: String
    let severity: String
    let subject: String
    let message: String
  }

  struct Place: Decodable, Hashable {
    let guid: String
    let port: Int
  }

  struct Discover: Decodable {
    struct Node: Decodable {
      let guid: String
      let type: String
      let description: String?
      let lid: Int?
      let systemImageGuid: String
      let vendorId: UInt32
      let deviceId: UInt16
      let numPorts: Int
      let ports: [Port]

      var kind: Topology.Kind? { ["ca": .host, "switch": .switchNode, "router": .router][type] }
    }
    struct Port: Decodable {
      let port: Int
      let state: String?
      let lid: Int?
      let peerGuid: String?
      let peerPort: Int?
      let width: String?
      let speed: String?
    }
    struct Counts: Decodable {
      let nodes: Int
      let links: Int
    }
    struct Missing: Decodable {
      let what: String
      let nodeGuid: String?
      let beyondGuid: String?
      let beyondPort: Int?
      let reason: String
    }
    struct Anomaly: Decodable {
      let kind: String
      let detail: String
    }
    struct Traffic: Decodable {
      let sent: Int
      let retries: Int
      let repeated: Int
      let widestWindow: Int
    }

    let schema: String
    let nodes: [Node]
    let counts: Counts
    let origin: Place
    let complete: Bool
    let unanswered: [Missing]
    let anomalies: [Anomaly]
    let traffic: Traffic
    let problems: [Problem]
  }

  struct Links: Decodable {
    struct End: Decodable {
      let guid: String
      let port: Int
      let state: String?
    }
    struct Link: Decodable {
      let a: End
      let b: End
      let width: String?
      let speed: String?
      let rateGbps: Double?
      let signalGbps: Double?
      let possibleWidth: String?
      let limitedBySetting: [End]
      let degraded: Bool
    }
    let links: [Link]
    let down: [End]
    let complete: Bool
  }

  struct Errors: Decodable {
    struct Port: Decodable {
      let guid: String
      let port: Int
      let counters: [String: UInt64]
      let saturated: [String]
    }
    struct Finding: Decodable {
      let guid: String
      let port: Int
      let counter: String
      let value: UInt64
      let saturated: Bool
    }
    struct Delta: Decodable {
      let guid: String
      let port: Int
      let counter: String
      let change: String
      let by: UInt64
    }
    struct Since: Decodable { let deltas: [Delta] }

    let ports: [Port]
    let findings: [Finding]
    let since: Since?
    let portsChecked: Int
    let complete: Bool
    let problems: [Problem]
  }

  struct Clearing: Decodable {
    let changed: Bool
    let wanted: [Place]
    let cleared: [Place]
    let complete: Bool
  }

  struct Check: Decodable {
    let nodes: Int
    let links: Int
    let complete: Bool
    let problems: [Problem]

    func about(_ id: String) -> [Problem] { problems.filter { $0.id == id } }
  }

  struct Route: Decodable {
    struct Hop: Decodable {
      let guid: String
      let inPort: Int?
      let outPort: Int?
    }
    let hops: [Hop]
    let lid: Int?
    let arrives: Bool
    let problems: [Problem]
  }

  struct Difference: Decodable {
    struct Link: Decodable {
      let a: Place
      let b: Place
      var ends: Set<Place> { [a, b] }
    }
    struct Move: Decodable {
      let kept: Place
      let from: Place
      let to: Place
    }
    let same: Bool
    let addedNodes: [String]
    let removedNodes: [String]
    let addedLinks: [Link]
    let removedLinks: [Link]
    let moved: [Move]
    let complete: Bool
  }

  /// - Throws: what the program wrote when it is no such answer.
  static func decode<Answer: Decodable>(_ result: Consequences, as type: Answer.Type = Answer.self) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { return try decoder.decode(type, from: Data(result.output.utf8)) } catch {
      throw SpawnFailure(message: "\(error)\nstatus \(result.status): \(result.output.prefix(600))\n\(result.error)")
    }
  }
}

extension Manifest {
  /// What `rdmactl fabric discover` found.
  init(_ found: FabricAnswers.Discover) {
    let number = { (guid: String) in UInt64(guid, radix: 16) ?? 0 }
    let nodes = found.nodes.map { node in
      Node(
        guid: number(node.guid), type: node.kind ?? .router, description: node.description ?? "", ports: node.numPorts,
        systemImageGUID: number(node.systemImageGuid), vendorID: node.vendorId, deviceID: node.deviceId)
    }
    let links = found.nodes.flatMap { node in
      node.ports.compactMap { port -> Link? in
        guard let peer = port.peerGuid, let peerPort = port.peerPort else { return nil }
        return Link(
          End(guid: number(node.guid), port: port.port), End(guid: number(peer), port: peerPort),
          width: port.width ?? "?", speed: port.speed?.uppercased() ?? "?")
      }
    }
    // Each cable is told of from both its ends, and they must say the same.
    self.init(nodes: nodes, links: Array(Set(links)))
  }

  /// What is in only one of two fabrics, in words; empty when they are the same. Two whole fabrics as the comment of a
  /// failed test would be read by nobody.
  func difference(to other: Manifest) -> [String] {
    let nodes = Set(nodes).symmetricDifference(other.nodes).map { "\($0.guid) \"\($0.description)\" \($0.ports) ports" }
    let links = Set(links).symmetricDifference(other.links).map {
      "\($0.first.guid)/\($0.first.port) - \($0.second.guid)/\($0.second.port) \($0.width) \($0.speed)"
    }
    let numbers = [(self.nodes.count, other.nodes.count, "nodes"), (self.links.count, other.links.count, "links")]
      .filter { $0.0 != $0.1 }.map { "\($0.0) and \($0.1) \($0.2)" }
    return numbers + (nodes + links).prefix(6)
  }
}

extension SimulatedFabric {
  /// A command of `rdmactl fabric` with --json that ends with `status`.
  func answer<Answer: Decodable>(
    _ words: String..., on host: String = "host0", status: Int32 = 0, as type: Answer.Type = Answer.self,
    timeout: Double = 60
  ) throws -> Answer {
    let result = try run(on: host, Spawned.rdmactl, ["fabric"] + words + ["--json"], timeout: timeout)
    #expect(result.status == status, "\(words): \(result.output.suffix(600))\(result.error)")
    return try FabricAnswers.decode(result)
  }

  /// The whole fabric as rdmactl sees it.
  func discover(on host: String = "host0", status: Int32 = 0, timeout: Double = 60) throws -> FabricAnswers.Discover {
    try answer("discover", on: host, status: status, timeout: timeout)
  }

  /// The whole fabric as ibnetdiscover sees it.
  func ibnetdiscover(_ options: String..., on host: String = "host0") throws -> String {
    try run(on: host, "ibnetdiscover", ["-o", "16"] + options).output
  }
}
