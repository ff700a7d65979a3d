import HostAccess
import PortStatus
import TestSupport
import Testing
import Vocabulary

/// One row of the explain table: how the machine looks, what must be said.
struct Row: Sendable, CustomTestStringConvertible {
  let problem: PortProblem
  let evidence: String?
  let change: @Sendable (inout SmallMachine) -> Void
  var testDescription: String { problem.rawValue }

  init(_ problem: PortProblem, seen evidence: String? = nil, _ change: @escaping @Sendable (inout SmallMachine) -> Void)
  {
    self.problem = problem
    self.evidence = evidence
    self.change = change
  }

  static func state(_ state: String, _ physical: String, sm: String = "0x0") -> @Sendable (inout SmallMachine) -> Void {
    { machine in
      machine.port("state", state)
      machine.port("phys_state", physical)
      machine.port("sm_lid", sm)
    }
  }

  static func makeVirtual(_ machine: inout SmallMachine) {
    let physical = "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.1"
    machine.addFunction(physical, slot: "0000:3b:00.1", driver: "mlx5_core", device: "0x1017", link: ("8.0", 16))
    machine.entries[SmallMachine.function + "/physfn"] = .link("../0000:3b:00.1")
    machine.entries[physical + "/virtfn2"] = .link("../0000:3b:00.0")
    machine.entries[physical + "/net/ib0"] = .directory
  }

  static let all: [Row] = [
    Row(.noLink, seen: "physical_state=polling", state("1: DOWN", "2: Polling")),
    Row(.disabled, seen: "physical_state=disabled", state("1: DOWN", "3: Disabled")),
    Row(.sleeping, state("1: DOWN", "1: Sleep")),
    Row(.training, state("1: DOWN", "4: PortConfigurationTraining")),
    Row(.linkRecovery, state("1: DOWN", "6: LinkErrorRecovery")),
    Row(.physicalTest, state("1: DOWN", "7: Phy Test")),
    Row(.noSM, seen: "sm_lid=0", state("2: INIT", "5: LinkUp")),
    Row(.smLost, seen: "sm_lid=7", state("2: INIT", "5: LinkUp", sm: "0x7")),
    Row(.armed, state("3: ARMED", "5: LinkUp", sm: "0x7")),
    Row(.activeDefer, state("5: ACTIVE_DEFER", "6: LinkErrorRecovery", sm: "0x7")),
    Row(.down, state("1: DOWN", "5: LinkUp")),
    Row(.rateOfDownPort, seen: "rate_gbps=100.0", state("1: DOWN", "2: Polling")),
    Row(.notVirtualized, seen: "lid=65535") { machine in
      Row.makeVirtual(&machine)
      Row.state("1: DOWN", "5: LinkUp")(&machine)
      machine.port("lid", "0xffff")
    },
    Row(.virtualGUIDMissing, seen: "physical_function=0000:3b:00.1") { machine in
      Row.makeVirtual(&machine)
      machine.device("node_guid", "0000:0000:0000:0000")
    },
    Row(.netdevDown, seen: "netdev=ens1") { machine in
      machine.makeEthernet(flags: "0x1002", carrier: nil)
      Row.state("1: DOWN", "3: Disabled")(&machine)
    },
    Row(.noCarrier, seen: "netdev=ens1") { machine in
      machine.makeEthernet(carrier: "0")
      Row.state("1: DOWN", "3: Disabled")(&machine)
    },
    Row(.linkLocalOnly, seen: "netdev=ens1") { $0.makeEthernet() },
    Row(.ethernet) { $0.makeEthernet() },
    Row(.unreadable, seen: "\(SmallMachine.port)/state holds \"maybe\"") { $0.port("state", "maybe") },
    Row(.noDriver, seen: "device=15b3:1013") { machine in
      let path = "/sys/devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0"
      machine.addFunction(path, slot: "0000:3c:00.0", driver: nil, device: "0x1013", link: ("8.0", 16))
      machine.entries["/sys/bus/pci/devices/0000:3c:00.0"] = .link(
        "../../../devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0")
    },
    Row(.noRDMADevice, seen: "driver=mlx5_core") { machine in
      let path = "/sys/devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0"
      machine.addFunction(path, slot: "0000:3c:00.0", driver: "mlx5_core", device: "0x1013", link: ("8.0", 16))
      machine.entries["/sys/bus/pci/devices/0000:3c:00.0"] = .link(
        "../../../devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0")
    },
    Row(.flashRecovery, seen: "device=15b3:020d") { machine in
      let path = "/sys/devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0"
      machine.addFunction(path, slot: "0000:3c:00.0", driver: nil, device: "0x020d", link: ("8.0", 16))
      machine.entries["/sys/bus/pci/devices/0000:3c:00.0"] = .link(
        "../../../devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0")
    },
    Row(.planarManagement) { machine in
      machine.entries["/sys/class/infiniband/smi0"] = .link("mlx5_0")
    },
    Row(.pcieDegraded, seen: "now=8.0 GT/s x8") { machine in
      machine.entries[SmallMachine.function + "/current_link_width"] = .text("8")
    },
    Row(.pcieUnknown) { $0.entries[SmallMachine.function + "/current_link_speed"] = nil },
    Row(.noManagementDevices) { $0.entries["/sys/class/infiniband_mad/abi_version"] = nil },
    Row(.noDeviceNodes) { machine in
      machine.entries["/sys/class/infiniband_verbs/uverbs0/ibdev"] = .text("mlx5_0")
      machine.entries["/dev"] = .directory
    },
  ]
}

