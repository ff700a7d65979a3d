import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl counters` in process.
@Suite struct CountersTests {
  private func run(_ arguments: String..., change: (inout SmallMachine) -> Void = { _ in }, saved: String? = nil)
    -> Consequences
  {
    var machine = SmallMachine()
    machine.port("counters/port_xmit_data", "1000")
    machine.port("counters/symbol_error", "0")
    machine.port("counters/link_downed", "17")
    change(&machine)
    if let saved { machine.entries["/tmp/before.json"] = .bytes(Array(saved.utf8)) }
    return consequences(of: ["counters"] + arguments, host: machine.host())
  }

  @Test func countersWithTheirMeaning() {
    let result = run()
    #expect(result.status == 0 && result.error.isEmpty)
    let rows = result.outputLines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows.contains("mlx5_0/1 link link_downed 17 times that the link went down because recovery failed"))
    #expect(rows.contains("mlx5_0/1 traffic port_xmit_data 1000 data sent"))
    #expect(!result.output.contains("symbol_error"), "it is 0")
    #expect(run("--zero").output.contains("symbol_error"))
    #expect(run("-q").output == "mlx5_0/1 link_downed 17\nmlx5_0/1 port_xmit_data 1000\n")
  }

  @Test func aCheckFailsWhereSomethingIsWrong() {
    let result = run("--check")
    #expect(result.status == 2 && result.output.contains("[counters.flaps]"))
    #expect(run("--check", change: { $0.port("counters/link_downed", "1") }).status == 0)
  }

  @Test func whatMovedSinceAFile() throws {
    let saved = run("--json", change: { $0.port("counters/port_xmit_data", "400") }).output
    let result = run(
      "--since", "/tmp/before.json", "--json", saved: saved.replacing("\"seconds_since_1970\"", with: "\"x\""))
    #expect(result.status != 0, "without a time there is no rate")
    let good = run("--since", "/tmp/before.json", saved: saved)
    #expect(good.status == 0, "\(good.error)")
    let other = run("--since", "/tmp/before.json", saved: "{\"schema\":\"rdmactl.status/1\"}")
    #expect(other.status != 0 && other.error.contains("expected rdmactl.counters/1"), "\(other.error)")
  }

  @Test(arguments: [["--watch", "--since", "x"], ["--watch", "-q"], ["--watch", "0"], ["--watch", "--check"]])
  func notTogether(_ arguments: [String]) {
    #expect(consequences(of: ["counters"] + arguments, host: SmallMachine().host()).status == 64)
  }

  /// On a terminal s sorts by rate without reading again, p pauses, and q quits with success.
  @Test func keysOfTheWatch() {
    let clock = FakeClock()
    var machine = SmallMachine()
    machine.port("counters/port_xmit_data", "1000")
    machine.port("counters/link_downed", "17")
    let files = FakeFiles(machine.entries)
    let console = FakeConsole(terminals: [.input, .output], size: (120, 40), colourForbidden: true)
    clock.at(500) {
      files.set("\(SmallMachine.function)/infiniband/mlx5_0/ports/1/counters/port_xmit_data", .text("9000"))
    }
    clock.at(2500) { console.press("s") }
    clock.at(3000) { console.press("p") }
    clock.at(9000) { files.set("\(SmallMachine.function)/infiniband/mlx5_0/ports/1/counters/link_downed", .text("18")) }
    clock.at(20_000) { console.press("p") }
    clock.at(20_500) { console.press("q") }
    let result = consequences(
      of: ["counters", "--watch", "2"], host: machine.host(clock: clock, files: files), console: console)
    #expect(result.status == 0 && !console.takesKeys)
    let screens = result.output.split(separator: "\u{1b}[H").dropFirst()
    #expect(screens.count == 5, "first, after 2 s, sorted, paused, and after the pause: \(screens)")
    #expect(screens.allSatisfy { $0.contains("q quits, p pauses, s sorts") })
    #expect(screens.map { $0.contains("+8000") } == [false, true, true, true, false])
    #expect(screens.map { $0.contains("(paused; ") } == [false, false, false, true, false])
    #expect(screens.last?.contains("link_downed") == true, "what moved during the pause")
  }

  @Test(arguments: ["out_of_sequence", "rp_cnp_handled", "rx_prio3_pause", "symbol_error"])
  func explained(_ name: String) {
    let result = consequences(of: ["explain", name], host: SmallMachine().host())
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    #expect(result.output.contains("rdmactl counters"), "\(result.output)")
  }
}
