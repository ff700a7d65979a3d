internal import HostAccess
internal import HostLinux
internal import TestSupport
internal import Testing

@testable internal import Snapshot

@Suite struct TarArchiveTests {
  private static let archive = TarArchive([
    .init(name: "contents.json", bytes: Array("{}\n".utf8)), .init(name: "answers/status.json", bytes: []),
    .init(name: "machine.tree", bytes: [UInt8](repeating: 7, count: 1537)),
  ])

  @Test func whatIsWrittenIsReadAgain() throws {
    #expect(try TarArchive(parsing: Self.archive.bytes(seconds: 1_796_000_000)) == Self.archive)
  }

  @Test(.enabled(if: Spawned.find("tar") != nil, "tar is not installed")) func tarUnpacksIt() throws {
    let scratch = try Scratch("tar")
    let files = LinuxStore.files
    try files.create(scratch("a.tar"), with: Self.archive.bytes(seconds: 1_796_000_000))
    let list = try Spawned.run("tar", ["tf", scratch("a.tar")], timeout: 30)
    #expect(list.output == "contents.json\nanswers/status.json\nmachine.tree\n")
    #expect(list.status == 0 && list.error.isEmpty)
    let part = try Spawned.run("tar", ["xOf", scratch("a.tar"), "contents.json"], timeout: 30)
    #expect(part.output == "{}\n")
    // And what tar packs is read.
    let packed = try Spawned.run(
      "sh", ["-c", "cd \"$1\" && mkdir t && tar xf a.tar -C t && tar cf b.tar -C t .", "sh", scratch.path], timeout: 30)
    #expect(packed.status == 0)
    let again = try TarArchive(parsing: try files.read(scratch("b.tar"), limit: 1 << 20))
    #expect(Set(again.members.map(\.name)) == Set(Self.archive.members.map(\.name)))
  }

  @Test func damageIsNoCrashAndNoArchive() throws {
    let good = Self.archive.bytes(seconds: 0)
    for cut in stride(from: 0, to: good.count - 1024, by: 97) {
      #expect(throws: TarArchive.Damage.self) { try TarArchive(parsing: Array(good[..<cut])) }
    }
    for place in [0, 124, 130, 150] {
      var bad = good
      bad[place] = 0x39
      #expect(throws: TarArchive.Damage.self) { try TarArchive(parsing: bad) }
    }
    var huge = good
    for place in 124..<135 { huge[place] = 0x37 }
    #expect(throws: TarArchive.Damage.self) { try TarArchive(parsing: huge) }
  }
}
