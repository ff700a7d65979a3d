internal import CShims
internal import Glibc
public import HostAccess

/// The machine rdmactl runs on, or a recorded one.
public enum LinuxHost {
  /// - Parameters:
  ///   - root: the directory of a recorded machine (`--root`), or `nil` for this one.
  ///   - environment: for the places of configuration, state and programs, and for colour.
  public static func make(root: String?, environment: [String: String]) -> Host {
    let files = LinuxFiles(root: root ?? "")
    return Host(
      files: files,
      store: LinuxFiles(),
      management: root == nil ? LinuxManagement() : AbsentManagement(),
      verbs: root == nil ? LinuxVerbs() : AbsentVerbs(),
      pci: root.map { RecordedPCI(LinuxPCI(root: $0)) } ?? LinuxPCI(),
      unpacking: LinuxUnpacking(),
      processes: root == nil ? LinuxProcesses(path: environment["PATH"]) : AbsentProcesses(),
      network: root == nil ? LinuxNetwork() : AbsentNetwork(),
      clock: LinuxClock(),
      console: LinuxConsole(environment: environment),
      places: Places(root: root ?? "", environment: environment),
      name: root == nil ? nodeName : recordedName(in: files))
  }

  /// As `uname -n` prints it.
  private static var nodeName: String? {
    var words = utsname()
    guard unsafe uname(&words) == 0 else { return nil }
    return unsafe withUnsafeBytes(of: &words.nodename) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func recordedName(in files: LinuxFiles) -> String? {
    guard let bytes = try? files.read("/proc/sys/kernel/hostname", limit: 256) else { return nil }
    let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return name.isEmpty ? nil : name
  }

  /// Those variables of this process's environment that mean something here.
  public static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["NO_COLOR", "TERM", "PATH", "RDMACTL_CONFIG_DIR", "RDMACTL_STATE_DIR", "RDMACTL_RUN_DIR"] {
      values[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
    }
    return values
  }

  /// The commit rdmactl was built from, or "unknown".
  public static var commit: String { unsafe String(cString: rdmactl_commit()) }
}

extension Places {
  fileprivate init(root: String, environment: [String: String]) {
    self.init()
    func place(_ name: String, _ usual: String) -> String {
      environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? root + usual
    }
    configuration = place("RDMACTL_CONFIG_DIR", configuration)
    state = place("RDMACTL_STATE_DIR", state)
    run = place("RDMACTL_RUN_DIR", run)
  }
}
