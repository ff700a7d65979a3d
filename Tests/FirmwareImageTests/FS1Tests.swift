internal import AdapterChips
internal import FirmwareImage
internal import Testing
internal import Vocabulary

@Suite("FS1")
struct FS1Tests {
  private static let sector = 0x1_0000

  @Test("A failsafe file has the same image twice, and both say who they are")
  func failsafe() throws {
    let builder = SampleImages.infiniHost
    let file = MemoryBytes(try builder.build())
    let found = try Firmware.locate(in: file, medium: .file)
    let second = 3 * Self.sector + Self.sector
    #expect(found == [3 * Self.sector, second].map { Placement(format: .fs1, start: $0) })
    for placement in found {
      #expect(try Firmware.verify(placement, in: file).isWhole)
      let facts = try Firmware.read(placement, from: file).facts
      #expect(facts.version == builder.version && facts.version?.description == "4.8.930")
      #expect(facts.psid == builder.psid && facts.vsd == builder.vsd)
      #expect(facts.guids == builder.guids)
      #expect(facts.macs == CardMACs() && !facts.macsAreDerived)
      #expect(facts.releaseDate == "2008-03-10")
      #expect(facts.pciDevice == 0x6282)
      #expect(try Firmware.contents(placement, of: file) == file.bytes)
    }
  }

  @Test("A short image has no PSID, and is only known in a file")
  func short() throws {
    let builder = SampleImages.infiniHost
    let source = MemoryBytes(try builder.buildShort())
    let found = try Firmware.locate(in: source, medium: .file)
    #expect(found == [Placement(format: .fs1, start: 0)])
    #expect(try Firmware.verify(found[0], in: source).isWhole)
    let facts = try Firmware.read(found[0], from: source).facts
    #expect(facts.psid == nil && facts.guids == builder.guids)
    #expect(try Firmware.contents(found[0], of: source) == source.bytes)
    #expect(try Firmware.locate(in: source, medium: .flash).isEmpty)
  }

  @Test("What is put in a failsafe file is in both of its images and pointer sectors")
  func changed() throws {
    let change = IdentityChange(guids: FS2ChangeTests.others, vsd: "another", psid: "ACME000000042")
    let file = MemoryBytes(try Firmware.changing(SampleImages.infiniHost.build(), format: .fs1, change))
    let found = try Firmware.locate(in: file, medium: .file)
    #expect(found.count == 2)
    for placement in found {
      #expect(try Firmware.verify(placement, in: file).isWhole)
      let facts = try Firmware.read(placement, from: file).facts
      #expect(facts.guids == FS2ChangeTests.others && facts.vsd == "another" && facts.psid == "ACME000000042")
    }
    let nothing = try SampleImages.infiniHost.build()
    #expect(try Firmware.changing(nothing, format: .fs1, IdentityChange()) == nothing)
  }

  @Test("What FS1 cannot hold is refused")
  func refused() throws {
    let file = try SampleImages.infiniHost.build()
    let short = try SampleImages.infiniHost.buildShort()
    for change in [IdentityChange(macs: SampleImages.macs), IdentityChange(rom: SampleImages.rom)] {
      #expect(throws: ImageError.self) { try Firmware.changing(file, format: .fs1, change) }
    }
    #expect(throws: ImageError.unsupported("this image has no place for a PSID")) {
      try Firmware.changing(short, format: .fs1, IdentityChange(psid: "ACME000000042"))
    }
  }

  @Test("The chip takes the primary pointer sector if it is signed, else the secondary one")
  func order() throws {
    var bytes = try SampleImages.infiniHost.build()
    let both = try Firmware.locate(in: MemoryBytes(bytes), medium: .flash)
    bytes.replaceSubrange(Self.sector + 8..<Self.sector + 12, with: [0, 0, 0, 0])
    #expect(try Firmware.locate(in: MemoryBytes(bytes), medium: .flash) == [both[1]])
    bytes.replaceSubrange(2 * Self.sector + 8..<2 * Self.sector + 12, with: [0, 0, 0, 0])
    #expect(try Firmware.locate(in: MemoryBytes(bytes), medium: .flash).isEmpty)
  }

  /// Bytes that count: of the boot sector its code and mark, of the pointer sectors all, of the images all but the free
  /// words of their headers (00..0f, 14..1b, and the size that nothing checks).
  @Test("Damage of any byte that counts is seen", arguments: 0..<16)
  func damage(_ part: Int) throws {
    var builder = SampleImages.infiniHost
    builder.sectorLog2 = 12
    builder.size = 3_000
    let file = try builder.build()
    let placement = Placement(format: .fs1, start: 0x3000)
    let free = Array(0..<0x1c) + Array(0x20..<0x24)
    let counting =
      Array(0x28..<0xa8) + Array(0x1000..<0x1108) + (0..<3_000).filter { !free.contains($0) }.map { $0 + 0x3000 }
    for position in counting where position % 16 == part {
      var bytes = file
      bytes[position] ^= UInt8(1 << (position / 16 % 8))
      let source = MemoryBytes(bytes)
      let isFound = try Firmware.locate(in: source, medium: .flash).first == placement
      #expect(try !isFound || !Firmware.verify(placement, in: source).isWhole, "byte \(position)")
    }
  }

  @Test("A burn leaves the boot sector as it is")
  func invariant() throws {
    let burn = BurnCase.all[2]
    var flash = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &flash)
    let sector = Array(flash.bytes[..<0x1000])
    for image in [burn.new, burn.old, burn.new] {
      let recipe = try Firmware.recipe(
        placing: image, format: .fs1, on: burn.geometry, holding: flash.present, source: flash.source)
      #expect(
        recipe.steps.allSatisfy { step in
          switch step {
          case .make(let address, _), .program(let address, _): address >= 0x1000
          }
        })
      try flash.cook(recipe)
      #expect(Array(flash.bytes[..<0x1000]) == sector)
    }
  }

  @Test("A short image keeps the PSID and VSD of the card")
  func kept() throws {
    let burn = BurnCase.all[3]
    var flash = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &flash)
    try burn.burn(burn.new, &flash)
    let facts = try Firmware.read(#require(try flash.present.first), from: flash.source).facts
    #expect(facts.psid == SampleImages.infiniHost.psid && facts.vsd == SampleImages.infiniHost.vsd)
  }

  @Test("A boot sector that is damaged is only rewritten on a card that nothing boots")
  func damagedInvariant() throws {
    let burn = BurnCase.all[2]
    var flash = RecipeFlash(burn.geometry)
    try burn.burn(burn.old, &flash)
    let clear = BurnRecipe.Step.program(address: 0x60, bytes: [0, 0, 0, 0])
    try flash.cook(BurnRecipe(placement: Placement(format: .fs1, start: 0), steps: [clear], activation: 0))
    let (source, present) = (flash.source, try flash.present)
    #expect(throws: ImageError.damaged(what: "the boot sector of this card", why: "is damaged")) {
      try Firmware.recipe(placing: burn.new, format: .fs1, on: burn.geometry, holding: present, source: source)
    }
    let whole = try Firmware.recipe(placing: burn.new, format: .fs1, on: burn.geometry, holding: [], source: source)
    try flash.cook(whole)
    #expect(try burn.booted(flash) == burn.code(burn.new))
    #expect(Array(flash.bytes[..<burn.new.count]) == burn.new)
  }
}
