/// One thing that can be set on an interface or on the machine, by the kernel's own name for it.
///
/// Everything that rdmactl shows, sets, journals and restores is a knob with a text for its value, so that one reader, one
/// journal and one undo serve all of them.
public struct Knob: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Where it is set; also the first half of its name, and the order in which `show` lists them.
  public enum Kind: String, CaseIterable, Sendable {
    /// A device feature by ETHTOOL_MSG_FEATURES: `tx-tcp-segmentation`. Its value is what is wanted: "on" or "off".
    case feature
    /// ETHTOOL_MSG_CHANNELS: `rx`, `tx`, `other`, `combined`.
    case channels
    /// The RSS table, key and function, and the fields that are hashed for a kind of flow: `table`, `key`, `function`,
    /// `fields-tcp4`.
    case rss
    /// ETHTOOL_MSG_COALESCE: `rx-usecs`, `adaptive-rx`.
    case coalesce
    /// ETHTOOL_MSG_RINGS: `rx`, `rx-mini`, `rx-jumbo`, `tx`.
    case ring
    /// ETHTOOL_MSG_PAUSE: `autoneg`, `rx`, `tx`.
    case pause
    /// rtnetlink: `mtu`, `txqueuelen`, `gso-max-size`, `gso-max-segs`, `gro-max-size`; `ipoib-mode`.
    case link
    /// A file below `/sys/class/net/IF/`: `queues/rx-0/rps_cpus`, `napi_defer_hard_irqs`, `threaded`.
    case sysfs
    /// `/proc/irq/N/smp_affinity_list` of one of the interface's interrupts: its number.
    case interrupt
    /// A sysctl, of the machine or (`net.ipv4.conf.IF.…`) of the interface: its dotted name.
    case sysctl
  }

  public let kind: Kind
  public let name: String

  public init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// `ring rx`, `feature tx-tcp-segmentation`: unique, and what journal lines hold.
  public var description: String { "\(kind.rawValue) \(name)" }

  public static func < (left: Knob, right: Knob) -> Bool {
    (left.kind.order, left.name) < (right.kind.order, right.name)
  }
}

extension Knob.Kind {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How a knob stands.
public struct KnobState: Hashable, Sendable {
  /// What is set. Of a feature what is wanted, which the kernel remembers apart from what is in force.
  public var value: String
  /// What is in force where that may differ (features); else `nil`.
  public var active: String?
  /// Cannot be changed.
  public var isFixed: Bool
  /// Why it is fixed, or why what is in force is not what is wanted, in half a sentence; `nil` when there is nothing to say.
  public var reason: String?
  /// The least and the most the device takes; `nil` where it does not tell.
  public var range: ClosedRange<Int>?

  public init(
    _ value: String, active: String? = nil, isFixed: Bool = false, reason: String? = nil, range: ClosedRange<Int>? = nil
  ) {
    self.value = value
    self.active = active
    self.isFixed = isFixed
    self.reason = reason
    self.range = range
  }

  /// What the user sees as its state: what is in force.
  public var effective: String { active ?? value }
}
