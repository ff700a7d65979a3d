import Foundation
import TestSupport
import Testing

/// `rdmactl undo` of changes of a card's firmware, on adapters of `--sim`.
@Suite struct FirmwareUndoTests {
  private struct Query: Decodable, Equatable {
    let version: String
    let guids: [String: String?]
    let vsd: String?
  }

  private func query(_ lab: FirmwareLab) throws -> Query {
    try JSONDecoder().decode(Query.self, from: Data(lab.fw("query", "-d", "0000:03:00.0", "--json").output.utf8))
  }

  @Test(
    "undo brings back the firmware before a burn and the GUIDs before set-guids, and then has nothing left to do",
    arguments: ["connectx3", "connectx5,recovery"])
  func back(_ profile: String) throws {
    let lab = try FirmwareLab(profile)
    let first = try query(lab)
    let words = ["--guid", "0002c90300112230", "--mac", "00:02:c9:11:22:30", "--vsd", "mine", "--yes"]
    #expect(lab.call(["--sim", lab.directory, "fw", "set-guids", "-d", "0000:03:00.0"] + words).status == 0)
    let second = try query(lab)
    #expect(second.guids["node"] == "0002c90300112230" && second.vsd == "mine")
    let image = try lab.image("new.bin", "--profile", profile, "--version", "99.12.1234")
    #expect(lab.fw("burn", "-d", "0000:03:00.0", "-i", image, "--yes", "--json").status == 0)
    #expect(try query(lab).version == "99.12.1234")
    for state in [second, first] {
      let undone = lab.call(["--sim", lab.directory, "undo", "--yes"])
      #expect(undone.status == 0 && undone.output.contains("every setting is as it was before"), "\(undone)")
      #expect(try query(lab) == state)
    }
    #expect(lab.call(["--sim", lab.directory, "undo", "--yes"]).output == "nothing to undo\n")
    #expect(lab.fw("verify", "-d", "0000:03:00.0", "-q").output == "ok\n")
  }

  @Test("A burn without a backup says that it cannot be taken back") func withoutBackup() throws {
    let lab = try FirmwareLab("connectx3")
    let image = try lab.image("new.bin", "--profile", "connectx3", "--version", "99.12.1234")
    #expect(lab.fw("burn", "-d", "0000:03:00.0", "-i", image, "--yes", "--no-backup").status == 0)
    let undone = lab.call(["--sim", lab.directory, "undo", "1", "--yes"])
    #expect(undone.status == 7 && undone.error.contains("cannot be taken back: no backup was made"), "\(undone)")
  }
}
