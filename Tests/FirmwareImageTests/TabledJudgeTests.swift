internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("FS3 and FS4 before mstflint", .enabled(if: Judge.isInstalled, "mstflint is not installed"))
struct TabledJudgeTests {
  @Test("mstflint accepts what is built, and finds the same parts and values", arguments: TabledSample.all)
  func accepted(_ sample: TabledSample) throws {
    let judge = try Judge()
    let verdict = try judge.run("verify", on: sample.bytes)
    #expect(verdict.status == 0, "\(verdict.output)\(verdict.error)")
    #expect(try Firmware.locate(in: sample.source, medium: .file) == [sample.placement])
    let verification = try Firmware.verify(sample.placement, in: sample.source)
    #expect(verification.isWhole, "\(verification)")
    // A free copy of DEV_INFO is nothing that mstflint names.
    let checks = verification.checks.filter { $0.verdict != .unchecked("it is the free one of two copies") }
    #expect(judge.parts(verdict.output) == checks.map(judge.part), "\(verdict.output)")
    try compare(sample.facts, judge.query(sample.bytes), sample.content)
  }

  private func compare(
    _ facts: FirmwareFacts, _ values: [String: [String]], _ content: TabledImageContent
  ) throws {
    #expect(values["Image type"] == [facts.format.rawValue])
    #expect(values["FW Version"]?.first == facts.version?.description)
    let date = facts.releaseDate?.split(separator: "-").reversed().compactMap { Int($0).map { "\($0)" } }
    #expect(values["FW Release Date"]?.first == date?.joined(separator: "."))
    #expect(values["Product Version"]?.first == facts.productVersion)
    #expect(values["Part Number"]?.first == facts.name)
    #expect(values["Description"]?.first == facts.description)
    #expect(values["PSID"]?.first == facts.psid)
    #expect(values["Device VSD"]?.first == facts.vsd ?? "N/A")
    let words = { (label: String) in values[label]?.first?.split(separator: " ").map(String.init) ?? [] }
    let guid = facts.guids.node?.description ?? String(repeating: "f", count: 16)
    #expect(words("Base GUID") == [guid, "\(content.guids.count)"])
    let mac = facts.macs.port1.map { $0.rawValue.hexadecimal(digits: 12) } ?? String(repeating: "f", count: 16)
    #expect(words("Base MAC").first == mac)
    let roms = facts.roms.map { rom in
      (["type=\(rom.type)", "version=\(rom.version ?? "")"] + rom.properties).joined(separator: " ")
    }
    #expect(values["Rom Info"] ?? [] == roms)
    #expect(facts.roms.isEmpty == (content.rom == nil))
  }

  @Test("The values are those that were put in", arguments: TabledSample.all)
  func values(_ sample: TabledSample) throws {
    let facts = try sample.facts
    let content = sample.content
    #expect(facts.version == content.version)
    #expect(facts.hardwareIDs == content.hardwareIDs)
    #expect(facts.pciDevice == content.pciDevice)
    #expect(facts.guids == CardGUIDs(node: content.guids.base))
    #expect(facts.macs == CardMACs(port1: content.macs.base))
    #expect(facts.slotSizeLog2 == content.slotLog2)
    #expect(facts.isSigned == content.isSigned)
    #expect(!facts.isSecure)
    #expect(facts.size < 25_000)
    #expect(try Firmware.contents(sample.placement, of: sample.source).count == sample.bytes.count)
  }

  /// The verdict on one changed byte each: every byte of header and tables, every 97th of the rest.
  @Test("The verdict on a changed byte is the same", arguments: TabledSample.smallest)
  func changedBytes(_ sample: TabledSample) throws {
    let judge = try Judge()
    let positions = sample.tablePositions.union(stride(from: 0, to: sample.bytes.count, by: 1021)).sorted()
    let mutants = positions.enumerated().map { index, position in
      var bytes = sample.bytes
      bytes[position] ^= index % 3 == 0 ? 0xff : 1 << UInt8(index % 8)
      return (position, bytes)
    }
    let verdicts = try judge.verdicts(mutants.map(\.1)).map(\.isAccepted)
    #expect(verdicts.count == mutants.count)
    var stricter: Set<Int> = []
    for ((position, bytes), accepted) in zip(mutants, verdicts) {
      let source = MemoryBytes(bytes)
      let placement = try Firmware.locate(in: source, medium: .file).first
      let ours = try placement.map { try Firmware.verify($0, in: source).isWhole } ?? false
      if ours == accepted { continue }
      #expect(!ours, "byte \(position) is wrong to mstflint")
      stricter.insert(position)
    }
    // An end marker must be blank: what looks like one may be a broken entry that hides the sections behind it. A slot
    // must be at least as large as its image, and not larger than any flash.
    #expect(stricter.subtracting(sample.endMarkers).subtracting(sample.slotSizeBytes).isEmpty, "\(stricter.sorted())")
    #expect(verdicts.contains(true) && verdicts.contains(false))
  }
}

extension TabledSample {
  /// The tables of contents, end markers and all.
  var tables: [Range<Int>] {
    guard let image = try? Firmware.read(placement, from: source) else { return [] }
    let headers = image.sections.filter { $0.name.hasSuffix("TOC_HEADER") }
    return headers.map { header in
      let entries = image.sections.count {
        !["BOOT2", "ITOC_HEADER", "DTOC_HEADER"].contains($0.name)
          && (format == .fs3 || $0.isDeviceData == header.isDeviceData)
      }
      return header.address..<header.address + 32 * (entries + 2)
    }
  }

  /// Header, pointers, tools area and tables.
  var tablePositions: Set<Int> { Set(tables.flatMap { Array($0) } + Array(0..<0xe0)) }
  var endMarkers: Set<Int> { Set(tables.flatMap { Array($0.suffix(32)) }) }
  /// The byte in the header that names the size of a slot; in FS4 it has a checksum.
  var slotSizeBytes: Set<Int> { format == .fs3 ? [0x25] : [] }
}
