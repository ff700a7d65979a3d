import Commands
import Foundation
import HostAccess
import HostLinux
import SimulatedHardware
import Synchronization
import TestSupport
import Testing

/// What others may do to an adapter while rdmactl waits for an answer.
@Suite struct FirmwareQuestionTests {
  private static let device = "03:00.0"

  private func burn(_ lab: FirmwareLab, _ image: String, answer: String, meanwhile: @escaping @Sendable () -> Void)
    -> Consequences
  {
    let console = AskedConsole(answer: answer, meanwhile: meanwhile)
    let program = Program(commit: "test") { choice in
      var host = LinuxHost.make(root: choice.simulation ?? choice.root, environment: [:])
      if let directory = choice.simulation {
        let machine = try SimulatedMachine.load(from: directory, files: LinuxFiles())
        host.files = machine.files
        host.pci = machine.pci
      }
      host.console = console
      return host
    }
    let status = program.run(["--sim", lab.directory, "fw", "burn", "-d", Self.device, "-i", image])
    return Consequences(status: status, output: console.inner.output, error: console.inner.error)
  }

  @Test(arguments: ["connectx3", "connectx5,recovery"]) func nothingIsHeldWhileTheQuestionWaits(profile: String) throws
  {
    let lab = try FirmwareLab(profile)
    let image = try lab.image("new.bin", "--profile", profile, "--version", "99.42.5004")
    let seen = Mutex<[String]>([])
    let result = burn(lab, image, answer: "y") {
      let query = lab.fw("query", "-d", Self.device, "-q")
      let unlock = lab.fw("unlock", "-d", Self.device, "-n")
      seen.withLock { $0 = ["\(query.status)", "\(unlock.output.contains("nothing is taken"))"] }
    }
    #expect(seen.withLock { $0 } == ["0", "true"])
    #expect(result.status == 0, "\(result.error)")
    #expect(lab.fw("query", "-d", Self.device, "-q").output == "99.42.5004\n")
  }

  @Test func aFlashThatChangedWhileTheQuestionWaitedIsRefused() throws {
    let lab = try FirmwareLab("connectx3")
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    let other = try lab.image("other.bin", "--version", "2.42.5009")
    let result = burn(lab, image, answer: "y") {
      _ = lab.fw("burn", "-d", Self.device, "-i", other, "--yes")
    }
    #expect(result.status == 7 && result.error.contains("nothing was written"), "\(result.error)")
    #expect(lab.fw("query", "-d", Self.device, "-q").output == "2.42.5009\n")
  }

  @Test func aNoLeavesTheFlashAlone() throws {
    let lab = try FirmwareLab("connectx3")
    let image = try lab.image("new.bin", "--version", "2.42.5004")
    let before = lab.flash
    let result = burn(lab, image, answer: "n") {}
    #expect(result.status == 7 && result.error.contains("not confirmed; nothing was written"), "\(result.error)")
    #expect(lab.flash == before)
    #expect(!lab.fw("query", "-d", Self.device).output.contains("interrupted_burn"))
  }
}

/// A terminal at which somebody answers, after something else has happened.
private final class AskedConsole: Console {
  let inner = FakeConsole(terminals: [.input, .error])
  private let answer: String
  private let meanwhile: @Sendable () -> Void

  init(answer: String, meanwhile: @escaping @Sendable () -> Void) {
    self.answer = answer
    self.meanwhile = meanwhile
  }

  var size: (columns: Int, rows: Int)? { nil }
  var isDumb: Bool { true }
  var colourForbidden: Bool { true }

  func write(_ bytes: [UInt8], to stream: HostAccess.OutputStream) throws(StreamError) {
    try inner.write(bytes, to: stream)
  }
  func readLine(limit: Int) -> [UInt8]? {
    meanwhile()
    return Array(answer.utf8)
  }
  func discardInput() {}
  func isTerminal(_ stream: StandardStream) -> Bool { inner.isTerminal(stream) }
}
