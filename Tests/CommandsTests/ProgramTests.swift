import HostAccess
import TestSupport
import Testing

@testable import Commands

@Suite struct ProgramTests {
  private func run(_ arguments: String...) -> Consequences {
    consequences(of: arguments, host: SmallMachine().host())
  }

  @Test func version() {
    #expect(run("--version") == Consequences(status: 0, output: "rdmactl 0.1.0 (test)\n", error: ""))
  }

  @Test func helpIsData() {
    let result = run("--help")
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.hasPrefix("OVERVIEW: ") && result.output.contains("Examples:"))
    #expect(run("help", "status").output == run("status", "--help").output)
  }

  @Test func withoutAWordThereIsAShortHelp() {
    let result = run()
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("Usage: rdmactl COMMAND") && result.output.contains("  status"))
    #expect(result.outputLines.count < 36)
  }

  @Test func anUnknownCommand() {
    #expect(
      run("stauts").error
        == "rdmactl: unknown command \"stauts\"; did you mean \"status\"?\n    next: rdmactl status --help\n")
    #expect(run("stauts").status == 64)
    #expect(run("xyzzy").error == "rdmactl: unknown command \"xyzzy\"\n    next: rdmactl --help\n")
    #expect(run("fw", "qeury").error.contains("did you mean \"fw query\"?\n    next: rdmactl fw query --help"))
    #expect(run("fw", "xyzzy").error == "rdmactl: unknown command \"fw xyzzy\"\n    next: rdmactl fw --help\n")
    #expect(run("--json", "--root", "status", "xyzzy").output.contains("unknown command"))
    #expect(run("help", "xyzzy").status == 64)
    let json = run("xyzzy", "--json")
    #expect(json.status == 64 && json.error.isEmpty && json.output.contains("rdmactl.error/1"))
  }

  @Test(arguments: [["offload", "set"], ["offload", "undo", "x"], ["offload", "set", "a=b", "--wait", "9999"]])
  func aCommandLineThatCannotBeRead(_ words: [String]) {
    let json = consequences(of: words + ["--json"], host: SmallMachine().host())
    #expect(json.status == 64 && json.error.isEmpty)
    #expect(json.output.contains("\"rdmactl \(words[0]) \(words[1]) --help\""), "\(json.output)")
  }

  @Test func commonOptionsStandAnywhere() {
    #expect(run("--json", "status").output == run("status", "--json").output)
    #expect(run("-q", "status").output == "mlx5_0/1\n")
  }

  /// What is read without the parser means what the parser makes of it, to which `--` hands it over.
  @Test(arguments: [
    [], ["mlx5_0"], ["mlx5_0/1", "mlx5_0"], ["nosuch"], ["--json"], ["-q"], ["--quiet"], ["mlx5_0", "--json"],
    ["-q", "mlx5_0"], ["--json", "nosuch"], [""],
  ])
  func aPlainStatusIsTheParsers(_ words: [String]) {
    #expect(PlainCommand(["status"] + words) != nil)
    let options = words.filter { $0.hasPrefix("-") }
    let names = words.filter { !$0.hasPrefix("-") }
    #expect(PlainCommand(["status"] + options + ["--"] + names) == nil)
    let machine = SmallMachine()
    let plain = consequences(of: ["status"] + words, host: machine.host())
    let parsed = consequences(of: ["status"] + options + ["--"] + names, host: machine.host())
    #expect(plain == parsed)
  }

  @Test(
    arguments: [["explain"], ["offload", "show"]],
    [
      [], ["lo"], ["tso", "x"], ["--json"], ["-q"], ["lo", "--json"], ["-q", "chimney"], ["nosuchword", "--json"], [""],
    ])
  func soAreOtherPlainLines(_ command: [String], _ words: [String]) {
    #expect(PlainCommand(command + words) != nil)
    let options = words.filter { $0.hasPrefix("-") }
    let names = words.filter { !$0.hasPrefix("-") }
    #expect(PlainCommand(command + options + ["--"] + names) == nil)
    func host() -> Host {
      .fake(
        files: FakeFiles(SmallMachine().entries), management: AbsentManagement(), verbs: AbsentVerbs(),
        pci: FakePCI(unforeseen: .absent), network: AbsentNetwork())
    }
    #expect(
      consequences(of: command + words, host: host())
        == consequences(of: command + options + ["--"] + names, host: host())
    )
  }

  @Test(arguments: [
    ["-v"], ["--json", "-q"], ["-q", "-q"], ["--root", "x"], ["--help"], ["-"], ["--jsonn"], ["-qv"],
  ])
  func whatIsNotPlainIsTheParsers(_ words: [String]) {
    for command in [["status"], ["offload", "show"], ["explain"]] { #expect(PlainCommand(command + words) == nil) }
    #expect(PlainCommand(["offload"] + words) == nil)
  }

  @Test func aFullDiskIsSeenByTheHelpToo() {
    let console = FakeConsole()
    console.fail(.output, with: .failed("No space left on device (28)"))
    let result = consequences(of: ["--help"], host: SmallMachine().host(), console: console)
    #expect(result.status == 1)
    #expect(result.error == "rdmactl: standard output cannot be written: No space left on device (28)\n")
  }
}
