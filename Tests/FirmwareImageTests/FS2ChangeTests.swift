internal import AdapterChips
internal import FirmwareImage
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("FS2 changed")
struct FS2ChangeTests {
  static let others = CardGUIDs(
    node: GUID(0x0002_c903_0000_0010), port1: GUID(0x0002_c903_0000_0011), port2: GUID(0x0002_c903_0000_0012),
    systemImage: GUID(0x0002_c903_0000_0013))
  static let otherMACs = CardMACs(port1: MACAddress(0x0002_c900_0011), port2: MACAddress(0x0002_c900_0012))

  static func facts(_ image: [UInt8]) throws -> FirmwareFacts {
    let placement = try #require(try Firmware.locate(in: MemoryBytes(image), medium: .file).first)
    return try Firmware.read(placement, from: MemoryBytes(image)).facts
  }

  static func isWhole(_ image: [UInt8]) throws -> Bool {
    let placement = try #require(try Firmware.locate(in: MemoryBytes(image), medium: .file).first)
    return try Firmware.verify(placement, in: MemoryBytes(image)).isWhole
  }

  /// What the judge says, when there is one.
  private func expectAccepted(_ image: [UInt8], blank: Bool = false) throws {
    #expect(try Self.isWhole(image))
    guard Judge.isInstalled else { return }
    let verdict = try Judge().run("verify", on: image)
    #expect(!verdict.output.contains("wrong"), "\(verdict.output)")
    // mstflint calls an image without GUIDs a failure, for it cannot serve a card as it is.
    #expect(verdict.status == (blank ? 1 : 0), "\(verdict.output)")
    #expect(verdict.output.contains("BLANK GUIDS") == blank)
  }

  @Test("What is put in is what is read, and the image stays whole")
  func identity() throws {
    let change = IdentityChange(guids: Self.others, macs: Self.otherMACs, vsd: "another", psid: "ACME000000042")
    for (name, builder) in SampleImages.all where builder.macs != nil {
      let image = try Firmware.changing(builder.build(), format: .fs2, change)
      let facts = try Self.facts(image)
      #expect(facts.guids == Self.others, "\(name)")
      #expect(facts.macs == Self.otherMACs && !facts.macsAreDerived)
      #expect(facts.vsd == "another" && facts.psid == "ACME000000042")
      try expectAccepted(image)
    }
  }

  @Test("Changing nothing gives the same bytes")
  func nothing() throws {
    for (name, builder) in SampleImages.all {
      let image = try builder.build()
      #expect(try Firmware.changing(image, format: .fs2, IdentityChange()) == image, "\(name)")
    }
  }

  /// The peer's `sg` on a file does the same work: the bytes must be the same.
  @Test("GUIDs and MACs as mstflint sets them", .enabled(if: Judge.isInstalled, "mstflint is not installed"))
  func asThePeer() throws {
    let image = try SampleImages.connectX3(size: 20_148)
    let judge = try Judge()
    let result = try judge.run(
      "-y", "-guid", "0x0002c90300000010", "-mac", "0x0002c9000011", "sg", on: image)
    #expect(result.status == 0, "\(result.output)\(result.error)")
    let change = IdentityChange(guids: Self.others, macs: Self.otherMACs)
    #expect(try judge.bytes() == Firmware.changing(image, format: .fs2, change))
  }

  @Test("Blank GUIDs are read as none, and the image is whole")
  func blank() throws {
    let image = try Firmware.changing(
      SampleImages.connectX3(size: 20_148), format: .fs2, IdentityChange(guids: CardGUIDs(), macs: CardMACs()))
    let facts = try Self.facts(image)
    #expect(facts.guids == CardGUIDs() && facts.macs == CardMACs() && !facts.macsAreDerived)
    try expectAccepted(image, blank: true)
    var builder = SampleImages.connectX3
    builder.guids = CardGUIDs()
    builder.macs = CardMACs()
    builder.size = 20_148
    #expect(try builder.build() == image)
  }

  @Test("MACs that are not stored follow from the port GUIDs, and the facts say so")
  func derived() throws {
    for macs in [nil, CardMACs()] {
      var builder = SampleImages.connectX3
      builder.macs = macs
      let facts = try Self.facts(builder.build())
      #expect(facts.macs == SampleImages.macs && facts.macsAreDerived)
    }
  }

  @Test("Without room for MACs only those that follow from the GUIDs can be set")
  func noRoom() throws {
    var builder = SampleImages.connectX3
    builder.macs = nil
    let image = try builder.build()
    let same = try Firmware.changing(
      image, format: .fs2, IdentityChange(guids: SampleImages.guids, macs: SampleImages.macs))
    #expect(same == image)
    #expect(throws: ImageError.self) {
      try Firmware.changing(image, format: .fs2, IdentityChange(macs: Self.otherMACs))
    }
  }

  @Test("What has no room is refused", arguments: [String(repeating: "x", count: 209), "tab\t", "ümlaut"])
  func refused(_ text: String) throws {
    let image = try SampleImages.connectX3.build()
    #expect(throws: ImageError.self) { try Firmware.changing(image, format: .fs2, IdentityChange(vsd: text)) }
    #expect(throws: ImageError.self) { try Firmware.changing(image, format: .fs2, IdentityChange(psid: text)) }
  }

  @Test func groupAddressIsRefused() throws {
    let macs = CardMACs(port1: MACAddress(0x0100_5e00_0001), port2: nil)
    let image = try SampleImages.connectX3.build()
    #expect(throws: ImageError.unsupported("01:00:5e:00:00:01 is a multicast address: no port may have it")) {
      try Firmware.changing(image, format: .fs2, IdentityChange(macs: macs))
    }
  }

  @Test("An expansion ROM goes in, is replaced and goes out; nothing else changes")
  func rom() throws {
    let bare = try SampleImages.connectX3(size: 20_148)
    let with = try Firmware.changing(bare, format: .fs2, IdentityChange(rom: SampleImages.rom))
    let roms = [
      ExpansionROM(type: "PXE", version: "3.4.752", properties: ["port=1", "proto=VPI"]),
      ExpansionROM(type: "UEFI", version: "14.11.45", properties: ["cpu=AMD64,AARCH64"]),
    ]
    #expect(try Self.facts(with).roms == roms)
    try expectAccepted(with)
    let other = ExpansionROMBuilder([.init(product: 0x12, version: FirmwareVersion(8, 3, 1), pciDevice: 0x1003)])
    let replaced = try Firmware.changing(with, format: .fs2, IdentityChange(rom: other.build()))
    #expect(try Self.facts(replaced).roms == [ExpansionROM(type: "CLP", version: "8.3.1")])
    try expectAccepted(replaced)
    #expect(try Firmware.changing(replaced, format: .fs2, IdentityChange(rom: [])) == bare)
    #expect(throws: ImageError.self) {
      try Firmware.changing(bare, format: .fs2, IdentityChange(rom: [1, 2, 3]))
    }
  }
}
