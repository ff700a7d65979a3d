internal import Foundation
internal import TestSupport
internal import Testing

/// Debian's mstflint, which knows nothing of us, takes the simulated adapters for cards. So the model is one that burns
/// may be rehearsed on. The counts are those of DeviceAccess.md#what-mstflint-asks, for images of about the same size.
@Suite(
  .enabled(if: Spawned.find("mstflint") != nil, "mstflint is not installed"),
  .enabled(if: AdapterServer.missing == nil, "no adapter can be shown: \(AdapterServer.missing ?? "")"))
struct MstflintOnAdapterTests {
  private static let tool = ["mstflint", "-d", "0000:03:00.0"]
  /// mstflint frees the flash semaphore of ConnectX-3 once more than it took it: its doing, not the model's.
  private static let itsOwn = "freedFreeSemaphore(address: 984060)"

  struct Case: Sendable, CustomTestStringConvertible {
    let profile: String
    let type: String
    let device: String
    /// Where the second image goes.
    let second: Int
    /// Most config operations per 16 bytes of a verify, and the least.
    let cost: ClosedRange<Int>
    var testDescription: String { profile }
  }

  private static let cases = [
    Case(profile: "connectx3", type: "FS2", device: "4099", second: 1 << 20, cost: 17...19),
    Case(profile: "connectx3pro", type: "FS2", device: "4103", second: 1 << 21, cost: 17...19),
    Case(profile: "connectx4,recovery", type: "FS3", device: "4115", second: 1 << 22, cost: 125...135),
    Case(profile: "connectx4lx,recovery", type: "FS3", device: "4117", second: 1 << 22, cost: 125...135),
    Case(profile: "connectx5,recovery", type: "FS4", device: "4119", second: 1 << 22, cost: 125...135),
    Case(profile: "connectx6,recovery", type: "FS4", device: "4123", second: 1 << 22, cost: 125...135),
  ]

  private func check(_ run: (result: Consequences, report: AdapterServer.Report)) throws -> Consequences {
    #expect(run.result.status == 0, "\(run.result.output)\(run.result.error)")
    #expect(run.report.violations.filter { $0 != Self.itsOwn } == [])
    #expect(run.report.counters.unknownRegisterReads == 0)
    #expect(!run.report.flashIsLocked)
    return run.result
  }

  @Test(arguments: cases) func queriesVerifiesAndBurns(_ adapter: Case) throws {
    let server = try AdapterServer(adapter.profile)
    let before = try check(server.run(Self.tool + ["query"]))
    #expect(before.output.contains("Image type:            \(adapter.type)"))
    let hardware = try check(server.run(Self.tool + ["hw", "query"]))
    #expect(hardware.output.contains("JEDEC_ID"))

    let verify = try server.run(Self.tool + ["verify"])
    #expect(try check(verify).output.contains("FW image verification succeeded"))
    let operations = verify.report.counters.configurationReads + verify.report.counters.configurationWrites
    let reads = try #require(verify.report.opcodes["03"] ?? verify.report.opcodes["13"])
    #expect(adapter.cost.contains(operations / reads), "\(operations) for \(reads) reads")

    let image = try server.image(version: "99.12.1234")
    let burn = try server.run(Self.tool + ["-i", image, "-y", "burn"])
    _ = try check(burn)
    #expect(burn.report.bootsAt == adapter.second)
    #expect(burn.report.counters.programs > 60 && burn.report.counters.erases64K == 1)
    let line = Self.tool.joined(separator: " ")
    let after = try check(server.run(["sh", "-c", "\(line) query && \(line) verify"]))
    #expect(after.output.contains("FW Version:            99.12.1234"))
    #expect(after.output.contains("FW image verification succeeded"))
  }

  /// Power fails before or in the midst of one operation of a burn: then the old image is there, or the new one.
  @Test(arguments: [("--cut", 1), ("--cut", 40), ("--tear", 2), ("--tear", 60)])
  func survivesAPowerCut(_ option: String, _ operation: Int) throws {
    let server = try AdapterServer("connectx3")
    let image = try server.image(version: "99.12.1234")
    let burn = try server.run(Self.tool + ["-i", image, "-y", "burn"], faults: [option, "\(operation)"])
    #expect(burn.result.status != 0)
    #expect(burn.report.bootsAt == 0)
    let verify = try server.run(Self.tool + ["verify"])
    #expect(try check(verify).output.contains("succeeded"))
  }

  /// A killed mstflint leaves the flash semaphore taken; the adapter lives on and the next one finds it so.
  @Test func leavesItsSemaphoreWhenKilled() throws {
    let server = try AdapterServer("connectx3")
    let image = try server.image(version: "99.12.1234")
    let line = "mstflint -d 0000:03:00.0 -i \(image) -y burn; mstflint -d 0000:03:00.0 -clear_semaphore; "
    let run = try server.run(
      ["sh", "-c", line + "mstflint -d 0000:03:00.0 verify"], faults: ["--kill", "40"])
    #expect(run.result.output.contains("FW image verification succeeded"))
    #expect(run.result.status == 0)
    let left = try server.run(
      ["sh", "-c", "mstflint -d 0000:03:00.0 -i \(image) -y burn; true"], faults: ["--kill", "40"])
    #expect(left.report.flashIsLocked)
  }
}
