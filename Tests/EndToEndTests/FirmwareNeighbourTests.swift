internal import Foundation
internal import TestSupport
internal import Testing

/// Other register tools at work on the same adapter.
@Suite("Firmware: beside other tools", .needsAdapterAndMstflint)
struct FirmwareNeighbourTests {
  /// Runs rdmactl commands one after the other while mstmcra reads a register in a loop.
  /// - Returns: what each command printed; how often mstmcra read the right value; how often another one; how often it gave
  ///   up on its lock file, which it does after 15 ms; and its longest run in milliseconds.
  private func beside(
    _ server: AdapterServer, _ commands: [[String]], faults: [String] = []
  ) throws -> (results: [String], right: Int, wrong: Int, lockedOut: Int, longest: Int) {
    let value = server.profile == "connectx3" ? "0x000001f5" : "0x0000020d"
    let steps = commands.map { words in
      words.map { "'\($0)'" }.joined(separator: " ") + " 2>&1 | tr '\\n' ' '; echo"
    }
    let script = """
      cd \(server.file("")); rm -f stop seen
      { while [ ! -e stop ]; do
        s=$(date +%s%N); a=$(mstmcra 03:00.0 0xf0014 2>&1); e=$(date +%s%N)
        [ "$a" = \(value) ] && echo "right $(( (e - s) / 1000000 ))" >>seen || echo "wrong $a" >>seen
      done; } &
      sleep 0.2
      \(steps.joined(separator: "\n"))
      touch stop; wait; echo --; grep -c right seen; grep wrong seen | grep -vc lock; grep wrong seen | grep -c lock; sort -k2n seen | grep right | tail -n 1
      """
    let run = try server.run(["sh", "-c", script], faults: faults, timeout: 900)
    let lines = run.result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let end = try #require(lines.firstIndex(of: "--"), "\(run.result.output)\(run.result.error)")
    func number(_ text: String) -> Int { Int(text.split(separator: " ").last ?? "") ?? -1 }
    return (
      Array(lines[..<end]), number(lines[end + 1]), number(lines[end + 2]), number(lines[end + 3]),
      number(lines[end + 4])
    )
  }

  /// On a busy machine a process may lose the processor while it holds a lock, for longer than mstmcra waits.
  private func expectUndisturbed(_ right: Int, _ wrong: Int, _ lockedOut: Int) {
    #expect(wrong == 0 && right > 0, "mstmcra: \(right) right, \(wrong) wrong")
    #expect(lockedOut * 20 <= right, "mstmcra: \(right) right, \(lockedOut) gave up on the lock")
  }

  private static let rounds = ProcessInfo.processInfo.environment["RDMACTL_TRIALS"] != nil ? (50, 20) : (6, 3)

  @Test(
    "A tool that reads a register in a loop makes no image look damaged, and is not disturbed",
    arguments: ["connectx3", "connectx5,recovery"])
  func verify(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let verify = FirmwareTool.rdmactl(["verify", "-q"]) + (profile == "connectx3" ? ["--access", "window"] : [])
    let seen = try beside(server, Array(repeating: verify, count: Self.rounds.0))
    #expect(seen.results == Array(repeating: "ok ", count: Self.rounds.0))
    expectUndisturbed(seen.right, seen.wrong, seen.lockedOut)
    #expect(seen.longest < 2000, "mstmcra took \(seen.longest) ms")
  }

  @Test(
    "A tool that reads a register in a loop stops no burn, and is not disturbed",
    arguments: ["connectx3", "connectx5,recovery"])
  func burn(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let images = try (0..<Self.rounds.1).map { try server.image(version: "99.12.\(1000 + $0)") }
    let seen = try beside(
      server, images.map { FirmwareTool.rdmactl(["burn", "-i", $0, "--yes", "--no-backup", "-q"]) })
    #expect(seen.results == Array(repeating: "written ", count: images.count))
    expectUndisturbed(seen.right, seen.wrong, seen.lockedOut)
    #expect(seen.longest < 2000, "mstmcra took \(seen.longest) ms")
    #expect(try server.run(FirmwareTool.peer(["verify"])).result.output.contains("succeeded"))
  }
}
