import HostAccess
import InfiniBandWire
import TestSupport
import Testing
import Vocabulary

@testable import PortStatus

@Suite struct InventoryTests {
  @Test func aPortIsReadWhole() throws {
    let inventory = SmallMachine().inventory()
    let adapter = try #require(inventory.adapters.first)
    #expect(inventory.adapters.count == 1 && inventory.notes.isEmpty)
    #expect(adapter.name == "mlx5_0" && adapter.model == "ConnectX-5" && adapter.driver == "mlx5_core")
    #expect(adapter.pciAddress?.description == "0000:3b:00.0" && adapter.numaNode == 1)
    #expect(adapter.vendorID == 0x02c9 && adapter.partID == 0x1017 && adapter.psid == "MT_0000000008")
    #expect(adapter.pcie?.hops.count == 1 && adapter.pcie?.degraded == nil)
    let port = try #require(adapter.ports.first)
    #expect(port.state == .active && port.physicalState == .linkUp && port.linkLayer == .infiniband)
    #expect(port.rate == 100 && port.width == "4x" && port.speed == "edr")
    #expect(port.lid == 3 && port.smLID == 1)
    #expect(port.guid?.description == "0002c90300abcde1")
    #expect(port.gids == nil, "nobody asked for them")
  }

  /// Where there is no uevent, the link itself says where the device stands.
  @Test func theAddressFromTheLink() {
    var machine = SmallMachine()
    machine.entries[SmallMachine.function + "/uevent"] = nil
    machine.entries[SmallMachine.function + "/infiniband/mlx5_0/device"] = .link("../../../0000:3b:00.0")
    #expect(machine.inventory().adapters.first?.pciAddress?.description == "0000:3b:00.0")
  }

  @Test func interfacesAreFoundByThePortsAddress() throws {
    var machine = SmallMachine()
    let net = SmallMachine.function + "/net/ib0"
    machine.entries["/sys/class/net/ib0"] = .link("../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/net/ib0")
    machine.entries[net + "/type"] = .text("32")
    machine.entries[net + "/address"] = .text("00:00:10:29:fe:80:00:00:00:00:00:00:00:02:c9:03:00:ab:cd:e1")
    let port = try #require(machine.inventory().adapters.first?.ports.first)
    #expect(port.netdevs.map(\.name) == ["ib0"])
    #expect(port.netdevs.first?.ipoibAddress?.count == 20)
    // The interface of the second port, by its number; a stranger's address on the only port is shown all the same.
    machine.entries[net + "/address"] = .text("00:00:10:29:fe:80:00:00:00:00:00:00:00:02:c9:03:00:ab:cd:e2")
    #expect(machine.inventory().adapters.first?.ports.map(\.netdevs.count) == [1])
    machine.entries[net + "/dev_port"] = .text("1")
    machine.entries[SmallMachine.function + "/infiniband/mlx5_0/ports/2/state"] = .text("4: ACTIVE")
    machine.entries[SmallMachine.function + "/infiniband/mlx5_0/ports/2/phys_state"] = .text("5: LinkUp")
    #expect(machine.inventory().adapters.first?.ports.map(\.netdevs.count) == [0, 1])
  }

  /// A software iWARP device names its interface by the address only, and a bridge has the address of its port.
  @Test func iWARPIsNotOnTheBridge() {
    var machine = SmallMachine()
    let net = "/sys/class/net"
    machine.entries = [
      "\(SmallMachine.device)/node_type": .text("4: RNIC"), "\(SmallMachine.port)/state": .text("4: ACTIVE"),
      "\(SmallMachine.port)/link_layer": .text("Ethernet"),
      "\(SmallMachine.port)/gids/0": .text("5254:0000:0011:0000:0000:0000:0000:0000"),
      "\(net)/br0/address": .text("52:54:00:00:00:11"), "\(net)/br0/lower_eth1/ifindex": .text("3"),
      "\(net)/eth0/address": .text("52:54:00:00:00:10"), "\(net)/eth1/address": .text("52:54:00:00:00:11"),
    ]
    #expect(machine.inventory().adapters.first?.ports.map { $0.netdevs.map(\.name) } == [["eth1"]])
  }

  @Test func gidsWithTypesAndInterfaces() throws {
    var machine = SmallMachine()
    machine.makeEthernet()
    machine.port("gids/1", "0000:0000:0000:0000:0000:ffff:0a00:0001")
    machine.port("gids/2", "0000:0000:0000:0000:0000:0000:0000:0000")
    machine.port("gid_attrs/types/0", "IB/RoCE v1")
    machine.port("gid_attrs/types/1", "RoCE v2")
    machine.port("gid_attrs/ndevs/1", "ens1")
    let port = try #require(machine.inventory(InventoryRequest(gids: true)).adapters.first?.ports.first)
    #expect(port.gids?.map(\.index) == [0, 1], "an empty entry is none")
    #expect(port.gids?.map(\.type) == [.roceV1, .roceV2])
    #expect(port.gids?.map(\.netdev) == [nil, "ens1"])
    #expect(port.gidTable == .routable)
  }

