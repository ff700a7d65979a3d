internal import AdapterChips
internal import FirmwareImage
internal import Testing
internal import Vocabulary

/// A burn on a flash that holds an image, and what must be true of it whenever power fails.
struct SlotBurn: Sendable, CustomStringConvertible {
  let format: ImageFormat
  /// Whether the image there is in the second slot.
  let isSecondSlot: Bool
  let newCodeSize: Int
  let eraseSizes: [Int]

  static let slotLog2 = 16
  static let flashSize = 4 << slotLog2
  /// Behind both slots.
  static let deviceData = 2 << slotLog2

  var description: String {
    "\(format.rawValue) over \(isSecondSlot ? "second" : "first") slot, \(newCodeSize) bytes of code, \(eraseSizes)"
  }

  var geometry: FlashGeometry { FlashGeometry(size: Self.flashSize, eraseSizes: eraseSizes, pageSize: 256) }

  func image(codeSize: Int, seed: UInt64) -> [UInt8] {
    var content: TabledImageContent = format == .fs3 ? .connectX4 : .connectX5
    content.mainCodeSize = codeSize
    content.seed = seed
    content.slotLog2 = Self.slotLog2
    // Other GUIDs than the device's: a burn must not take them over.
    content.guids.base = GUID(0xe41d_2d03_0000_0000 | seed)
    return format == .fs3
      ? FS3Builder(content, deviceDataAddress: Self.deviceData).build()
      : FS4Builder(content, size: Self.flashSize).build()
  }

  static let oldCodeSize = 0x1000
  /// The flash before the burn.
  func flash() throws -> RecipeFlash {
    let fresh = try Firmware.freshFlash(geometry, holding: image(codeSize: Self.oldCodeSize, seed: 1), format: format)
    var flash = RecipeFlash(geometry, fresh)
    if isSecondSlot {
      flash.carryOut(try recipe(for: image(codeSize: Self.oldCodeSize, seed: 2), on: flash))
    }
    return flash
  }

  func recipe(for image: [UInt8], on flash: RecipeFlash) throws -> BurnRecipe {
    let source = MemoryBytes(flash.bytes)
    let present = try Firmware.locate(in: source, medium: .flash)
    return try Firmware.recipe(placing: image, format: format, on: geometry, holding: present, source: source)
  }

  static let all = [ImageFormat.fs3, .fs4].flatMap { format in
    [false, true].flatMap { isSecondSlot in
      [(oldCodeSize, [0x1000, 0x10000]), (0x4000, [0x1000, 0x10000]), (0x200, [0x10000])].map {
        SlotBurn(format: format, isSecondSlot: isSecondSlot, newCodeSize: $0.0, eraseSizes: $0.1)
      }
    }
  }
}

@Suite("Putting FS3 and FS4 images on a flash")
struct TabledRecipeTests {
  private let slot = 1 << SlotBurn.slotLog2

