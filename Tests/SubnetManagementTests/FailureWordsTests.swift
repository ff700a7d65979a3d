import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

@testable import SubnetManagement

/// What a failure says to somebody at three in the morning.
@Suite struct FailureWordsTests {
  @Test func aFullDisk() {
    let failure = OpenSMFailure.unwritable(
      FileError(path: "/state/sm/1/opensm.conf", reason: .other("No space left on device (28)")))
    #expect(failure.message == "the state of opensm cannot be written: No space left on device (28)")
    #expect(failure.fix == ["ls -ld /state/sm/1", "df /state/sm/1"])
  }

  @Test func anEndWithoutAWord() {
    let port = LocalMachine.port
    #expect(
      OpenSMFailure.ended(port, .exited(0), lastWords: []).message == "opensm exited with status 0 without a message")
    #expect(
      OpenSMFailure.ended(port, .exited(1), lastWords: ["no way"]).message
        == "opensm exited with status 1; its last messages: \"no way\"")
  }

  @Test func aProgramThatCannotBeStarted() {
    let failure = OpenSMFailure.process("/usr/sbin/opensm", .failed("cannot be started: Exec format error (8)"))
    #expect(failure.message == "it cannot be started: Exec format error (8)")
    #expect(failure.fix == ["ls -l /usr/sbin/opensm"])
    let unit = "opensm@0x0002c90300100001.service"
    #expect(
      OpenSMFailure.process("systemctl start \(unit)", .failed("failed: masked")).fix == ["systemctl status \(unit)"])
  }

  /// Seconds, and that the link was lost while it was waited for.
  @Test func aLinkLostWhileWaiting() {
    var progress = OpenSMProgress()
    progress.state = .master
    progress.port = .down
    let failure = OpenSMFailure.notActive(LocalMachine.port, progress, milliseconds: 2010)
    #expect(failure.message == "the port did not become active within 2.0 s: the port has lost its link")
    #expect(failure.fix == ["rdmactl sm status mlx5_0/1", "rdmactl sm log mlx5_0/1"])
  }
}
