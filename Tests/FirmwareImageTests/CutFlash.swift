internal import FirmwareImage

/// A NOR flash that cooks a recipe in single operations, and whose power fails at one of them.
struct CutFlash {
  struct PowerCut: Error {}

  private(set) var bytes: [UInt8]
  let geometry: FlashGeometry
  /// Operations until the power fails: at the last one, and with `isTorn` in its middle.
  var operationsLeft = Int.max
  var isTorn = false
  private(set) var operations = 0

  init(_ geometry: FlashGeometry) {
    self.geometry = geometry
    bytes = [UInt8](repeating: 0xff, count: geometry.size)
  }

  var source: MemoryBytes { MemoryBytes(bytes) }
  var present: [Placement] { get throws { try Firmware.locate(in: source, medium: .flash) } }

  mutating func cook(_ recipe: BurnRecipe) throws {
    for step in recipe.steps {
      switch step {
      case .make(let address, let wanted): try make(address, wanted)
      case .program(let address, let wanted): try program(wanted, at: address)
      }
    }
  }

  /// Erases and programs only sectors that differ, as the burn engine does. It refuses to touch a part of a sector.
  private mutating func make(_ address: Int, _ wanted: [UInt8]) throws {
    let sector = geometry.sectorSize
    precondition(address % sector == 0 && wanted.count % sector == 0, "a part of a sector is to be made")
    for start in stride(from: 0, to: wanted.count, by: sector) {
      let part = wanted[start..<start + sector]
      let there = address + start..<address + start + sector
      if bytes[there].elementsEqual(part) { continue }
      if zip(bytes[there], part).contains(where: { $0 & $1 != $1 }) { try erase(there) }
      for page in stride(from: 0, to: sector, by: geometry.pageSize) {
        let data = Array(part.dropFirst(page).prefix(geometry.pageSize))
        let target = there.lowerBound + page
        if !bytes[target..<target + data.count].elementsEqual(data) { try program(data, at: target) }
      }
    }
  }

  private mutating func program(_ data: [UInt8], at address: Int) throws {
    try operate(data.count) { flash, count in
      for index in 0..<count { flash.bytes[address + index] &= data[index] }
    }
  }

  private mutating func erase(_ range: Range<Int>) throws {
    try operate(range.count) { flash, count in
      for index in range.prefix(count) { flash.bytes[index] = 0xff }
    }
  }

  private mutating func operate(_ size: Int, _ body: (inout CutFlash, _ count: Int) -> Void) throws {
    operationsLeft -= 1
    if operationsLeft < 0 {
      if isTorn { body(&self, size / 2) }
      throw PowerCut()
    }
    operations += 1
    body(&self, size)
  }
}