  @Test func detailFromTheAgentWhereVerbsHaveNone() throws {
    let answer: @Sendable ([UInt8]) -> [UInt8] = { request in
      var bytes = request
      bytes[3] = 0x81
      if request[17] == 0x11 {  // NodeInfo: device id and vendor id
        (bytes[64 + 30], bytes[64 + 31]) = (0x10, 0x17)
        (bytes[64 + 37], bytes[64 + 38], bytes[64 + 39]) = (0x00, 0x02, 0xc9)
      } else {  // PortInfo: MTUs, VLs, subnet timeout
        bytes[64 + 36] = 0x40
        bytes[64 + 37] = 0x40
        bytes[64 + 41] = 0x05
        bytes[64 + 51] = 0x12
      }
      return bytes
    }
    let port = FakeManagementPort([
      .init("Get(NodeInfo)", bytes: [1, 0x81, 1, 1], outcome: .answer(answer)),
      .init("Get(PortInfo)", bytes: [1, 0x81, 1, 1], outcome: .answer(answer)),
    ])
    let host = Host.fake(
      files: FakeFiles(SmallMachine().entries), management: FakeManagement(["mlx5_0/1": .port(port)]),
      verbs: FakeVerbs(["mlx5_0": .failure(.unavailable("no verbs here"))]), pci: FakePCI(unforeseen: .absent))
    let inventory = InventoryReader(host: host).read(InventoryRequest(detail: true))
    let read = try #require(inventory.adapters.first?.ports.first)
    #expect(port.outstanding.isEmpty)
    #expect(read.lmc == 0 && read.capabilityMask == 0x2651_e848)
    #expect(read.maxMTU == 4096 && read.activeMTU == 2048 && read.detail?.maxVLs == 8)
    #expect(read.detail?.subnetTimeout == 18)
    #expect(inventory.notes == [Note(subject: "mlx5_0", message: "limits not known: no verbs here")])
  }

  @Test(arguments: [
    FakeManagementPort.Exchange.Outcome.timedOut, .silence, .error(.failed("Input/output error (5)")),
    .answer { Array($0.prefix(20)) }, .answer { $0 },
  ])
  func aSilentOrLyingAgentIsANote(_ outcome: FakeManagementPort.Exchange.Outcome) {
    let port = FakeManagementPort([.init("Get(NodeInfo)", outcome: outcome)], clock: FakeClock())
    let host = Host.fake(
      files: FakeFiles(SmallMachine().entries), management: FakeManagement(["mlx5_0/1": .port(port)]),
      verbs: FakeVerbs(["mlx5_0": .failure(.unavailable("no verbs here"))]), pci: FakePCI(unforeseen: .absent))
    let inventory = InventoryReader(host: host).read(InventoryRequest(detail: true))
    #expect(inventory.notes.count == 1)
    #expect(
      inventory.notes.first?.message.hasPrefix("limits and MTUs not known: no verbs here; port 1 could not be asked")
        == true)
    #expect(inventory.adapters.first?.ports.first?.maxMTU == nil)
  }
}

@Suite struct ParsingTests {
  @Test(arguments: [
    ("40 Gb/sec (4X QDR)", 40.0, "4x", "qdr"), ("2.5 Gb/sec (1X SDR)", 2.5, "1x", "sdr"),
    ("400 Gb/sec (4X NDR)", 400, "4x", "ndr"), ("40 Gb/sec (4X FDR10)", 40, "4x", "fdr10"),
  ])
  func rates(_ text: String, _ rate: Double, _ width: String, _ speed: String) {
    let read = LinkRate(text)
    #expect(read?.gigabits == rate && read?.width == width && read?.speed == speed)
  }

  @Test(arguments: ["", "40", "fast Gb/sec", "nan Gb/sec", "-1 Gb/sec", "1e999 Gb/sec (4X QDR)"])
  func noRates(_ text: String) { #expect(LinkRate(text) == nil) }

  @Test func aRateWithoutBrackets() { #expect(LinkRate("100 Gb/sec")?.width == nil) }

  @Test func naturalOrderCounts() {
    let names = ["mlx5_10", "mlx5_2", "bnxt_re0", "mlx5_1", "ibp1"]
    #expect(names.sorted(by: naturalOrder) == ["bnxt_re0", "ibp1", "mlx5_1", "mlx5_2", "mlx5_10"])
  }

  @Test func capabilitiesFromConfigurationSpace() {
    var space = [UInt8](repeating: 0, count: 256)
    space[0x06] = 0x10
    space[0x34] = 0x60
    (space[0x60], space[0x61]) = (0x10, 0x9c)  // PCI Express, then
    (space[0x9c], space[0x9d], space[0x9e], space[0x9f]) = (0x11, 0x00, 0x7f, 0x80)  // MSI-X, 128 entries, enabled
    #expect(PCIConfiguration(space).msix == MSIX(enabled: true, supported: 128, granted: nil, allMasked: false))
    (space[0x6c], space[0x6d]) = (0x82, 0x40)  // LnkCap: 5 GT/s, x8
    (space[0x72], space[0x73]) = (0x41, 0x10)  // LnkSta: 2.5 GT/s, x4
    let link = PCIConfiguration(space).link
    #expect(link?.maximum == PCIeLink(speed: 5, width: 8) && link?.current == PCIeLink(speed: 2.5, width: 4))
    #expect(PCIConfiguration(Array(space[..<64])).msix == nil, "an ordinary user sees 64 bytes")
    space[0x9d] = 0x60
    space[0x9c] = 0x05
    #expect(PCIConfiguration(space).msix == nil, "a list that goes in a circle ends")
    #expect(PCIConfiguration([]).msix == nil)
  }

  @Test func aFaultIsWhereBothEndsCouldDoMore() {
    let fast = PCIeLink(speed: 32, width: 16)
    let slow = PCIeLink(speed: 16, width: 16)
    #expect(PCIeLink.best(of: fast, and: slow) == slow)
    #expect(slow.bandwidth < fast.bandwidth)
    #expect(PCIeLink(speed: 5, width: 8).bandwidth == 32)
  }
}
