import HostAccess
import InfiniBandWire
import Testing
import Vocabulary

@testable import SubnetManagement

/// What a failure says to somebody at three in the morning.
@Suite struct FailureWordsTests {
  private static let path = "/run/rdmactl/sm-0002c90300100001.lock"

  /// Only a lock that is held means that another one is at work.
  @Test(arguments: [
    (FileError.Reason.notPermitted, "may not be written by this user", ["run it as root"]),
    (.notFound, "cannot be made here", ["ls -ld /run/rdmactl", "df /run/rdmactl"]),
    (.other("No space left on device (28)"), "No space left on device", ["ls -ld /run/rdmactl", "df /run/rdmactl"]),
  ])
  func aLockThatCannotBeHad(_ reason: FileError.Reason, _ words: String, _ fix: [String]) {
    let failure = OpenSMFailure.locked(FileError(path: Self.path, reason: reason))
    #expect(!failure.message.contains("another rdmactl"))
    #expect(failure.message.contains(words))
    #expect(failure.fix == fix)
  }

  @Test func aLockThatIsHeld() {
    let failure = OpenSMFailure.locked(FileError(path: Self.path, reason: .locked(by: LockHolder(process: 42))))
    #expect(failure.message == "this port's subnet manager is busy: held by PID 42")
    #expect(failure.exitStatus == .busy)
  }

  @Test func aFullDisk() {
    let failure = OpenSMFailure.unwritable(
      FileError(path: "/state/sm/1/opensm.conf", reason: .other("No space left on device (28)")))
    #expect(failure.message == "what rdmactl keeps for opensm cannot be written: No space left on device (28)")
    #expect(failure.fix == ["ls -ld /state/sm/1", "df /state/sm/1"])
  }

  @Test func anEndWithoutAWord() {
    let port = LocalMachine.port
    #expect(
      OpenSMFailure.ended(port, .exited(0), lastWords: []).message == "opensm ended with status 0 and said nothing")
    #expect(
      OpenSMFailure.ended(port, .exited(1), lastWords: ["no way"]).message
        == "opensm ended with status 1; it said: \"no way\"")
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
