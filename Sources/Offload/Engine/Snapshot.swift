/// How settings stood at one moment.
public typealias Snapshot = [Place: KnobState]

/// A setting that does not stand as it should.
public struct Difference: Hashable, Sendable {
  public let place: Place
  /// As it should be.
  public let wanted: KnobState
  /// As it is; `nil` when it is no longer there.
  public let now: KnobState?
  /// What the kernel said when it was to be set; `nil` when it was not asked, or did not object.
  public let refusal: String?

  public init(place: Place, wanted: KnobState, now: KnobState?, refusal: String? = nil) {
    self.place = place
    self.wanted = wanted
    self.now = now
    self.refusal = refusal
  }
}
