import Foundation
import TestSupport
import Testing

/// Snapshots in Tests/Machines: each answer in them is given again. A snapshot that is dropped there is a test. A new key in
/// JSON needs new snapshots: subnet-of-16 is `snapshot save --fabric` on ibsim (`fabric-lab net two-levels --hosts 16
/// --leaves 4 --spines 2 --errors 1 --seed 3`) with opensm on host0.
@Suite struct SnapshotMachineTests {
  static let snapshots = ((try? FileManager.default.contentsOfDirectory(atPath: MachineTree.directory)) ?? [])
    .filter { $0.hasSuffix(".tar.xz") }.sorted()

  @Test(arguments: snapshots) func answersAreGivenAgain(_ name: String) {
    let result = consequences(of: ["snapshot", "verify", "\(MachineTree.directory)/\(name)"])
    #expect(
      result.status == 0 && !result.output.contains("[snapshot.answer_differs]"), "\(result.output)\(result.error)")
  }

  @Test func thereIsASnapshot() { #expect(!Self.snapshots.isEmpty) }
}
