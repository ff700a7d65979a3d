import Foundation
import TestSupport
import Testing

/// `rdmactl fw update`, `restore` and `rom`, in this process on simulated cards.
@Suite struct FirmwareUpdateTests {
  private static let first = "03:00.0"
  private static let second = "04:00.0"

  private func folder(_ lab: FirmwareLab) throws -> String {
    let folder = lab.scratch("firmware")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test func eachCardGetsTheNewestImageForItsBoard() throws {
    let lab = try FirmwareLab("connectx3", "connectx4,recovery")
    let folder = try folder(lab)
    _ = try lab.image("firmware/a.bin", "--version", "2.42.5004")
    _ = try lab.image("firmware/b.bin", "--version", "2.42.5008")
    _ = try lab.image("firmware/c.bin", "--profile", "connectx4,recovery", "--version", "99.28.2006")
    try Data("notes".utf8).write(to: URL(fileURLWithPath: folder + "/README"))
    let check = lab.fw("update", "--all", folder, "--check")
    #expect(check.status == 2 && check.output.contains("2.42.5008"), "\(check.output)\(check.error)")
    let update = lab.fw("update", "--all", folder, "--yes", "--json")
    #expect(update.status == 0 && update.output.contains("\"changed\":true"), "\(update.output)\(update.error)")
    #expect(lab.fw("query", "-d", Self.first, "-q").output == "2.42.5008\n")
    #expect(lab.fw("query", "-d", Self.second, "-q").output == "99.28.2006\n")
    let again = lab.fw("update", "--all", folder, "--check")
    #expect(again.status == 0, "\(again.output)\(again.error)")
  }

  @Test func aCardWhoseBoardIsUnknownIsLeftAloneAndTheOthersAreBurnt() throws {
    let lab = try FirmwareLab("connectx3", "connectx3")
    let image = try lab.image("new.bin", "--version", "2.42.5008")
    let size = try #require(lab.flash?.count)
    try Data(count: size).write(to: URL(fileURLWithPath: "\(lab.directory)/0000:03:00.0.flash"))
    let update = lab.fw("update", "--all", image, "--yes")
    #expect(update.status == 0 && update.output.contains("no image"), "\(update.output)\(update.error)")
    #expect(lab.fw("query", "-d", Self.second, "-q").output == "2.42.5008\n")
  }

  @Test func withoutAnImageForAnyBoardNothingIsDone() throws {
    let lab = try FirmwareLab("connectx3")
    let image = try lab.image("new.bin", "--profile", "connectx5,recovery")
    let check = lab.fw("update", Self.first, image, "--check", "--json")
    #expect(check.status == 0 && check.output.contains("\"no_image\""), "\(check.output)\(check.error)")
    #expect(lab.fw("update", image).status == 64)
    #expect(lab.fw("update", "--all", lab.scratch("nowhere")).status == 3)
  }

  @Test(arguments: ["connectx3", "connectx4,recovery", "connectx5,recovery"])
  func aBackupIsRestoredByTheNumberOfItsChange(profile: String) throws {
    let lab = try FirmwareLab(profile)
    let before = lab.fw("query", "-d", Self.first, "--json").output
    let image = try lab.image("new.bin", "--profile", profile, "--version", "99.42.5004")
    #expect(lab.fw("burn", Self.first, image, "--yes").status == 0)
    let list = lab.fw("restore", Self.first, "-q")
    #expect(list.output.hasSuffix(".bin\n"), "\(list.output)\(list.error)")
    let restore = lab.fw("restore", Self.first, "1", "--yes")
    #expect(restore.status == 0, "\(restore.error)")
    let after = lab.fw("query", "-d", Self.first, "--json").output
    for key in ["\"version\":\"", "\"node\":\"", "\"psid\":\""] {
      let value = { (text: String) in text.components(separatedBy: key).dropFirst().first?.prefix { $0 != "\"" } }
      #expect(value(after) == value(before), "\(key)")
    }
    #expect(lab.fw("restore", Self.first, "99").status == 3)
  }

  @Test func aBackupThatWasChangedOrIsAnotherCardsIsRefused() throws {
    let lab = try FirmwareLab("connectx3", "connectx3")
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    #expect(lab.fw("burn", Self.first, image, "--yes").status == 0)
    #expect(lab.fw("set-guids", "-d", Self.second, "--guid", "0002c90300abcde0", "--yes", "--no-backup").status == 0)
    let path = String(lab.fw("restore", Self.first, "-q").output.dropLast())
    let foreign = lab.fw("restore", Self.second, path, "--yes")
    #expect(foreign.status == 7 && foreign.error.contains("this backup is of the card"), "\(foreign.error)")
    #expect(lab.fw("restore", Self.second, "1", "--yes").status == 7)
    var bytes = try #require(lab.bytes(path))
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let changed = lab.fw("restore", Self.first, path, "--yes")
    #expect(changed.status == 7 && changed.error.contains("its checksum is wrong"), "\(changed.error)")
  }

  @Test func aROMIsPutOnACardReplacedAndRemoved() throws {
    let lab = try FirmwareLab("connectx3")
    let rom = lab.scratch("own.rom")
    let bytes = Data([0x55, 0xaa, 2] + [UInt8](repeating: 7, count: 1021))
    try bytes.write(to: URL(fileURLWithPath: rom))
    let set = lab.fw("rom", "set", Self.first, rom, "--yes")
    #expect(set.status == 0, "\(set.error)")
    #expect(lab.fw("verify", "-d", Self.first).status == 0)
    let copy = lab.scratch("copy.rom")
    #expect(lab.fw("rom", "show", Self.first, "-o", copy).status == 0)
    #expect(lab.bytes(copy) == Array(bytes))
    let flash = lab.flash
    let again = lab.fw("rom", "set", Self.first, rom, "--yes")
    #expect(again.status == 0 && again.output.contains("already set"), "\(again.output)\(again.error)")
    #expect(lab.flash == flash)
    #expect(lab.fw("rom", "drop", Self.first, "--yes").status == 0)
    #expect(lab.fw("rom", "show", Self.first).output == "no expansion ROM\n")
    #expect(lab.fw("verify", "-d", Self.first).status == 0)
    let undo = lab.call(["--sim", lab.directory, "undo", "--yes"])
    #expect(undo.status == 0, "\(undo.error)")
    #expect(!lab.fw("rom", "show", Self.first).output.contains("no expansion ROM"))
  }

  @Test func whatIsNoROMAndACardThatTakesNoneAreRefused() throws {
    let lab = try FirmwareLab("connectx3", "connectx4,recovery")
    let rom = lab.scratch("own.rom")
    try Data([1, 2, 3, 4]).write(to: URL(fileURLWithPath: rom))
    #expect(lab.fw("rom", "set", Self.first, rom, "--yes").status == 7)
    try Data([0x55, 0xaa, 1, 0]).write(to: URL(fileURLWithPath: rom))
    let newer = lab.fw("rom", "set", Self.second, rom, "--yes")
    #expect(newer.status == 7 && newer.error.contains("change with a burn"), "\(newer.error)")
  }
}
