internal import Foundation
internal import TestSupport
internal import Testing

/// Burns of a card whose firmware runs, by rdmactl and by Debian's mstflint, each seen by the other; and what is left when
/// one of them is killed.
@Suite("Running cards: burns beside mstflint", .needsAdapterAndMstflint)
struct RunningBurnPeerTests {
  private static let device = "0000:03:00.0"
  private static let version = "99.12.1234"
  private static func ours(_ words: String...) -> [String] { [Spawned.rdmactl, "fw"] + words + ["-d", device] }
  private static func theirs(_ words: String...) -> [String] { ["mstflint", "-d", device] + words }

  private func steps(_ server: AdapterServer, faults: [String] = [], _ commands: [[String]]) throws -> [Consequences] {
    let run = try server.run(each: commands, faults: faults)
    #expect(run.report.violations == [] && run.report.counters.gatewayCommands == 0)
    return run.results
  }

  @Test(
    "rdmactl burns: mstflint shows both versions, and says that it is burnt", arguments: ["connectx4", "connectx5"])
  func ours(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let image = try server.image(version: Self.version)
    let old = try #require(PeerQuery(try steps(server, [Self.theirs("query")])[0].output).version)
    let results = try steps(
      server,
      [
        Self.ours("burn", "-i", image, "--yes", "--no-backup"), Self.theirs("query"), Self.ours("query", "--json"),
        Self.theirs("-i", image, "-y", "burn"),
      ])
    #expect(results[0].status == 0, "\(results[0].error)")
    #expect(results[1].output.contains("FW Version:            \(Self.version)"), "\(results[1].output)")
    #expect(results[1].output.contains("FW Version(Running):   \(old)"), "\(results[1].output)")
    #expect(results[2].output.contains("\"pending_version\":\"\(Self.version)\""))
    // After the power was off the new image runs, for both.
    let next = try steps(server, [Self.theirs("query"), Self.ours("query", "-q"), Self.ours("verify")])
    #expect(PeerQuery(next[0].output).version == Self.version && next[1].output == Self.version + "\n")
    #expect(next[2].status == 0, "\(next[2].output)")
  }

  @Test(
    "mstflint burns: rdmactl shows what is pending, and burns nothing again", arguments: ["connectx4", "connectx5"])
  func theirs(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let image = try server.image(version: Self.version)
    let results = try steps(
      server,
      [
        Self.theirs("-i", image, "-y", "burn"), Self.ours("query", "--json"),
        Self.ours("burn", "-i", image, "--yes", "--json"),
      ])
    #expect(results[0].status == 0, "\(results[0].output)\(results[0].error)")
    #expect(results[1].output.contains("\"pending_version\":\"\(Self.version)\""), "\(results[1].output)")
    #expect(results[2].status == 0 && results[2].output.contains("\"result\":\"unchanged\""), "\(results[2].error)")
  }

  @Test("A burn that is killed is said within 3 s; unlock frees the card, and the next burn is done")
  func killed() throws {
    let server = try AdapterServer("connectx5")
    let image = try server.image(version: Self.version)
    let burn = Self.ours("burn", "-i", image, "--yes", "--no-backup")
    let results = try steps(
      server, faults: ["--kill-step", "60"],
      [
        burn, ["sh", "-c", "time -p \"$@\"", "sh"] + burn, Self.ours("unlock", "--yes"), Self.ours("recover", "--yes"),
        burn, Self.theirs("query"),
      ])
    #expect(results[0].status == 137)
    #expect(results[1].status == 5 && results[1].error.contains("fw unlock"), "\(results[1].error)")
    let real = results[1].error.split(separator: "\n").first { $0.hasPrefix("real") }
    #expect(real.flatMap { Double($0.dropFirst(5)) }.map { $0 < 3 } == true, "\(results[1].error)")
    #expect(results[2].status == 0 && results[2].output.contains("update through the firmware"), "\(results[2].output)")
    #expect(results[3].status == 0, "\(results[3].error)")
    #expect(results[4].status == 0, "\(results[4].error)")
    #expect(results[5].output.contains(Self.version))
  }

  @Test("Another tool's update is not touched: exit 5, and since when")
  func foreign() throws {
    let server = try AdapterServer("connectx5")
    let image = try server.image(version: Self.version)
    let results = try steps(
      server, faults: ["--owner", "12"], [Self.ours("burn", "-i", image, "--yes", "--no-backup")])
    #expect(results[0].status == 5 && results[0].error.contains("last heard of 12 s ago"), "\(results[0].error)")
  }

  @Test("Operations on configuration space: query at most half of mstflint's, burn at most a third")
  func costs() throws {
    let server = try AdapterServer("connectx5")
    let image = try server.image(version: Self.version, codeSize: 71_000)
    func operations(_ command: [String], _ server: AdapterServer) throws -> Int {
      let run = try server.run(command)
      #expect(run.result.status == 0, "\(run.result.output)\(run.result.error)")
      return run.report.counters.configurationOperations
    }
    let query = (try operations(Self.ours("query"), server), try operations(Self.theirs("query", "full"), server))
    #expect(query.0 * 2 <= query.1, "query: \(query.0) to \(query.1)")
    let other = try server.twin()
    let burn = (
      try operations(Self.ours("burn", "-i", image, "--yes", "--no-backup"), server),
      try operations(Self.theirs("-i", image, "-y", "burn"), other)
    )
    #expect(burn.0 * 3 <= burn.1, "burn: \(burn.0) to \(burn.1), \(burn.0 * 100 / burn.1) %")
  }
}
