import Commands
import HostAccess
import Testing

@testable import TestSupport

@Suite struct FakesTests {
  @Test func timePassesOnlyInSleep() {
    let clock = FakeClock()
    let console = FakeConsole()
    clock.at(1500) { try? console.write(Array("now".utf8), to: .output) }
    clock.sleep(milliseconds: 1000)
    #expect(console.output.isEmpty)
    clock.sleep(milliseconds: 1000)
    #expect(console.output == "now")
    #expect(clock.milliseconds == 2000)
    #expect(clock.timestamp == "2026-11-21T06:52:02Z")
    clock.interrupt(at: 2500)
    clock.sleep(milliseconds: 1000)
    #expect(clock.interrupted)
    #expect(clock.milliseconds == 2500)
  }

  @Test func consoleRunsFull() throws {
    let console = FakeConsole(input: ["yes"], terminals: [.input])
    #expect(try console.readLine(limit: 10) == Array("yes".utf8))
    #expect(try console.readLine(limit: 10) == nil)
    console.fail(.output, after: 3, with: .failed("No space left on device (28)"))
    try console.write(Array("abc".utf8), to: .output)
    #expect(throws: StreamError.failed("No space left on device (28)")) {
      try console.write(Array("d".utf8), to: .output)
    }
    #expect(console.output == "abc")
  }

  @Test func managementExpectsStepByStep() throws {
    let port = FakeManagementPort([
      .init("NodeInfo", bytes: [1, nil, 3], outcome: .answer { $0.map { $0 + 1 } }),
      .init("PortInfo", outcome: .timedOut),
    ])
    let management = FakeManagement(["mlx5_0/1": .port(port), "mlx5_1/1": .error(.notPermitted(path: "/dev/x"))])
    let opened = try management.open(device: "mlx5_0", port: 1, classes: [])
    let address = ManagementAddress(lid: 0xffff, queuePair: 0, queueKey: 0)
    try opened.send([1, 2, 3], to: address, timeoutMilliseconds: 100)
    guard case .answer([2, 3, 4]) = try opened.receive(timeoutMilliseconds: 100) else {
      Issue.record("no answer")
      return
    }
    #expect(port.outstanding == ["PortInfo"])
    #expect(throws: ManagementError.notPermitted(path: "/dev/x")) {
      _ = try management.open(device: "mlx5_1", port: 1, classes: [])
    }
  }

  @Test func anUnforeseenQuestionEndsTheRun() async {
    await #expect(processExitsWith: .failure) { _ = FakeVerbs().attributes(of: ["mlx5_0"]) }
    await #expect(processExitsWith: .failure) { _ = FakePCI().name(vendor: 1, device: 2) }
    await #expect(processExitsWith: .failure) { _ = try? ForbiddenFiles().list("/sys") }
    await #expect(processExitsWith: .failure) { try? FakeFiles().replace("/etc/x", with: []) }
    await #expect(processExitsWith: .failure) { _ = try? FakeConsole().readLine(limit: 1) }
    await #expect(processExitsWith: .failure) {
      _ = try? FakeManagement().open(device: "mlx5_0", port: 1, classes: [])
    }
  }

  @Test func runsTheProgramInProcess() {
    let help = consequences(of: ["--help"], host: .fake())
    #expect(help.status == 0)
    #expect(help.output.contains("status"))
    #expect(help.error.isEmpty)
    let unknown = consequences(of: ["stattus"], host: .fake())
    #expect(unknown.status == 64)
    #expect(unknown.output.isEmpty)
  }
}
