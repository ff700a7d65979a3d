internal import AdapterChips
internal import FirmwareImage
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("Other values in FS3 and FS4 images")
struct TabledEditTests {
  private static let guid = GUID(0x0002_c903_1234_5678)
  private static let mac = MACAddress(0x0002_c912_3456)

  /// A change and the same as mstflint is told it.
  struct Edit: Sendable, CustomTestStringConvertible {
    let change: IdentityChange
    let arguments: [String]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let edits = [
    Edit(
      change: IdentityChange(guids: CardGUIDs(node: guid), macs: CardMACs(port1: mac)),
      arguments: ["-guid", "\(guid)", "-mac", mac.rawValue.hexadecimal(digits: 12), "-y", "sg"]),
    Edit(
      change: IdentityChange(guids: CardGUIDs(node: guid)), arguments: ["-guid", "\(guid)", "-y", "sg"]),
    Edit(
      change: IdentityChange(macs: CardMACs(port1: mac)),
      arguments: ["-mac", mac.rawValue.hexadecimal(digits: 12), "-y", "sg"]),
    Edit(change: IdentityChange(vsd: "another VSD"), arguments: ["-y", "-vsd", "another VSD", "sv"]),
  ]

  @Test(
    "The file is the same as after mstflint's own change", .enabled(if: Judge.isInstalled, "mstflint is not installed"),
    arguments: TabledSample.all, edits)
  func same(_ sample: TabledSample, _ edit: Edit) throws {
    let ours = try Firmware.changing(sample.bytes, format: sample.format, edit.change)
    let judge = try Judge()
    let result = try Spawned.run("mstflint", ["-i", judge.file(sample.bytes)] + edit.arguments)
    #expect(result.status == 0, "\(result.output)\(result.error)")
    let theirs = try judge.bytes()
    let differing = ours.indices.filter { $0 >= theirs.count || ours[$0] != theirs[$0] }
    #expect(differing.isEmpty && ours.count == theirs.count, "bytes \(differing.prefix(20)) of \(differing.count)")
    #expect(try judge.run("verify", on: ours).status == 0)
    #expect(try Firmware.verify(sample.placement, in: MemoryBytes(ours)).isWhole)
  }

  @Test("A PSID is written where mstflint reads it", arguments: TabledSample.all)
  func psid(_ sample: TabledSample) throws {
    let psid = "ABC_1234567890"
    let changed = try Firmware.changing(sample.bytes, format: sample.format, IdentityChange(psid: psid))
    #expect(try Firmware.read(sample.placement, from: MemoryBytes(changed)).facts.psid == psid)
    #expect(try Firmware.verify(sample.placement, in: MemoryBytes(changed)).isWhole)
    guard Judge.isInstalled else { return }
    #expect(try Judge().query(changed)["PSID"]?.first == psid)
  }

  @Test("What may not be is refused", arguments: [ImageFormat.fs3, .fs4])
  func refused(_ format: ImageFormat) throws {
    var content: TabledImageContent = format == .fs3 ? .connectX4 : .connectX5
    content.allowsOtherGUIDs = false
    content.isSecure = true
    let sample = TabledSample("locked", format, content)
    let changes = [
      IdentityChange(guids: CardGUIDs(node: Self.guid)), IdentityChange(macs: CardMACs(port1: Self.mac)),
      IdentityChange(psid: "ABC_1234567890"), IdentityChange(rom: [1, 2, 3, 4]),
      IdentityChange(vsd: String(repeating: "x", count: 209)), IdentityChange(vsd: "ü"),
    ]
    for change in changes {
      #expect(throws: ImageError.self) { try Firmware.changing(sample.bytes, format: format, change) }
    }
    #expect(try sample.facts.isSecure)
    // The VSD is the owner's all the same.
    _ = try Firmware.changing(sample.bytes, format: format, IdentityChange(vsd: "mine"))
    let open = TabledSample.smallest[format == .fs3 ? 0 : 1]
    #expect(throws: ImageError.unsupported("01:00:5e:00:00:01 is a multicast address and cannot be a port's own")) {
      try Firmware.changing(
        open.bytes, format: format, IdentityChange(macs: CardMACs(port1: MACAddress(0x0100_5e00_0001))))
    }
  }
}
