internal import BinaryLayout
package import FirmwareImage

/// The state of an update as the firmware reports it: whether a tool has begun one, and how far it is.
package struct UpdateStatus: Sendable, Equatable {
  package let state: MCC.State
  /// Of the update under way, or of the next one.
  package let handle: UInt64
  /// Why the last step was refused; 0 when it was not.
  package let error: UInt8
  /// Since the last command of the tool that holds the update.
  package let silentSeconds: Int

  package var isFree: Bool { state == .idle }

  init(_ value: RegisterValue) {
    state = MCC.State(rawValue: value[MCC.state]) ?? .idle
    handle = value[MCC.handle]
    error = UInt8(truncatingIfNeeded: value[MCC.error])
    silentSeconds = Int(value[MCC.secondsSinceLast])
  }
}

/// What the firmware takes as an update of itself.
package struct UpdateAbility: Sendable, Equatable {
  /// The boot image among the components.
  package let component: UInt64
  /// Bytes; 0 when it does not tell.
  package let largestImage: Int
  /// Bytes that one piece of data may have.
  package let blockSize: Int
  package let signedOnly: Bool
}

extension MCC.State {
  package var words: String {
    switch self {
    case .idle: "free"
    case .locked: "reserved"
    case .initialize: "erasing"
    case .download: "receiving an image"
    case .verify: "checking an image"
    case .apply, .activate: "activating an image"
    case .upload, .uploadPending: "sending its image"
    }
  }
}

extension RunningCard {
  /// - Returns: `nil` where the firmware does not update itself.
  package func updateAbility() throws(CardRegisterError) -> UpdateAbility? {
    typealias Layout = MCQI.Capabilities
    guard let component = try bootImage(),
      try optional({ () throws(CardRegisterError) in try mailbox.access(.mcc) }) != nil,
      let value = try information(component, .capabilities, size: Layout.size, pending: false)
    else { return nil }
    let word = max(4, 1 << Int(min(value[Layout.wordLog2], 7)))
    let block = min(max(Int(value[Layout.maximalWrite]), word), MCDA.data.count)
    return UpdateAbility(
      component: component, largestImage: Int(value[Layout.maximalSize]), blockSize: block / word * word,
      signedOnly: value[Layout.signedOnly] == 1)
  }

  /// - Returns: `nil` where the firmware does not update itself.
  package func updateStatus() throws(CardRegisterError) -> UpdateStatus? {
    try optional { () throws(CardRegisterError) in try mailbox.access(.mcc) }.map(UpdateStatus.init)
  }

  /// Takes an update away from the tool that began it. Safe only while no tool works on the card.
  package func releaseUpdate() throws(CardRegisterError) {
    _ = try mailbox.access(.mcc, .write, [(MCC.instruction, MCC.Instruction.forceRelease.rawValue)])
  }

  /// The running version, and the complete one that waits for a reset; `nil` for an image that the card does not have.
  package func versions() throws(CardRegisterError) -> (running: FirmwareVersion?, pending: FirmwareVersion?) {
    guard let image = try bootImage() else { return (nil, nil) }
    let running = try version(of: image, pending: false)?.number
    let isPending = try mailbox.access(.mcqs, .read, [(MCQS.index, image)])[MCQS.updateState] == MCQS.pendingReset
    let pending = isPending ? try version(of: image, pending: true)?.number : nil
    return (running, pending)
  }
}
