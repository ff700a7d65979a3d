internal import Foundation
internal import TestSupport
internal import Testing

/// A burn that does not come to its end, as a user meets it: on adapters of `--sim`, which outlive the process.
@Suite("Firmware: burns interrupted")
struct FirmwareInterruptionTests {
  /// Large enough that a signal arrives in the midst of it; the capability is slower than BAR 0.
  private static let largeCode = 400_000
  private static let largeCodeOverCapability = 60_000

  @Test("After kill -9 in mid-burn", arguments: ["connectx3", "connectx4,recovery", "connectx5,recovery"])
  func killed(_ profile: String) throws {
    let lab = try SimulatedLab(profile)
    let before = try #require(try lab.bootingVersion())
    let code = profile == "connectx3" ? Self.largeCode : Self.largeCodeOverCapability
    let image = try lab.image(version: "99.12.1234", codeSize: code)
    let burn = try lab.startBurn(image)
    burn.signal(SIGKILL)
    #expect(try burn.wait().status == 128 + SIGKILL)

    try expectTaken(try lab.run("query", "--json"), in: lab)
    let look = try lab.run("unlock", "--dry-run")
    #expect(look.status == 0 && look.output.contains("taken"))
    #expect(try lab.run("query").status == 5, "a dry run frees nothing")
    #expect(try lab.run("unlock", "--yes").status == 0)

    let query = try lab.query()
    #expect(query.version == before)
    #expect(query.slots.first { $0.active }?.version == before)
    let problem = try #require(query.problems.first { $0.id == "flash.interrupted_burn" })
    #expect(problem.fix.contains("rdmactl --sim \(lab.directory) fw recover -d \(SimulatedLab.address)"))
    #expect(try lab.run("verify", "-q").output == "ok\n")
    #expect(try lab.run("recover", "--yes").status == 0)
    #expect(try lab.query().problems.isEmpty)
    try expectBurns(image, in: lab)
  }

  @Test("After a signal in mid-burn", arguments: [SIGINT, SIGTERM])
  func signalled(_ signal: Int32) throws {
    let lab = try SimulatedLab("connectx3")
    let before = try #require(try lab.bootingVersion())
    let image = try lab.image(version: "99.12.1234", codeSize: Self.largeCode)
    let burn = try lab.startBurn(image)
    burn.signal(signal)
    let end = try burn.wait(timeout: 120)
    #expect(end.status == 130, "\(end.output)\(end.error)")
    #expect(end.error.contains("interrupted; nothing that boots was changed"))
    let look = try lab.run("unlock", "--dry-run")
    #expect(look.output.contains("nothing is taken"))
    #expect(try lab.bootingVersion() == before)
    try expectBurns(image, in: lab)
  }

  @Test("Of two at once the second says who is first, and changes nothing") func two() throws {
    let lab = try SimulatedLab("connectx3")
    let image = try lab.image(version: "99.12.1234", codeSize: Self.largeCode)
    let other = try lab.image(version: "99.12.9999")
    let first = try lab.startBurn(image)
    for words in [["burn", "-i", other, "--yes"], ["set-guids", "--guid", "0002c90300aabb00", "--yes"], ["query"]] {
      let second = try Spawned.run(
        Spawned.rdmactl, lab.words(words[0], Array(words.dropFirst()) + ["--json"]))
      #expect(first.isRunning, "the first must last as long as this test looks")
      #expect(second.status == 5)
      let reason = try FirmwareAnswers.refusal(second)
      #expect(reason.id == "change.busy")
      #expect(reason.message.contains("held by PID \(first.processIdentifier) (rdmactl)"), "\(reason.message)")
    }
    #expect(try first.wait(timeout: 60).status == 0)
    #expect(try lab.bootingVersion() == "99.12.1234")
    #expect(try lab.run("verify", "-q").output == "ok\n")
  }

  /// Whoever read its output or its progress has gone: the burn goes on, for to stop is no safer.
  @Test("A reader that has gone") func closedPipe() throws {
    let lab = try SimulatedLab("connectx3")
    let image = try lab.image(version: "99.12.1234", codeSize: 100_000)
    let words = lab.words("burn", ["-i", image, "--yes", "--no-backup", "--progress", "json"])
    let line = "{ \"$@\"; echo $? >\(lab.file("status")); } 2>&1 | head -c 1 >/dev/null"
    _ = try Spawned.run("sh", ["-c", line, "sh", Spawned.rdmactl] + words)
    // A closed pipe ends it quietly or not at all; the flash and its semaphore are what counts.
    let status = try Programs.read(lab.file("status")).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(["0", "141"].contains(status))
    #expect(try lab.run("unlock", "--dry-run").output.contains("nothing is taken"))
    #expect(try lab.run("verify", "-q").output == "ok\n")
    try expectBurns(image, in: lab)
  }

  /// A taken semaphore: who may hold it and what to do, and not after the 20 seconds that mstflint takes for it.
  private func expectTaken(_ result: Consequences, in lab: SimulatedLab) throws {
    #expect(result.status == 5)
    let reason = try FirmwareAnswers.refusal(result)
    #expect(reason.id == "flash.semaphore_taken")
    #expect(reason.fix.contains { $0.hasPrefix("rdmactl --sim \(lab.directory) fw unlock -d \(SimulatedLab.address)") })
    let waited = try #require(reason.message.firstMatch(of: /freed in ([0-9]+) ms/)?.1)
    #expect(try #require(Int(waited)) <= 2500)
  }

