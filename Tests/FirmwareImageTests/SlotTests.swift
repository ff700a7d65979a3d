internal import AdapterChips
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable import FirmwareImage

@Suite("Slots of FS3 and FS4")
struct SlotTests {
  @Test(
    "The slot that does not boot, as mstflint chooses it",
    arguments: [
      (0, 21, 21, 0x20_0000), (0x20_0000, 21, 21, 0), (0, 22, 22, 0x40_0000), (0x40_0000, 22, 22, 0),
      (0, 22, 23, 0x80_0000), (0x40_0000, 22, 23, 0x80_0000), (0x80_0000, 22, 23, 0), (0, 23, 22, 0x80_0000),
      (0x80_0000, 23, 22, 0), (0, 24, 24, 0x100_0000),
    ])
  func other(_ start: Int, _ log2: Int, _ newLog2: Int, _ expected: Int) throws {
    #expect(try SlotAddresses.other(than: start, slotLog2: log2, newLog2: newLog2) == expected)
  }

  @Test("Slots of other sizes are refused", arguments: [(21, 22), (22, 21), (23, 24)])
  func sizes(_ log2: Int, _ newLog2: Int) {
    #expect(throws: ImageError.self) { try SlotAddresses.other(than: 0, slotLog2: log2, newLog2: newLog2) }
  }

  private func burn(_ format: ImageFormat, codeSize: Int = SlotBurn.oldCodeSize) -> SlotBurn {
    SlotBurn(format: format, isSecondSlot: false, newCodeSize: codeSize, eraseSizes: [0x1000, 0x10000])
  }

  @Test("A flash whose images are both dead keeps what is the device's", arguments: [ImageFormat.fs3, .fs4])
  func dead(_ format: ImageFormat) throws {
    let burn = burn(format)
    var flash = try burn.flash()
    let old = try #require(try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).first)
    let guids = try Firmware.read(old, from: MemoryBytes(flash.bytes)).facts.guids
    flash.carryOut(
      BurnRecipe(placement: old, steps: [.program(address: old.start, bytes: [0, 0, 0, 0])], activation: 0))
    #expect(try Firmware.locate(in: MemoryBytes(flash.bytes), medium: .flash).isEmpty)
    let image = burn.image(codeSize: 0x2000, seed: 9)
    let recipe = try burn.recipe(for: image, on: flash)
    let untouched = flash.bytes[SlotBurn.deviceData...]
    flash.carryOut(recipe)
    #expect(flash.bytes[SlotBurn.deviceData...] == untouched)
    #expect(try Firmware.read(recipe.placement, from: MemoryBytes(flash.bytes)).facts.guids == guids)
    #expect(try Firmware.verify(recipe.placement, in: MemoryBytes(flash.bytes)).isWhole)
  }

  @Test("A fresh flash gets the image and its device data", arguments: [ImageFormat.fs2, .fs3, .fs4])
  func fresh(_ format: ImageFormat) throws {
    let geometry = FlashGeometry(size: 1 << 20, eraseSizes: [0x1000, 0x10000], pageSize: 256)
    var connectX3 = SampleImages.connectX3
    connectX3.chunkLog2 = 16
    connectX3.size = 100_000
    let image = try format == .fs2 ? connectX3.build() : burn(format).image(codeSize: 0x1000, seed: 4)
    let source = MemoryBytes(try Firmware.freshFlash(geometry, holding: image, format: format))
    let placement = try #require(try Firmware.locate(in: source, medium: .flash).first)
    #expect(placement.start == 0 && placement.format == format)
    #expect(try Firmware.verify(placement, in: source).isWhole)
    let file = try #require(try Firmware.locate(in: MemoryBytes(image), medium: .file).first)
    let facts = try Firmware.read(placement, from: source).facts
    #expect(try facts == Firmware.read(file, from: MemoryBytes(image)).facts)
    #expect(facts.guids.node != nil)
  }

  @Test("What does not fit is refused", arguments: [ImageFormat.fs3, .fs4])
  func tooLarge(_ format: ImageFormat) throws {
    let burn = burn(format)
    let flash = try burn.flash()
    // Larger than a slot.
    #expect(throws: ImageError.self) { try burn.recipe(for: burn.image(codeSize: 0x10000, seed: 3), on: flash) }
    // For a flash with other slots.
    var content: TabledImageContent = format == .fs3 ? .connectX4 : .connectX5
    content.slotLog2 = 17
    let other = format == .fs3 ? FS3Builder(content).build() : FS4Builder(content).build()
    #expect(throws: ImageError.self) { try burn.recipe(for: other, on: flash) }
    // Over another generation's image.
    let foreign = Placement(format: .fs2, start: 0, chunkLog2: 16)
    #expect(throws: ImageError.unsupported("the flash holds an FS2 image, and this one is \(format.rawValue)")) {
      try Firmware.recipe(
        placing: burn.image(codeSize: 0x1000, seed: 3), format: format, on: burn.geometry, holding: [foreign],
        source: MemoryBytes(flash.bytes))
    }
  }

  @Test("An update image, without MFG_INFO, is whole, and does not go directly on a flash")
  func withoutManufacturingInfo() throws {
    let burn = burn(.fs3)
    var image = burn.image(codeSize: 0x1000, seed: 3)
    let tabled = try FS3Codec.load(Placement(format: .fs3, start: 0), in: MemoryBytes(image))
    let table = TableOfContents(
      kind: .fs3, address: tabled.itoc.address, entries: tabled.itoc.entries.filter { !$0.isDeviceData })
    let blank = [UInt8](repeating: 0xff, count: TableOfContents.sectorSize - table.bytes.count)
    image.replaceSubrange(table.address..<table.address + TableOfContents.sectorSize, with: table.bytes + blank)
    #expect(throws: ImageError.self) { try burn.recipe(for: image, on: try burn.flash()) }
    let verification = try Firmware.verify(Placement(format: .fs3, start: 0), in: MemoryBytes(image))
    // For the firmware that takes it the image is whole; mstflint alone calls it damaged.
    #expect(verification.isWhole)
    #expect(try Firmware.read(Placement(format: .fs3, start: 0), from: MemoryBytes(image)).facts.isUpdate)
    #expect(throws: ImageError.updateImage) { try burn.recipe(for: image, on: try burn.flash()) }
    if Judge.isInstalled { #expect(try Judge().run("verify", on: image).status != 0) }
  }

  @Test(
    "mstflint finds the flash whole after a burn to either slot",
    .enabled(if: Judge.isInstalled, "mstflint is not installed"), arguments: SlotBurn.all)
  func judged(_ burn: SlotBurn) throws {
    var flash = try burn.flash()
    let recipe = try burn.recipe(for: burn.image(codeSize: burn.newCodeSize, seed: 3), on: flash)
    flash.carryOut(recipe)
    let judge = try Judge()
    let verdict = try judge.run("verify", on: flash.bytes)
    #expect(verdict.status == 0, "\(verdict.output)\(verdict.error)")
    let facts = try Firmware.read(recipe.placement, from: MemoryBytes(flash.bytes)).facts
    let values = try judge.query(flash.bytes)
    #expect(values["FW Version"]?.first == facts.version?.description)
    #expect(values["Base GUID"]?.first?.split(separator: " ").first.map(String.init) == facts.guids.node?.description)
  }
}
