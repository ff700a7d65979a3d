internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("FS2 before mstflint", .enabled(if: Judge.isInstalled, "mstflint is not installed"))
struct FS2JudgeTests {
  @Test("mstflint accepts what is built, and reads the same values", arguments: SampleImages.all.indices)
  func accepted(_ index: Int) throws {
    let (name, builder) = SampleImages.all[index]
    let image = try builder.build()
    let judge = try Judge()
    let verdict = try judge.run("verify", on: image)
    #expect(verdict.status == 0, "\(name): \(verdict.output)\(verdict.error)")
    #expect(!verdict.output.contains("wrong"), "\(name): \(verdict.output)")
    let source = MemoryBytes(image)
    let placement = try #require(try Firmware.locate(in: source, medium: .file).first)
    #expect(placement == Placement(format: .fs2, start: 0))
    let verification = try Firmware.verify(placement, in: source)
    #expect(verification.isWhole, "\(verification)")
    #expect(judge.parts(verdict.output) == verification.checks.map(judge.part), "\(name): \(verdict.output)")
    try compare(Firmware.read(placement, from: source).facts, judge.query(image))
  }

  private func compare(_ facts: FirmwareFacts, _ values: [String: [String]]) throws {
    #expect(values["Image type"] == ["FS2"])
    #expect(values["FW Version"]?.first == facts.version?.description)
    let date = facts.releaseDate?.split(separator: "-").reversed().compactMap { Int($0).map { "\($0)" } }
    #expect(values["FW Release Date"]?.first == date?.joined(separator: "."))
    #expect(values["Product Version"]?.first == facts.productVersion)
    #expect(values["PSID"]?.first == facts.psid)
    #expect(values["VSD"]?.first ?? "" == facts.vsd ?? "")
    #expect(values["Device ID"]?.first == facts.pciDevice.map { "\($0)" })
    let guids = [facts.guids.node, facts.guids.port1, facts.guids.port2, facts.guids.systemImage]
    #expect(
      values["GUIDs"]?.first?.split(separator: " ").prefix(4).map(String.init)
        == guids.map { $0?.description ?? "ffffffffffffffff" })
    if let macs = values["MACs"]?.first {
      let digits = [facts.macs.port1, facts.macs.port2].map { ($0?.rawValue ?? 0).hexadecimal(digits: 12) }
      #expect(macs.split(separator: " ").map(String.init) == digits)
    }
    let roms = facts.roms.map { rom in
      (["type=\(rom.type)", "version=\(rom.version ?? "")"] + rom.properties).joined(separator: " ")
    }
    #expect(values["Rom Info"] ?? [] == roms)
  }
}
