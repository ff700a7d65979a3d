/// What a profile comes to on this machine: every value with its reason, as it is and as it would be.
public struct TuningPlan: Sendable, Equatable {
  public enum Verdict: Sendable, Equatable {
    case change
    /// It is so already.
    case already
    /// This device or kernel cannot; why, in half a sentence.
    case impossible(String)
    /// Only told.
    case reported
  }

  public struct Item: Sendable, Equatable {
    /// `nil`: of the machine.
    public let interface: String?
    public let rule: TuningRule
    /// How it stands; `nil` when that is not one value, or not known.
    public let present: String?
    /// What it would be; `nil` when it stays.
    public let wanted: String?
    /// How a value was worked out, in half a sentence; `nil` of fixed ones.
    public let basis: String?
    public let verdict: Verdict
  }

  public let profile: TuningProfile
  /// Those of the machine first, then those of each interface, in the order of the profile.
  public let items: [Item]
  /// What the user should know: the firewall's price, a service that works against it.
  public let remarks: [String]

  /// What ``OffloadEngine`` is asked for: everything that would change.
  public var requests: [SettingRequest] { requests { $0.verdict == .change } }

  /// Every value of the profile that is possible here, changed or not: what is kept over a restart.
  public var values: [SettingRequest] {
    requests { $0.wanted != nil && ($0.verdict == .change || $0.verdict == .already) }
  }

  private func requests(_ isWanted: (Item) -> Bool) -> [SettingRequest] {
    var requests: [SettingRequest] = []
    for item in items where isWanted(item) {
      guard let wanted = item.wanted else { continue }
      let assignment = Assignment(key: item.rule.key, value: wanted)
      if let last = requests.last, last.interface == item.interface {
        requests[requests.count - 1] = SettingRequest(last.interface, last.assignments + [assignment])
      } else {
        requests.append(SettingRequest(item.interface, [assignment]))
      }
    }
    return requests
  }
}
