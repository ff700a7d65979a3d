internal import FabricLab
internal import Foundation
internal import TestSupport

/// A star of three hosts, and opensm on some of them.
final class ManagerLab {
  private static let firstGUID: UInt64 = 0x0002_c903_00a0_0000
  let fabric: SimulatedFabric
  private let scratch: Scratch
  private var managers: [Spawned] = []
  /// Its own in every lab: `/proc` shows the opensm processes of all tests that run meanwhile.
  private let base: UInt64

  struct Listing: Decodable {
    struct Manager: Decodable {
      let guid: String
      let lid: Int?
      let priority: Int
      let state: String?
      let activity: Int
      let local: Bool
    }
    struct Problem: Decodable { let id: String }
    private let problemList: [Problem]
    let managers: [Manager]
    let master: String?
    var states: [String] { managers.map { $0.state ?? "unknown" } }
    var problems: [String] { problemList.map(\.id) }

    enum CodingKeys: String, CodingKey {
      case managers, master
      case problemList = "problems"
    }
  }

  struct Control: Decodable {
    let result: String
    let before: String?
    let after: String?
    let states: [String]
  }

  struct Change: Decodable {
    let action: String
    let changed: Bool
    let pid: Int32?
    let state: String?
    let portState: String?
    let subnetUp: Bool?
    let priority: Int?
    let priorityBefore: Int?
    let inForce: Bool?
    let evidence: String?
    let killed: Bool?
  }

  struct Judgement {
    let guid: String
    let activity: Int
    let priority: Int
    let state: String
  }

  /// For tests in which several subnet managers ask each other. ibsim keeps no time: a Get(SMInfo) that reaches one in the
  /// moment in which it comes or goes is never answered nor given back, and the opensm that asked waits for it for ever,
  /// which on a busy machine happens. So what could not be brought about is tried on a new fabric; what was wrong is not.
  static func withSeveral(_ work: (ManagerLab) throws -> Void) throws {
    for _ in 1...3 {
      do { return try work(ManagerLab()) } catch is SpawnFailure {}
    }
    try work(ManagerLab())
  }

  init() throws {
    scratch = try Scratch("managers")
    base =
      Self.firstGUID + UInt64.random(in: 0..<0x1_0000) << 32 & 0xffff_0000_0000 | UInt64.random(in: 0..<0x100) << 12
    var net = Topology.star(hosts: 3)
    for (index, node) in net.hosts.enumerated() { net.nodes[node].guid = base + UInt64(index) * 0x10 }
    fabric = try SimulatedFabric(net)
  }

  deinit {
    // Whatever still runs with a configuration of ours, whoever started it.
    func ours() -> [Int32] {
      let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return all.compactMap { Int32($0) }.filter { process in
        let words = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
        return words.contains("opensm") && words.contains(scratch.path)
      }
    }
    for process in ours() { kill(process, SIGTERM) }
    // It says good-bye to the simulator, and would wait for ever for one that has gone before.
    let end = Date(timeIntervalSinceNow: 2)
    while !ours().isEmpty, Date() < end { usleep(20_000) }
    for process in ours() { kill(process, SIGKILL) }
  }

