import HostAccess
import TestSupport
import Testing
import Vocabulary

/// A machine with a ConnectX-5 (`mlx5_0`, `0000:3b:00.0`), a device that only devlink knows, and a kernel that answers as
/// it is told to.
final class DevlinkLab {
  typealias Message = DevlinkMessage

  static let image = "/srv/fw.bin"
  static let placed = "/lib/firmware/rdmactl/netdevsim_netdevsim10.bin"
  static let record = "/var/lib/rdmactl/history/0001.change"

  let network = FakeNetwork()
  let clock = FakeClock()
  let files: FakeFiles
  var console = FakeConsole()
  /// What opening the registers of the ConnectX-5 comes to.
  var pci = PCIError.notFound
  /// Done when the kernel tells of its work, each time.
  var meanwhile: @Sendable () -> Void = {}

  init(_ entries: [String: FakeFiles.Entry] = [:], image: [UInt8] = [1, 2, 3]) {
    var machine = SmallMachine().entries
    machine[Self.image] = .bytes(image)
    machine["/sys/bus/netdevsim/devices/netdevsim10"] = .link("../../../devices/netdevsim10")
    machine["/sys/devices/netdevsim10/subsystem"] = .link("../../bus/netdevsim")
    machine["/sys/devices/netdevsim10/net/eth0/device"] = .link("../../../netdevsim10")
    machine["/sys/class/net/eth0"] = .link("../../devices/netdevsim10/net/eth0")
    files = FakeFiles(machine.merging(entries) { _, new in new })
    for place in ["/lib/firmware", "/var/lib/rdmactl"] { files.allowWriting(below: place) }
    for name in ["fw-netdevsim_netdevsim10", "fw-0000:3b:00.0", "history"] {
      files.allowLocking("/run/rdmactl/\(name).lock")
    }
  }

  func fw(_ arguments: [String]) -> Consequences { run(["fw"] + arguments) }

  func run(_ arguments: [String]) -> Consequences {
    var host = SmallMachine().host(clock: clock, files: files)
    host.network = Told(network: network, meanwhile: meanwhile)
    host.pci = ClosedPCI(error: pci)
    host.unpacking = StoredAsIs()
    return consequences(of: arguments, host: host, console: console)
  }

  /// Of the image, on the device that only devlink knows.
  func burn(_ arguments: String..., device: String = "netdevsim/netdevsim10") -> Consequences {
    fw(["burn", "-d", device, "-i", Self.image] + arguments)
  }

  // MARK: what the kernel says

  static let simulatedVersions = [
    Message.text(98, "netdevsim"), Message.version(101, "fw.mgmt", "10.20.30"),
    Message.version(102, "fw.mgmt", "10.20.30"),
  ]

  static func card(stored: String, psid: String? = "MT_0000000008") -> [NetlinkAttribute] {
    [Message.text(98, "mlx5_core"), Message.version(101, "fw.version", "16.35.2000")]
      + [Message.version(102, "fw.version", stored)] + (psid.map { [Message.version(100, "fw.psid", $0)] } ?? [])
  }

  func knows(_ devices: [NetlinkAttribute]...) {
    network.expect(
      Message.dump,
      .success(NetlinkAnswer(messages: devices.map { NetlinkMessage(command: 3, $0) })))
  }

  func informs(_ device: [NetlinkAttribute] = Message.simulated, _ told: [NetlinkAttribute]? = simulatedVersions) {
    network.expect(
      Message.information(device),
      told.map { Message.answer(NetlinkMessage(command: 51, device + $0)) } ?? .failure(.refused(Message.noDevice)))
  }

  func offers(_ device: [NetlinkAttribute] = Message.simulated, _ refusal: KernelRefusal = Message.invalid) {
    network.expect(Message.offer(device), .failure(.refused(refusal)))
  }

  /// The order to flash, and what comes of it.
  func flashes(
    _ device: [NetlinkAttribute] = Message.simulated, file: String = "rdmactl/netdevsim_netdevsim10.bin",
    with further: [NetlinkAttribute] = [], told: [NetlinkMessage] = [],
    _ answer: Result<NetlinkAnswer, NetworkFailure> = .success(NetlinkAnswer())
  ) {
    network.expect(Message.request(58, device + [Message.text(122, file)] + further), told: told, answer)
  }

  /// All that goes before the order, where devlink was asked for.
  func isReady() {
    knows(Message.pci, Message.simulated)
    informs()
    offers()
  }

  // MARK: what is there

  func text(_ path: String) -> String? {
    (try? files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// How far the first change came, as the journal shows it; `nil` when there is none.
  var state: String? {
    text(Self.record)?.split(separator: "\n").last?.split(separator: " ").dropFirst().first.map(String.init)
  }

  /// Nothing was written anywhere but into the journal.
  var isUntouched: Bool { files.replacements.allSatisfy { $0.path.hasSuffix(".change") } && text(Self.placed) == nil }
}

/// Registers that nobody may reach.
private struct ClosedPCI: PCIAccess {
  let error: PCIError
  func name(vendor: UInt16, device: UInt16) -> String? { nil }
  func configurationSpace(of address: Vocabulary.PCIAddress) throws(PCIError) -> [UInt8] { throw error }
  func open(_ address: Vocabulary.PCIAddress) throws(PCIError) -> any PCIFunction { throw error }
}

/// Packages whose images are not packed.
private struct StoredAsIs: Unpacking {
  func xz(_ packed: [UInt8], limit: Int) throws(UnpackError) -> [UInt8] { Array(packed.prefix(limit)) }
  func packXZ(_ bytes: [UInt8]) throws(UnpackError) -> [UInt8] { bytes }
}

/// The fake network, with something that happens while it tells.
private struct Told: NetworkAccess {
  let network: FakeNetwork
  let meanwhile: @Sendable () -> Void

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer { try network.ask(request) }
  func ask(
    _ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void
  ) throws(NetworkFailure) -> NetlinkAnswer {
    try network.ask(request, listeningTo: group) {
      meanwhile()
      told($0)
    }
  }
  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] {
    try network.ethtool(interface, structure)
  }
  func write(_ text: String, to path: String) throws(NetworkFailure) { try network.write(text, to: path) }
  var namespace: NetworkNamespace? { network.namespace }
}
