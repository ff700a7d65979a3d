import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import Devlink

/// The order to flash, what the driver tells meanwhile, and what comes of it.
@Suite struct FlashTests {
  private let network = FakeNetwork()
  private var client: DevlinkClient { DevlinkClient(.fake(network: network)) }
  private static let handle = DevlinkHandle(bus: "netdevsim", device: "netdevsim10")
  private static let plain = FlashOrder(handle: handle, file: "rdmactl/x.bin")
  private static let request = DevlinkMessage.request(
    58, DevlinkMessage.simulated + [DevlinkMessage.text(122, "rdmactl/x.bin")])
  private static let begin = NetlinkMessage(command: 58, DevlinkMessage.simulated)
  private static let end = NetlinkMessage(command: 59, DevlinkMessage.simulated)

  /// All that is told, in its order, and nothing of another device.
  @Test func progress() throws {
    network.expect(
      Self.request,
      told: [
        NetlinkMessage(command: 58, DevlinkMessage.pci), DevlinkMessage.status(DevlinkMessage.pci, "not mine"),
        Self.begin,
        DevlinkMessage.status(DevlinkMessage.simulated, "Preparing to flash"),
        DevlinkMessage.status(
          DevlinkMessage.simulated, "Flashing",
          [
            DevlinkMessage.text(123, "fw.mgmt"), DevlinkMessage.number(125, [0xe8, 0x03]),
            DevlinkMessage.number(126, [0x20, 0xa1, 0x07]),
          ]),
        DevlinkMessage.status(DevlinkMessage.simulated, "Flash select", [DevlinkMessage.number(151, [81])]),
        // Numbers that no Int holds, a number of three bytes, and no words.
        DevlinkMessage.status(
          DevlinkMessage.simulated, "",
          [DevlinkMessage.number(125, [UInt8](repeating: 0xff, count: 8)), NetlinkAttribute(126, .bytes([1, 2, 3]))]),
        NetlinkMessage(command: 60, []), NetlinkMessage(command: 3, DevlinkMessage.simulated), Self.end,
      ], .success(NetlinkAnswer(warning: "reset the device")))
    var told: [FlashStatus] = []
    #expect(try client.flash(Self.plain) { told.append($0) } == "reset the device")
    #expect(
      told == [
        FlashStatus(message: "Preparing to flash"),
        FlashStatus(message: "Flashing", component: "fw.mgmt", done: 1000, total: 500_000),
        FlashStatus(message: "Flash select", timeoutSeconds: 81),
        FlashStatus(message: nil, done: .max),
      ])
    #expect(network.outstanding == 0)
  }

  @Test(arguments: [
    ([FlashOrder.Overwrite.settings], [UInt8](arrayLiteral: 1, 0, 0, 0, 1, 0, 0, 0)),
    ([.identifiers], [2, 0, 0, 0, 2, 0, 0, 0]), ([.identifiers, .settings], [3, 0, 0, 0, 3, 0, 0, 0]),
  ])
  func whatIsAskedFor(overwrite: [FlashOrder.Overwrite], mask: [UInt8]) throws {
    network.expect(
      DevlinkMessage.request(
        58,
        DevlinkMessage.simulated + [
          DevlinkMessage.text(122, "rdmactl/x.bin"), DevlinkMessage.text(123, "fw.mgmt"),
          NetlinkAttribute(152, .bytes(mask)),
        ]), DevlinkMessage.answer())
    let order = FlashOrder(
      handle: Self.handle, file: "rdmactl/x.bin", component: "fw.mgmt", overwrite: Set(overwrite))
    #expect(try client.flash(order) { _ in } == nil)
  }

  /// Who refused, and how far it was, decide how it ends.
  struct Refused: Sendable {
    let told: [NetlinkMessage]
    let refusal: KernelRefusal
    var component: String?
    var overwrite: Set<FlashOrder.Overwrite> = []
    let status: Vocabulary.ExitStatus
    let message: String
  }

  static let refusals: [Refused] = [
    Refused(
      told: [],
      refusal: DevlinkMessage.refusal(2, "ENOENT", "No such file", "failed to locate the requested firmware file"),
      status: .refused,
      message: "the kernel refuses: failed to locate the requested firmware file (ENOENT); nothing was written"),
    Refused(
      told: [],
      refusal: DevlinkMessage.refusal(
        22, "EINVAL", "Invalid argument", "selected component is not supported by this device"),
      component: "nosuch", status: .refused,
      message: "the kernel refuses: selected component is not supported by this device (EINVAL); nothing was written"),
    Refused(
      told: [begin, end], refusal: DevlinkMessage.unsupported, overwrite: [.settings], status: .unsupported,
      message: "the driver refuses: it gives no reason, only \"Operation not supported\" (EOPNOTSUPP); "
        + "most likely it does not overwrite the settings"),
    Refused(
      told: [begin, end], refusal: DevlinkMessage.refusal(95, "EOPNOTSUPP", "Operation not supported", ""),
      overwrite: [.identifiers, .settings], status: .unsupported,
      message: "the driver refuses: it gives no reason, only \"Operation not supported\" (EOPNOTSUPP); "
        + "most likely it does not overwrite the identifiers and settings"),
    Refused(
      told: [begin], refusal: DevlinkMessage.unsupported, component: "fw.undi", status: .unsupported,
      message: "the driver refuses: it gives no reason, only \"Operation not supported\" (EOPNOTSUPP); "
        + "most likely it cannot flash this component alone"),
    Refused(
      told: [], refusal: DevlinkMessage.refusal(16, "EBUSY", "Device or resource busy"), status: .busy,
      message: "the kernel refuses: it gives no reason, only \"Device or resource busy\" (EBUSY); "
        + "most likely another change of its firmware is under way; nothing was written"),
    Refused(
      told: [begin], refusal: DevlinkMessage.refusal(22, "EINVAL", "Invalid argument", "Firmware file is not MFA2"),
      status: .failed, message: "the driver refuses: Firmware file is not MFA2 (EINVAL)"),
    Refused(
      told: [
        begin,
        DevlinkMessage.status(
          DevlinkMessage.simulated, "Flashing", [DevlinkMessage.number(125, [7]), DevlinkMessage.number(126, [9])]),
      ],
      refusal: DevlinkMessage.refusal(5, "EIO", "Input/output error"), status: .failed,
      message: "the driver gave up at \"Flashing\" (7 of 9): it gives no reason, only \"Input/output error\" (EIO); "
        + "most likely the device did not take what was sent to it"),
    Refused(
      told: [begin, DevlinkMessage.status(DevlinkMessage.simulated, "")],
      refusal: DevlinkMessage.refusal(71, "EPROTO", "Protocol error"),
      status: .failed, message: "the driver gave up: it gives no reason, only \"Protocol error\" (EPROTO)"),
  ]

  @Test(arguments: refusals) func whoRefusesAndHow(_ expected: Refused) throws {
    var attributes = [DevlinkMessage.text(122, "f")]
    if let component = expected.component { attributes.append(DevlinkMessage.text(123, component)) }
    if !expected.overwrite.isEmpty {
      let bits: UInt8 = expected.overwrite == [.settings] ? 1 : 3
      attributes.append(NetlinkAttribute(152, .bytes([bits, 0, 0, 0, bits, 0, 0, 0])))
    }
    network.expect(
      DevlinkMessage.request(58, DevlinkMessage.simulated + attributes), told: expected.told,
      .failure(.refused(expected.refusal)))
    let order = FlashOrder(
      handle: Self.handle, file: "f", component: expected.component, overwrite: expected.overwrite)
    let failure = #expect(throws: DevlinkFailure.self) { try client.flash(order) { _ in } }
    #expect(failure?.id == "devlink.refused" && failure?.subject == "netdevsim/netdevsim10")
    #expect(failure?.message == expected.message)
    #expect(failure?.exitStatus == expected.status)
    #expect(failure?.fix.contains { $0.hasPrefix("leave --overwrite out") } == !expected.overwrite.isEmpty)
    #expect(
      failure?.fix.contains { $0.hasPrefix("rdmactl fw query -d netdevsim/netdevsim10") }
        == (expected.component != nil))
  }

  @Test(arguments: [
    (
      NetworkFailure.refused(DevlinkMessage.notPermitted), DevlinkFailure.notPermitted(handle),
      Vocabulary.ExitStatus.notPermitted
    ),
    (.refused(DevlinkMessage.noDevice), .noDevice(handle), .notFound),
    (.failed("no socket"), .failed("no socket"), .failed), (.recorded, .recorded, .unsupported),
  ])
  func beforeTheOrder(failure: NetworkFailure, expected: DevlinkFailure, status: Vocabulary.ExitStatus) {
    network.expect(Self.request, .failure(failure))
    #expect(throws: expected) { try client.flash(Self.plain) { _ in } }
    #expect(expected.exitStatus == status)
  }

  /// The order was given; then nothing is heard any more.
  @Test func anEndThatNobodyTells() {
    network.expect(Self.request, told: [Self.begin], .failure(.failed("Connection reset by peer (104)")))
    let failure = #expect(throws: DevlinkFailure.self) { try client.flash(Self.plain) { _ in } }
    #expect(failure == .unknownState(Self.handle, why: "Connection reset by peer (104)"))
    #expect(failure?.exitStatus == .unknownState && failure?.message.contains("do not power off") == true)
  }
}
