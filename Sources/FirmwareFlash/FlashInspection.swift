internal import AdapterChips
public import FirmwareImage
public import Vocabulary

/// What is on a flash: its images, which of them boots, and what is wrong with them.
public struct FlashInspection: Sendable, Equatable {
  public struct Slot: Sendable, Equatable {
    public let placement: Placement
    /// It is the first that the card finds.
    public let boots: Bool
    /// What the image says; `nil` when it is too damaged to be read.
    public let image: Image?
    /// Every checksum; `nil` when they were not asked for, or the image cannot be read at all.
    public let verification: Verification?
    /// What is wrong with it, in half a sentence; `nil` when nothing is known to be.
    public let damage: String?

    /// Whether the image is complete; `nil` when that was not looked at.
    public var isWhole: Bool? { damage != nil ? false : verification.map(\.isWhole) }
  }

  public let slots: [Slot]
  public let unfinished: UnfinishedBurn?

  /// The image that boots, or would if it were whole.
  public var booting: Slot? { slots.first }

  /// What is wrong, and what to do about it.
  public func problems(of card: Card) -> [Problem] {
    var problems: [Problem] = []
    let recover = ["rdmactl fw recover -d \(card.name)"]
    let burn = ["rdmactl fw burn -d \(card.name) -i IMAGE"]
    if slots.isEmpty { problems.append(FlashProblem.noImage.at(card.name, fix: burn)) }
    // The two copies of an FS1 card are how it was made.
    if slots.count > 1, slots[0].placement.format != .fs1 {
      let places = slots.map { hexadecimal($0.placement.start) }
      problems.append(
        FlashProblem.twoImages.at(card.name, evidence: ["addresses=" + places.joined(separator: ",")], fix: recover))
    }
    for slot in slots {
      guard let damage = slot.damage else { continue }
      let problem = slot.boots ? FlashProblem.bootImageDamaged : .tornSlot
      problems.append(
        problem.at(
          card.name, evidence: ["address=\(hexadecimal(slot.placement.start))"], detail: damage,
          fix: slots.count > 1 ? recover : burn))
    }
    if let unfinished { problems.append(unfinished.problem(of: card, fix: recover)) }
    return problems
  }
}

extension UnfinishedBurn {
  /// - Parameter fix: how this device gets out of it.
  public func problem(of card: Card, fix: [String]) -> Problem {
    FlashProblem.interruptedBurn.at(
      card.name, evidence: ["since=\(since)"] + (version.map { ["version=\($0)"] } ?? []), fix: fix)
  }
}

/// Everything that can be found wrong on a flash. The raw values are stable.
public enum FlashProblem: String, CaseIterable, Sendable {
  case noImage = "flash.no_image"
  case twoImages = "flash.two_images"
  case bootImageDamaged = "flash.boot_image_damaged"
  case tornSlot = "flash.torn_slot"
  case interruptedBurn = "flash.interrupted_burn"

  public var severity: Severity {
    switch self {
    case .noImage, .bootImageDamaged: .error
    case .twoImages, .tornSlot, .interruptedBurn: .warning
    }
  }

  /// The cause, in one sentence (without its full stop): what the commands print, and what the manual page lists.
  public var meaning: String {
    switch self {
    case .noImage: "no firmware image on the flash: the card cannot start"
    case .twoImages:
      "two images claim to boot: a burn was interrupted after its switch, before the old image was retired"
    case .bootImageDamaged: "the image that boots is damaged: the card may not start again"
    case .tornSlot: "an image that does not boot is damaged: another tool's burn was interrupted"
    case .interruptedBurn: "a burn was started and not finished"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(_ subject: String, evidence: [String] = [], detail: String? = nil, fix: [String]) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: subject, message: meaning + (detail.map { " (\($0))" } ?? ""),
      evidence: evidence, fix: fix)
  }
}

extension FlashSession {
  /// Looks at every image on the flash.
  /// - Parameter thoroughly: reads every byte of them and checks every checksum; else headers only.
  public func inspect(thoroughly: Bool) throws(BurnFailure) -> FlashInspection {
    var slots: [FlashInspection.Slot] = []
    for placement in try livePlacements() {
      slots.append(try look(at: placement, boots: slots.isEmpty, thoroughly: thoroughly))
    }
    return FlashInspection(slots: slots, unfinished: unfinished)
  }

  private func look(
    at placement: Placement, boots: Bool, thoroughly: Bool
  ) throws(BurnFailure) -> FlashInspection.Slot {
    do {
      let image = try Firmware.read(placement, from: bytes)
      let verification = thoroughly ? try verify(placement) : nil
      return FlashInspection.Slot(
        placement: placement, boots: boots, image: image, verification: verification,
        damage: verification?.firstBad.map { "\($0.part) \($0.why)" })
    } catch let error as ImageError {
      return FlashInspection.Slot(
        placement: placement, boots: boots, image: nil, verification: nil, damage: error.message)
    } catch {
      return try translating { throw error }
    }
  }
}

extension Verification {
  /// The first part of what a burn writes that is not as it should be.
  public var firstBadOfImage: (part: String, why: String)? {
    Verification(checks: checks.filter { !$0.isDeviceData }).firstBad
  }

  /// The first part that is not as it should be.
  var firstBad: (part: String, why: String)? {
    for check in checks {
      if case .bad(let why) = check.verdict { return (check.name, why) }
    }
    return isWhole ? nil : ("it", "has no part that could be checked")
  }
}
