import HostAccess
import TestSupport
import Testing

@testable import Devlink

/// What devices there are and what their drivers tell.
@Suite struct InformationTests {
  private let network = FakeNetwork()
  private let files = FakeFiles([
    "/sys/bus/netdevsim/devices/netdevsim10": .link("../../../devices/netdevsim10"),
    "/sys/devices/netdevsim10/driver": .link("../../bus/netdevsim/drivers/netdevsim"),
    "/sys/devices/netdevsim10/subsystem": .link("../../bus/netdevsim"),
    "/sys/class/net/eth0": .link("../../devices/netdevsim10/net/eth0"),
    "/sys/devices/netdevsim10/net/eth0/device": .link("../../../netdevsim10"),
    "/sys/class/net/lo/mtu": .text("65536"),
  ])
  private var client: DevlinkClient { DevlinkClient(.fake(files: files, network: network)) }
  private let card = DevlinkHandle(bus: "pci", device: "0000:3b:00.0")
  private let simulated = DevlinkHandle(bus: "netdevsim", device: "netdevsim10")

  @Test func handles() {
    #expect(card.description == "pci/0000:3b:00.0")
    #expect(DevlinkHandle("pci/0000:3b:00.0") == card)
    for text in ["", "/", "pci", "pci/", "/x", "a/b/c", "pci//x"] { #expect(DevlinkHandle(text) == nil) }
  }

  @Test func deviceBehindAnInterface() {
    #expect(DevlinkHandle(interface: "eth0", files: files) == simulated)
    for name in ["lo", "eth9", "", "../net/eth0", "."] { #expect(DevlinkHandle(interface: name, files: files) == nil) }
  }

  @Test func allDevices() throws {
    network.expect(
      DevlinkMessage.dump,
      DevlinkMessage.answer(
        NetlinkMessage(command: 3, DevlinkMessage.pci), NetlinkMessage(command: 3, DevlinkMessage.simulated),
        // Messages that make no sense name no device.
        NetlinkMessage(command: 3, [DevlinkMessage.text(1, "pci")]),
        NetlinkMessage(command: 3, [DevlinkMessage.text(1, ""), DevlinkMessage.text(2, "x")]),
        NetlinkMessage(command: 3, [NetlinkAttribute(1, .nest([])), DevlinkMessage.text(2, "x")])))
    #expect(try client.devices() == [card, simulated])
    #expect(network.outstanding == 0)
  }

  @Test(arguments: [
    (NetworkFailure.noFamily("devlink"), DevlinkFailure.noDevlink), (.recorded, .recorded),
    (.failed("No buffer space available (105)"), .failed("No buffer space available (105)")),
    (.refused(DevlinkMessage.notPermitted), .notPermitted(nil)),
    (.refused(DevlinkMessage.invalid), .failed("Invalid argument (EINVAL)")),
  ])
  func noDevices(failure: NetworkFailure, expected: DevlinkFailure) {
    network.expect(DevlinkMessage.dump, .failure(failure))
    #expect(throws: expected) { try client.devices() }
  }

  @Test func allThatADriverTells() throws {
    network.expect(
      DevlinkMessage.request(51, DevlinkMessage.pci),
      DevlinkMessage.answer(
        NetlinkMessage(
          command: 51,
          DevlinkMessage.pci + [
            DevlinkMessage.text(98, "mlx5_core"), DevlinkMessage.text(99, "MT1234X56789"),
            DevlinkMessage.text(146, "board-7"),
            DevlinkMessage.version(100, "fw.psid", "MT_0000000008"),
            DevlinkMessage.version(101, "fw.version", "16.35.2000"),
            DevlinkMessage.version(101, "fw", "16.35.2000"), DevlinkMessage.version(102, "fw.version", "16.35.3006"),
            // Without a value, and with a value that is no text.
            NetlinkAttribute(102, .nest([DevlinkMessage.text(103, "half")])),
            NetlinkAttribute(102, .nest([DevlinkMessage.text(103, "odd"), NetlinkAttribute(104, .nest([]))])),
            NetlinkAttribute(102, .bytes([1, 2])),
          ])))
    let information = try client.information(of: card)
    #expect(
      information
        == DevlinkInformation(
          handle: card, driver: "mlx5_core", serialNumber: "MT1234X56789", boardSerialNumber: "board-7",
          versions: [
            .init(name: "fw.psid", kind: .fixed, value: "MT_0000000008"),
            .init(name: "fw.version", kind: .running, value: "16.35.2000"),
            .init(name: "fw", kind: .running, value: "16.35.2000"),
            .init(name: "fw.version", kind: .stored, value: "16.35.3006"),
          ]))
    #expect(information.psid == "MT_0000000008")
    #expect(information.version(.running) == "16.35.2000" && information.version(.stored) == "16.35.3006")
    #expect(information.version(.stored, of: "fw") == nil && information.version(.fixed, of: "fw.psid") != nil)
  }

  /// The only version is the firmware's, whatever it is called; of several unknown ones none is.
  @Test func whichVersionIsTheFirmwares() {
    func stored(_ names: String...) -> String? {
      DevlinkInformation(
        handle: card, driver: nil, versions: names.map { .init(name: $0, kind: .stored, value: "v-\($0)") }
      ).version(.stored)
    }
    #expect(stored("fw.mgmt") == "v-fw.mgmt")
    #expect(stored("fw.mgmt", "fw.undi") == nil)
    #expect(stored("fw.mgmt", "fw") == "v-fw")
    #expect(stored("fw", "fw.version") == "v-fw.version")
    #expect(stored() == nil)
  }

  @Test func aDriverThatTellsNothing() throws {
    network.expect(DevlinkMessage.request(51, DevlinkMessage.simulated), .failure(.refused(DevlinkMessage.unsupported)))
    #expect(try client.information(of: simulated) == DevlinkInformation(handle: simulated, driver: "netdevsim"))
    network.expect(DevlinkMessage.request(51, DevlinkMessage.simulated), DevlinkMessage.answer())
    #expect(try client.information(of: simulated) == DevlinkInformation(handle: simulated, driver: "netdevsim"))
  }

  @Test func aDeviceThatIsNotThere() {
    network.expect(DevlinkMessage.request(51, DevlinkMessage.pci), .failure(.refused(DevlinkMessage.noDevice)))
    #expect(throws: DevlinkFailure.noDevice(card)) { try client.information(of: card) }
  }

  /// The kernel refuses an order without a file; whether because of the file tells whether the driver could.
  @Test func whetherADriverCanFlash() throws {
    let question = DevlinkMessage.request(58, DevlinkMessage.pci)
    network.expect(question, .failure(.refused(DevlinkMessage.unsupported)))
    #expect(try !client.offersFlashing(card))
    network.expect(question, .failure(.refused(DevlinkMessage.invalid)))
    #expect(try client.offersFlashing(card))
    network.expect(question, .failure(.refused(DevlinkMessage.notPermitted)))
    #expect(throws: DevlinkFailure.notPermitted(card)) { try client.offersFlashing(card) }
    network.expect(question, .failure(.refused(DevlinkMessage.noDevice)))
    #expect(throws: DevlinkFailure.noDevice(card)) { try client.offersFlashing(card) }
    network.expect(question, .failure(.noFamily("devlink")))
    #expect(throws: DevlinkFailure.noDevlink) { try client.offersFlashing(card) }
  }
}

@Suite struct HealthTests {
  /// `devlink health show` of netdevsim after break_health: one error, one recovery.
  @Test func aReporterWithItsCounts() throws {
    let message = NetlinkMessage(
      command: 52,
      [
        .text(1, "netdevsim"), .text(2, "netdevsim10"),
        NetlinkAttribute(
          114,
          .nest([
            .text(115, "dummy"), .number(116, UInt8(0)), .number(117, UInt64(1)), .number(118, UInt64(1)),
            .number(137, UInt64(1_764_000_001_500_000_000)),
          ])),
      ])
    let reporter = try #require(HealthReporter(message))
    #expect(reporter.handle.description == "netdevsim/netdevsim10" && reporter.name == "dummy" && reporter.isHealthy)
    #expect(reporter.errors == 1 && reporter.recoveries == 1 && reporter.dumpTime == 1_764_000_001.5)
    #expect(HealthReporter(NetlinkMessage(command: 52, [.text(1, "pci")])) == nil)
  }
}
