import Change
import FabricDiscovery
import FabricLab
import HostAccess
import InfiniBandWire
import TestSupport
import Testing
import Vocabulary

@testable import Commands

/// `rdmactl fabric port` on a subnet in memory: two leaves with two hosts each, two spines.
@Suite struct FabricPortTests {
  private let world = PortWorld()

  private func run(_ words: String...) -> Consequences {
    consequences(of: ["fabric", "port"] + words, host: world.host, console: FakeConsole())
  }

  private func end(_ name: String, _ port: Int) throws -> Topology.End {
    Topology.End(try #require(world.lab.topology[name]), port)
  }

  private func physical(_ end: Topology.End) -> PhysicalState {
    PhysicalState(code: Int(world.lab[end][PortInfo.Layout.portPhysicalState]))
  }

  @Test func showsBothEnds() {
    let result = run("leaf0/2")
    #expect(result.status == 0, "\(result.error)")
    for words in ["leaf0/2", "host2 mlx5_0/1", "4x HDR", "speeds enabled"] { #expect(result.output.contains(words)) }
    #expect(run("leaf0").status == 64 && run("leaf9/1").status == 3 && run("leaf0/2", "explode").status == 64)
    #expect(run("leaf0/2", "width", "3x").status == 64 && run("leaf0/2", "enable", "1x").status == 64)
  }

  @Test func disablesAndUndoes() throws {
    let port = try end("leaf0", 2)
    let rehearsal = run("leaf0/2", "disable", "--dry-run")
    #expect(rehearsal.status == 0 && rehearsal.output.contains("cut off    host2 mlx5_0"))
    #expect(run("leaf0/2", "disable").status != 0 && physical(port) == .linkUp, "nobody said yes")
    #expect(run("leaf0/2", "disable", "--yes").status == 0)
    #expect(physical(port) == .disabled)
    #expect(run("leaf0/2", "disable", "--yes").output.contains("already set, nothing to do"))
    #expect(run("leaf0/2", "reset", "--yes").status == 7)
    let undo = consequences(of: ["undo", "--yes"], host: world.host, console: FakeConsole())
    #expect(undo.status == 0, "\(undo.output) \(undo.error)")
    #expect(physical(port) == .linkUp)
  }

  @Test func limitsWidthAndSpeed() throws {
    let port = try end("leaf0", 2)
    let before = world.lab[port][PortInfo.Layout.linkWidthEnabled]
    let result = run("leaf0/2", "width", "1x", "--yes")
    #expect(result.status == 0 && result.output.contains("the link was up again"), "\(result.error)")
    #expect(world.lab[port][PortInfo.Layout.linkWidthEnabled] == 1)
    #expect(world.lab[port][PortInfo.Layout.linkWidthActive] == 1)
    #expect(run("leaf0/2", "speed", "edr", "--yes").status == 0)
    #expect(world.lab[port][PortInfo.Layout.linkSpeedExtEnabled] == 3)
    #expect(run("leaf0/2", "speed", "qdr", "--yes").status == 0)
    #expect(world.lab[port][PortInfo.Layout.linkSpeedExtEnabled] == 30, "extended speeds off")
    for _ in 0..<3 {
      #expect(consequences(of: ["undo", "--yes"], host: world.host, console: FakeConsole()).status == 0)
    }
    #expect(world.lab[port][PortInfo.Layout.linkWidthEnabled] == before)
    #expect(world.lab[port][PortInfo.Layout.linkSpeedExtEnabled] == 7)
  }

  /// The first host is this machine, and its subnet manager is the only one.
  @Test func doesNotCutOff() throws {
    for (place, words) in [
      ("leaf0/1", "this is the only path from this machine"), ("host2 mlx5_0/1", "change the other end of the cable"),
    ] {
      let result = run(place, "disable", "--yes")
      #expect(result.status == 7 && result.error.contains(words), "\(place): \(result.error)")
    }
    let spare = run("leaf1/3", "disable", "--yes")
    #expect(spare.status == 0, "there is a second path: \(spare)")
    let last = run("spine1/2", "disable", "--yes")
    #expect(last.status == 7 && last.error.contains("the only path to the switch leaf1"), "\(last.error)")
    #expect(run("spine1/2", "disable", "--yes", "--allow-cut-off").status == 0)
  }

  @Test func aManagerIsNotCutOff() throws {
    world.lab.bringUp(from: try end("host3", 1))
    for node in world.lab.topology.hosts where node != world.lab.topology["host3"] {
      let mask = world.lab[Topology.End(node, 1)][PortInfo.Layout.capabilityMask]
      world.lab[Topology.End(node, 1)][PortInfo.Layout.capabilityMask] = mask & ~2
    }
    let port = try end("leaf1", 2)
    #expect(world.lab[port].peer == (try end("host3", 1)))
    let result = run("leaf1/2", "disable", "--yes")
    #expect(result.status == 7 && result.error.contains("last path to a subnet manager"), "\(result.error)")
  }

  /// Reading needs no key there, writing does; and one that hides is told from one that is gone.
  @Test func anMKeyIsNamed() throws {
    world.lab.mKeys[try #require(world.lab.topology["leaf1"])] = (0x1234, false)
    let refused = run("leaf1/1", "disable", "--yes")
    #expect(refused.status == 4 && refused.error.contains("protected by an M_Key"), "\(refused.error)")
    #expect(try physical(end("leaf1", 1)) == .linkUp)
  }

  @Test func aKeyThatOthersMayReadIsRefused() throws {
    world.files.set("/etc/keys/m-key", .text("0x1234"))
    let refused = run("leaf1/1", "disable", "--yes", "--m-key-file", "/etc/keys/m-key")
    #expect(refused.status == 7 && refused.error.contains("next: chmod 600 /etc/keys/m-key"), "\(refused.error)")
    #expect(try physical(end("leaf1", 1)) == .linkUp)
    #expect(run("leaf1/1", "--m-key-file", "/etc/keys/nothing").status == 3)
  }

  @Test(arguments: 1...4) func killedAtAnyStep(seed: Int) throws {
    #expect(try ChangeRehearsal.complaints(seed: seed, most: 6) { PortWorld() } == [])
  }
}

/// A subnet whose ports are changed by a process that may be killed.
private final class PortWorld: ChangeWorld {
  let lab: InMemoryFabric
  let life = Life()
  fileprivate let files: FakeFiles
  private let machine: FakeFiles

  init() {
    var net = Topology.twoLevels(hosts: 4, leaves: 2, spines: 2, speed: .hdr)
    net.nodes[net.hosts[0]].guid = 0x0002_c903_00ab_cde0
    lab = InMemoryFabric(net)
    lab.bringUp()
    machine = FakeFiles(SmallMachine().entries)
    machine.set("/proc/sys/kernel/random/boot_id", .text("boot-1"))
    machine.set("/etc/machine-id", .text("machine-1"))
    files = FakeFiles()
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowWriting(below: "/run/rdmactl")
    for name in ["history", "fabric-port"] { files.allowLocking("/run/rdmactl/\(name).lock") }
    lab.mayWrite = { [life] in
      if case .whole = life.spend() { true } else { false }
    }
  }

  var host: Host {
    Host(
      files: machine, store: MortalFiles(files, life), management: WorldPort(lab), verbs: AbsentVerbs(),
      pci: FakePCI(unforeseen: .absent), unpacking: FakeUnpacking(), processes: FakeProcesses(),
      network: FakeNetwork(namespace: NetworkNamespace(identifier: "net:[1]")), clock: lab.clock,
      console: FakeConsole(), places: Places())
  }

  var state: [String] {
    lab.topology.nodes.indices.flatMap { node in
      (1...lab.topology.nodes[node].portCount).map { number in
        let port = lab[Topology.End(node, number)]
        typealias Layout = PortInfo.Layout
        return "\(node)/\(number) \(port[Layout.linkWidthEnabled]) \(port[Layout.linkSpeedEnabled])"
          + " \(port[Layout.linkSpeedExtEnabled]) \(port[Layout.portPhysicalState])"
      }
    }
  }

  func randomWriter(_ numbers: inout SeededNumbers) -> PortWriter {
    let wishes: [PortWish] = [.disable, .enable, .width(.x1), .width(nil), .speed(.edr), .speed(.qdr), .speed(nil)]
    let places = ["leaf0/2", "leaf0/3", "leaf1/1", "leaf1/4", "spine0/2"]
    return PortWriter(
      host: host,
      wish: (
        places.randomElement(using: &numbers) ?? places[0], wishes.randomElement(using: &numbers) ?? wishes[0]
      ))
  }
}

/// The one port of the machine, which never leaves its thread.
private struct WorldPort: ManagementAccess, @unchecked Sendable {
  let lab: InMemoryFabric

  init(_ lab: InMemoryFabric) { self.lab = lab }

  func open(device: String, port: Int, classes: [ManagementClass]) throws(ManagementError) -> any ManagementPort { lab }
}
