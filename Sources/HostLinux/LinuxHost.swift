internal import CShims
internal import FoundationEssentials
public import HostAccess

/// The machine rdmactl runs on, or a recorded one.
public enum LinuxHost {
  /// - Parameters:
  ///   - root: the directory of a recorded machine (`--root`), or `nil` for this one.
  ///   - environment: for the places of configuration and state, and for colour.
  public static func make(root: String?, environment: [String: String]) -> Host {
    Host(
      files: LinuxFiles(root: root ?? ""),
      store: LinuxFiles(),
      management: root == nil ? LinuxManagement() : AbsentManagement(),
      verbs: root == nil ? LinuxVerbs() : AbsentVerbs(),
      pci: LinuxPCI(root: root ?? ""),
      clock: LinuxClock(),
      console: LinuxConsole(environment: environment),
      places: Places(root: root ?? "", environment: environment))
  }

  /// The environment of this process.
  public static var environment: [String: String] { ProcessInfo.processInfo.environment }

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
