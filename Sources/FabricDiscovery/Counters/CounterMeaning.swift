/// What it means that a counter is not zero, and what to do.
public struct CounterMeaning: Sendable, Equatable {
  /// One line, without its full stop.
  public let meaning: String
  /// One line: the next step.
  public let advice: String
}

extension PortCounter {
  /// Source: InfiniBand specification vol. 1, 16.1.3.5, 16.1.4.1 and 16.1.4.2.
  public var explanation: CounterMeaning {
    let (meaning, advice) = words
    return CounterMeaning(meaning: meaning, advice: advice)
  }

  private static let cable = "clean or reseat the cable, then replace it; check the port at its other end too"

  private var words: (String, String) {
    switch self {
    case .symbolErrors: ("bit errors on one or more lanes", Self.cable)
    case .linkErrorRecovery: ("the link lost synchronization and recovered", Self.cable)
    case .linkDowned:
      ("the link failed and went down", "normal after a restart of either end; otherwise replace the cable")
    case .receiveErrors:
      (
        "packets arrived damaged or could not be accepted",
        "usually the cable; rdmactl fabric errors --json has the details"
      )
    case .receiveRemotePhysicalErrors:
      (
        "packets arrived that another port had marked as damaged",
        "follow the path upstream: the fault is on another link"
      )
    case .receiveSwitchRelayErrors:
      (
        "the switch had no route for packets (often multicast sent back to its own port)",
        "harmless in small numbers; otherwise rdmactl fabric check"
      )
    case .transmitDiscards:
      ("packets were discarded because the port could not send them in time", "check for congestion or a slow host")
    case .transmitConstraintErrors:
      ("packets were not sent because of their partition or raw type", "compare the P_Keys of both ends")
    case .receiveConstraintErrors:
      ("packets were not accepted because of their partition or raw type", "compare the P_Keys of both ends")
    case .localLinkIntegrityErrors: ("the link had more errors than the port tolerates", Self.cable)
    case .excessiveBufferOverrunErrors:
      ("the buffers overran several times in a row", "bad flow control: firmware, or a cable that is too long")
    case .vl15Dropped:
      ("management packets were dropped: no buffer", "harmless in small numbers; otherwise query the subnet less often")
    case .transmitWait:
      ("the port had data to send and no credits", "congestion: find the slow receiver behind this port")
    case .qp1Dropped: ("management requests to queue pair 1 were dropped", "query the agents less often")
    case .localPhysicalErrors: ("packets with a bad checksum or a coding error", Self.cable)
    case .malformedPacketErrors: ("malformed packets", "firmware or hardware of the sender")
    case .bufferOverrunErrors: ("no buffer for packets that had credit", "firmware or hardware of this port")
    case .dlidMappingErrors: ("no route for the destination LID", "rdmactl fabric check")
    case .vlMappingErrors: ("no virtual lane for the service level", "check the QoS settings of the subnet manager")
    case .loopingErrors: ("packets would have left through the port they came in", "rdmactl fabric check")
    case .inactiveDiscards: ("the output port was not active", "check the state of the port: rdmactl fabric links")
    case .neighborMTUDiscards: ("packets longer than the MTU of the other end", "compare the MTU of both ends")
    case .lifetimeDiscards: ("packets stayed too long in the switch", "congestion: find the slow receiver")
    case .headOfQueueDiscards:
      ("packets stayed too long at the head of the queue", "congestion: find the slow receiver")
    case .transmitData: ("data sent, in units of four bytes", "")
    case .receiveData: ("data received, in units of four bytes", "")
    case .transmitPackets: ("packets sent", "")
    case .receivePackets: ("packets received", "")
    case .transmitUnicastPackets: ("unicast packets sent", "")
    case .receiveUnicastPackets: ("unicast packets received", "")
    case .transmitMulticastPackets: ("multicast packets sent", "")
    case .receiveMulticastPackets: ("multicast packets received", "")
    }
  }
}

/// From which value on a counter is reported: those of ibqueryerrors 44 unless told otherwise, which are all 0 (the file
/// /etc/infiniband-diags/error_thresholds comes with every line commented out).
public struct CounterThresholds: Sendable, Equatable {
  private var limits: [PortCounter: UInt64] = [:]
  public private(set) var badLines: [BadLine] = []

  public init() {}

  /// Reads the format of infiniband-diags: `SymbolErrorCounter=10`, remarks from `#` on.
  public init(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      guard !words.isEmpty else { continue }
      if let reason = read(words) { badLines.append(BadLine(line: index + 1, reason: reason)) }
    }
  }

  /// A counter is reported when it is greater than this.
  public subscript(counter: PortCounter) -> UInt64 {
    get { limits[counter] ?? 0 }
    set { limits[counter] = newValue }
  }

  private mutating func read(_ line: String) -> String? {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count == 2, let text = parts.last else { return "\"=\" is missing" }
    guard let counter = PortCounter(rawValue: String(name)), counter.kind == .error else {
      return "\"\(FabricNames.cleaned(String(name.prefix(40))))\" is not an error counter"
    }
    let isHexadecimal = text.hasPrefix("0x")
    guard let limit = isHexadecimal ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text) else {
      return "\"\(FabricNames.cleaned(String(text.prefix(40))))\" is not a number"
    }
    self[counter] = limit
    return nil
  }
}
