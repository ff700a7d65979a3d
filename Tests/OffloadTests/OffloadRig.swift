internal import Change
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
  static let journal = "/var/lib/rdmactl/history"

  init(_ devices: [MemoryKernel.Device] = MemoryKernel.Device.zoo) {
    kernel = MemoryKernel(devices, life: life)
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowWriting(below: "/run/rdmactl")
    files.allowLocking("/run/rdmactl/offload.lock")
    files.allowLocking("/run/rdmactl/history.lock")
    let machine = FakeFiles(["/proc/sys/kernel/random/boot_id": .text("boot-1")])
    host = Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: processes, network: FakeNetwork(), clock: clock,
      console: FakeConsole(), places: Places())
    self.machine = machine
  }

  let machine: FakeFiles

  func restart() { machine.set("/proc/sys/kernel/random/boot_id", .text("boot-2")) }

  var engine: Engine { Engine(host: host, kernel: kernel) }

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
    String(decoding: try files.read(Self.journal + "/000\(id).change", limit: 1 << 20), as: UTF8.self)
  }
}

/// Settings through the change engine, as the commands use it.
struct Engine {
  let host: Host
  let kernel: MemoryKernel
  var patience = 0

  func writer(
    _ requests: [SettingRequest] = [], members: Bool = false, action: String = "set"
  ) -> OffloadWriter {
    OffloadWriter(host, settings: kernel, requests: requests, members: members, action: action)
  }

  private var kinds: ChangeKinds { ChangeKinds([writer()]) }
  private var undoing: ChangeUndo<OffloadWriter> { ChangeUndo(writer(), on: host, kinds: kinds) }
  var trialGuard: TrialGuard<OffloadWriter> { TrialGuard(undoing) }

  func apply(
    _ requests: [SettingRequest], members: Bool = false, words: [String], action: String = "set", trial: Trial? = nil
  ) throws -> OffloadOutcome {
    let run = ChangeRun(writer(requests, members: members, action: action), on: host, kinds: kinds)
    do {
      let options = ChangeOptions(yes: true, command: ["offload"] + words, patience: patience, trial: trial)
      return try run.perform(options).record.map { OffloadOutcome($0) } ?? OffloadOutcome()
    } catch let refused as OffloadRefused {
      return OffloadOutcome(refused: refused.refusals)
    }
  }

  func plan(_ requests: [SettingRequest], members: Bool = false) throws -> OffloadPlan {
    let writer = writer(requests, members: members)
    do { return try writer.withAccess(.look) { try writer.plan($0) }.detail } catch let refused as OffloadRefused {
      return refused.plan ?? OffloadPlan(refusals: refused.refusals)
    }
  }

  func undoPlan(_ selection: UndoSelection) throws -> UndoPlan { try undoing.plan(selection) }

  func undo(_ selection: UndoSelection, _ policy: ConflictPolicy = .refuse) throws -> UndoOutcome {
    try undoing.perform(selection, policy, patience: patience)
  }

  func history() throws -> (records: [ChangeRecord], unreadable: [UnreadableRecord]) { try ChangeHistory(host).all() }
  func states() throws -> [ChangeState] { try history().records.map(\.state) }
  func keep(_ id: Int?) throws -> (record: ChangeRecord, changed: Bool) { try ChangeHistory(host).keep(id, writer()) }
}
