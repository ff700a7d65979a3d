import FabricLab
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl fabric` in the hands of somebody tired, on a subnet that means no good.
@Suite struct FabricMisuseTests {
  static let verbs = [
    ["fabric", "discover"], ["fabric", "links"], ["fabric", "errors"], ["fabric", "check"],
    ["fabric", "route", "host1", "host3"], ["fabric", "partitions"], ["fabric", "tables", "leaf0"],
    ["fabric", "path", "host1", "host3"], ["fabric", "groups"], ["fabric", "ping", "host1"], ["sm", "list"],
    ["sm", "status"],
    ["sm", "handover", "0002c90300abcde1", "--dry-run"],
  ]

  static let effects: [(String, Fault.Effect)] =
    [
      ("loss", .lossAsError), ("silence", .silence(.forever)), ("delay", .delay(1...900)),
      ("duplicates", .duplicate(times: 3)), ("reordering", .reorder(behind: 5)), ("truncation", .truncate),
    ] + Fault.Forgery.allCases.map { ("\($0)", .forge($0)) }

  /// Whatever comes over the wire, one JSON object with every key comes out, and an exit status of the manual.
  @Test(arguments: verbs)
  func hostilePackets(_ verb: [String]) throws {
    for (name, effect) in Self.effects {
      for rate in [0.2, 1] {
        let machine = FabricMachine()
        machine.disturb(Fault(effect, rate: rate), seed: UInt64(rate * 100))
        let result = machine.run(verb + ["--json"])
        #expect([0, 1, 2, 3, 7, 8].contains(result.status), "\(verb) \(name) \(rate): \(result)")
        let answer = try FabricMachine.object(result.output)
        let schema = try #require(answer["schema"] as? String)
        #expect(
          schema == "rdmactl.error/1" || answer["problems"] != nil && answer["notes"] != nil, "\(name): \(schema)")
        // A whole sweep has some 100 questions, each repeated a few times; a circle would have no end.
        #expect(machine.lab.totalSent < 20_000, "\(verb) \(name) \(rate): \(machine.lab.totalSent)")
        let text = machine.run(verb)
        #expect(Self.isFitForATerminal(text.output + text.error), "\(verb) \(name) \(rate)")
      }
    }
  }

  /// On a machine without libibumad nobody guesses which package is missing.
  @Test(arguments: verbs.filter { $0[1] != "status" } + [["sm", "start"]])
  func aMissingLibraryIsNamedWithItsPackage(_ verb: [String]) {
    let machine = FabricMachine()
    machine.refusal = .noLibrary
    let result = machine.run(verb)
    #expect(result.status == 6, "\(result)")
    #expect((result.output + result.error).contains("libibumad3"), "\(result)")
  }

  static func isFitForATerminal(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7f..<0xa0).contains($0.value) }
  }

  @Test(arguments: verbs)
  func descriptionsThatSteerTheTerminal(_ verb: [String]) {
    let machine = FabricMachine { net in
      for node in net.nodes.indices { net.nodes[node].description = "\u{1b}[2J\"\\\n\(net.nodes[node].name)\u{9b}31m" }
    }
    let words = verb.map { $0.hasPrefix("host") ? String(0x0002_c903_0010_0010 as UInt64, radix: 16) : $0 }
    let result = machine.run(words)
    #expect(Self.isFitForATerminal(result.output + result.error), "\(result)")
    #expect(throws: Never.self) { _ = try FabricMachine.object(machine.run(words + ["--json"]).output) }
    for format in ["ibnetdiscover", "netfile", "dot"] {
      let text = machine.run("fabric", "discover", "--format", format).output
      #expect(Self.isFitForATerminal(text.replacing("\t", with: " ")), "\(format)")
    }
  }

  @Test func namesOfNothing() {
    let machine = FabricMachine()
    let nobody = machine.run("fabric", "links", "")
    #expect(
      nobody.status == 3 && nobody.error.hasPrefix("rdmactl: \"\": no node, GUID or LID of that name"), "\(nobody)")
    #expect(
      machine.run("fabric", "discover", "").error.hasPrefix("rdmactl: \"\": no adapter, port or interface of this name")
    )
    let endless = machine.run("fabric", "links", String(repeating: "x", count: 100_000))
    #expect(endless.status == 3 && endless.error.count < 2000)
    #expect(machine.run("sm", "log", "--file", "").status == 64)
  }

  @Test func aPortNamedTwice() {
    let machine = FabricMachine()
    for command in [["fabric", "discover"], ["fabric", "check"], ["sm", "list"]] {
      let result = machine.run(command + [FabricMachine.name, "--from", FabricMachine.name])
      #expect(result.status == 64)
      #expect(result.error.contains("next: rdmactl \(command.joined(separator: " ")) --help"), "\(result.error)")
    }
  }

  /// What the table shows can be pasted.
  @Test func linksOfAPort() {
    let machine = FabricMachine()
    let all = machine.run("fabric", "links", "-q").outputLines
    #expect(all.count == 8)
    let one = machine.run("fabric", "links", "leaf0/1", "-q").outputLines
    #expect(one.count == 1 && one[0].contains("leaf0/1"), "\(one)")
    #expect(machine.run("fabric", "links", "leaf0/1").output.hasSuffix("\n1 link\n"))
    #expect(machine.run("fabric", "links", "leaf0/200").status == 3)
  }

  @Test func nothingThatCouldBeRead() {
    let machine = FabricMachine(isUp: false)
    let result = machine.run("fabric", "errors")
    #expect(result.status == 8)
    #expect(result.output.hasPrefix("no counter could be read\n"), "\(result.output)")
  }
}

extension FabricMisuseTests {
  // MARK: files

  @Test(arguments: [
    ("", "it is no JSON"), ("[]", "the whole is of the wrong type"), ("null", "the whole has no value"),
    (#"{"schema":5}"#, "schema is of the wrong type"), (#"{"schema":"rdmactl.fabric.discover/1"}"#, "nodes is missing"),
    (String(repeating: "[", count: 100_000), "it is no JSON"), ("\u{0}\u{1}", "it is no JSON"),
  ])
  func aSavedFabricThatIsNone(_ content: String, _ reason: String) {
    let machine = FabricMachine()
    machine.write("/old.json", content)
    let result = machine.run("fabric", "diff", "/old.json")
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(
      result.error
        == "rdmactl: /old.json: not an answer of rdmactl: \(reason)\n"
        + "    next: rdmactl fabric discover --json > new.json\n")
  }

  /// Numbers that no fabric has, a cable to itself, a way of a hundred hops.
  @Test func aSavedFabricThatLies() throws {
    let machine = FabricMachine()
    let hops = (0..<100).map { "\($0)" }.joined(separator: ",")
    machine.write(
      "/evil.json",
      #"""
      {"schema":"rdmactl.fabric.discover/1","nodes":[{"guid":"0002c90300000001","type":"ca","description":"a\u001b[31m",
      "num_ports":9223372036854775807,"route":"\#(hops)","ports":[{"port":255,"peer_guid":"0002c90300000001",
      "peer_port":255},{"port":1,"peer_guid":"0002c90300000001","peer_port":200,"state":"active","lid":65535,"lmc":255,
      "width":"4x","speed":"hdr"},{"port":1}]},{"guid":"0002c90300000001","type":"ca","num_ports":-1,"ports":[]}]}
      """#)
    for words in [["/evil.json"], ["/evil.json", "/evil.json"]] {
      let result = machine.run(["fabric", "diff"] + words)
      #expect([0, 2, 8].contains(result.status), "\(result)")
      #expect(Self.isFitForATerminal(result.output + result.error))
      _ = try FabricMachine.object(machine.run(["fabric", "diff"] + words + ["--json"]).output)
    }
  }

  /// What was saved with gaps proves nothing to be gone; but what has changed has changed.
  @Test func aSavedFabricWithGaps() throws {
    let machine = FabricMachine()
    let whole = machine.run("fabric", "discover", "--json").output
    machine.write("/whole.json", whole)
    machine.write("/gaps.json", whole.replacing("\"complete\":true", with: "\"complete\":false"))
    #expect(machine.run("fabric", "diff", "/whole.json", "/whole.json").status == 0)
    for words in [["/gaps.json", "/whole.json"], ["/whole.json", "/gaps.json"], ["/gaps.json"]] {
      let result = machine.run(["fabric", "diff"] + words)
      #expect(result.status == 8 && (result.output + result.error).contains("/gaps.json"), "\(result)")
      let answer = try FabricMachine.object(machine.run(["fabric", "diff"] + words + ["--json"]).output)
      #expect(answer["complete"] as? Bool == false && answer["same"] as? Bool == true)
    }
    machine.lab.silence[machine.lab.topology.hosts[3]] = .entirely
    let result = machine.run("fabric", "diff", "/whole.json")
    #expect(result.status == 2 && result.output.contains("host3"), "\(result)")
  }

  @Test func aMapThatSteersTheTerminal() {
    let machine = FabricMachine()
    machine.write("/map", "0x0002c90300abcde0 \"a\u{1b}[31mb\"\n")
    let result = machine.run("fabric", "discover", "--format", "ibnetdiscover", "--node-name-map", "/map")
    #expect(result.status == 0 && result.output.contains("a [31mb"))
    #expect(!result.output.contains("\u{1b}"))
    machine.write("/map", "\u{1b}[31m \"x\"\n")
    let bad = machine.run("fabric", "discover", "--node-name-map", "/map")
    #expect(bad.status == 1 && Self.isFitForATerminal(bad.error), "\(bad)")
  }
}
