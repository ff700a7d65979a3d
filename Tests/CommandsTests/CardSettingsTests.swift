import TestSupport
import Testing

/// `rdmactl fw config` on a card whose firmware runs, in this process.
@Suite struct CardSettingsTests {
  private static let card = "03:00.0"

  private func state(_ lab: FirmwareLab) -> [UInt8]? { lab.bytes("\(lab.directory)/0000:03:00.0.state") }

  private func next(_ lab: FirmwareLab, _ name: String) -> String {
    lab.fw("config", "show", Self.card, name, "-q").output
  }

  @Test func whatIsSetIsShownKeptAndTakenBack() throws {
    let lab = try FirmwareLab("connectx5")
    let set = lab.fw("config", "set", Self.card, "sriov_en=on", "NUM_OF_VFS=0x10", "--yes")
    #expect(set.status == 0 && set.output.contains("undo 1"), "\(set.error)")
    #expect(next(lab, "NUM_OF_VFS") == "NUM_OF_VFS=16\n")
    let differing = lab.fw("config", "show", Self.card, "--csv").output
    #expect(
      differing == "parameter,default,current,next_start\nSRIOV_EN,False(0),False(0),True(1)\nNUM_OF_VFS,0,0,16\n")
    let undo = lab.call(["--sim", lab.directory, "undo", "--yes"])
    #expect(undo.status == 0, "\(undo.error)")
    #expect(lab.fw("config", "show", Self.card).output.hasPrefix("All "))
    #expect(lab.fw("config", "show", Self.card, "-q").output == "")
  }

  @Test func whatIsSetAlreadyIsNotWritten() throws {
    let lab = try FirmwareLab("connectx5")
    _ = lab.fw("config", "set", Self.card, "LINK_TYPE_P1=IB", "--yes")
    let before = state(lab)
    let again = lab.fw("config", "set", Self.card, "LINK_TYPE_P1=ib(1)", "LINK_TYPE_P2=2")
    #expect(again.status == 0 && again.output == "already set, nothing to do\n", "\(again.error)")
    #expect(state(lab)?.dropFirst(64) == before?.dropFirst(64))
  }

  @Test(arguments: [
    ("NUM_OF_VFS=128", 64, "allowed: 0 to 127"), ("NUM_OF_VFS=-1", 64, "allowed: 0 to 127"),
    ("LINK_TYPE_P1=VPI", 64, "allowed: IB(1), ETH(2)"), ("SRIOV_EN=2", 64, "allowed: False(0), True(1)"),
    ("DCE_TCP_G_P1=0", 64, "allowed: 1 to 1023"), ("RPG_MIN_DEC_FAC_P2=101", 64, "allowed: 1 to 100"),
    ("NUM_OF_VFZ=1", 64, "did you mean NUM_OF_VFS?"), ("ATS_ENABLED=1", 6, "the card does not have ATS_ENABLED"),
    ("SRIOV_EN", 64, "use key=value"),
  ]) func aWrongNameOrValueWritesNothing(setting: String, status: Int32, words: String) throws {
    let lab = try FirmwareLab("connectx5")
    let result = lab.fw("config", "set", Self.card, "LINK_TYPE_P2=IB", setting, "--yes")
    #expect(result.status == status && result.error.contains(words), "\(result.error)")
    #expect(next(lab, "LINK_TYPE_P2") == "LINK_TYPE_P2=2\n")
  }

  @Test func resetPutsNamedParametersToTheirDefaultsAndWithoutNamesAll() throws {
    let lab = try FirmwareLab("connectx5")
    _ = lab.fw("config", "set", Self.card, "SRIOV_EN=1", "NUM_OF_VFS=4", "WOL_MAGIC_EN=0", "--yes")
    _ = lab.fw("config", "reset", Self.card, "num_of_vfs", "--yes")
    #expect(lab.fw("config", "show", Self.card, "-q").output == "SRIOV_EN=1\nWOL_MAGIC_EN=0\n")
    _ = lab.fw("config", "reset", Self.card, "--yes")
    #expect(lab.fw("config", "show", Self.card, "-q").output == "")
  }

  @Test func aDryRunAndAnUnansweredQuestionWriteNothing() throws {
    let lab = try FirmwareLab("connectx5")
    let plan = lab.fw("config", "set", Self.card, "SRIOV_EN=1", "--dry-run", "--json")
    #expect(plan.output.contains("\"would_change\":true") && plan.output.contains("\"changed\":false"))
    #expect(lab.fw("config", "set", Self.card, "SRIOV_EN=1").status == 7)
    #expect(next(lab, "SRIOV_EN") == "SRIOV_EN=0\n")
  }

  @Test func bytesOfASettingAreWrittenByItsType() throws {
    let lab = try FirmwareLab("connectx5")
    let before = lab.fw("config", "show", Self.card, "--raw", "0x1010012").output
    #expect(before.contains("00000008"))
    #expect(lab.fw("config", "set", Self.card, "--raw", "0x1010012=0000", "--yes").status == 64)
    #expect(lab.fw("config", "set", Self.card, "--raw", "0x1010012=00000004", "--yes").status == 0)
    #expect(next(lab, "LINK_TYPE_P1") == "LINK_TYPE_P1=1\n")
    #expect(lab.call(["--sim", lab.directory, "undo", "--yes"]).status == 0)
    #expect(lab.fw("config", "show", Self.card, "--raw", "0x1010012").output == before)
  }

  @Test func aCardInRecoveryHasNoSettings() throws {
    let lab = try FirmwareLab("connectx5,recovery", "connectx3")
    for card in ["03:00.0", "04:00.0"] {
      let result = lab.fw("config", "set", card, "SRIOV_EN=1", "--yes")
      #expect(result.status == 6 && result.error.contains("its firmware does not run"), "\(result.error)")
    }
  }
}
