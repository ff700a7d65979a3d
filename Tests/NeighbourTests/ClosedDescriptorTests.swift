internal import Foundation
internal import TestSupport
internal import Testing

/// A parent that closes standard streams: a daemon, a cron job, a careless script.
@Suite("Standard streams that are closed")
struct ClosedDescriptorTests {
  private static let subsets = (1..<8).map { bits in (0..<3).filter { bits & 1 << $0 != 0 } }

  /// The lock and the state of the adapter would be the new standard streams, and take the text.
  @Test("A burn on a simulated adapter writes its image and nothing else", arguments: subsets)
  func simulated(_ closed: [Int]) throws {
    let scratch = try Scratch("closed")
    let lab = scratch("lab")
    #expect(try Spawned.rdmactl("sim", "create", lab, "--profile", "connectx3").status == 0)
    let image = scratch("image")
    let words = ["sim", "image", image, "--profile", "connectx3", "--version", "99.12.1234"]
    #expect(try Spawned.run(Spawned.rdmactl, words).status == 0)
    let burn = ["--sim", lab, "fw", "burn", "-d", "0000:03:00.0", "-i", image, "--yes", "--no-backup"]
    let command = Neighbour.closing(closed, [Spawned.rdmactl] + burn)
    let result = try Spawned.run(command[0], Array(command.dropFirst()), timeout: 60)
    // What could not be told is an error, what was asked for is done.
    #expect(result.status == (closed.contains(1) ? 1 : 0), "\(result.error)")
    let query = try Spawned.rdmactl("--sim", lab, "fw", "query", "-d", "0000:03:00.0", "--json")
    #expect(query.status == 0 && query.output.contains("99.12.1234"), "\(query.output)\(query.error)")
    let locks = try FileManager.default.contentsOfDirectory(atPath: "\(lab)/run/rdmactl")
    for lock in locks { #expect(try Data(contentsOf: URL(fileURLWithPath: "\(lab)/run/rdmactl/\(lock)")).isEmpty) }
  }

  /// The configuration space would be standard error: its command register and base addresses overwritten with text.
  @Test(
    "A burn on an adapter writes not one byte into its configuration header",
    .enabled(if: AdapterServer.missing == nil, "\(AdapterServer.missing ?? "")"),
    .enabled(if: Spawned.find("strace") != nil, "strace is not installed"), arguments: subsets)
  func adapter(_ closed: [Int]) throws {
    let server = try AdapterServer("connectx3")
    let image = try server.image(version: "99.12.1234")
    let burn = [Spawned.rdmactl, "fw", "burn", "-d", "03:00.0", "-i", image, "--yes", "--no-backup"]
    let trace = server.file("trace")
    // Registers are written by pwrite(2) at their place; text is written by write(2).
    let strace = ["strace", "-f", "-y", "-e", "trace=write", "-o", trace]
    let (results, report) = try server.run(each: [
      [Spawned.rdmactl, "fw", "query", "-d", "03:00.0"], strace + Neighbour.closing(closed, burn),
      [Spawned.rdmactl, "fw", "query", "-d", "03:00.0", "--json"],
    ])
    let writes = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    #expect(!writes.contains { $0.contains("/config>") }, "\(writes)")
    #expect(results[0].status == 0, "\(results[0].error)")
    #expect(results[1].status == (closed.contains(1) ? 1 : 0), "\(results[1].error)")
    #expect(results[2].output.contains("99.12.1234"), "\(results[2].output)\(results[2].error)")
    #expect(report.violations.isEmpty)
  }
}
