public import Vocabulary

/// A PCI Express link: lanes and speed.
public struct PCIeLink: Sendable, Equatable {
  /// GT/s: 2.5, 5, 8, 16, 32, 64.
  public let speed: Double
  public let width: Int

  /// What it carries after line coding, Gb/s: 8b/10b up to 5 GT/s, 128b/130b above.
  public var bandwidth: Double { speed * Double(width) * (speed > 5 ? 128.0 / 130.0 : 0.8) }

  /// "8.0 GT/s x8"
  public var description: String { "\(speed) GT/s x\(width)" }

  /// The best that two ends can agree on.
  static func best(of left: PCIeLink, and right: PCIeLink) -> PCIeLink {
    PCIeLink(speed: min(left.speed, right.speed), width: min(left.width, right.width))
  }
}

/// The way from an adapter to the root of the PCI tree.
public struct PCIePath: Sendable, Equatable {
  /// One link of it: what it runs at, and what both its ends can do.
  public struct Hop: Sendable, Equatable {
    public let upper: PCIAddress
    public let lower: PCIAddress
    public let current: PCIeLink
    public let possible: PCIeLink

    public var isDegraded: Bool { current.bandwidth < possible.bandwidth }
  }

  /// The adapter's own link now, and the most the adapter could do.
  public let current: PCIeLink
  public let maximum: PCIeLink
  /// From the adapter upwards; links of which sysfs tells nothing are left out.
  public let hops: [Hop]

  /// The link that runs below what both its ends can do; the slowest of them.
  public var degraded: Hop? { hops.filter(\.isDegraded).min { $0.current.bandwidth < $1.current.bandwidth } }

  /// The link that carries least: where the way is narrow, fault or not.
  public var narrowest: Hop? { hops.min { $0.current.bandwidth < $1.current.bandwidth } }
}
