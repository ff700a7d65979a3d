import HostAccess
import PortStatus
import TestSupport
import Testing
import Vocabulary

/// One row of the explain table: how the machine looks, what must be said.
struct Row: Sendable, CustomTestStringConvertible {
  let problem: PortProblem
  let evidence: String?
  let request: InventoryRequest
  let network: SmallMachine.Namespaces
  let change: @Sendable (inout SmallMachine) -> Void
  var testDescription: String { problem.rawValue }

  init(
    _ problem: PortProblem, seen evidence: String? = nil, request: InventoryRequest = InventoryRequest(),
    network: SmallMachine.Namespaces = .shared, _ change: @escaping @Sendable (inout SmallMachine) -> Void
  ) {
    self.request = request
    self.network = network
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
    Row(.virtualDisabled, seen: "policy=Down") { machine in
      Row.makeVirtual(&machine)
      machine.entries["/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.1/sriov/2/policy"] = .text("Down")
      Row.state("1: DOWN", "3: Disabled")(&machine)
    },
    Row(.interfaceElsewhere, seen: "netdev=ens9") { machine in
      machine.makeEthernet()
      machine.takeInterfaceAway(to: "ens9")
    },
    Row(.noGID) { machine in
      machine.makeEthernet()
      machine.port("gids/0", "0000:0000:0000:0000:0000:0000:0000:0000")
    },
    Row(.ipoibNoCarrier, seen: "group=ff12:401b:8001:0000:0000:0000:ffff:ffff") { machine in
      machine.addIPoIB(carrier: "0", key: "0x0001")
    },
    Row(.narrowLink, seen: "width=1x") { $0.port("rate", "25 Gb/sec (1X EDR)") },
    Row(.legDown, seen: "down=ens2") { machine in
      machine.makeEthernet()
      machine.port("gids/1", "0000:0000:0000:0000:0000:ffff:c000:0201")
      machine.makeBond()
    },
    Row(.legsDiffer, seen: "ens2=9000") { machine in
      machine.makeEthernet()
      machine.port("gids/1", "0000:0000:0000:0000:0000:ffff:c000:0201")
      machine.makeBond()
      machine.entries["/sys/class/net/ens2/carrier"] = .text("1")
      machine.entries["/sys/class/net/ens2/mtu"] = .text("9000")
    },
    Row(.backupPromiscuous, seen: "promiscuous=ens2") { machine in
      machine.makeEthernet()
      machine.port("gids/1", "0000:0000:0000:0000:0000:ffff:c000:0201")
      machine.makeBond()
      machine.entries["/sys/class/net/ens2/carrier"] = .text("1")
      machine.entries["/sys/class/net/ens2/flags"] = .text("0x1903")
      machine.entries["/sys/devices/virtual/net/bond0/bonding/active_slave"] = .text("ens1")
    },
    Row(.oldFirmware, seen: "least=2.5.700") { machine in
      machine.entries[SmallMachine.function + "/device"] = .text("0x673c")
      machine.device("fw_ver", "2.5.000")
    },
    Row(.sharedSubnet, seen: "subnet=192.168.77.0/24") { machine in
      machine.makeEthernet()
      machine.port("gids/1", "0000:0000:0000:0000:0000:ffff:c000:0201")
      machine.makeBond()
      machine.entries["/sys/class/net/ens2/carrier"] = .text("1")
      machine.entries["/proc/net/route"] = .text(
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
          + "ens1\t00000000\t014DA8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
          + "ens1\t004DA8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
          + "ens2\t004DA8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0")
    },
    Row(.oneCardBond, seen: "member=ens1") { $0.bondTwoFunctions() },
    Row(.mixedDrivers, seen: "package=mlx5_core") { machine in
      machine.entries["/sys/module/mlx_compat/initstate"] = .text("live")
      machine.entries["/sys/module/ib_core/taint"] = .text("")
      machine.entries["/sys/module/mlx5_core/taint"] = .text("OE")
    },
    Row(.flapping, seen: "link_downed=17", request: InventoryRequest(counters: true)) { machine in
      machine.port("counters/link_downed", "17")
    },
    Row(.saturated, seen: "symbol_error=65535", request: InventoryRequest(counters: true)) { machine in
      machine.port("counters/symbol_error", "65535")
      machine.port("counters/VL15_dropped", "3")
    },
    Row(.duplicateGUID, seen: "node_guid=0002c90300abcde0") { $0.addTwin() },
    Row(.slowSlot, seen: "slot_gbps=63.0") { machine in
      for end in [SmallMachine.function, "/sys/devices/pci0000:3a/0000:3a:00.0"] {
        machine.entries[end + "/current_link_width"] = .text("8")
      }
      machine.entries["/sys/devices/pci0000:3a/0000:3a:00.0/max_link_width"] = .text("8")
    },
    Row(.lockedMemory, seen: "memlock_bytes=8388608", request: InventoryRequest(detail: true)) { machine in
      machine.entries["/proc/self/limits"] = .text(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
          + "Max locked memory         8388608              8388608              bytes     ")
      machine.entries["/proc/self/status"] = .text("Name:\trdmactl\nCapEff:\t0000000000000000")
    },
    Row(.inAnotherNamespace, seen: "rdma_netns=exclusive", network: .exclusive) { machine in
      let path = "/sys/devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0"
      machine.addFunction(path, slot: "0000:3c:00.0", driver: "mlx5_core", device: "0x1013", link: ("8.0", 16))
      machine.entries["/sys/bus/pci/devices/0000:3c:00.0"] = .link(
        "../../../devices/pci0000:3a/0000:3a:01.0/0000:3c:00.0")
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
    let problems = Explanation.problems(of: machine.inventory(row.request, namespaces: row.network))
    let found = try #require(problems.first { $0.id == row.problem.rawValue }, "found: \(problems.map(\.id))")
    #expect(found.severity == row.problem.severity)
    #expect(found.message.hasPrefix(row.problem.meaning))
    if let evidence = row.evidence { #expect(found.evidence.contains(evidence), "\(found.evidence)") }
    // Whoever is told of a fault is told what to do.
    if found.severity != .info { #expect(!found.fix.isEmpty || !found.hint.isEmpty) }
    // A command can be run as it stands.
    for placeholder in ["GUID", "MAC", "ADDRESS", "INTERFACE", "PREFIX", "NAME", "…", " N "] {
      #expect(!found.fix.contains { $0.contains(placeholder) }, "\(found.fix)")
    }
    #expect(!found.fix.contains { $0.contains("Optional") || $0.contains("nil") })
  }

  /// Subnet managers and pending firmware are found by asking, not by looking at the machine.
  @Test func everyProblemHasARow() {
    #expect(Set(Row.all.map(\.problem)) == Set(PortProblem.allCases).subtracting([.smSilent, .firmwarePending]))
  }

  @Test func aHealthyPortHasNone() {
    #expect(Explanation.problems(of: SmallMachine().inventory()).isEmpty)
  }

  /// One cause, one error: a port that is down is not told of twice.
  @Test(arguments: Row.all.filter { $0.problem.rawValue.hasPrefix("port.") })
  func onePortOneError(_ row: Row) {
    var machine = SmallMachine()
    row.change(&machine)
    let faults = Explanation.problems(of: machine.inventory(row.request, namespaces: row.network)).filter {
      $0.severity != .info
    }
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
    #expect(problem.hint.first?.contains("ip link set dev ib0 vf 2 node_guid") == true)
    #expect(problem.fix.last == "echo 0000:3b:00.0 > /sys/bus/pci/drivers/mlx5_core/bind")
  }
}

@Suite struct FixTests {
  private func problem(_ change: (inout SmallMachine) -> Void, tools: [String] = SmallMachine.tools) throws -> Problem {
    var machine = SmallMachine()
    change(&machine)
    let inventory = InventoryReader(host: machine.host(tools: tools)).read(InventoryRequest())
    return try #require(Explanation.problems(of: inventory).first { $0.severity != .info })
  }

  /// The kernel refuses `node_guid` for a function of an Ethernet card (EOPNOTSUPP), and sets the GUID with the MAC address.
  @Test func anEthernetFunctionWithoutGUIDGetsAMACAddress() throws {
    let problem = try problem { machine in
      Row.makeVirtual(&machine)
      machine.makeEthernet()
      machine.device("node_guid", "0000:0000:0000:0000")
    }
    #expect(problem.id == "adapter.vf_guid_missing")
    #expect(problem.fix.first == "ip link set dev ib0 vf 2 mac 00:02:c9:ab:cd:e1")
    #expect(!(problem.fix + problem.hint).contains { $0.contains("node_guid") })
  }

  /// In a virtual machine there is no physical function: only the PCI id tells.
  @Test func aFunctionInAVirtualMachineIsTheHypervisorsToRepair() throws {
    let inMachine: (inout SmallMachine) -> Void = { machine in
      machine.entries[SmallMachine.function + "/device"] = .text("0x1018")
      Row.state("1: DOWN", "5: LinkUp")(&machine)
      machine.port("lid", "0xffff")
    }
    let down = try problem(inMachine)
    #expect(down.id == "port.vf_not_virtualized" && down.fix.isEmpty)
    #expect(down.hint.contains { $0.hasPrefix("on the hypervisor: ") })
    let nameless = try problem { machine in
      inMachine(&machine)
      machine.device("node_guid", "0000:0000:0000:0000")
    }
    #expect(nameless.id == "adapter.vf_guid_missing" && nameless.fix.isEmpty)
    #expect(nameless.hint.first?.hasPrefix("on the hypervisor: ") == true)
  }

  @Test func aFunctionHeldDownByItsPolicyIsNotSwitchedOnAtTheFunction() throws {
    let problem = try problem { machine in
      Row.makeVirtual(&machine)
      Row.state("1: DOWN", "3: Disabled")(&machine)
    }
    #expect(problem.fix == ["ip link set dev ib0 vf 2 state auto"])
  }

  @Test func noTwinOfAnotherNamespaceIsTakenForTheInterface() throws {
    // A pod has an eth0 of its own, and the soft RoCE device stands on the host's.
    let problem = try problem { machine in
      machine.makeEthernet()
      machine.takeInterfaceAway(to: "eth0")
      machine.entries["/sys/class/net/eth0/address"] = .text("8a:fa:35:8f:7d:66")
      machine.entries["/sys/class/net/eth0/flags"] = .text("0x1003")
      machine.port("gids/0", "fe80:0000:0000:0000:0202:c9ff:feab:cde1")
    }
    #expect(problem.id == "port.netdev_elsewhere")
  }

  @Test(arguments: [("mlx5_core", "0x1017", true), ("mlx4_core", "0x1003", false), ("ib_mthca", "0x6282", false)])
  func mstlinkOpensConnectX4AndLaterOnly(driver: String, device: String, isGiven: Bool) throws {
    let problem = try problem { machine in
      machine.addFunction(
        SmallMachine.function, slot: "0000:3b:00.0", driver: driver, device: device, link: ("8.0", 16))
      Row.state("1: DOWN", "2: Polling")(&machine)
    }
    #expect(problem.fix.contains("mstlink -d 0000:3b:00.0 -p 1") == isGiven)
  }

  @Test func aProgramThatIsNotInstalledIsNotTheNextCommand() throws {
    let problem = try problem(Row.state("1: DOWN", "2: Polling"), tools: [])
    #expect(problem.fix == ["rdmactl status mlx5_0/1 --wait up"])
    #expect(problem.hint == ["mstlink is not installed (package mstflint); with it: mstlink -d 0000:3b:00.0 -p 1"])
  }

  @Test func omniPathIsNotOpensmsToRun() throws {
    let problem = try problem { machine in
      machine.addFunction(
        SmallMachine.function, slot: "0000:3b:00.0", driver: "hfi1", device: "0x24f0", link: ("8.0", 16))
      Row.state("2: INIT", "5: LinkUp")(&machine)
      machine.port("lid", "0xffffffff")
    }
    #expect(problem.id == "port.no_sm" && problem.message.contains("opafm"))
    #expect(!problem.fix.contains { $0.contains("sm start") } && !problem.evidence.contains { $0.hasPrefix("lid=") })
  }

  @Test func aPortDownWithItsInterfaceIsSwitchedOnThere() throws {
    let problem = try problem { machine in
      machine.addIPoIB(flags: "0x1002", carrier: nil)
      Row.state("1: DOWN", "3: Disabled")(&machine)
    }
    #expect(problem.id == "port.disabled" && problem.fix.first == "ip link set dev ib0 up")
  }

  @Test func exclusiveNamespacesAreNotMissingHardware() {
    var machine = SmallMachine()
    machine.entries = ["/sys/class/infiniband": .directory]
    let failure = NoDevice(machine.inventory(namespaces: .exclusive))
    #expect(failure.id == "host.rdma_netns_exclusive" && failure.exitStatus == .notFound)
    #expect(failure.fix == ["rdma system show"])
    #expect(NoDevice(machine.inventory(namespaces: .shared)).id == "host.no_rdma_device")
  }

  @Test func oneCauseIsOneProblem() throws {
    let problem = try problem { machine in
      machine.device("node_guid", "")
      machine.device("node_type", "?")
    }
    #expect(problem.id == "adapter.unreadable" && problem.evidence.count == 2)
  }

  /// A privileged user has no limit.
  @Test func theLimitOfLockedMemoryIsThatOfThisUser() {
    var machine = SmallMachine()
    machine.entries["/proc/self/limits"] = .text(
      "Max locked memory         65536                8388608              bytes")
    machine.entries["/proc/self/status"] = .text("CapEff:\t000001ffffffffff")
    #expect(machine.inventory(InventoryRequest(detail: true)).machine.lockableMemory == nil)
    machine.entries["/proc/self/status"] = .text("CapEff:\t0000000000000000")
    #expect(machine.inventory(InventoryRequest(detail: true)).machine.lockableMemory == 65536)
    machine.entries["/proc/self/limits"] = .text(
      "Max locked memory         unlimited            unlimited            bytes")
    #expect(machine.inventory(InventoryRequest(detail: true)).machine.lockableMemory == nil)
  }
}
