public import FabricDiscovery
public import InfiniBandWire
public import Vocabulary

/// A subnet manager of the subnet, by its answer to Get(SMInfo).
public struct SubnetManager: Sendable, Equatable {
  /// The port GUID it runs on.
  public var guid: GUID
  public var lid: UInt16
  /// 0 to 15; the highest becomes master, among equals the lowest GUID.
  public var priority: Int
  /// `nil` for a code that means none.
  public var state: SMInfo.State?
  public var activityCount: UInt32
  /// Where it answered, in the swept fabric.
  public var port: PortReference
  public var nodeDescription: String?

  public init(
    guid: GUID, lid: UInt16, priority: Int, state: SMInfo.State?, activityCount: UInt32, port: PortReference,
    nodeDescription: String?
  ) {
    self.guid = guid
    self.lid = lid
    self.priority = priority
    self.state = state
    self.activityCount = activityCount
    self.port = port
    self.nodeDescription = nodeDescription
  }
}

extension SubnetManager {
  /// `0002c90300abcdf1 (host7 mlx5_0), master`
  public var title: String {
    let name = nodeDescription.map { " (\(FabricNames.cleaned($0)))" } ?? ""
    return "\(guid)\(name), \(state?.name ?? "unknown")"
  }
}

/// The subnet managers of a swept fabric.
public struct SubnetManagerSurvey: Sendable, Equatable {
  /// Master first, then by priority and GUID.
  public var managers: [SubnetManager]
  /// Ports that say a subnet manager runs there, whose SMInfo could not be had.
  public var unanswered: [Unanswered]

  public init(managers: [SubnetManager], unanswered: [Unanswered]) {
    self.managers = managers
    self.unanswered = unanswered
  }
}
