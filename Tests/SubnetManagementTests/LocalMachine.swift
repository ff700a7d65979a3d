import HostAccess
import SubnetManagement
import TestSupport
import Vocabulary

/// A machine with one InfiniBand port and the processes a test gives it.
struct LocalMachine {
  static let port = LocalPortIdentity(name: "mlx5_0/1", device: "mlx5_0", port: 1, guid: GUID(0x0002_c903_0010_0001))
  static let other = LocalPortIdentity(name: "mlx5_0/2", device: "mlx5_0", port: 2, guid: GUID(0x0002_c903_0010_0002))
  static let kept = "/state/sm/0002c90300100001"

  let files = FakeFiles([
    "/proc/uptime": .text("1000.50 3000.00"),
    "/proc/self": .link("1"),
    "/proc/meminfo": .text("MemTotal: 1 kB"),
    "/proc/1/cmdline": .bytes(Array("/sbin/init\0".utf8)),
    "/proc/1/stat": .text("1 (init) S " + [String](repeating: "0", count: 30).joined(separator: " ")),
    "/sys/class/infiniband_mad/issm0/ibdev": .text("mlx5_0"),
    "/sys/class/infiniband_mad/issm0/port": .text("1"),
    "/sys/class/infiniband_mad/issm1/ibdev": .text("mlx5_0"),
    "/sys/class/infiniband_mad/issm1/port": .text("2"),
    "/sys/class/infiniband/mlx5_0/ports/1/link_layer": .text("InfiniBand"),
  ])
  let processes = FakeProcesses()
  let clock = FakeClock()
  let agent = TestAgent()

  init() {
    files.allowWriting(below: "/state")
    files.allowLocking("/run/rdmactl/sm-0002c90300100001.lock")
    processes.install("opensm", at: "/usr/sbin/opensm")
  }

  var host: Host {
    .fake(
      files: files, processes: processes, clock: clock,
      places: Places(configuration: "/etc/rdmactl", state: "/state", run: "/run/rdmactl"))
  }

  var service: OpenSMService { OpenSMService(host, port: Self.port, among: [Self.port, Self.other]) }
  var managers: LocalManagers { LocalManagers(on: host, ports: [Self.port, Self.other]) }

  /// Adds a process, as `/proc` shows one.
  func run(
    _ process: Int32, _ words: [String], startTicks: Int = 90_050, opens: [String] = [], name: String = "opensm",
    cgroup: String = "0::/user.slice/session-3.scope", directory: String = "/srv"
  ) {
    let place = "/proc/\(process)"
    files.set(place + "/cmdline", .bytes(words.flatMap { Array($0.utf8) + [0] }))
    let fields = ["S"] + [String](repeating: "1", count: 18) + ["\(startTicks)", "0", "0"]
    files.set(place + "/stat", .text("\(process) (\(name)) " + fields.joined(separator: " ")))
    files.set(place + "/cgroup", .text(cgroup))
    files.set(place + "/cwd", .link(directory))
    files.set(place + "/fd", .directory)
    for (number, target) in (["/dev/null"] + opens).enumerated() { files.set("\(place)/fd/\(number)", .link(target)) }
  }

  /// It ends: its directory is gone.
  func end(_ process: Int32) { files.end(process) }
}

extension FakeFiles {
  func end(_ process: Int32) {
    for name in ["cmdline", "stat", "cgroup", "cwd"] { set("/proc/\(process)/\(name)", nil) }
  }

  func file(_ path: String, _ text: String) { set(path, .bytes(Array(text.utf8))) }

  func content(_ path: String) -> String? {
    (try? read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }
}