@Suite struct ExplanationTests {
  @Test(arguments: Row.all)
  func everySignHasItsVerdict(_ row: Row) throws {
    var machine = SmallMachine()
    row.change(&machine)
    let problems = Explanation.problems(of: machine.inventory())
    let found = try #require(problems.first { $0.id == row.problem.rawValue }, "found: \(problems.map(\.id))")
    #expect(found.severity == row.problem.severity)
    #expect(found.message.hasPrefix(row.problem.meaning))
    if let evidence = row.evidence { #expect(found.evidence.contains(evidence), "\(found.evidence)") }
    // Whoever is told of a fault is told what to do.
    if found.severity != .info { #expect(!found.fix.isEmpty) }
    #expect(!found.fix.contains { $0.contains("Optional") || $0.contains("nil") })
  }

  @Test func everyProblemHasARow() {
    #expect(Set(Row.all.map(\.problem)) == Set(PortProblem.allCases))
  }

  @Test func aHealthyPortHasNone() {
    #expect(Explanation.problems(of: SmallMachine().inventory()).isEmpty)
  }

  /// One cause, one error: a port that is down is not told of twice.
  @Test(arguments: Row.all.filter { $0.problem.rawValue.hasPrefix("port.") })
  func onePortOneError(_ row: Row) {
    var machine = SmallMachine()
    row.change(&machine)
    let faults = Explanation.problems(of: machine.inventory()).filter { $0.severity != .info }
    #expect(faults.count <= 1, "\(faults.map(\.id))")
  }

  @Test func fixesAreReadyToRun() throws {
    var machine = SmallMachine()
    Row.state("2: INIT", "5: LinkUp")(&machine)
    let problem = try #require(Explanation.problems(of: machine.inventory()).first)
    #expect(problem.fix == ["rdmactl sm list mlx5_0/1", "rdmactl sm start mlx5_0/1 --wait"])
    #expect(problem.subject == "mlx5_0/1")
  }

  @Test func theVirtualFunctionIsNamedByItsNumber() throws {
    var machine = SmallMachine()
    Row.makeVirtual(&machine)
    machine.device("node_guid", "0000:0000:0000:0000")
    let problem = try #require(Explanation.problems(of: machine.inventory()).first)
    #expect(problem.fix.first == "ip link set dev ib0 vf 2 node_guid GUID")
    #expect(problem.fix.last == "echo 0000:3b:00.0 > /sys/bus/pci/drivers/mlx5_core/bind")
  }
}
