import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl guid2mac` without `--check`: every exit status, and both streams each time.
@Suite struct GUIDToMACTests {
  private func run(_ arguments: String..., input: [String]? = nil, entries: [String: FakeFiles.Entry] = [:])
    -> Consequences
  {
    consequences(
      of: ["guid2mac"] + arguments,
      host: .fake(files: FakeFiles(entries), pci: FakePCI(unforeseen: .absent)), console: FakeConsole(input: input))
  }

  @Test func aKnownGUID() {
    #expect(
      run("0002c90200112233")
        == Consequences(
          status: 0,
          output: """
            GUID              MAC                RULE           VENDOR
            0002c90200112233  00:02:c9:11:22:33  mellanox_0200  Mellanox

            """, error: ""))
  }

  @Test func theReadmeIsTheDefaultAndTheOthersAreListed() {
    #expect(
      run("0x2c90300aabbcc")
        == Consequences(
          status: 0,
          output: """
            GUID              MAC                RULE           VENDOR    ALTERNATIVES
            0002c90300aabbcc  00:02:ca:aa:bb:cc  mellanox_0300  Mellanox  driver 02:02:c9:aa:bb:cc, generic 00:02:c9:aa:bb:cc

            info: 00:02:ca: these first three bytes belong to EndPoints, Inc.; the published driver makes 02:02:c9 instead \
            [mac.foreign_owner]
                seen: guid=0002c90300aabbcc
                next: rdmactl guid2mac 0002c90300aabbcc --rules driver

            """, error: ""))
  }

  @Test(arguments: [
    ("readme", "00:02:ca:aa:bb:cc"), ("driver", "02:02:c9:aa:bb:cc"), ("generic", "00:02:c9:aa:bb:cc"),
  ])
  func rules(_ rules: String, _ mac: String) {
    #expect(
      run("0002:c903:00aa:bbcc", "--rules", rules, "-q") == Consequences(status: 0, output: "\(mac)\n", error: ""))
  }

  @Test func json() {
    #expect(
      run("0002c90300aabbcc", "f452140300112233", "--rules", "driver", "--mask", "0xf3", "--json")
        == Consequences(
          status: 0,
          output: """
            {"host":null,"notes":[],"problems":[{"evidence":[],\
            "fix":["rdmactl guid2mac f452140300112233 --mask 0xe7"],"hint":[],"id":"mask.loses_cards",\
            "message":"the mask leaves out 1 byte of the last three: 256 cards share one MAC address",\
            "severity":"warning","subject":"0xf3"},{"evidence":["mac=02:02:c9:aa:bb:cc",\
            "by_mask=00:02:c9:03:bb:cc"],"fix":["rdmactl guid2mac 0002c90300aabbcc --mask 0xf3 --rules generic"],\
            "hint":[],"id":"mask.ignored","message":"mask 0xf3 has no effect: the built-in rule mellanox_0300 goes b\
            efore it","severity":"info","subject":"0002c90300aabbcc"}],\
            "results":[{"alternatives":[{"mac":"00:02:ca:aa:bb:cc","rules":"readme"},{"mac":"00:02:c9:03:bb:cc",\
            "rules":"generic"}],"guid":"0002c90300aabbcc","mac":"02:02:c9:aa:bb:cc","mask":null,"mask_source":null,\
            "outcome":"recognized","owner":"Mellanox","rule":"mellanox_0300"},{"alternatives":[],\
            "guid":"f452140300112233","mac":"f4:52:14:03:22:33","mask":"0xf3","mask_source":"given",\
            "outcome":"mask","owner":"Mellanox","rule":"mask"}],"schema":"rdmactl.guid2mac/1",\
            "time":"2026-11-21T06:52:00Z","version":"0.1.0"}

            """, error: ""))
  }

  @Test func anInvalidMask() {
    #expect(
      run("0002c90200112233", "--mask", "0xfd")
        == Consequences(
          status: 64, output: "",
          error: """
            rdmactl: 0xfd: has 7 bits set; a MAC address takes exactly six of the eight bytes (nearest valid masks: \
            0xed, 0xf5, 0x7d, 0xbd, 0xdd, 0xf9, 0xfc)
                next: rdmactl guid2mac GUID --mask 0xed
                next: rdmactl guid2mac --suggest GUID

            """))
  }

  @Test func anInvalidMaskInJSON() {
    let result = run("0002c90200112233", "--mask", "0x2d", "--json")
    #expect(result.status == 64 && result.error.isEmpty)
    #expect(result.output.contains("\"schema\":\"rdmactl.error/1\""))
    #expect(result.output.contains("has 4 bits set"))
  }

  @Test func noGUIDAtAll() {
    #expect(
      run("0002c902001122")
        == Consequences(
          status: 64, output: "",
          error: """
            rdmactl: 0002c902001122: is not a GUID: it has 14 hexadecimal digits instead of 16
                next: rdmactl guid2mac --check

            """))
    let result = run()
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(
      result.error == """
        rdmactl: missing argument: a GUID, or - for standard input, or --check
            next: rdmactl guid2mac --help

        """)
    #expect(run("--bogus").error.contains("unknown option --bogus"))
  }

  @Test(arguments: [
    ["--check", "--suggest"], ["--suggest", "--reverse", "x"], ["--apply", "0002c90200112233"],
    ["--check", "--apply", "--forget"], ["--suggest", "0002c90200112233", "--mask", "0xe7"],
    ["--check", "--forget", "--mask", "0xe7"], ["0002c90200112233", "--rules", "other"],
  ])
  func optionsThatDoNotGoTogether(_ arguments: [String]) {
    let result = consequences(of: ["guid2mac"] + arguments, host: .fake())
    #expect(result.status == 64 && result.output.isEmpty && result.error.hasPrefix("rdmactl: "))
  }

  @Test func standardInput() {
    let long = String(repeating: "a", count: 2000)
    let input = [
      "0002c90200112233", "", "  # a comment", " 0008f10403961354\r", "mlx4_0", long, "the tail of that line",
      "0x66a01a0000101",
    ]
    #expect(
      run("-", "-q", input: input)
        == Consequences(
          status: 8, output: "00:02:c9:11:22:33\n00:08:f1:10:c2:fd\n00:06:6a:ff:ef:ff\n",
          error: """
            rdmactl: standard input:5: "mlx4_0" is not a GUID: "m" is not a hexadecimal digit
            rdmactl: standard input:6: is longer than 1024 bytes

            """))
    let text = run("-", input: ["x"])
    #expect(text.status == 8 && text.error == "note: standard input: it held no GUID\n")
    #expect(text.output.hasPrefix("error: standard input:1: \"x\" is not a GUID"))
    #expect(
      run("-", "-q", input: ["0002c90200112233"])
        == Consequences(status: 0, output: "00:02:c9:11:22:33\n", error: ""))
  }

  @Test func emptyStandardInput() {
    #expect(
      run("-", input: []) == Consequences(status: 0, output: "", error: "note: standard input: it held no GUID\n"))
  }

  @Test func duplicateMACs() {
    let result = run("1022334455667701", "1022334455667702", "--mask", "0xfc", "-q")
    #expect(
      result
        == Consequences(
          status: 0, output: "10:22:33:44:55:66\n10:22:33:44:55:66\n",
          error: "rdmactl: 10:22:33:44:55:66: 2 GUIDs get this MAC address: only one of them can be reached\n"))
  }

  static let store = "/etc/rdmactl/guid-masks"

  @Test func aStoredMaskIsUsed() {
    let result = run("f452140300112233", "--json", entries: [Self.store: .text("f452140300112233 0xe7  # mlx4_0/1")])
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("\"mac\":\"f4:52:14:11:22:33\""))
    #expect(result.output.contains("\"mask_source\":\"stored\""))
  }

  @Test func badLinesInTheStore() {
    let result = run("f452140300112233", entries: [Self.store: .text("f452140300112233 0xe7\nf452140300112234 0xfd")])
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("f452140300112233  f4:52:14:11:22:33  mask  0xe7"))
    #expect(result.output.contains("error: /etc/rdmactl/guid-masks:2: this line is not used: 0xfd has 7 bits set"))
  }

  @Test func aStoreThatCannotBeRead() {
    let result = run("f452140300112233", entries: [Self.store: .error(.notPermitted)])
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(
      result.output.contains(
        "warning: /etc/rdmactl/guid-masks: the file of stored masks may not be read by this user; no stored mask was used"
      ))
  }

  @Test func suggest() {
    let result = run("--suggest", "f452140300112233")
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.outputLines.count == 29)
    #expect(
      result.outputLines[1].hasPrefix("   1  0xe7  f4:52:14:11:22:33  a lawful MAC, keeps the card's three bytes"))
    #expect(run("--suggest", "f452140300112233", "-q").outputLines.first == "0xe7")
    let json = run("--suggest", "f452140300112233", "--json")
    #expect(json.output.contains("\"schema\":\"rdmactl.guid2mac.suggest/1\"") && json.error.isEmpty)
  }

  @Test func noMaskHelps() {
    let result = run("--suggest", "0101010101010101", "-q")
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: 0xe7: no mask gives each GUID a lawful MAC of its own"))
  }

  @Test func reverse() {
    #expect(
      run("--reverse", "02:02:c9:aa:bb:cc", "-q")
        == Consequences(
          status: 0,
          output: """
            0002c90300aabbcc
            0202c90300aabbcc
            0202c90200aabbcc
            0202c9ffffaabbcc
            0202c9fffeaabbcc
            0202c90000aabbcc
            0002c9fffeaabbcc

            """, error: ""))
    let result = run("--reverse", "0002c90300aabbcc")
    #expect(result.status == 64 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: 0002c90300aabbcc: is a GUID, not a MAC address\n"))
  }

  @Test func reverseMarksWhatIsHere() {
    let machine = SmallMachine()
    let result = consequences(of: ["guid2mac", "--reverse", "02-02-c9-ab-cd-e1"], host: machine.host())
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(
      result.outputLines.prefix(2) == [
        "MAC                GUID              RULE           BY THE RULES OF  HERE",
        "02:02:c9:ab:cd:e1  0002c90300abcde1  mellanox_0300  driver           mlx5_0/1",
      ])
    #expect(
      consequences(of: ["guid2mac", "--reverse", "02-02-c9-ab-cd-e1", "--json"], host: machine.host())
        .output.contains("\"mlx5_0/1\""))
  }

  @Test func aFullDisk() {
    let console = FakeConsole()
    console.fail(.output, with: .failed("No space left on device (28)"))
    let result = consequences(
      of: ["guid2mac", "0002c90200112233"], host: .fake(files: FakeFiles()), console: console)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.error == "rdmactl: standard output cannot be written: No space left on device (28)\n")
  }
}
