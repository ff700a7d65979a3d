import Testing
import Vocabulary

@testable import SubnetManagement

/// What opensm's `getopt_long_only` makes of a command line.
@Suite struct OpenSMArgumentsTests {
  @Test(arguments: [
    ["-F", "/a", "-g", "0x2c9", "-p", "3", "-f", "/l", "-o"],
    ["-F/a", "-g0x2c9", "-p3", "-f/l", "-o"],
    ["--config", "/a", "--guid", "0x2c9", "--priority", "3", "--log_file", "/l", "--once"],
    ["--config=/a", "--guid=0x00000000000002c9", "--priority=3", "--log_file=/l", "--once"],
    ["-config", "/a", "-guid", "2c9", "-priority", "3", "-log_file=/l", "-once"],
    ["-B", "-s", "10", "-F", "/b", "-F", "/a", "--guid", "0x2C9", "-p", "3", "-f", "/l", "-d", "2", "-o"],
  ])
  func spellings(words: [String]) {
    let arguments = OpenSMArguments(words)
    #expect(arguments.configurationFile == "/a")
    #expect(arguments.guid == GUID(0x2c9))
    #expect(arguments.priority == 3)
    #expect(arguments.logFile == "/l")
    #expect(arguments.runsOnce)
  }

  @Test(arguments: [
    [], ["-g", "0"], ["-p", "16"], ["-p", "-3"], ["-g", "zebra"], ["-g"], ["--guid="], ["-"], ["--"], ["-="], [""],
    ["--priority=99999999999999999999"], ["-g", "0x11112222333344445"],
  ])
  func tellsNothing(words: [String]) {
    let arguments = OpenSMArguments(words)
    #expect(arguments.guid == nil)
    #expect(arguments.priority == nil)
    #expect(arguments.configurationFile == nil)
  }
}