  private func expectBurns(_ image: String, in lab: SimulatedLab) throws {
    // Sector after sector, beside the other tests.
    let words = lab.words("burn", ["-i", image, "--yes", "--no-backup", "--json"])
    let burn = try Spawned.run(Spawned.rdmactl, words, timeout: 120)
    #expect(burn.status == 0, "\(burn.output)\(burn.error)")
    #expect(try lab.bootingVersion() == "99.12.1234")
    #expect(try lab.run("verify", "-q").output == "ok\n")
    #expect(try lab.query().problems.isEmpty)
  }
}

/// The same before mstflint.
@Suite("Firmware: burns interrupted, beside mstflint", .needsAdapterAndMstflint)
struct FirmwareInterruptionPeerTests {
  @Test(
    "Killed or without power in mid-burn: both tools read what was there, and a second burn ends well",
    arguments: [
      ("connectx3", "--kill"), ("connectx4,recovery", "--kill"), ("connectx5,recovery", "--kill"),
      ("connectx3", "--cut"),
      ("connectx5,recovery", "--cut"), ("connectx3", "--tear"), ("connectx4,recovery", "--tear"),
    ])
  func recovers(_ profile: String, _ fault: String) throws {
    let server = try AdapterServer(profile)
    let image = try server.image(version: "99.12.1234")
    let after = [
      FirmwareTool.rdmactl(["unlock", "--yes"]), FirmwareTool.peer(["query"]),
      FirmwareTool.rdmactl(["query", "--json"]), FirmwareTool.rdmactl(["recover", "--yes"]), FirmwareTool.burn(image),
      FirmwareTool.peer(["verify"]), FirmwareTool.peer(["query"]), FirmwareTool.rdmactl(["verify", "-q"]),
    ]
    let results: [Consequences]
    if fault == "--kill" {
      let run = try server.run(each: [FirmwareTool.burn(image)] + after, faults: [fault, "30"])
      #expect(run.results[0].status == 128 + SIGKILL)
      results = Array(run.results.dropFirst())
      #expect(results[0].output.contains("freed: "))
    } else {
      let burn = try server.run(FirmwareTool.burn(image), faults: [fault, "30"])
      #expect(burn.result.status != 0 && burn.report.bootsAt == 0)
      results = try server.run(each: after).results
    }
    #expect(results.map(\.status) == Array(repeating: 0, count: 8), "\(results.map { $0.output + $0.error })")
    let query = try FirmwareAnswers.query(results[2])
    #expect(query.version != "99.12.1234" && query.version == PeerQuery(results[1].output).version)
    #expect(query.problems.contains { $0.id == "flash.interrupted_burn" })
    #expect(results[5].output.contains("FW image verification succeeded"))
    #expect(PeerQuery(results[6].output).version == "99.12.1234")
    #expect(results[7].output == "ok\n")
  }

  @Test(
    "undo of a burn and of new GUIDs: mstflint reads what it read before",
    arguments: ["connectx3", "connectx5,recovery"])
  func undone(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let image = try server.image(version: "99.12.1234")
    let undo = [Spawned.rdmactl, "undo", "--yes"]
    let query = FirmwareTool.peer(["query"])
    let guids = FirmwareTool.rdmactl(["set-guids", "--guid", "0002c90300112230", "--vsd", "mine", "--yes"])
    let burn = FirmwareTool.rdmactl(["burn", "-i", image, "--yes"])
    let results = try server.run(each: [query, guids, burn, query, undo, undo, query, FirmwareTool.peer(["verify"])])
      .results
    #expect(results.map(\.status) == Array(repeating: 0, count: 8), "\(results.map { $0.output + $0.error })")
    let (before, changed) = (PeerQuery(results[0].output), PeerQuery(results[3].output))
    #expect(changed.version == "99.12.1234" && changed.version != before.version)
    #expect(results[6].output == results[0].output && results[3].output != results[0].output)
  }

  /// In the last operations of an FS4 burn of mstflint both images carry their magic, and then it refuses the card.
  @Test("Where mstflint is cut off and refuses its own card, rdmactl says why and helps", arguments: [1, 3])
  func takesOver(_ fromEnd: Int) throws {
    let whole = try AdapterServer("connectx5,recovery")
    let image = try whole.image(version: "99.12.1234")
    let burn = FirmwareTool.peer(["-i", image, "-y", "burn"])
    let counters = try whole.run(burn).report.counters
    let server = try AdapterServer("connectx5,recovery")
    _ = try server.run(burn, faults: ["--cut", "\(counters.erases + counters.programs - fromEnd)"])
    let refused = try server.run(FirmwareTool.peer(["query"])).result
    #expect(refused.status != 0, "\(refused.output)")

    let query = try server.run(FirmwareTool.rdmactl(["query", "--json"])).result
    let problem = try #require(try FirmwareAnswers.query(query).problems.first)
    #expect(problem.fix.contains("rdmactl fw recover -d \(FirmwareTool.address)"), "\(problem)")
    let recover = try server.run(FirmwareTool.rdmactl(["recover", "--yes", "--no-backup"]))
    #expect(recover.result.status == 0, "\(recover.result.output)\(recover.result.error)")
    #expect(recover.report.violations == [])
    let steps = [FirmwareTool.peer(["verify"]), FirmwareTool.burn(image), FirmwareTool.peer(["query"])]
    let results = try server.run(each: steps).results
    #expect(results.map(\.status) == [0, 0, 0], "\(results.map { $0.output + $0.error })")
    #expect(PeerQuery(results[2].output).version == "99.12.1234")
  }
}
