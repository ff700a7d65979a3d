internal import CShims
internal import Glibc
public import HostAccess

/// The machine rdmactl runs on, or a recorded one.
public enum LinuxHost {
  /// - Parameters:
  ///   - root: the directory of a recorded machine (`--root`), or `nil` for this one.
  ///   - environment: for the places of configuration, state and programs, and for colour.
  public static func make(root: String?, environment: [String: String]) -> Host {
    let tree = root.flatMap(recordedTree)
    let network = root == nil ? LinuxNetwork() : nil
    let files: any FileReading = tree ?? LinuxFiles(root: root ?? "", network: network)
    let pci: any PCIAccess
    if let tree {
      pci = RecordedBus(tree, names: LinuxPCI())
    } else if let root {
      pci = RecordedPCI(LinuxPCI(root: root))
    } else {
      pci = LinuxPCI()
    }
    let places = Places(root: root ?? "", environment: environment)
    return Host(
      files: files,
      store: LinuxFiles(own: [places.state, places.run]),
      management: root == nil ? LinuxManagement() : AbsentManagement(),
      verbs: root == nil ? LinuxVerbs() : AbsentVerbs(),
      pci: pci,
      unpacking: LinuxUnpacking(),
      processes: root == nil ? LinuxProcesses(path: environment["PATH"]) : AbsentProcesses(),
      network: network ?? AbsentNetwork(),
      clock: LinuxClock(),
      console: LinuxConsole(environment: environment),
      places: places,
      name: root == nil ? nodeName : recordedName(in: files),
      service: LinuxService(environment: environment))
  }

  /// As `uname -n` prints it.
  private static var nodeName: String? {
    var words = utsname()
    guard unsafe uname(&words) == 0 else { return nil }
    return unsafe withUnsafeBytes(of: &words.nodename) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// A machine in one file, as `Tests/scripts/record-machine` prints it; `nil` for a directory.
  private static func recordedTree(_ path: String) -> RecordedTree? {
    guard let bytes = try? LinuxFiles().read(absolute(path), limit: 64 << 20) else { return nil }
    return try? RecordedTree(parsing: String(decoding: bytes, as: UTF8.self))
  }

  private static func recordedName(in files: any FileReading) -> String? {
    guard let bytes = try? files.read("/proc/sys/kernel/hostname", limit: 256) else { return nil }
    let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
    return name.isEmpty ? nil : name
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

  /// The variables that name files and directories.
  private static let directories = ["RDMACTL_DEBUG", "RDMACTL_CONFIG_DIR", "RDMACTL_STATE_DIR", "RDMACTL_RUN_DIR"]

  private static func value(of name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The directory that this process works in.
  fileprivate static var working: String {
    guard let path = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  fileprivate static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(working == "/" ? "" : working)/\(path)"
  }

  /// The arguments of this process, the program's own name first.
  public static var arguments: [String] {
    var words: [String] = []
    while let word = unsafe rdmactl_argument(Int32(words.count)) { unsafe words.append(String(cString: word)) }
    return words
  }

  /// Those variables of this process's environment that mean something here.
  public static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["NO_COLOR", "TERM", "PATH", "LISTEN_FDS", "LISTEN_PID"] + directories {
      values[name] = value(of: name)
    }
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
