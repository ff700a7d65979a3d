internal import FirmwareImage
internal import Vocabulary

/// A step of a plan: what it is for, and what it writes.
public struct PlannedStep: Sendable, Equatable {
  public enum Role: String, Sendable, Encodable {
    /// Makes sure that nothing in the target area can be taken for an image.
    case prepare
    /// Puts the new image there.
    case write
    /// From here on the new image is the one that boots.
    case activate
    /// Ends the old image, or writes what else belongs to the new one.
    case finish
  }

  public let role: Role
  public let writes: [FlashWrite]

  /// What the step writes, as one range.
  public var area: Range<Int>? {
    guard let first = writes.map(\.area.lowerBound).min(), let last = writes.map(\.area.upperBound).max() else {
      return nil
    }
    return first..<last
  }
}

/// An address as people write it.
func hexadecimal(_ address: Int) -> String { "0x" + UInt64(max(0, address)).hexadecimal() }

/// Turns a recipe into writes, by looking at what is on the flash and at nothing more than is needed.
struct RecipePlanner {
  let geometry: FlashGeometry
  let source: FlashBytes

  /// One planned step for each step of the recipe; steps that have nothing to do have no writes.
  func steps(of recipe: BurnRecipe) throws -> [PlannedStep] {
    var planned: [PlannedStep] = []
    for (position, step) in recipe.steps.enumerated() {
      let (address, bytes) = step.content
      guard address >= 0, address <= geometry.size, bytes.count <= geometry.size - address else {
        throw BurnFailure.refused(
          .layout("\(bytes.count) bytes at \(hexadecimal(address)) reach beyond the end of the flash"))
      }
      let earlier = recipe.steps[..<position]
      let diff = SectorDiff(geometry: geometry) { range throws(FlashError) in
        try contents(of: range, after: earlier)
      }
      switch step {
      case .make:
        planned.append(
          PlannedStep(role: recipe.role(of: position), writes: try diff.writes(making: bytes, at: address)))
      case .program:
        planned.append(
          PlannedStep(role: recipe.role(of: position), writes: try diff.writes(clearing: bytes, at: address)))
      }
    }
    return planned
  }

  /// Whether everything up to and with the activation stands on the flash already. Stops at the first difference.
  func isDone(_ recipe: BurnRecipe) throws -> Bool {
    guard recipe.steps.indices.contains(recipe.activation) else { return false }
    let steps = recipe.steps[...recipe.activation]
    for step in steps {
      let area = step.area
      guard area.lowerBound >= 0, area.upperBound <= geometry.size else { return false }
      for start in stride(from: area.lowerBound, to: area.upperBound, by: geometry.pageSize) {
        let page = start..<min(start + geometry.pageSize, area.upperBound)
        guard try contents(of: page, after: steps) == source.bytes(page) else { return false }
      }
    }
    return true
  }

  /// What a range will hold when the earlier steps are done. What they give as a whole is not read.
  private func contents(
    of range: Range<Int>, after earlier: ArraySlice<BurnRecipe.Step>
  ) throws(FlashError) -> [UInt8] {
    let touching = earlier.filter { $0.area.overlaps(range) }
    let base = touching.lastIndex { step in
      if case .make = step {
        step.area.lowerBound <= range.lowerBound && step.area.upperBound >= range.upperBound
      } else {
        false
      }
    }
    var bytes = base == nil ? try source.bytes(range) : [UInt8](repeating: 0xff, count: range.count)
    for step in touching[(base ?? 0)...] {
      let (address, new) = step.content
      for position in step.area.clamped(to: range) {
        let byte = new[position - address]
        if case .make = step {
          bytes[position - range.lowerBound] = byte
        } else {
          bytes[position - range.lowerBound] &= byte
        }
      }
    }
    return bytes
  }
}

extension BurnRecipe {
  /// What a step is for. The switch begins when the last byte of the new image is made: where the old image comes
  /// first on the flash, the new one has its magic before the old one's end activates it.
  fileprivate func role(of position: Int) -> PlannedStep.Role {
    let before = steps.prefix(max(0, activation))
    let lastMade = before.lastIndex { if case .make = $0 { true } else { false } }
    switch position {
    case (activation + 1)...: return .finish
    case ((lastMade ?? activation - 1) + 1)...: return .activate
    default:
      guard case .make = steps[position] else { return .prepare }
      return .write
    }
  }
}

extension BurnRecipe.Step {
  fileprivate var content: (address: Int, bytes: [UInt8]) {
    switch self {
    case .make(let address, let bytes), .program(let address, let bytes): (address, bytes)
    }
  }

  fileprivate var area: Range<Int> {
    let (address, bytes) = content
    return address..<address + bytes.count
  }
}
