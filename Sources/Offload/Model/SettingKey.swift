/// A word that `offload set` takes: a friendly one that stands for several knobs, or the kernel's own name.
public struct SettingKey: Sendable {
  /// What stands after the `=`.
  public enum Value: Sendable, Equatable {
    case onOff
    /// Whole numbers; the device may take less (``KnobState/range``).
    case number(ClosedRange<Int>)
    /// One of these words.
    case choice([String])
    /// Several numbers with blanks or commas between them (`tcp_rmem`).
    case numbers(count: Int)
    /// Processors: "0-3,8".
    case processors
    /// A text of its own form: RSS weights, hash key, hash fields; said in the help.
    case text(form: String)
  }

  /// The heading under which `show` lists it.
  public enum Group: String, CaseIterable, Sendable {
    case checksum, segmentation, receive, rss = "RSS"
    case moderation = "interrupt moderation"
    case buffers
    case flowControl = "flow control"
    case vlan = "VLAN"
    case virtualQueues = "virtual queues"
    case link, processors
    case ipoib = "IPoIB"
    case tcp = "TCP"
    case other
  }

  public let name: String
  public let group: Group
  public let value: Value
  /// What it is, in half a sentence.
  public let meaning: String
  /// The knobs it sets, all to the same value; empty for those that are worked out on the interface (`rss`, `rss-base`).
  public let knobs: [Knob]

  public init(_ name: String, _ group: Group, _ value: Value, _ knobs: [Knob], _ meaning: String) {
    self.name = name
    self.group = group
    self.value = value
    self.knobs = knobs
    self.meaning = meaning
  }
}
