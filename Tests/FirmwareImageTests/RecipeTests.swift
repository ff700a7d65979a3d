internal import AdapterChips
internal import FirmwareImage
internal import Testing
internal import Vocabulary

/// A card of one generation with an old image and a new one for it.
struct BurnCase: Sendable, CustomTestStringConvertible {
  let name: String
  let format: ImageFormat
  let geometry: FlashGeometry
  let old: [UInt8]
  let new: [UInt8]

  var testDescription: String { name }

  static let all: [BurnCase] = {
    do { return [try fs2(size: 5_000), try fs2(size: 70_004), try fs1(sectorLog2: 12), try fs1Short()] } catch {
      fatalError("no images to burn: \(error)")
    }
  }()

  /// Chunks of 64 KiB: the larger image is striped over two of them.
  private static func fs2(size: Int) throws -> BurnCase {
    var builder = SampleImages.connectX3
    builder.chunkLog2 = 16
    builder.size = size
    let old = try builder.build()
    builder.seed = 2
    builder.version = FirmwareVersion(2, 42, 5700)
    return BurnCase(
      name: "FS2 of \(size) bytes", format: .fs2,
      geometry: FlashGeometry(size: 0x4_0000, eraseSizes: [0x1000, 0x1_0000], pageSize: 256), old: old,
      new: try builder.build())
  }

  private static var fs1Geometry: FlashGeometry { FlashGeometry(size: 0x1_0000, eraseSizes: [0x1000], pageSize: 256) }

  private static func fs1(sectorLog2: Int) throws -> BurnCase {
    var builder = SampleImages.infiniHost
    builder.sectorLog2 = sectorLog2
    let old = try builder.build()
    builder.seed = 7
    builder.size = 9_000
    return BurnCase(name: "FS1", format: .fs1, geometry: fs1Geometry, old: old, new: try builder.build())
  }

  private static func fs1Short() throws -> BurnCase {
    var builder = SampleImages.infiniHost
    builder.sectorLog2 = 12
    let old = try builder.build()
    builder.seed = 9
    return BurnCase(name: "FS1 short", format: .fs1, geometry: fs1Geometry, old: old, new: try builder.buildShort())
  }

  /// What tells images apart whatever file they came in: their code.
  func code(_ image: [UInt8]) throws -> [UInt8] {
    let placement = try #require(try Firmware.locate(in: MemoryBytes(image), medium: .file).first)
    return try code(placement, MemoryBytes(image))
  }

  private func code(_ placement: Placement, _ source: MemoryBytes) throws -> [UInt8] {
    let image = try Firmware.read(placement, from: source)
    let start = placement.format == .fs1 ? placement.start : 0
    let bytes = placement.format == .fs1 ? source.bytes : try Firmware.contents(placement, of: source)
    let section = try #require(image.sections.first { $0.name.hasPrefix("DDR") })
    return Array(bytes[start + section.address..<start + section.address + section.size])
  }

  /// The code that an adapter with this flash runs, whole.
  func booted(_ flash: RecipeFlash) throws -> [UInt8]? {
    guard let first = try flash.present.first else { return nil }
    guard try Firmware.verify(first, in: flash.source).isWhole else { return nil }
    return try code(first, flash.source)
  }

  func burn(_ image: [UInt8], _ flash: inout RecipeFlash) throws {
    let recipe = try Firmware.recipe(
      placing: image, format: format, on: geometry, holding: flash.present, source: flash.source)
    try flash.cook(recipe)
  }
}

