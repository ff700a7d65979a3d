internal import AdapterChips
internal import FirmwareImage
internal import Foundation
internal import TestSupport
internal import Testing

/// What must not be burned, and where it cannot be: the documented exit status, the next command, and not a byte changed.
@Suite("Firmware: burns refused")
struct FirmwareRefusalTests {
  private let lab: SimulatedLab
  private let before: [UInt8]

  init() throws {
    lab = try SimulatedLab("connectx3")
    before = try lab.flashContents()
  }

  private func burn(_ image: String) throws -> Consequences { try lab.run("burn", "-i", image, "--yes", "--json") }

  private func expect(_ result: Consequences, _ status: Int32, _ id: String) throws {
    #expect(result.status == status, "\(result.output)\(result.error)")
    #expect(try FirmwareAnswers.refusal(result).id == id)
    try expectUnchanged()
  }

  private func expectUnchanged() throws {
    #expect(try lab.flashContents() == before)
    #expect(try lab.run("unlock", "--dry-run").output.contains("nothing is taken"))
  }

  private func altered(_ change: (inout [UInt8]) throws -> Void) throws -> String {
    let image = try lab.image(version: "99.12.1234")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: image)))
    try change(&bytes)
    let path = lab.file("altered.bin")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("Another generation") func generation() throws {
    try expect(burn(lab.image(version: "99.12.1234", of: "connectx5")), 7, "burn.wrong_format")
  }

  @Test("Another chip of the same generation") func chip() throws {
    try expect(burn(lab.image(version: "99.12.1234", of: "connectx2")), 7, "burn.wrong_hardware")
  }

  @Test("Another board, unless that is wanted") func board() throws {
    let image = try altered {
      $0 = try Firmware.changing($0, format: .fs2, IdentityChange(psid: "ACME000000001"))
    }
    let result = try burn(image)
    try expect(result, 7, "burn.psid_differs")
    let reason = try FirmwareAnswers.refusal(result)
    #expect(reason.message.contains("MT_1090120019") && reason.message.contains("ACME000000001"))
    #expect(reason.hint.contains { $0.contains("--psid-from-image") })
    #expect(try lab.run("burn", "-i", image, "--yes", "--psid-from-image").status == 0)
    #expect(try lab.query().psid == "ACME000000001")
  }

  @Test("An older version") func older() throws {
    try expect(burn(lab.image(version: "1.2.3")), 7, "burn.older_version")
  }

  @Test("A byte of it is wrong") func damaged() throws {
    let result = try burn(altered { $0[0x2000] ^= 0x10 })
    #expect(result.status == 7 || result.status == 2, "\(result.output)\(result.error)")
    #expect(try FirmwareAnswers.refusal(result).message.contains("nothing was written"))
    try expectUnchanged()
  }

  @Test("Cut short, empty, and nothing of the kind") func noImage() throws {
    for change: (inout [UInt8]) -> Void in [
      { $0 = Array($0.prefix($0.count / 2)) }, { $0 = [] }, { $0 = Array(repeating: 0x20, count: 5000) },
    ] {
      let result = try burn(altered(change))
      #expect([2, 7].contains(result.status), "\(result.status) \(result.output)\(result.error)")
      try expectUnchanged()
    }
  }

  @Test("A file that is not there") func absent() throws {
    #expect(try burn(lab.file("nothing.bin")).status == 3)
    try expectUnchanged()
  }

  @Test(
    "A file that may not be read",
    .enabled(if: getuid() == 0 && Programs.isInstalled("setpriv"), "needs root, to be another user, and setpriv"))
  func unreadable() throws {
    let image = try lab.image(version: "99.12.1234")
    let scratch = try Scratch("nobody")
    let copy = try Spawned.rdmactlForEverybody(in: scratch)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: image)
    let result = try Spawned.run(
      "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", copy, "fw", "query", "-i", image, "--json"])
    #expect(result.status == 4, "\(result.output)\(result.error)")
  }

  @Test("No terminal to ask on, and no --yes") func unconfirmed() throws {
    let result = try lab.run("burn", "-i", lab.image(version: "99.12.1234"))
    #expect(result.status == 7, "\(result.output)\(result.error)")
    try expectUnchanged()
  }

  @Test(
    "The disk has no room for the backup",
    .enabled(
      if: getuid() == 0 && (try? Spawned.run("unshare", ["-m", "true"]).status) == 0,
      "needs root and a mount namespace"))
  func fullDisk() throws {
    let image = try lab.image(version: "99.12.1234")
    let state = lab.file("state")
    // The image that boots has 21 KB.
    let line = "mkdir -p \(state) && mount -t tmpfs -o size=16k none \(state) && exec \"$@\""
    let call = [Spawned.rdmactl] + lab.words("burn", ["-i", image, "--yes", "--json"])
    let result = try Spawned.run(
      "unshare", ["-m", "sh", "-c", line, "sh"] + call, environment: ["RDMACTL_STATE_DIR": state])
    try expect(result, 7, "burn.backup_failed")
    #expect(try FirmwareAnswers.refusal(result).hint.contains { $0.contains("--no-backup") })
  }
}
