import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import PortStatus

@Suite struct NameTests {
  private let inventory: Inventory = {
    var machine = SmallMachine()
    machine.makeEthernet()
    return machine.inventory()
  }()

  @Test(arguments: [
    "mlx5_0", "0000:3b:00.0", "3b:00.0", "0x0002c90300abcde0", "0002:c903:00ab:cde0", "mt4119_pciconf0",
    "mt4119_pci_cr0",
  ])
  func adapters(_ name: String) throws { #expect(try inventory.resolve(name) == Selection(adapter: 0, port: nil)) }

  @Test(arguments: [
    "mlx5_0/1", "mlx5_0:1", "3b:00.0/1", "ens1", "00:02:c9:ab:cd:e1", "0002C90300ABCDE1", "0002c90300abcde0/1",
  ])
  func ports(_ name: String) throws { #expect(try inventory.resolve(name) == Selection(adapter: 0, port: 1)) }

  @Test(arguments: [
    "", "mlx5_", "mlx5_00", "mlx5_0/", "mlx5_0/x", "ens", "mt4119_pciconf1", "mt4119_pciconf0.1",
    "mt4115_pciconf0",
    "mt_pciconf0", "3b:00.1", "/", ":", "192.0.2.1", "fe80::1", "2001:db8::/64", "999.0.0.1", "..", "ens1/../ens1",
  ])
  func strangers(_ name: String) {
    let failure = #expect(throws: NameFailure.self) { try inventory.resolve(name) }
    #expect(failure == .unknown(name, known: ["mlx5_0"]))
    #expect(failure?.exitStatus == .notFound)
  }

  @Test func aPortThatTheAdapterDoesNotHave() {
    let failure = #expect(throws: NameFailure.self) { try inventory.resolve("mlx5_0/9") }
    #expect(failure?.message == "mlx5_0 has no such port; it has mlx5_0/1" && failure?.id == "name.unknown")
  }

  /// An RDMA device and another card's interface of one name: neither is meant.
  @Test func aDeviceAndAnotherCardsInterfaceOfOneName() {
    var machine = SmallMachine()
    machine.addTwin()
    machine.addInterface("mlx5_0", on: "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3d:00.0")
    let failure = #expect(throws: NameFailure.self) { try machine.inventory().resolve("mlx5_0") }
    #expect(failure == .ambiguous("mlx5_0", candidates: ["0000:3b:00.0", "mlx5_1/1"]))
    // Its own interface of that name is the same thing.
    var own = SmallMachine()
    own.addInterface("mlx5_0", on: SmallMachine.function)
    #expect(throws: Never.self) { try own.inventory().resolve("mlx5_0") }
  }

  /// What stands on a port's interface, and its addresses, name the port.
  @Test(arguments: [
    "ib0.8001", "ib0.8001.5", "ib0.8002", "fe80:0000:0000:0000:0002:c903:00ab:cde1", "fe80::2:c903:ab:cde1",
    "00:00:10:29:fe:80:00:00:00:00:00:00:00:02:c9:03:00:ab:cd:e1", "192.0.2.7",
  ])
  func otherNamesOfAPort(_ name: String) throws {
    var machine = SmallMachine()
    machine.addIPoIB(carrier: "1")
    machine.entries["/sys/class/net/ib0.8001/parent"] = .text("ib0")
    machine.entries["/sys/class/net/ib0.8001/ifindex"] = .text("9")
    // Made by netlink.
    machine.entries["/sys/class/net/ib0.8002/type"] = .text("32")
    machine.entries["/sys/class/net/ib0.8002/ifindex"] = .text("11")
    machine.entries["/sys/class/net/ib0.8002/iflink"] = .text("9")
    machine.entries["/sys/class/net/ib0.8001.5/lower_ib0.8001"] = .link("../ib0.8001")
    let network = FakeNetwork()
    let address = NetlinkMessage(
      command: 20, header: [2, 24, 0, 0, 9, 0, 0, 0], [NetlinkAttribute(1, .bytes([192, 0, 2, 7]))])
    network.expect(
      NetlinkRequest(.route, 22, isDump: true, header: [UInt8](repeating: 0, count: 8)),
      .success(NetlinkAnswer(messages: [address])))
    let request = InventoryRequest(names: [name])
    let inventory = InventoryReader(host: machine.host(network: network)).read(request)
    #expect(try inventory.resolve(name) == Selection(adapter: 0, port: 1))
  }

  @Test func twoOfOneNameAreListed() {
    var machine = SmallMachine()
    machine.entries["/sys/class/infiniband/mlx5_1"] = .link("mlx5_0")
    let failure = #expect(throws: NameFailure.self) { try machine.inventory().resolve("0002c90300abcde1") }
    #expect(failure == .ambiguous("0002c90300abcde1", candidates: ["mlx5_0/1", "mlx5_1/1"]))
    #expect(failure?.message.contains("mlx5_0/1, mlx5_1/1") == true)
  }

  @Test func limitedToAPort() throws {
    #expect(try inventory.limited(to: ["mlx5_0/1", "mlx5_0"]).adapters.first?.ports.count == 1)
    #expect(try inventory.limited(to: []).adapters.count == 1)
    #expect(throws: NameFailure.self) { try inventory.limited(to: ["mlx5_0", "nosuch"]) }
  }
}

@Suite struct ExpectationTests {
  private let inventory = SmallMachine().inventory(InventoryRequest())

  @Test(arguments: [
    "ports=1", "ports=1,state=active,rate=100,link_layer=infiniband", "rate>=56", "adapters>=1,width=4x,speed=EDR",
    "physical_state=link_up", "firmware=16.35.4506",
    "firmware>=16.9", "firmware>=16.35.4506", "psid=mt_0000000008", "pcie=full", "errors=0", "problems=0",
  ])
  func holds(_ text: String) throws { #expect(try Expectation(text).failures(in: inventory).isEmpty) }

  @Test(arguments: [
    ("ports=2", "host", "ports: expected 2, found 1"), ("state=init", "mlx5_0/1", "state: expected init, found active"),
    ("rate>=200", "mlx5_0/1", "rate: expected at least 200, found 100.0"),
    ("active_mtu=4096", "mlx5_0/1", "active_mtu: expected 4096, found unknown"),
    ("firmware>=20.1", "mlx5_0", "firmware: expected at least 20.1, found 16.35.4506"),
    ("psid=MT_1", "mlx5_0", "psid: expected mt_1, found MT_0000000008"),
    ("sm=alive", "mlx5_0/1", "sm: expected alive, found unknown"),
  ])
  func fails(_ text: String, _ subject: String, _ message: String) throws {
    let failures = try Expectation(text).failures(in: inventory)
    #expect(failures.map(\.subject) == [subject] && failures.map(\.message) == [message])
  }

  /// What is printed as an error about what was asked never passes.
  @Test func problemsThatWereFoundCount() throws {
    var machine = SmallMachine()
    machine.entries[SmallMachine.function + "/current_link_width"] = .text("8")
    let inventory = machine.inventory()
    let problems = Explanation.problems(of: inventory)
    #expect(try Expectation("errors=0").failures(in: inventory, problems: problems).isEmpty)
    let failures = try Expectation("problems=0,pcie=full").failures(in: inventory, problems: problems)
    #expect(failures.map(\.message) == ["problems: expected 0, found 1", "pcie: expected full, found degraded"])
  }

  @Test(arguments: ["ports=0", "state=active", "adapters>=0"])
  func nothingNeverPasses(_ text: String) throws {
    #expect(try !Expectation(text).failures(in: Inventory()).isEmpty)
  }

  @Test(arguments: [
    "", "ports", "ports=two", "prots=2", "state=up", "state>=active", "rate=", "ports=1,", "rate=nan", "rate=-1",
    "speed=", "pcie=half", "sm=dead", "psid>=1", "errors=none",
  ])
  func unreadable(_ text: String) {
    let failure = #expect(throws: ExpectationFailure.self) { try Expectation(text) }
    #expect(failure?.exitStatus == .usage)
  }
}