@Suite("Recipes")
struct RecipeTests {
  @Test("A fresh flash gets the image, a second burn the other slot, and so on", arguments: BurnCase.all)
  func alternating(_ burn: BurnCase) throws {
    var flash = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &flash)
    let first = try #require(try flash.present.first)
    #expect(try burn.booted(flash) == burn.code(burn.old))
    for (round, image) in [burn.new, burn.old, burn.new].enumerated() {
      try burn.burn(image, &flash)
      let present = try flash.present
      #expect(present.count == 1, "round \(round): \(present)")
      #expect((present.first?.start == first.start) == (round == 1))
      #expect(try burn.booted(flash) == burn.code(image))
    }
  }

  @Test("The power may fail at any operation, also in its middle", arguments: BurnCase.all, [false, true])
  func powerCut(_ burn: BurnCase, _ isTorn: Bool) throws {
    var start = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &start)
    // Both directions: the old image in the first place, and in the second.
    for turn in 0..<2 {
      if turn == 1 { try burn.burn(burn.old, &start) }
      let (old, new) = (try burn.code(burn.old), try burn.code(burn.new))
      var whole = start
      let before = whole.operationCount
      try burn.burn(burn.new, &whole)
      let operations = whole.operationCount - before
      #expect(operations > 10)
      // Of the many pages of a large image only some; its start and end whole.
      for cut in 0..<operations where operations < 50 || cut % 13 == 0 || cut < 4 || cut > operations - 6 {
        var flash = start
        flash.operationsLeft = cut
        flash.isTorn = isTorn
        #expect(throws: RecipeFlash.PowerCut.self) { try burn.burn(burn.new, &flash) }
        let booted = try burn.booted(flash)
        #expect(booted == old || booted == new, "turn \(turn), operation \(cut) of \(operations)")
        // And here and there a second cut while it is repaired, then the repair.
        guard cut % 3 == 0 else { continue }
        flash.operationsLeft = cut % 17
        do { try burn.burn(burn.new, &flash) } catch is RecipeFlash.PowerCut {}
        let again = try burn.booted(flash)
        #expect(again == old || again == new, "turn \(turn), second cut after operation \(cut)")
        flash.operationsLeft = .max
        try burn.burn(burn.new, &flash)
        #expect(try burn.booted(flash) == new)
        #expect(try flash.present.count == 1)
      }
    }
  }

  @Test("Up to the activation the old image boots, from it on the new one", arguments: BurnCase.all)
  func activation(_ burn: BurnCase) throws {
    var start = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &start)
    for turn in 0..<2 {
      if turn == 1 { try burn.burn(burn.old, &start) }
      let recipe = try Firmware.recipe(
        placing: burn.new, format: burn.format, on: burn.geometry, holding: start.present, source: start.source)
      for count in 0...recipe.steps.count {
        var flash = start
        let part = BurnRecipe(
          placement: recipe.placement, steps: Array(recipe.steps[..<count]), activation: recipe.activation)
        try flash.cook(part)
        let expected = count > recipe.activation ? burn.new : burn.old
        #expect(try burn.booted(flash) == burn.code(expected), "turn \(turn), \(count) steps")
      }
      #expect(try #require(try Firmware.locate(in: start.source, medium: .flash).first) != recipe.placement)
    }
  }

  @Test("Nothing outside of the new image's sectors changes but the word that ends the old one")
  func foreignBytes() throws {
    let burn = BurnCase.all[1]
    var flash = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &flash)
    let before = flash.bytes
    let recipe = try Firmware.recipe(
      placing: burn.new, format: .fs2, on: burn.geometry, holding: flash.present, source: flash.source)
    try flash.cook(recipe)
    let chunk = 0x1_0000
    let changed = zip(before, flash.bytes).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    #expect(changed.allSatisfy { $0 < 4 || $0 / chunk % 2 == 1 })
    #expect(Array(flash.bytes[..<4]) == [0, 0, 0, 0])
  }
}

@Suite("Recipes refused")
struct RefusedRecipeTests {
  private let empty = RecipeFlash(FlashGeometry(size: 0x4_0000, eraseSizes: [0x1000], pageSize: 256))

  private func recipe(_ image: [UInt8], on flash: RecipeFlash, format: ImageFormat = .fs2) throws -> BurnRecipe {
    try Firmware.recipe(
      placing: image, format: format, on: flash.geometry, holding: flash.present, source: flash.source)
  }

  @Test("An image has half of the flash without what the firmware keeps for itself")
  func size() throws {
    var builder = SampleImages.connectX3
    builder.chunkLog2 = 16
    builder.configurationArea = (sectors: 4, sectorKiBLog2: 2)
    let room = 0x2_0000 - 4 * 0x1000
    builder.size = room
    let image = try builder.build()
    _ = try recipe(image, on: empty)
    builder.size = room + 4
    let larger = try builder.build()
    #expect(throws: ImageError.tooLarge(needed: room + 4, available: room)) { try recipe(larger, on: empty) }
  }

  /// The last sector of the image is shared with what the firmware keeps: its bytes are given again.
  @Test func settingsInTheLastSectorStay() throws {
    var builder = SampleImages.connectX3
    builder.chunkLog2 = 16
    builder.configurationArea = (sectors: 1, sectorKiBLog2: 1)
    builder.size = 0x2_0000 - 2048
    let image = try builder.build()
    var flash = empty
    let settings = [UInt8](repeating: 0x3c, count: 2048)
    let even = 0x3_0000 - 2048
    let steps: [BurnRecipe.Step] = [.program(address: even, bytes: settings)]
    try flash.cook(BurnRecipe(placement: Placement(format: .fs2, start: 0), steps: steps, activation: 0))
    try flash.cook(recipe(image, on: flash))
    #expect(Array(flash.bytes[even..<even + 2048]) == settings)
    #expect(try Firmware.verify(#require(try flash.present.first), in: flash.source).isWhole)
  }

  @Test("Images that are laid out otherwise than the one that boots are refused")
  func otherLayout() throws {
    var builder = SampleImages.connectX3
    builder.chunkLog2 = 16
    var flash = empty
    try flash.cook(recipe(builder.build(), on: flash))
    let burnt = flash
    for chunk in [17, nil] as [Int?] {
      builder.chunkLog2 = chunk
      let image = try builder.build()
      let error = #expect(throws: ImageError.self) { try recipe(image, on: burnt) }
      #expect(error.map { $0.id } == "image.unsupported")
    }
  }

  @Test("A short FS1 image needs a card that has the boot sector, and sectors must be the same")
  func fs1() throws {
    var builder = SampleImages.infiniHost
    builder.sectorLog2 = 12
    let short = try builder.buildShort()
    #expect(throws: ImageError.self) { try recipe(short, on: empty, format: .fs1) }
    var flash = empty
    try flash.cook(recipe(builder.build(), on: flash, format: .fs1))
    let burnt = flash
    builder.sectorLog2 = 13
    let other = try builder.build()
    #expect(throws: ImageError.self) { try recipe(other, on: burnt, format: .fs1) }
  }
}
