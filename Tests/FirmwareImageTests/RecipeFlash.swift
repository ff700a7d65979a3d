internal import FirmwareImage

/// A NOR flash in memory that carries out recipes as a burn engine would, one operation after the other, and shows the
/// content after each, and as it may be when power fails in its middle. (Flashes that lie, and every power cut of the whole
/// engine, are the business of FlashRehearsal: here recipes are tried without the engine.)
struct RecipeFlash {
  struct PowerCut: Error {}

  enum Operation {
    case erase(Range<Int>)
    case program(Int, [UInt8])

    var range: Range<Int> {
      switch self {
      case .erase(let range): range
      case .program(let address, let bytes): address..<address + bytes.count
      }
    }
  }

  let geometry: FlashGeometry
  private(set) var bytes: [UInt8]
  /// Operations that ``cook(_:)`` carries out until the power fails: at the next one, and with `isTorn` in its middle.
  var operationsLeft = Int.max
  var isTorn = false
  /// What ``cook(_:)`` has carried out.
  private(set) var operationCount = 0

  init(_ geometry: FlashGeometry, _ bytes: [UInt8]) {
    self.geometry = geometry
    self.bytes = bytes
  }

  /// A blank one.
  init(_ geometry: FlashGeometry) { self.init(geometry, [UInt8](repeating: 0xff, count: geometry.size)) }

  var source: MemoryBytes { MemoryBytes(bytes) }
  var present: [Placement] { get throws { try Firmware.locate(in: source, medium: .flash) } }

  /// The operations for a step as the flash is now: nothing that is so already, erases only where bits must be set.
  func operations(for step: BurnRecipe.Step) -> [Operation] {
    switch step {
    case .program(let address, let wanted): return [.program(address, wanted)]
    case .make(let address, let wanted):
      let sector = geometry.sectorSize
      precondition(address % sector == 0 && wanted.count % sector == 0, "a part of a sector is to be made")
      return stride(from: 0, to: wanted.count, by: geometry.sectorSize).flatMap { offset in
        let start = address + offset
        return operations(at: start, wanted[offset..<min(offset + geometry.sectorSize, wanted.count)])
      }
    }
  }

  private func operations(at start: Int, _ wanted: ArraySlice<UInt8>) -> [Operation] {
    var present = bytes[start..<start + wanted.count]
    if present == wanted { return [] }
    var operations: [Operation] = []
    if zip(present, wanted).contains(where: { $0 & $1 != $1 }) {
      operations.append(.erase(start..<start + geometry.sectorSize))
      present = [UInt8](repeating: 0xff, count: wanted.count)[...]
    }
    for offset in stride(from: 0, to: wanted.count, by: geometry.pageSize) {
      let count = min(geometry.pageSize, wanted.count - offset)
      let page = wanted.dropFirst(offset).prefix(count)
      if present.dropFirst(offset).prefix(count) != page { operations.append(.program(start + offset, Array(page))) }
    }
    return operations
  }

  mutating func carryOut(_ operation: Operation) {
    switch operation {
    case .erase(let range):
      bytes.replaceSubrange(range, with: [UInt8](repeating: 0xff, count: range.count))
    case .program(let address, let wanted):
      for (offset, byte) in wanted.enumerated() { bytes[address + offset] &= byte }
    }
  }

  /// What the flash may hold when an operation is broken off: its first half done and every other bit of the rest, or
  /// all but its first bytes, where a magic stands.
  func tearing(_ operation: Operation) -> [RecipeFlash] {
    var done = self
    done.carryOut(operation)
    let range = operation.range
    let middle = range.lowerBound + range.count / 2
    var firstHalf = done
    for index in middle..<range.upperBound { firstHalf.bytes[index] = bytes[index] & 0x55 | done.bytes[index] & 0xaa }
    var tail = self
    let undone = range.lowerBound + min(32, range.count / 2)
    tail.bytes.replaceSubrange(undone..<range.upperBound, with: done.bytes[undone..<range.upperBound])
    return [firstHalf, tail]
  }

  mutating func carryOut(_ recipe: BurnRecipe, each: (RecipeFlash, Operation) -> Void = { _, _ in }) {
    for step in recipe.steps {
      for operation in operations(for: step) {
        each(self, operation)
        carryOut(operation)
      }
    }
  }

  /// Carries out a recipe on a flash whose power may fail.
  mutating func cook(_ recipe: BurnRecipe) throws {
    for step in recipe.steps {
      for operation in operations(for: step) {
        guard operationsLeft > 0 else {
          if isTorn { bytes = tearing(operation)[0].bytes }
          throw PowerCut()
        }
        operationsLeft -= 1
        operationCount += 1
        carryOut(operation)
      }
    }
  }
}
