/// The way of a directed-route SMP: the port by which it leaves each node, the local one first.
///
/// Source: InfiniBand specification vol. 1, 14.2.2.
public struct DirectedRoute: Hashable, Sendable {
  /// At most ``longest`` ports; none is the local port itself.
  public let hops: [UInt8]

  /// The initial path has 64 entries, of which the first is not used.
  public static let longest = 63

  public static let local = DirectedRoute(unchecked: [])

  /// - Returns: `nil` for more hops than an SMP can hold.
  public init?(_ hops: [UInt8]) {
    guard hops.count <= Self.longest else { return nil }
    self.hops = hops
  }

  private init(unchecked hops: [UInt8]) { self.hops = hops }

  /// One hop further, out of `port`; `nil` where an SMP can go no further.
  public func extended(by port: UInt8) -> DirectedRoute? {
    guard hops.count < Self.longest else { return nil }
    var longer: [UInt8] = []
    longer.reserveCapacity(hops.count + 1)
    longer += hops
    longer.append(port)
    return DirectedRoute(unchecked: longer)
  }
}

extension DirectedRoute: CustomStringConvertible {
  /// `0,1,19`, as the tools of infiniband-diags spell it (`-D`).
  public var description: String { ([0] + hops).map(String.init).joined(separator: ",") }
}