  /// The port GUID of a host, as rdmactl writes it.
  func guid(_ host: Int) -> String {
    let text = String(base + UInt64(host) * 0x10 + 1, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Where what rdmactl keeps for a host stands.
  func state(_ host: Int) -> String { scratch("state\(host)") }

  func environment(_ host: Int) -> [String: String] {
    let own = scratch("host\(host)")
    try? FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    return [
      "OSM_CACHE_DIR": own, "OSM_TMP_DIR": own, "RDMACTL_STATE_DIR": state(host),
      "RDMACTL_RUN_DIR": scratch("run\(host)"),
    ]
  }

  /// An opensm of nobody's, which has found its place when this returns. (Two that begin at the same moment may for long
  /// end up the wrong way round: the trap by which the higher one asks for the subnet is lost.) It looks after its master
  /// every 0.2 s instead of every 10 s.
  @discardableResult func run(on host: Int, priority: Int) throws -> Spawned {
    let environment = environment(host)
    let configuration = try scratch.write(
      "opensm\(host).conf",
      """
      sminfo_polling_timeout 200
      polling_retry_number 2
      sm_priority \(priority)
      guid 0x\(guid(host))
      sweep_on_trap FALSE
      sweep_interval 1
      force_heavy_sweep TRUE
      force_log_flush TRUE
      log_file \(scratch("host\(host)/opensm.log"))

      """)
    let manager = try fabric.start(
      on: "host\(host)", "opensm", ["-F", configuration], environment: environment)
    managers.append(manager)
    try manager.wait(timeout: 20, until: "master or standby") {
      manager.output.contains("Entering MASTER") || manager.output.contains("Entering STANDBY")
    }
    return manager
  }

  /// For a master that others join. It sweeps each second and not when one of them comes: that would be the moment in which
  /// the newcomer does not answer yet.
  var patient: String {
    get throws {
      try scratch.write("patient.conf", "sweep_on_trap FALSE\nsweep_interval 1\nforce_heavy_sweep TRUE\n")
    }
  }

  func rdmactl(on host: Int = 2, _ arguments: String..., timeout: Double = 30) throws -> Consequences {
    try fabric.run(
      on: "host\(host)", Spawned.rdmactl, arguments, environment: environment(host), timeout: timeout)
  }

  func list() throws -> Listing {
    let result = try rdmactl("sm", "list", "--json")
    return try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8))
  }

  func control(_ word: String, _ guid: String) throws -> Control {
    let result = try rdmactl("sm", word, guid, "--yes", "--json")
    guard result.status == 0 else { throw SpawnFailure(message: "\(word): \(result.output)\(result.error)") }
    let decoder = JSONDecoder()
    return try decoder.decode(Control.self, from: Data(result.output.utf8))
  }

  /// One of start, restart, stop, reload and priority that succeeds.
  func change(on host: Int, _ words: String...) throws -> Change {
    let result = try fabric.run(
      on: "host\(host)", Spawned.rdmactl, ["sm"] + words + ["--yes", "--json"], environment: environment(host))
    guard result.status == 0 else { throw SpawnFailure(message: "\(words): \(result.output)\(result.error)") }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let change = try decoder.decode(Change.self, from: Data(result.output.utf8))
    return change
  }

  func wait(until what: String, timeout: Double = 8, _ condition: (Listing) -> Bool) throws {
    let end = Date(timeIntervalSinceNow: timeout)
    var last: Listing?
    repeat {
      last = try? list()
      if let last, condition(last) { return }
      usleep(50_000)
    } while Date() < end
    let logs = managers.map { "\($0.name), \($0.isRunning ? "running" : "ended"):\n\($0.output)\($0.error)" }
    throw SpawnFailure(
      message: "not within \(timeout) s: \(what); last: \(last?.states ?? []) \(last?.master ?? "-")\n"
        + logs.joined(separator: "\n"))
  }

  /// `sminfo: sm lid 1 sm guid 0x2c90300100011, activity count 105 priority 1 state 2 SMINFO_STANDBY`
  func sminfo(_ lid: Int) throws -> Judgement {
    let result = try fabric.run(on: "host2", "sminfo", ["\(lid)"])
    let words = result.output.split { " ,\n".contains($0) }.map(String.init)
    func after(_ word: String) -> String? {
      words.firstIndex(of: word).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }
    guard let guid = after("guid").flatMap({ UInt64($0.dropFirst(2), radix: 16) }),
      let activity = after("count").flatMap({ Int($0) }), let priority = after("priority").flatMap({ Int($0) }),
      let state = after("state")
    else { throw SpawnFailure(message: "sminfo: \(result.output)\(result.error)") }
    let text = String(guid, radix: 16)
    return Judgement(
      guid: String(repeating: "0", count: 16 - text.count) + text, activity: activity, priority: priority,
      state: ["0": "not_active", "1": "discovering", "2": "standby", "3": "master"][state] ?? state)
  }
}
