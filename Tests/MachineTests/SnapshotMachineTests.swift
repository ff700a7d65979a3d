import Foundation
import TestSupport
import Testing

/// Snapshots in Tests/Machines: each answer in them is given again. A snapshot that is dropped there is a test.
@Suite struct SnapshotMachineTests {
  static let snapshots = ((try? FileManager.default.contentsOfDirectory(atPath: MachineTree.directory)) ?? [])
    .filter { $0.hasSuffix(".tar.xz") }.sorted()

  @Test(arguments: snapshots) func answersAreGivenAgain(_ name: String) {
    let result = consequences(of: ["snapshot", "verify", "\(MachineTree.directory)/\(name)"])
    #expect(result.status == 0, "\(result.output)\(result.error)")
  }

  @Test func thereIsASnapshot() { #expect(!Self.snapshots.isEmpty) }
}
