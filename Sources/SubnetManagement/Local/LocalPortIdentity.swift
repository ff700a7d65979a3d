public import Vocabulary

/// A local InfiniBand port, as far as running a subnet manager on it is concerned.
public struct LocalPortIdentity: Hashable, Sendable {
  /// For people: `mlx5_0/1`.
  public var name: String
  public var device: String
  public var port: Int
  /// The port GUID, by which opensm is told where to run.
  public var guid: GUID

  public init(name: String, device: String, port: Int, guid: GUID) {
    self.name = name
    self.device = device
    self.port = port
    self.guid = guid
  }
}
