internal import CShims
internal import Glibc
public import HostAccess

/// The machine rdmactl runs on, or a recorded one.
public enum LinuxHost {
  /// - Parameters:
  ///   - root: the directory of a recorded machine (`--root`), or `nil` for this one.
  ///   - environment: for the places of configuration, state and programs, and for colour.
  public static func make(root: String?, environment: [String: String]) -> Host {
    let places = Places(root: root ?? "", environment: environment)
    return Host(
      files: LinuxFiles(root: root ?? ""),
      store: LinuxFiles(own: [places.state, places.run]),
      management: root == nil ? LinuxManagement() : AbsentManagement(),
      verbs: root == nil ? LinuxVerbs() : AbsentVerbs(),
      pci: root.map { RecordedPCI(LinuxPCI(root: $0)) } ?? LinuxPCI(),
      unpacking: LinuxUnpacking(),
      processes: root == nil ? LinuxProcesses(path: environment["PATH"]) : AbsentProcesses(),
      network: root == nil ? LinuxNetwork() : AbsentNetwork(),
      clock: LinuxClock(),
      console: LinuxConsole(environment: environment),
      places: places)
  }

  /// For the first moment of the process: its standard streams exist and its signals are known, whatever the parent did.
  /// Relative directories in the environment become absolute: children of ours work in other directories.
  public static func prepareProcess() {
    rdmactl_prepare_process()
    for name in directories {
      guard let value = value(of: name), !value.isEmpty, !value.hasPrefix("/") else { continue }
      unsafe setenv(name, absolute(value), 1)
    }
  }

  private static let directories = ["RDMACTL_CONFIG_DIR", "RDMACTL_STATE_DIR", "RDMACTL_RUN_DIR"]

  private static func value(of name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The directory that this process works in.
  fileprivate static var working: String { (try? LinuxFiles().link("/proc/self/cwd")) ?? "/" }

  fileprivate static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(working == "/" ? "" : working)/\(path)"
  }

  /// Those variables of this process's environment that mean something here.
  public static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["NO_COLOR", "TERM", "PATH"] + directories { values[name] = value(of: name) }
    return values
  }

  /// The commit rdmactl was built from, or "unknown".
  public static var commit: String { unsafe String(cString: rdmactl_commit()) }
}

extension Places {
  fileprivate init(root: String, environment: [String: String]) {
    self.init(working: LinuxHost.working)
    func place(_ name: String, _ usual: String) -> String {
      LinuxHost.absolute(environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? root + usual)
    }
    configuration = place("RDMACTL_CONFIG_DIR", configuration)
    state = place("RDMACTL_STATE_DIR", state)
    run = place("RDMACTL_RUN_DIR", run)
  }
}
