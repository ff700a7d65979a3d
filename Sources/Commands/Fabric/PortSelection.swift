public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

/// The nodes and ports of a fabric that an answer is limited to.
struct PortSelection {
  /// Every port of these nodes; `nil`: of all nodes.
  private let wholeNodes: Set<Int>?
  private let ports: Set<PortReference>

  /// - Throws: `FabricNameFailure`.
  static func make(_ places: [String], names: FabricNames) throws -> PortSelection {
    guard !places.isEmpty else { return PortSelection(wholeNodes: nil, ports: []) }
    var nodes: Set<Int> = []
    var ports: Set<PortReference> = []
    for place in places {
      do {
        nodes.formUnion(try names.nodes(place))
      } catch FabricNameFailure.unknownNode {
        ports.insert(try names.port(place))
      }
    }
    return PortSelection(wholeNodes: nodes, ports: ports)
  }

  /// The ports to ask, where no whole node is wanted.
  var onlyPorts: Set<PortReference>? { wholeNodes?.isEmpty == true && !ports.isEmpty ? ports : nil }

  /// Only those of the nodes that have this type.
  func limited(to type: FabricNodeKind?, in fabric: Fabric) -> PortSelection {
    guard let type else { return self }
    let nodes = Set(fabric.nodes.indices.filter { fabric.nodes[$0].type.spelled == type.rawValue })
    return PortSelection(
      wholeNodes: wholeNodes?.intersection(nodes) ?? nodes, ports: ports.filter { nodes.contains($0.node) })
  }

  /// The nodes to ask; `nil`: all.
  var nodes: Set<Int>? { wholeNodes?.union(ports.map(\.node)) }

  func contains(_ port: PortReference) -> Bool {
    wholeNodes.map { $0.contains(port.node) || ports.contains(port) } ?? true
  }

  func narrowed(_ survey: CounterSurvey) -> CounterSurvey {
    guard wholeNodes != nil else { return survey }
    var survey = survey
    survey.readings.removeAll { !contains($0.port) }
    return survey
  }
}

/// A node that can be asked without a map: by its LID (`12`, `0xc/3`), or by a directed route (`0,1,3`).
struct DirectPlace: Equatable {
  let destination: FabricRequest.Destination
  let port: UInt8?

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count <= 2 else { return nil }
    port = parts.count == 2 ? UInt8(parts[1]) : nil
    guard parts.count == 1 || port != nil else { return nil }
    if name.contains(",") {
      let hops = name.split(separator: ",", omittingEmptySubsequences: false).map { UInt8($0) }
      guard hops.first == 0, !hops.contains(nil), let route = DirectedRoute(hops.dropFirst().compactMap(\.self)) else {
        return nil
      }
      destination = .directedRoute(route)
    } else {
      let lid = name.hasPrefix("0x") ? UInt16(name.dropFirst(2), radix: 16) : UInt16(name)
      guard let lid, (1...0xbfff).contains(lid), name.utf8.count <= 6 else { return nil }
      destination = .lid(lid)
    }
  }
}

/// A type of nodes, as options name it.
public enum FabricNodeKind: String, ExpressibleByArgument, CaseIterable, Sendable {
  case `switch`, ca, router
}

/// The file of thresholds.
enum ThresholdFile {
  private static let usual = "/etc/infiniband-diags/error_thresholds"

  static func read(_ path: String?, host: Host) throws -> CounterThresholds {
    guard let path else {
      guard let bytes = try? host.files.read(usual, limit: 1 << 20) else { return CounterThresholds() }
      return CounterThresholds(String(decoding: bytes, as: UTF8.self))
    }
    let file = try UserFile(path, what: "the file of thresholds", host: host)
    let thresholds = CounterThresholds(String(decoding: file.bytes, as: UTF8.self))
    try MalformedLines.check(
      thresholds.badLines, id: "thresholds.malformed", of: path, what: "the file of thresholds",
      example: "SymbolErrorCounter=10")
    return thresholds
  }
}
