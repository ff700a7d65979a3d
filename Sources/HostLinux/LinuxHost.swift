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
      management: root == nil ? LinuxManagement() : AbsentManagement(),
      verbs: root == nil ? LinuxVerbs() : AbsentVerbs(),
      pci: LinuxPCI(root: root ?? ""),
      clock: LinuxClock(),
      console: LinuxConsole(environment: environment),
      places: Places(environment: environment))
  }

  /// The environment of this process.
  public static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// The commit rdmactl was built from, or "unknown".
  public static var commit: String { unsafe String(cString: rdmactl_commit()) }
}

extension Places {
  init(environment: [String: String]) {
    self.init()
    if let directory = environment["RDMACTL_CONFIG_DIR"], !directory.isEmpty { configuration = directory }
    if let directory = environment["RDMACTL_STATE_DIR"], !directory.isEmpty { state = directory }
    if let directory = environment["RDMACTL_RUN_DIR"], !directory.isEmpty { run = directory }
  }
}
