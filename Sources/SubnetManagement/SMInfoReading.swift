internal import BinaryLayout
public import FabricDiscovery
public import InfiniBandWire
public import Vocabulary

/// What a subnet manager answers to Get(SMInfo).
public struct SMInfoReading: Sendable, Equatable {
  public var guid: GUID
  /// 0 to 15.
  public var priority: Int
  /// `nil` for a code that means none.
  public var state: SMInfo.State?
  public var activityCount: UInt32

  /// - Returns: `nil` when the attribute is too short.
  init?(_ attribute: some Collection<UInt8>) {
    guard let record = LayoutRecord(attribute, length: SMInfo.length) else { return nil }
    guid = GUID(record[SMInfo.Layout.guid])
    priority = Int(truncatingIfNeeded: record[SMInfo.Layout.priority])
    state = SMInfo.State(rawValue: UInt8(truncatingIfNeeded: record[SMInfo.Layout.state]))
    activityCount = UInt32(truncatingIfNeeded: record[SMInfo.Layout.activityCount])
  }
}

/// What became of a question to a subnet manager.
public enum SMInfoOutcome: Sendable, Equatable {
  case reading(SMInfoReading)
  /// It answered with a status, in the words of ``ManagementDatagram/statusMeaning``, and what it says of itself.
  case refused(String, SMInfoReading?)
  case silent(attempts: Int)

  init(_ outcome: RequestOutcome) {
    switch outcome {
    case .answer(let answer):
      self = SMInfoReading(answer.attribute).map { .reading($0) } ?? .refused("the answer is too short", nil)
    case .refused(let answer):
      // opensm puts its "a value is not valid" where the class has its own statuses: 7 in the upper byte.
      let isOfClass = answer.status & 0xff == 0
      let words = isOfClass ? "its state does not allow this (status \(answer.status >> 8))" : answer.statusMeaning
      self = .refused(words, SMInfoReading(answer.attribute))
    case .silent(let attempts): self = .silent(attempts: attempts)
    }
  }

  public var reading: SMInfoReading? { if case .reading(let reading) = self { reading } else { nil } }
}

extension FabricSession {
  /// Asks the subnet manager at the end of a route (the local port's without a hop) or behind a LID for its SMInfo.
  public func smInfo(at place: FabricRequest.Destination) throws(SessionFailure) -> SMInfoOutcome {
    try exchange(FabricRequest(.subnet(.smInfo), to: place))
  }

  func exchange(_ request: FabricRequest) throws(SessionFailure) -> SMInfoOutcome {
    var outcome = SMInfoOutcome.silent(attempts: 0)
    try perform([((), request)]) { _, answer, _ in outcome = SMInfoOutcome(answer) }
    return outcome
  }
}
