internal import Foundation
internal import HostAccess
internal import HostLinux
internal import TestSupport
internal import Testing

@testable internal import Snapshot

enum LinuxStore { static let files = LinuxFiles() }

/// A snapshot stands in for its machine.
@Suite struct ReplayTests {
  private static let commands = [
    ["status"], ["status", "-v", "--gids"], ["status", "--json", "--counters"], ["counters"], ["gid"], ["fw", "list"],
    ["roce", "check"],
  ]

  @Test(arguments: ["vf-host", "rxe-siw", "partial"]) func theSnapshotAnswersAsItsMachine(_ name: String)
    throws
  {
    let machine = try RecordedMachine(name)
    let scratch = try Scratch("snapshot")
    let file = scratch("machine.tar.xz")
    let saved = consequences(of: ["--root", machine.root, "snapshot", "save", file, "--keep-names"])
    #expect(saved.status == 0, "\(saved.error)")
    for words in Self.commands {
      let live = consequences(of: ["--root", machine.root] + words)
      let again = consequences(of: ["--root", file] + words)
      #expect(lasting(again, file) == lasting(live, machine.root), "\(words)")
    }
  }

  @Test func aRedactedSnapshotVerifiesAndAChangedOneDoesNot() throws {
    let machine = try RecordedMachine("cx6-vpi")
    let scratch = try Scratch("snapshot")
    let file = scratch("machine.tar.xz")
    let saved = consequences(of: ["--root", machine.root, "snapshot", "save", file])
    #expect(saved.status == 0, "\(saved.error)")
    let bytes = try LinuxStore.files.read(file, limit: 1 << 24)
    #expect(bytes.count < 200 << 10)
    #expect(consequences(of: ["snapshot", "verify", file]).status == 0)
    let guids = machine.tree.entries.filter { $0.key.hasSuffix("/node_guid") }.compactMap { Self.text(of: $0.value) }
    let tar = try LinuxUnpacking().xz(bytes, limit: 1 << 28)
    let text = String(decoding: tar, as: UTF8.self)
    #expect(!guids.isEmpty)
    for guid in guids { #expect(!text.contains(guid) && !text.contains(guid.replacingOccurrences(of: ":", with: ""))) }

    var archive = try TarArchive(parsing: tar)
    let tree = try #require(archive.members.firstIndex { $0.name == "machine.tree" })
    archive.members[tree] = .init(name: "machine.tree", bytes: archive.members[tree].bytes + Array("dir /x\n".utf8))
    try LinuxStore.files.create(scratch("changed.tar"), with: archive.bytes(seconds: 0))
    let changed = consequences(of: ["snapshot", "verify", scratch("changed.tar"), "-q"])
    #expect(changed.status == 2 && changed.output == "machine.tree\n")
    // An existing file is not overwritten without being told to.
    #expect(consequences(of: ["--root", machine.root, "snapshot", "save", file]).status == 7)
  }

  @Test func whatIsNoSnapshotIsSaid() throws {
    let scratch = try Scratch("snapshot")
    try LinuxStore.files.create(scratch("bad.tar.xz"), with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2, 3])
    let result = consequences(of: ["--root", scratch("bad.tar.xz"), "status"])
    #expect(result.status == 1 && result.error.contains("not a snapshot"))
    #expect(consequences(of: ["snapshot", "show", scratch("bad.tar.xz")]).status == 1)
    #expect(consequences(of: ["snapshot", "show", scratch("none.tar.xz")]).status == 3)
  }

  private static func text(of entry: FakeFiles.Entry) -> String? {
    guard case .bytes(let bytes) = entry else { return nil }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  private func lasting(_ result: Consequences, _ place: String) -> Consequences {
    func text(_ text: String) -> String {
      text.replacing(/"time":"[^"]*"/, with: "").replacing(place, with: "ROOT")
    }
    return Consequences(status: result.status, output: text(result.output), error: text(result.error))
  }
}
