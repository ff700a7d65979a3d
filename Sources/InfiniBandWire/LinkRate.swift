/// How many lanes a link has. The raw value is its bit in the width masks of PortInfo.
///
/// Source: InfiniBand specification vol. 1, 14.2.5.6 (LinkWidthActive).
public enum LinkWidth: UInt8, Sendable, CaseIterable {
  case x1 = 1
  case x4 = 2
  case x8 = 4
  case x12 = 8
  case x2 = 16

  public var lanes: Int {
    switch self {
    case .x1: 1
    case .x2: 2
    case .x4: 4
    case .x8: 8
    case .x12: 12
    }
  }

  /// The most lanes of a mask of widths; `nil` when it holds none that is known.
  public static func widest(in mask: UInt8) -> LinkWidth? {
    allCases.filter { mask & $0.rawValue != 0 }.max { $0.lanes < $1.lanes }
  }
}

extension LinkWidth: CustomStringConvertible {
  /// `4x`
  public var description: String { "\(lanes)x" }
}

/// The rate of a link by its name, in Gb/s: 4x HDR is 200. `nil` where its width or its speed is not known.
///
/// This is what people call the link and what the kernel prints in `rate` in sysfs (SDR to QDR lose a fifth of it to
/// 8b/10b coding, which is never subtracted here). Source: the Linux kernel, `ib_port_attr_to_rate` and `rate_show`.
public func nominalRate(_ width: LinkWidth?, _ speed: LinkSpeed?) -> Double? {
  guard let width, let speed else { return nil }
  return Double(width.lanes) * speed.nominalGigabitsPerLane
}

/// The rate of a link on the wire, in Gb/s, coding included: 4x HDR is 212.5. `nil` where it is not known.
public func signallingRate(_ width: LinkWidth?, _ speed: LinkSpeed?) -> Double? {
  guard let width, let speed else { return nil }
  return Double(width.lanes) * speed.gigabitsPerLane
}

/// How fast one lane of a link is, slowest first.
///
/// Source: the same (LinkSpeedActive, LinkSpeedExtActive); FDR10 is Mellanox's own.
public enum LinkSpeed: String, Sendable, CaseIterable, Comparable {
  case sdr, ddr, qdr, fdr10, fdr, edr, hdr, ndr, xdr

  /// The rate of a lane by its name, in Gb/s.
  public var nominalGigabitsPerLane: Double {
    switch self {
    case .sdr: 2.5
    case .ddr: 5
    case .qdr, .fdr10: 10
    case .fdr: 14
    case .edr: 25
    case .hdr: 50
    case .ndr: 100
    case .xdr: 200
    }
  }

  /// The rate of a lane on the wire, in Gb/s.
  public var gigabitsPerLane: Double {
    switch self {
    case .sdr: 2.5
    case .ddr: 5
    case .qdr: 10
    case .fdr10: 10.3125
    case .fdr: 14.0625
    case .edr: 25.78125
    case .hdr: 53.125
    case .ndr: 106.25
    case .xdr: 212.5
    }
  }

  /// The fastest in PortInfo's three masks; `nil` when they hold none that is known.
  /// - Parameters:
  ///   - mask: LinkSpeedSupported, LinkSpeedEnabled or LinkSpeedActive.
  ///   - extended: the LinkSpeedExt field beside it, 0 where the port has none.
  ///   - extended2: the LinkSpeedExt…2 field, the same.
  public static func fastest(mask: UInt8, extended: UInt8, extended2: UInt8 = 0) -> LinkSpeed? {
    if extended2 & 1 != 0 { return xdr }
    // Asked three times a port: no list of bits is made for it.
    if extended & 0xf != 0 { return extended & 8 != 0 ? ndr : extended & 4 != 0 ? hdr : extended & 2 != 0 ? edr : fdr }
    return mask & 4 != 0 ? qdr : mask & 2 != 0 ? ddr : mask & 1 != 0 ? sdr : nil
  }

  public static func < (left: LinkSpeed, right: LinkSpeed) -> Bool { left.gigabitsPerLane < right.gigabitsPerLane }
}
