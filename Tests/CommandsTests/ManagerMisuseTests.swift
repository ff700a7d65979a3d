import FabricLab
import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl sm` where there is little to steer.
@Suite struct ManagerMisuseTests {
  /// A port that was not asked has no "none".
  @Test func aPortThatCannotBeAsked() throws {
    let host = SmallMachine().host()
    let text = consequences(of: ["sm", "status"], host: host)
    #expect(text.status == 8, "\(text)")
    #expect(text.output.contains("unknown: the port cannot be opened"), "\(text.output)")
    #expect(consequences(of: ["sm", "status", "-q"], host: host).output == "mlx5_0/1 unknown\n")
    let answer = try FabricMachine.object(consequences(of: ["sm", "status", "--json"], host: host).output)
    #expect((answer["ports"] as? [[String: Any]])?.first?["manager"] is NSNull)
  }

  @Test func noLogYet() {
    let result = FabricMachine().run("sm", "log")
    #expect(
      result
        == Consequences(
          status: 3, output: "",
          error: """
            rdmactl: /state/sm/0002c90300abcde1/opensm.log: no log: opensm has not run on this port
                next: rdmactl sm status
                next: rdmactl sm start

            """))
  }

  @Test(arguments: [[0x7f, 0x45, 0x4c, 0x46, 0, 1, 2], [0]] as [[UInt8]])
  func lintOfWhatIsNoText(_ bytes: [UInt8]) {
    let machine = FabricMachine()
    machine.files.set("/opensm.conf", .bytes(bytes))
    let result = machine.run("sm", "lint", "/opensm.conf", "-q")
    #expect(result.status == 2 && result.output == "/opensm.conf sm.lint.no_text\n", "\(result)")
    #expect(machine.run("sm", "lint", "/opensm.conf", "--show", "--json").status == 2)
  }

  @Test(arguments: ["4000000000d", "4294967295s", "0s", "00:00", "23:59:59"])
  func moments(_ text: String) {
    let machine = FabricMachine()
    machine.write("/log", "Nov 21 06:51:00 000000 [1] 0x80 -> SUBNET UP\n\u{0}\u{ff}garbage\nNov 99 99:99:99 x -> y\n")
    let result = machine.run("sm", "log", "--file", "/log", "--since", text)
    #expect(result.status == 0 && FabricMisuseTests.isFitForATerminal(result.output), "\(result)")
  }

  @Test(arguments: ["", "d", "24:00", "1:60", "1:2:60", "99999999999s", "1:2:3:4", "now"])
  func momentsThatAreNone(_ text: String) {
    let result = FabricMachine().run("sm", "log", "--file", "/log", "--since", text)
    #expect(result.status == 64 && result.error.contains("next: rdmactl sm log --help"), "\(result)")
  }
}