  /// What boots: the first image with a live magic.
  private func boot(_ flash: RecipeFlash) throws -> Placement? {
    try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).first
  }

  @Test("Whenever power fails, what boots is the old image or the new one, whole", arguments: SlotBurn.all)
  func powerCuts(_ burn: SlotBurn) throws {
    let before = try burn.flash()
    let old = try #require(try boot(before))
    #expect(old.start == (burn.isSecondSlot ? slot : 0))
    let image = burn.image(codeSize: burn.newCodeSize, seed: 3)
    let recipe = try burn.recipe(for: image, on: before)
    var after = before
    after.carryOut(recipe)
    #expect(recipe.placement.start == (burn.isSecondSlot ? 0 : slot))

    var states: [RecipeFlash] = []
    var running = before
    running.carryOut(recipe) { flash, operation in
      states += [flash] + flash.tearing(operation)
      #expect(operation.range.upperBound <= SlotBurn.deviceData, "device data is touched")
    }
    states.append(after)
    var outcomes: Set<Int> = []
    let extents = (
      old: burn.extent(of: before, at: old), new: burn.extent(of: after, at: recipe.placement)
    )
    for (index, state) in states.enumerated() {
      outcomes.insert(try #require(try boot(state), "state \(index): nothing boots").start)
      // Not only what boots: whatever has a live magic.
      for placement in try Firmware.locate(in: MemoryBytes(state.bytes), medium: .flash) {
        let expected = placement == old ? before : after
        let range = placement.start..<placement.start + (placement == old ? extents.old : extents.new)
        #expect(state.bytes[range] == expected.bytes[range], "state \(index): \(placement.start) is not whole")
      }
      if index % 61 == 0 || index > states.count - 8 { try reburn(burn, image, state, index) }
    }
    #expect(after.bytes[SlotBurn.deviceData...] == before.bytes[SlotBurn.deviceData...])
    #expect(outcomes == [0, slot], "both must have been seen")
    #expect(try boot(after) == recipe.placement)
    let verification = try Firmware.verify(recipe.placement, in: MemoryBytes(after.bytes))
    #expect(verification.isWhole, "\(verification.checks.filter { $0.verdict != .good })")
  }

  /// A burn after a power cut touches nothing of what boots, and ends well.
  private func reburn(_ burn: SlotBurn, _ image: [UInt8], _ state: RecipeFlash, _ index: Int) throws {
    let booting = try #require(try boot(state))
    let recipe = try burn.recipe(for: image, on: state)
    #expect(recipe.placement.start != booting.start)
    let own = booting.start..<booting.start + burn.extent(of: state, at: booting)
    for step in recipe.steps[...recipe.activation] {
      let range =
        switch step {
        case .make(let address, let bytes), .program(let address, let bytes): address..<address + bytes.count
        }
      #expect(!range.overlaps(own), "state \(index): the image that boots is touched")
    }
    var flash = state
    var states: [RecipeFlash] = []
    flash.carryOut(recipe) { states += [$0] + $0.tearing($1) }
    for state in states {
      for placement in try state.present {
        let verification = try Firmware.verify(placement, in: state.source)
        #expect(verification.isWhole, "state \(index): \(placement.start) is not whole during the next burn")
      }
    }
    #expect(try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash) == [recipe.placement])
    #expect(try Firmware.verify(recipe.placement, in: MemoryBytes(flash.bytes)).isWhole, "state \(index)")
  }

  @Test("A burn keeps the device's GUIDs, and what is read back is the image", arguments: SlotBurn.all)
  func contents(_ burn: SlotBurn) throws {
    var flash = try burn.flash()
    let device = try Firmware.read(try #require(try boot(flash)), from: MemoryBytes(flash.bytes)).facts.guids
    let image = burn.image(codeSize: burn.newCodeSize, seed: 3)
    let recipe = try burn.recipe(for: image, on: flash)
    flash.carryOut(recipe)
    let source = MemoryBytes(flash.bytes)
    let facts = try Firmware.read(recipe.placement, from: source).facts
    #expect(facts.guids == device)
    #expect(device.node != nil)
    let copy = try Firmware.contents(recipe.placement, of: source)
    let span = facts.size
    // FS3's table also says what the checksums of the device's own sections are.
    let table = burn.format == .fs3 ? 0x1000..<0x2000 : 0..<0
    #expect(copy[..<table.lowerBound] == image[..<table.lowerBound])
    #expect(copy[table.upperBound..<span] == image[table.upperBound..<span])
    #expect(try Firmware.verify(Placement(format: burn.format, start: 0), in: MemoryBytes(copy)).isWhole)
    // It can be burned again, to the other slot.
    let again = try burn.recipe(for: copy, on: flash)
    flash.carryOut(again)
    #expect(try Firmware.contents(again.placement, of: MemoryBytes(flash.bytes)) == copy)
  }

  @Test(
    "Whenever power fails, the GUIDs are the old ones or the new ones", arguments: [ImageFormat.fs3, .fs4],
    [false, true])
  func deviceInfo(_ format: ImageFormat, _ isSecondSlot: Bool) throws {
    let burn = SlotBurn(format: format, isSecondSlot: isSecondSlot, newCodeSize: 0, eraseSizes: [0x1000, 0x10000])
    var flash = try burn.flash()
    for number in UInt64(1)...3 {
      let change = IdentityChange(
        guids: CardGUIDs(node: GUID(0x1111_0000 + number)), macs: CardMACs(port1: MACAddress(0x2222_0000 + number)),
        vsd: "set \(number)")
      let values = { (flash: RecipeFlash) in
        let facts = try Firmware.read(try #require(try boot(flash)), from: MemoryBytes(flash.bytes)).facts
        return [facts.guids.node?.description, facts.macs.port1?.description, facts.vsd]
      }
      let old = try values(flash)
      let new = [change.guids?.node?.description, change.macs?.port1?.description, change.vsd]
      var states: [RecipeFlash] = []
      try flash.carryOut(burn.recipe(setting: change, on: flash)) { states += [$0] + $0.tearing($1) }
      #expect(try values(flash) == new)
      for (index, state) in states.enumerated() {
        #expect(try [old, new].contains(values(state)), "state \(index)")
        let checks = try Firmware.verify(try #require(try boot(state)), in: MemoryBytes(state.bytes)).checks
        #expect(checks.filter { $0.size > 0 }.allSatisfy { $0.isAcceptable }, "state \(index): a copy is not whole")
        var retried = state
        retried.carryOut(try burn.recipe(setting: change, on: state))
        #expect(try values(retried) == new, "state \(index)")
        let placement = try #require(try boot(retried))
        #expect(try Firmware.verify(placement, in: MemoryBytes(retried.bytes)).isWhole, "state \(index)")
      }
      #expect(try Firmware.verify(#require(try boot(flash)), in: MemoryBytes(flash.bytes)).isWhole)
    }
  }
}

extension Verification.Check {
  fileprivate var isAcceptable: Bool { if case .bad = verdict { false } else { true } }
}

extension SlotBurn {
  /// Bytes of the image at `placement`, by its own tables.
  func extent(of flash: RecipeFlash, at placement: Placement) -> Int {
    (try? Firmware.read(placement, from: MemoryBytes(flash.bytes)).facts.size) ?? 1 << Self.slotLog2
  }

  func recipe(setting change: IdentityChange, on flash: RecipeFlash) throws -> BurnRecipe {
    let source = MemoryBytes(flash.bytes)
    let present = try Firmware.locate(in: source, medium: .flash)
    return try #require(
      try Firmware.recipe(setting: change, format: format, on: geometry, holding: present, source: source))
  }
}
