internal import HostAccess
internal import Offload
internal import TestSupport
internal import Vocabulary

/// A machine in memory with an engine on it. A "process" is an engine: it may be killed, and another one goes on.
final class OffloadRig {
  let kernel: MemoryKernel
  let files = FakeFiles()
  let clock = FakeClock()
  let processes = FakeProcesses()
  let life = Life()
  let host: Host
  static let journal = "/var/lib/rdmactl/offload"

  init(_ devices: [MemoryKernel.Device] = MemoryKernel.Device.zoo) {
    kernel = MemoryKernel(devices, life: life)
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowLocking("/run/rdmactl/offload.lock")
    let machine = FakeFiles(["/proc/sys/kernel/random/boot_id": .text("boot-1")])
    host = Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: processes, network: FakeNetwork(), clock: clock,
      console: FakeConsole(), places: Places())
    self.machine = machine
  }

  let machine: FakeFiles

  func restart() { machine.set("/proc/sys/kernel/random/boot_id", .text("boot-2")) }

  var engine: OffloadEngine { OffloadEngine(host, settings: kernel) }

  @discardableResult
  func set(_ interface: String?, _ words: String..., members: Bool = false) throws -> OffloadOutcome {
    try engine.apply([request(interface, words)], members: members, words: ["set"] + words)
  }

  func plan(_ interface: String?, _ words: String..., members: Bool = false) throws -> OffloadPlan {
    try engine.plan([request(interface, words)], members: members)
  }

  func request(_ interface: String?, _ words: [String]) -> SettingRequest {
    SettingRequest(
      interface,
      words.map { word in
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return Assignment(key: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
      })
  }

  /// The files of the journal, by name.
  var journals: [String] { (try? files.list(Self.journal)) ?? [] }

  func text(of id: Int) throws -> String {
    String(decoding: try files.read(Self.journal + "/000\(id).journal", limit: 1 << 20), as: UTF8.self)
  }
}
