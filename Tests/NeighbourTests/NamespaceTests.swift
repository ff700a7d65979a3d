internal import FabricLab
internal import Foundation
internal import TestSupport
internal import Testing

/// Network name spaces, with and without a /sys of their own. What rdmactl takes them for stands in its `--debug` file.
@Suite(
  "Network name spaces", .enabled(if: Neighbour.noNamespaces == nil, "\(Neighbour.noNamespaces ?? "")"))
struct NamespaceTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch("spaces") }

  private func run(_ command: [String], _ environment: [String: String] = [:]) throws -> Consequences {
    try Spawned.run(command[0], Array(command.dropFirst()), environment: environment)
  }

  /// The line of the debug file about the name space: "4:4026531833#3, /sys is its own, interfaces lo eth0".
  private func namespace(_ wrap: ([String]) -> [String]) throws -> String {
    let program = try Spawned.rdmactlForEverybody(in: scratch)
    let file = scratch("debug-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o666])
    let result = try run(wrap([program, "--debug", file, "status", "-q"]))
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    guard let line = lines.first(where: { $0.contains(" network name space ") }) else {
      throw SpawnFailure(message: "no line about the name space: \(result.error)\(lines)")
    }
    return String(line.split(separator: " ", maxSplits: 5).last ?? "")
  }

  @Test("Two name spaces are two, and what /sys shows is known, also by nobody") func known() throws {
    let (first, second) = (try NetworkSpace(), try NetworkSpace())
    let here = try namespace { $0 }
    let inFirst = try namespace { first.command($0) }
    let inSecond = try namespace { second.command($0) }
    #expect(Set([here, inFirst, inSecond].map { $0.prefix { $0 != "," } }).count == 3)
    for own in [here, inFirst, inSecond] { #expect(own.contains("/sys is its own"), "\(own)") }
    #expect(try namespace { first.commandWithForeignSysfs($0) }.contains("/sys is another one's"))
    #expect(try namespace { Neighbour.asNobody($0) }.contains("/sys is its own"))
    #expect(
      try namespace { first.commandWithForeignSysfs(Neighbour.asNobody($0)) }.contains("/sys is another one's"))
  }

  /// Both have an interface lo of index 1 and nothing else: only the file system itself tells them apart.
  @Test("Name spaces that look alike are told apart") func alike() throws {
    let space = try NetworkSpace()
    let other = try namespace { space.command(["unshare", "-n"] + $0) }
    #expect(other.contains("/sys is another one's") && other.hasSuffix("interfaces lo"), "\(other)")
  }

  /// `nsenter -n` leaves the host's /sys: the file of the host's interface of that name would be written.
  @Test("A setting by sysfs is not written into another name space's interface") func foreignSysfs() throws {
    let (host, container) = (try NetworkSpace(), try NetworkSpace())
    let file = "/sys/class/net/lo/gro_flush_timeout"
    let set = [Spawned.rdmactl, "offload", "set", "lo", "gro-flush-timeout=12345", "--yes"]
    let places = ["RDMACTL_STATE_DIR": scratch("state"), "RDMACTL_RUN_DIR": scratch("run")]
    // The container's network under the host's /sys.
    let entered = ["nsenter", "--net=/proc/\(container.processIdentifier)/ns/net", "--"] + set
    let refused = try run(host.command(entered), places)
    #expect(refused.status == 7 && refused.error.contains("ip netns exec"), "\(refused.output)\(refused.error)")
    #expect(try run(host.command(["cat", file])).output == "0\n")
    #expect(try run(container.command(["cat", file])).output == "0\n")
    // As `ip netns exec` does it, it is set.
    let done = try run(container.command(set), places)
    #expect(done.status == 0, "\(done.output)\(done.error)")
    #expect(try run(container.command(["cat", file])).output == "12345\n")
    #expect(try run(host.command(["cat", file])).output == "0\n")
  }

  /// The guard of a trial works in another directory than the call that started it.
  @Test("A trial goes back in time also where RDMACTL_STATE_DIR is relative") func relativeState() throws {
    let space = try NetworkSpace()
    let script = """
      cd \(scratch.path) && export RDMACTL_STATE_DIR=state RDMACTL_RUN_DIR=run
      "$0" offload try lo mtu=50000 --revert-after 2 --yes; echo "status $?"
      cat /sys/class/net/lo/mtu; sleep 5; cat /sys/class/net/lo/mtu
      """
    let result = try run(space.command(["sh", "-c", script, Spawned.rdmactl]))
    #expect(result.outputLines.suffix(3) == ["status 0", "50000", "65536"], "\(result.output)\(result.error)")
  }
}

/// `--debug`, for a report of a problem.
@Suite("The debug file")
struct DebugFileTests {
  @Test("Each access is a line with time, process, duration and outcome; what was there stays") func lines() throws {
    let scratch = try Scratch("debug")
    let file = try scratch.write("log", "mine\n")
    for environment in [[:], ["RDMACTL_DEBUG": "log"]] {
      let option = environment.isEmpty ? ["--debug", file] : []
      let result = try Spawned.run(
        Spawned.rdmactl, option + ["status", "--json"], environment: environment, directory: scratch.path)
      #expect([0, 3, 6, 8].contains(result.status), "\(result.error)")
    }
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.first == "mine")
    let start = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \d+ /#
    #expect(lines.dropFirst().allSatisfy { $0.firstMatch(of: start) != nil })
    #expect(lines.filter { $0.contains(" rdmactl ") }.count == 2)
    let list = #/files\.list /sys/class/infiniband: .+ \(\d+\.\d{3} ms\)$/#
    #expect(lines.filter { $0.firstMatch(of: list) != nil }.count == 2, "\(lines)")
  }

  @Test("A debug file that cannot be written is an error, and not a silent loss") func unwritable() throws {
    let result = try Spawned.rdmactl("--debug", "/proc/none/log", "status", "--json")
    #expect(result.status == 3 && result.output.contains(#""debug.unwritable""#), "\(result.output)\(result.error)")
  }

  /// A datagram's keys are not written; its header is.
  @Test(
    "Datagrams and registers are in it",
    .enabled(if: SimulatedFabric.missing == nil, "not installed: \(SimulatedFabric.missing ?? "")"))
  func hardware() throws {
    let scratch = try Scratch("debug")
    let (lab, file) = (scratch("lab"), scratch("log"))
    #expect(try Spawned.rdmactl("sim", "create", lab, "--profile", "connectx3").status == 0)
    #expect(try Spawned.rdmactl("--sim", lab, "--debug", file, "fw", "query", "-d", "0000:03:00.0").status == 0)
    let fabric = try SimulatedFabric(.star(hosts: 2))
    #expect(try fabric.rdmactl(on: "host0", "--debug", file, "fabric", "discover").status == 0)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for access in ["bar0.read 0000:03:00.0", "pci.open 0000:03:00.0", "store.lock ", "mad.send ", "mad.receive "] {
      #expect(text.contains(access), "\(access)")
    }
  }
}
