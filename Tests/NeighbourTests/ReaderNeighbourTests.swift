internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// Those who read what rdmactl prints, and those who started it.
@Suite(
  "Readers and parents that do not behave", .serialized,
  .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
struct ReaderNeighbourTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch("readers") }

  /// Its answer has several times what a pipe holds.
  private static let net = Topology.fatTree(hosts: 128, radix: 16, levels: 2)

  /// `exec` makes the shell rdmactl. Descriptor 3 keeps the pipe open, and nobody reads it before the signals.
  private func waiting(_ fabric: SimulatedFabric) throws -> Spawned {
    let script = "mkfifo '\(scratch("pipe"))' && exec 3<>'\(scratch("pipe"))' && exec \"$@\" >'\(scratch("pipe"))'"
    let words = ["-c", script, "sh", Spawned.rdmactl, "fabric", "discover", "--json"]
    let program = try fabric.start(on: "host0", "sh", words)
    // A sweep of this fabric takes less than a second; then it waits for its reader.
    try program.wait(timeout: 60, until: "waiting for its reader") {
      (try? String(contentsOfFile: "/proc/\(program.processIdentifier)/wchan", encoding: .utf8))?.contains("pipe")
        == true
    }
    return program
  }

  @Test(
    "An answer that a signal cuts ends with 130, never with 0", arguments: [[SIGINT], [SIGTERM], [SIGINT, SIGINT]])
  func cut(_ signals: [Int32]) throws {
    let fabric = try SimulatedFabric(Self.net)
    let program = try waiting(fabric)
    for signal in signals {
      program.signal(signal)
      usleep(100_000)
    }
    let end = try program.wait(timeout: 10)
    #expect(end.status == 130)
    #expect(end.error.contains("the answer on standard output is incomplete"), "\(end.error)")
  }

  @Test("A slow reader gets the whole answer") func slow() throws {
    let fabric = try SimulatedFabric(Self.net)
    let program = try waiting(fabric)
    let pipe = scratch("pipe")
    let reader = try Spawned(
      "sh", ["-c", "while true; do head -c 9000; sleep 0.01; done <'\(pipe)'"])
    let end = try program.wait(timeout: 60)
    #expect(end.status == 0, "\(end.error)")
    // The pipe still holds its last part.
    func isWhole() -> Bool { (try? JSONSerialization.jsonObject(with: Data(reader.output.utf8))) != nil }
    try reader.wait(timeout: 30, until: "reading the whole answer", isWhole)
    #expect(reader.output.utf8.count > 2 << 16, "the answer must not fit into a pipe")
    reader.signal(SIGKILL)
  }

  /// waitpid(2) would know of no child, and opensm would seem to run until the time limit.
  @Test("A parent that ignores SIGCHLD hides no failure and costs no waiting") func ignoredChildren() throws {
    let fabric = try SimulatedFabric(Topology.star(hosts: 2))
    let tools = scratch("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    try scratch.write("tools/opensm", "#!/bin/sh\nexit 3\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tools + "/opensm")
    let start = [Spawned.rdmactl, "sm", "start", "--once", "--timeout", "20", "--yes"]
    let began = ContinuousClock.now
    let command = Neighbour.ignoring("CHLD", start)
    let path = "\(tools):" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    let result = try fabric.run(
      on: "host0", command[0], Array(command.dropFirst()),
      environment: [
        "PATH": path, "RDMACTL_STATE_DIR": scratch("state"), "RDMACTL_RUN_DIR": scratch("run"),
        "RDMACTL_CONFIG_DIR": scratch("etc"),
      ], timeout: 60)
    #expect(result.status == 1, "\(result.output)\(result.error)")
    #expect(began.duration(to: .now) < .seconds(10))
  }
}
