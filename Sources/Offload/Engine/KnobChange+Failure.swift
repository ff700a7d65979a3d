internal import HostAccess

extension KnobChange {
  /// Why the change has not come about although the kernel took it; `nil` when it has, if only nearly.
  func failure(in state: OffloadState) -> Refusal? {
    guard let now = state[place] else { return refusal("it is no longer there", isKernels: false, .refused) }
    if now.hasCome(to: wanted) { return nil }
    if place.knob.kind == .feature {
      let why = now.reason.map { ": \($0)" } ?? ""
      return refusal("accepted, but it is still \(now.effective)\(why)", isKernels: false, .refused)
    }
    // Drivers round ring sizes, also to what there is; anything else that stays as it was did not come about.
    if !now.hasValue(of: before) || place.knob.kind == .ring { return nil }
    return refusal("accepted without effect: it is still \(now.effective)", isKernels: false, .refused)
  }

  func refusal(_ failure: NetworkFailure) -> Refusal {
    switch failure {
    case .refused(let words) where words.isPermission: refusal(words.explanation, isKernels: true, .notPermitted)
    case .refused(let words) where words.isUnsupported: refusal(words.explanation, isKernels: true, .unsupported)
    case .refused(let words): refusal(words.explanation, isKernels: true, .refused)
    case .noFamily, .recorded: refusal(failure.explanation, isKernels: false, .unsupported)
    case .failed: refusal(failure.explanation, isKernels: false, .refused)
    }
  }

  private func refusal(_ reason: String, isKernels: Bool, _ category: Refusal.Category) -> Refusal {
    Refusal(
      interface: place.interface?.name, key: key ?? place.knob.name, value: wanted, reason: reason,
      isKernels: isKernels, category: category)
  }
}

extension KnobState {
  /// Of a setting that is no longer there: a queue that went with its channel.
  static let absent = KnobState("absent")
}

extension Knob.Kind {
  /// Whether changing one of this kind may change one of the other.
  func reaches(_ other: Knob.Kind) -> Bool { reach.contains(other) }

  private var reach: Set<Knob.Kind> {
    switch self {
    case .feature: [.feature]
    case .channels: [.channels, .rss, .ring, .coalesce, .sysfs, .interrupt]
    case .rss: [.rss]
    case .coalesce: [.coalesce]
    case .ring: [.ring, .rss, .coalesce]
    case .pause: [.pause]
    case .link: [.link, .feature]
    case .sysfs: [.sysfs]
    case .interrupt: [.interrupt]
    case .sysctl: [.sysctl, .feature]
    }
  }
}
