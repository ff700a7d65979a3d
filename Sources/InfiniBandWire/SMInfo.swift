public import BinaryLayout

/// The SMInfo attribute. Source: InfiniBand specification vol. 1, 14.2.5.13.
public enum SMInfo {
  public static let length = 21

  public enum Layout {
    public static let guid = LayoutField("GUID", at: 0, bits: 64)
    public static let smKey = LayoutField("SM_Key", at: 64, bits: 64)
    public static let activityCount = LayoutField("ActCount", at: 128, bits: 32)
    public static let priority = LayoutField("Priority", at: 160, bits: 4)
    public static let state = LayoutField("SMState", at: 164, bits: 4)

    public static let all = [guid, smKey, activityCount, priority, state]
  }

  /// The state of a subnet manager. Source: the same.
  public enum State: UInt8, Sendable, CaseIterable {
    case notActive = 0
    case discovering = 1
    case standby = 2
    case master = 3
  }

  /// What a Set(SMInfo) asks for, as its attribute modifier. Source: the same, 14.4.1.
  public enum Control: UInt32, Sendable, CaseIterable {
    case handover = 1
    case acknowledge = 2
    case disable = 3
    case standby = 4
    case discover = 5
  }
}
