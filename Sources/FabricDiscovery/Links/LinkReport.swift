public import InfiniBandWire

/// The cables of a fabric: the width and speed of each, and what both its ends are enabled for.
public struct LinkReport: Sendable, Equatable {
  /// Degraded ones first, then those that are set to less, then ends that disagree, then the rest; each in the order of
  /// the fabric.
  public let links: [LinkStatus]
  /// Ports of switches and adapters without a cable that could be followed.
  public let unlinked: [UnlinkedPort]

  public init(_ fabric: Fabric) {
    let all = fabric.links.map { LinkStatus($0, in: fabric) }
    links = (0...3).flatMap { rank in all.filter { $0.rank == rank } }
    unlinked = fabric.nodes.indices.flatMap { index in
      fabric.nodes[index].ports.compactMap { port -> UnlinkedPort? in
        let reference = PortReference(node: index, port: port.number)
        // Port 0 of a switch is its management port: there is no cable to it.
        guard port.peer == nil, let info = port.info,
          port.number > 0 || fabric.nodes[index].type != .switchNode
        else { return nil }
        return UnlinkedPort(port: reference, state: info.state, physicalState: info.physicalState)
      }
    }
  }
}

/// A port with nothing behind it that answers.
public struct UnlinkedPort: Sendable, Equatable {
  public var port: PortReference
  public var state: PortState
  public var physicalState: PhysicalState

  /// There is a link; what is at its other end has not answered.
  public var hasLink: Bool { physicalState == .linkUp || (state != .down && state != .unknown) }
}

/// A cable and what its two ends report.
public struct LinkStatus: Sendable, Equatable {
  public var link: FabricLink
  /// Active now, by the first end, or by the second where the first did not answer; `nil` when neither did.
  public var width: LinkWidth?
  public var speed: LinkSpeed?
  /// The best that both ends support; `nil` when an end does not say. More than four lanes count only where both ends are
  /// enabled for them: they take the lanes of several ports and another cable, which a port that supports them need not
  /// have.
  public var possibleWidth: LinkWidth?
  public var possibleSpeed: LinkSpeed?
  /// The best that both ends are enabled for.
  private var enabledWidth: LinkWidth?
  private var enabledSpeed: LinkSpeed?
  /// The ends whose settings keep the link below what both ends support.
  public var limitingEnds: [PortReference] = []
  /// Of the first end and of the second.
  public var states: [PortState?]
  /// The two ends do not say the same of width, speed or state.
  public var isAsymmetric: Bool

  init(_ link: FabricLink, in fabric: Fabric) {
    let first = fabric[link.first]?.info
    let second = fabric[link.second]?.info
    self.link = link
    width = first?.width ?? second?.width
    speed = first?.speed ?? second?.speed
    states = [first?.state, second?.state]
    isAsymmetric = false
    guard let first, let second else { return }
    possibleWidth = LinkWidth.widest(
      in: first.widthsSupported & second.widthsSupported
        & (LinkWidth.ofOnePort | first.widthsEnabled & second.widthsEnabled))
    possibleSpeed = Self.slower(first.fastestSupported, second.fastestSupported)
    enabledWidth = LinkWidth.widest(in: first.usableWidths & second.usableWidths)
    enabledSpeed = Self.slower(first.usableSpeed, second.usableSpeed)
    for (port, facts) in [(link.first, first), (link.second, second)] {
      let width = LinkWidth.widest(in: facts.usableWidths)
      if Self.isLess(width?.lanes, than: possibleWidth?.lanes) || Self.isLess(facts.usableSpeed, than: possibleSpeed) {
        limitingEnds.append(port)
      }
    }
    isAsymmetric = first.width != second.width || first.speed != second.speed || first.state != second.state
  }

  private static func slower(_ first: LinkSpeed?, _ second: LinkSpeed?) -> LinkSpeed? {
    guard let first, let second else { return nil }
    return min(first, second)
  }

  /// Fewer lanes than both ends are enabled for.
  public var hasDegradedWidth: Bool { Self.isLess(width?.lanes, than: enabledWidth?.lanes) }
  /// Slower lanes than both ends are enabled for.
  public var hasDegradedSpeed: Bool { Self.isLess(speed, than: enabledSpeed) }
  public var isDegraded: Bool { hasDegradedWidth || hasDegradedSpeed }

  fileprivate var rank: Int { isDegraded ? 0 : !limitingEnds.isEmpty ? 1 : isAsymmetric ? 2 : 3 }

  /// Nominal, in Gb/s; `nil` when not known.
  public var rate: Double? { nominalRate(width, speed) }
  public var signal: Double? { signallingRate(width, speed) }
  public var possibleRate: Double? { nominalRate(possibleWidth, possibleSpeed) }

  /// `4x HDR`; `?` for what is not known.
  public static func spelled(_ width: LinkWidth?, _ speed: LinkSpeed?) -> String {
    "\(width?.description ?? "?") \(speed?.rawValue.uppercased() ?? "?")"
  }

  private static func isLess<Value: Comparable>(_ value: Value?, than limit: Value?) -> Bool {
    guard let value, let limit else { return false }
    return value < limit
  }
}

extension PortFacts {
  /// Supported and enabled. An agent that reports nothing as enabled does not say.
  var usableWidths: UInt8 { widthsEnabled & widthsSupported == 0 ? widthsSupported : widthsEnabled & widthsSupported }
  var usableSpeed: LinkSpeed? {
    guard let fastestEnabled, let fastestSupported else { return fastestEnabled ?? fastestSupported }
    return min(fastestEnabled, fastestSupported)
  }
}

extension LinkWidth {
  /// The widths of a single port, as a mask.
  static let ofOnePort = x1.rawValue | x2.rawValue | x4.rawValue
}
