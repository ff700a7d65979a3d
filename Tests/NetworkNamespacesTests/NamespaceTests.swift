internal import Change
internal import HostAccess
internal import Synchronization
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable import NetworkNamespaces

/// A kernel with a mode, which can be killed before a write of it.
private final class ModeKernel: NetworkAccess, @unchecked Sendable {
  let namespace: NetworkNamespace? = FakeNetwork.namespace
  let life: Life
  private let mode = Mutex(UInt8(1))
  let refusal: KernelRefusal?

  init(_ life: Life, refusal: KernelRefusal? = nil) {
    self.life = life
    self.refusal = refusal
  }

  var state: UInt8 { mode.withLock { $0 } }

  func ask(_ request: NetlinkRequest) throws(NetworkFailure) -> NetlinkAnswer {
    guard request.family == .rdma else { throw .noFamily("other") }
    if request.command == 5 << 10 | 6 {
      return NetlinkAnswer(messages: [NetlinkMessage(command: request.command, [.number(66, state)])])
    }
    if let refusal { throw .refused(refusal) }
    guard case .whole = life.spend() else { throw .failed("killed") }
    let wanted = request.attributes.number(66).map { UInt8($0) } ?? 0
    mode.withLock { $0 = wanted }
    return NetlinkAnswer()
  }

  func ask(_ request: NetlinkRequest, listeningTo group: String, _ told: (NetlinkMessage) -> Void)
    throws(NetworkFailure) -> NetlinkAnswer
  { try ask(request) }
  func ethtool(_ interface: String, _ structure: [UInt8]) throws(NetworkFailure) -> [UInt8] { throw .recorded }
  func write(_ text: String, to path: String) throws(NetworkFailure) { throw .recorded }
}

private final class NamespaceWorld: ChangeWorld {
  let life = Life()
  let files = FakeFiles()
  let network: ModeKernel
  let machine: FakeFiles

  init(_ entries: [String: FakeFiles.Entry] = [:], refusal: KernelRefusal? = nil) {
    network = ModeKernel(life, refusal: refusal)
    machine = FakeFiles(
      entries.merging([
        "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("machine-1"),
        "/proc/self/ns/net": .link("net:[1]"),
      ]) { mine, _ in mine })
    for directory in ["/var/lib/rdmactl", "/run/rdmactl"] { files.allowWriting(below: directory) }
    for name in ["history", "netns"] { files.allowLocking("/run/rdmactl/\(name).lock") }
  }

  var host: Host {
    Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: FakeProcesses(), network: network, clock: FakeClock(),
      console: FakeConsole(), places: Places())
  }

  var state: [String] { ["\(network.state)"] }

  func randomWriter(_ numbers: inout SeededNumbers) -> NamespaceModeWriter {
    NamespaceModeWriter(host, wish: Bool.random(using: &numbers) ? .shared : .exclusive)
  }
}

@Suite struct NamespaceTests {
  @Test(arguments: 1...6) func killedAnywhereTheModeGoesBack(seed: Int) throws {
    #expect(try ChangeRehearsal.complaints(seed: seed, most: 6) { NamespaceWorld() } == [])
  }

  /// The kernel's EBUSY: other network name spaces are in use.
  @Test func aRefusedModeSaysWhy() throws {
    let world = NamespaceWorld(refusal: KernelRefusal(code: 16, name: "EBUSY", words: "Device or resource busy"))
    let error = #expect(throws: NamespaceFailure.self) {
      try ChangeRun(
        NamespaceModeWriter(world.host, wish: .exclusive), on: world.host,
        kinds: ChangeKinds([NamespaceModeWriter(world.host)])
      ).perform(ChangeOptions(yes: true))
    }
    #expect(error?.exitStatus == .busy && error?.message.contains("other network name spaces") == true)
    #expect(world.network.state == 1)
  }

  /// A container with a sysfs of its own, a named name space without a process, and a process of another user.
  @Test func whatIsWhere() {
    let survey = NamespaceSurvey(
      NamespaceWorld([
        "/proc/1/ns/net": .link("net:[1]"), "/proc/1/comm": .text("systemd"),
        "/proc/20/ns/net": .link("net:[7]"), "/proc/20/comm": .text("nginx"),
        "/proc/21/ns/net": .link("net:[7]"), "/proc/21/comm": .text("nginx"),
        "/proc/30/ns/net": .error(.notPermitted), "/proc/30/comm": .text("other"),
        "/proc/20/net/dev": .bytes(Array("Inter-|\n face |\n    lo: 0 0\n  eth0: 1 2\n".utf8)),
        "/proc/20/root/sys/class/net/lo": .directory, "/proc/20/root/sys/class/net/eth0": .directory,
        "/proc/20/root/sys/class/infiniband/mlx5_3": .directory,
        "/proc/self/mountinfo": .bytes(Array("60 25 0:4 net:[9] /run/netns/blue rw shared:1 - nsfs nsfs rw\n".utf8)),
        "/proc/self/status": .bytes(Array("Name:\trdmactl\nCapEff:\t0000000000003000\n".utf8)),
        "/proc/self/limits": .bytes(Array("Max locked memory         65536                65536     bytes\n".utf8)),
        "/sys/class/infiniband/mlx5_0": .directory, "/sys/class/net/eth1": .directory,
        "/sys/class/infiniband_verbs/uverbs0/ibdev": .text("mlx5_0"), "/dev/infiniband/rdma_cm": .text(""),
      ]).host)
    #expect(survey.mode == .shared && survey.hidden == 1)
    #expect(survey.namespaces.map(\.label) == ["net:[1]", "blue", "net:[7]"])
    #expect(survey.namespaces.map(\.devices) == [["mlx5_0"], nil, ["mlx5_3"]])
    #expect(survey.namespaces.map(\.interfaces) == [["eth1"], nil, ["lo", "eth0"]])
    #expect(survey.namespaces.map(\.processes) == [[1], [], [20, 21]])
    #expect(survey.rights.capabilities == ["CAP_NET_ADMIN", "CAP_NET_RAW"])
    #expect(survey.rights.lockableMemory == 65536 && survey.rights.devicesWithoutNode == ["mlx5_0"])
  }
}
