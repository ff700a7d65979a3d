/// One value of a profile: what it is to be, or how that is worked out on the machine, and why.
public struct TuningRule: Sendable, Equatable {
  /// How the value is found.
  public enum Value: Sendable, Equatable {
    /// As it stands here.
    case fixed(String)
    /// The most the device takes, and not more than the limit.
    case maximum(limit: Int)
    /// As many as the processor has cores beside the device, as the device takes, and not more than the limit.
    case cores(limit: Int?)
    /// The processors beside the device.
    case processorsBeside
    /// Each of the numbers at least so large; what is larger stays.
    case atLeast([Amount])
    /// Told, and left as it is.
    case reported
  }

  /// A part of a value that is only raised.
  public enum Amount: Sendable, Equatable {
    case asItIs
    case number(Int)
    /// Bytes that are on the way in so many milliseconds at the fastest interface's rate, twice over, because the
    /// kernel takes a half for itself (tcp_adv_win_scale); a power of two.
    case window(milliseconds: Int)
  }

  /// The key of `offload set`; of what is only told the word of the document.
  public let key: String
  /// Whether it is set once for the machine, and not on each interface.
  public let isOfMachine: Bool
  public let value: Value
  /// The line of the document it comes from; `nil` of our own profiles.
  public let source: String?
  /// In one sentence.
  public let reason: String

  init(_ key: String, _ value: Value, machine: Bool = false, source: String? = nil, _ reason: String) {
    self.key = key
    self.value = value
    isOfMachine = machine
    self.source = source
    self.reason = reason
  }
}

/// A set of values that go together.
public struct TuningProfile: Sendable, Equatable {
  public let name: String
  /// What it is for, in half a sentence.
  public let title: String
  public let rules: [TuningRule]

  /// In the order in which they are listed.
  public static let all = [readme2003, readme2008, throughput, latency, balanced]

  public static func named(_ name: String) -> TuningProfile? { all.first { $0.name == name } }
}
