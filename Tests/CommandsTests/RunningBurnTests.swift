internal import Foundation
internal import TestSupport
internal import Testing

/// `fw burn` on a card whose firmware runs: the firmware writes, and the card boots what it booted until it is activated.
@Suite struct RunningBurnTests {
  private static let device = "0000:03:00.0"

  private func burn(_ lab: FirmwareLab, _ image: String, _ options: String...) -> Consequences {
    lab.call(["--sim", lab.directory, "fw", "burn", "-d", Self.device, "-i", image] + options)
  }

  private func query(_ lab: FirmwareLab) -> String { lab.fw("query", "-d", Self.device, "--json").output }

  @Test(arguments: ["connectx4", "connectx5", "connectx6"])
  func theNewImageIsPendingUntilTheCardIsActivated(_ profile: String) throws {
    let lab = try FirmwareLab(profile)
    let before = try #require(lab.fw("query", "-d", Self.device, "-q").output.split(separator: "\n").first)
    let image = try lab.image("new.bin", "--profile", profile, "--version", "99.12.1234")
    let tried = burn(lab, image, "--dry-run")
    #expect(tried.status == 0 && tried.output.contains("the card's firmware (MCC): the card's firmware runs"))
    #expect(query(lab).contains("\"pending_version\":null"))
    let result = burn(lab, image, "--yes", "--json")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("\"via\":\"mcc\"") && result.output.contains("\"verified\":true"))
    let pending = query(lab)
    #expect(
      pending.contains("\"running_version\":\"\(before)\"") && pending.contains("\"pending_version\":\"99.12.1234\""))
    #expect(pending.contains("firmware.pending"))
    let again = burn(lab, image, "--yes", "--json")
    #expect(again.status == 0 && again.output.contains("\"result\":\"unchanged\""), "\(again.error)")
    let activated = lab.fw("activate", "-d", Self.device, "--yes")
    #expect(activated.status == 0 && activated.output.contains("99.12.1234"), "\(activated.error)")
    #expect(query(lab).contains("\"running_version\":\"99.12.1234\""))
    #expect(lab.fw("activate", "-d", Self.device, "--yes").output.contains("nothing is pending"))
    #expect(lab.fw("verify", "-d", Self.device).status == 0)
  }

  @Test func whatTheFirmwareCannotFollowIsRefused() throws {
    let lab = try FirmwareLab("connectx5")
    let image = try lab.image("new.bin", "--profile", "connectx5", "--version", "99.12.1234")
    for options in [["--guid", "0002c90300abcdee"], ["--vsd", "x"], ["--drop-rom"], ["--allow-other-hardware"]] {
      let result = lab.call(
        ["--sim", lab.directory, "fw", "burn", "-d", Self.device, "-i", image, "--yes"] + options)
      #expect(result.status == 7 && result.error.contains("\(options[0]): not possible while the card's firmware runs"))
    }
    let other = try lab.image("other.bin", "--profile", "connectx4", "--version", "99.12.1234")
    #expect(burn(lab, other, "--yes").status == 7)
    let old = try lab.image("old.bin", "--profile", "connectx5", "--version", "16.1.1")
    #expect(burn(lab, old, "--yes").status == 7)
    #expect(burn(lab, old, "--yes", "--allow-downgrade").status == 0)
    // Another image waits: it is activated first.
    let result = burn(lab, image, "--yes")
    #expect(result.status == 7 && result.error.contains("waits for a reset"), "\(result.error)")
    #expect(result.error.contains("fw activate -d"))
  }

  @Test func theBackupIsTheImageThatRuns() throws {
    let lab = try FirmwareLab("connectx5")
    let copy = lab.scratch("copy.bin")
    #expect(lab.fw("read", "-d", Self.device, copy).status == 0)
    let image = try lab.image("new.bin", "--profile", "connectx5", "--version", "99.12.1234")
    let result = burn(lab, image, "--yes", "--json")
    #expect(result.status == 0, "\(result.error)")
    struct Answer: Decodable { let backup: String? }
    let backup = try #require(try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8)).backup)
    #expect(lab.bytes(backup) == lab.bytes(copy))
  }
}
