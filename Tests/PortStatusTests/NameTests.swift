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
    "", "mlx5_", "mlx5_00", "mlx5_0/2", "mlx5_0/", "mlx5_0/x", "ens", "mt4119_pciconf1", "mt4119_pciconf0.1",
    "mt4115_pciconf0",
    "mt_pciconf0", "3b:00.1", "/", ":",
  ])
  func strangers(_ name: String) {
    let failure = #expect(throws: NameFailure.self) { try inventory.resolve(name) }
    #expect(failure == .unknown(name, known: ["mlx5_0"]))
    #expect(failure?.exitStatus == .notFound)
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
  ])
  func holds(_ text: String) throws { #expect(try Expectation(text).failures(in: inventory).isEmpty) }

  @Test(arguments: [
    ("ports=2", "host", "ports: expected 2, found 1"), ("state=init", "mlx5_0/1", "state: expected init, found active"),
    ("rate>=200", "mlx5_0/1", "rate: expected at least 200, found 100.0"),
    ("active_mtu=4096", "mlx5_0/1", "active_mtu: expected 4096, found no known value"),
  ])
  func fails(_ text: String, _ subject: String, _ message: String) throws {
    let failures = try Expectation(text).failures(in: inventory)
    #expect(failures.map(\.subject) == [subject] && failures.map(\.message) == [message])
  }

  @Test(arguments: ["ports=0", "state=active", "adapters>=0"])
  func nothingNeverPasses(_ text: String) throws {
    #expect(try !Expectation(text).failures(in: Inventory()).isEmpty)
  }

  @Test(arguments: [
    "", "ports", "ports=two", "prots=2", "state=up", "state>=active", "rate=", "ports=1,", "rate=nan", "rate=-1",
    "speed=",
  ])
  func unreadable(_ text: String) {
    let failure = #expect(throws: ExpectationFailure.self) { try Expectation(text) }
    #expect(failure?.exitStatus == .usage)
  }
}
