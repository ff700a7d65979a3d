import FabricLab
import Foundation
import HostAccess
import InfiniBandWire
import TestSupport
import Testing

@testable import Commands

/// A machine whose one port stands in a subnet in memory: two leaves with two hosts each, two spines. `rdmactl` runs on it
/// in this process, with a fault layer between it and the subnet.
final class FabricMachine {
  static let name = "mlx5_0/1"
  /// That of ``SmallMachine``: the port GUID is one more.
  private static let nodeGUID: UInt64 = 0x0002_c903_00ab_cde0

  let lab: InMemoryFabric
  let files: FakeFiles
  let processes = FakeProcesses()
  /// What is asked instead of the subnet.
  var port: any ManagementPort
  /// Why the port cannot be opened.
  var refusal: ManagementError?

  /// - Parameters:
  ///   - isUp: whether a subnet manager has set the subnet up, on this machine's port.
  ///   - change: what is different in this fabric.
  init(isUp: Bool = true, machine: SmallMachine = SmallMachine(), change: (inout Topology) -> Void = { _ in }) {
    var net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 2, speed: .hdr)
    net.nodes[net.hosts[0]].guid = Self.nodeGUID
    change(&net)
    lab = InMemoryFabric(net)
    if isUp { lab.bringUp() }
    files = FakeFiles(machine.entries)
    files.allowWriting(below: "/state/last-sweep")
    port = lab
  }

  /// Puts faults before the subnet.
  func disturb(_ faults: Fault..., seed: UInt64 = 1) { port = FaultLayer(lab, seed: seed, faults: faults) }

  func run(_ words: String..., console: FakeConsole = FakeConsole()) -> Consequences { run(words, console: console) }

  func run(_ words: [String], console: FakeConsole = FakeConsole()) -> Consequences {
    consequences(of: words, host: host(), console: console)
  }

  func host() -> HostAccess.Host {
    Host.fake(
      files: files, management: OnePort(port: port, refusal: refusal), verbs: AbsentVerbs(),
      pci: FakePCI(unforeseen: .absent), processes: processes, network: AbsentNetwork(), clock: lab.clock,
      places: Places(configuration: "/etc/rdmactl", state: "/state", run: "/run/rdmactl"))
  }

  /// The one JSON object of an answer; anything more or less fails the test.
  func json(_ words: String...) throws -> [String: Any] {
    let result = run(words + ["--json"])
    return try Self.object(result.output)
  }

  static func object(_ text: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any], "\(text)")
  }

  func write(_ path: String, _ text: String) { files.set(path, .bytes(Array(text.utf8))) }
}

/// The port of one test, which never leaves its thread.
private struct OnePort: ManagementAccess, @unchecked Sendable {
  let port: any ManagementPort
  let refusal: ManagementError?

  func open(device: String, port number: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort
  {
    guard "\(device)/\(number)" == FabricMachine.name else { throw .noDevice }
    if let refusal { throw refusal }
    return port
  }
}
