public import FabricDiscovery
public import Vocabulary

/// What a partitions.conf makes of the ports of a fabric, as opensm 3.3.23 does it.
public struct PartitionExpectation: Sendable, Equatable {
  /// Without the membership bit.
  public var partition: UInt16
  public var name: String?
  public var members: [PortReference: PartitionsConfiguration.Membership] = [:]
  /// Ports that the file names and the fabric does not have.
  public var absent: [GUID] = []
}

extension PartitionsConfiguration {
  /// The partitions of the file by their keys; without those whose key opensm makes up.
  ///
  /// Of several memberships of a port the last counts. Source: opensm 3.3.23, `osm_prtn_add_port` and
  /// `osm_prtn_make_partitions`.
  /// - Parameter manager: where the subnet manager runs (SELF).
  public func expectations(in fabric: Fabric, manager: PortReference?) -> [PartitionExpectation] {
    var found: [UInt16: PartitionExpectation] = [:]
    let ends = Ends(fabric)
    // Before any rule every port is a limited member of the default partition, and the manager's a full one.
    let start = PartitionTable.defaultPartition
    found[start] = PartitionExpectation(partition: start, name: "Default")
    for port in ends.all { found[start]?.members[port] = .limited }
    if let manager { found[start]?.members[manager] = .full }
    for definition in definitions {
      guard let key = definition.partition else { continue }
      var partition = found[key] ?? PartitionExpectation(partition: key)
      partition.name = definition.name ?? partition.name
      for member in definition.members {
        let ports = ends.ports(member.who, manager: manager)
        for port in ports { partition.members[port] = member.membership }
        if case .port(let guid) = member.who, ports.isEmpty, !partition.absent.contains(guid) {
          partition.absent.append(guid)
        }
      }
      found[key] = partition
    }
    return found.values.sorted { $0.partition < $1.partition }
  }

  /// The ports that can be members.
  private struct Ends {
    var all: [PortReference] = []
    private var byType: [FabricNodeType: [PortReference]] = [:]
    private var byGUID: [GUID: [PortReference]] = [:]

    init(_ fabric: Fabric) {
      for (index, node) in fabric.nodes.enumerated() {
        for port in node.ports {
          let place = PortReference(node: index, port: port.number)
          guard fabric.isEnd(place) else { continue }
          all.append(place)
          byType[node.type, default: []].append(place)
          if let guid = port.guid { byGUID[guid, default: []].append(place) }
        }
      }
    }

    func ports(_ who: Who, manager: PortReference?) -> [PortReference] {
      switch who {
      case .all: all
      case .channelAdapters: byType[.channelAdapter] ?? []
      case .switches: byType[.switchNode] ?? []
      case .routers: byType[.router] ?? []
      case .subnetManager: manager.map { [$0] } ?? []
      case .port(let guid): byGUID[guid] ?? []
      case .nobody: []
      }
    }
  }
}
