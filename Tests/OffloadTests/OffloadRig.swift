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

/// Files whose writer may be killed, in the middle of an append too.
struct MortalFiles: FileReading, FileWriting {
  private let files: FakeFiles
  nonisolated(unsafe) private let life: Life

  init(_ files: FakeFiles, _ life: Life) {
    self.files = files
    unsafe self.life = life
  }

  private func dead(_ path: String) -> FileError { FileError(path: path, reason: .other("killed")) }

  private func check(_ path: String) throws(FileError) {
    guard unsafe life.isAlive else { throw dead(path) }
  }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try check(path)
    return try files.read(path, limit: limit)
  }

  func list(_ path: String) throws(FileError) -> [String] {
    try check(path)
    return try files.list(path)
  }

  func link(_ path: String) throws(FileError) -> String { try files.link(path) }

  /// As the real one: a rename, so all or nothing.
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    guard unsafe life.spend() == .whole else { throw dead(path) }
    try files.replace(path, with: bytes)
  }

  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    switch unsafe life.spend() {
    case .whole: try files.append(path, bytes)
    case .torn:
      try files.append(path, Array(bytes.prefix(bytes.count / 2)))
      throw dead(path)
    case .none: throw dead(path)
    }
  }

  func makePrivateDirectory(_ path: String) throws(FileError) { try files.makePrivateDirectory(path) }

  func remove(_ path: String) throws(FileError) {
    guard unsafe life.spend() == .whole else { throw dead(path) }
    try files.remove(path)
  }

  func lock(_ path: String) throws(FileError) -> any Lock {
    try check(path)
    return try files.lock(path)
  }
}
