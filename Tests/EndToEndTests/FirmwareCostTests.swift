internal import Foundation
internal import TestSupport
internal import Testing

/// Operations on configuration space beside those of mstflint for the same work in the same run. They are what a verify and
/// a burn spend their time with, and the counts are exact.
@Suite("Firmware: costs beside mstflint", .needsAdapterAndMstflint)
struct FirmwareCostTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let profile: String
    let codeSize: Int
    /// Most percent of mstflint's.
    let verify, burn: Int
    /// So large that what stood there before does not count beside it.
    var isLarge: Bool { codeSize > 60_000 }
    var testDescription: String { "\(profile), \(codeSize) bytes of code" }
  }

  /// Images of 20,148 and about 397,000 bytes over the window; of 25 KB and 75 KB of sections over the capability.
  private static let cases = [
    Case(profile: "connectx3", codeSize: 14_908, verify: 75, burn: 60),
    Case(profile: "connectx3", codeSize: 391_740, verify: 75, burn: 60),
    Case(profile: "connectx4,recovery", codeSize: 21_000, verify: 30, burn: 30),
    Case(profile: "connectx5,recovery", codeSize: 71_000, verify: 30, burn: 30),
  ]

  @Test("Verify, query and burn", arguments: cases.filter { $0.codeSize < 100_000 })
  func small(_ trial: Case) throws { try costs(trial) }

  /// mstflint alone does more than a million operations here.
  @Test(
    "Verify, query and burn, 397,000 bytes",
    .enabled(if: ProcessInfo.processInfo.environment["RDMACTL_TRIALS"] != nil, "part of make trials"),
    arguments: cases.filter { $0.codeSize >= 100_000 })
  func large(_ trial: Case) throws { try costs(trial) }

  private func costs(_ trial: Case) throws {
    let server = try AdapterServer(trial.profile)
    // Where each begins: an adapter as it is made, with an image of that size alone on it.
    _ = try server.run(["true"])
    let image = try server.image(version: "99.12.1234", codeSize: trial.codeSize)
    func operations(_ command: [String], _ server: AdapterServer) throws -> Int {
      let run = try server.run(command)
      #expect(run.result.status == 0, "\(run.result.output)\(run.result.error)")
      return run.report.counters.configurationOperations
    }
    func expect(_ what: String, _ ours: Int, _ theirs: Int, percent: Int) {
      #expect(ours * 100 <= theirs * percent, "\(what): \(ours) to \(theirs), \(ours * 100 / theirs) %")
    }
    func expectVerify() throws {
      let ours = try operations(FirmwareTool.rdmactl(["verify"]), server)
      expect("verify", ours, try operations(FirmwareTool.peer(["verify"]), server), percent: trial.verify)
    }
    // Here, where one image is on the flash: rdmactl verifies what stands in the other slot too, mstflint does not.
    try expectVerify()
    let other = try server.twin()
    let burn = try operations(FirmwareTool.burn(image), server)
    expect("burn", burn, try operations(FirmwareTool.peer(["-i", image, "-y", "burn"]), other), percent: trial.burn)
    let query = try operations(FirmwareTool.rdmactl(["query"]), server)
    expect("query", query, try operations(FirmwareTool.peer(["query"]), other), percent: 50)
    if trial.isLarge { try expectVerify() }
  }
}
