public import HostAccess
internal import Vocabulary

extension LocalManagers {
  /// Looks through `/proc`.
  /// - Parameter ports: the InfiniBand ports of this machine.
  public init(on host: Host, ports: [LocalPortIdentity]) {
    let reader = ProcessReader(host: host, ports: ports)
    managers = []
    notes = []
    guard let names = try? host.files.list("/proc") else {
      notes.append(Note(subject: "/proc", message: "cannot be read: local subnet managers are not known"))
      return
    }
    let own = ProcessFiles(files: host.files, directory: "/proc/self").user
    for process in names.compactMap({ Int32($0) }).sorted() where process > 0 {
      guard let (manager, note) = reader.manager(process) else { continue }
      // Anybody can call a program opensm and name any file as its log or its configuration: root must not act on it.
      if let own, let user = ProcessFiles(files: host.files, process: process).user, user != 0, user != own {
        notes.append(
          Note(
            subject: "opensm (process \(process))",
            message: "belongs to another user (\(user)) who cannot manage a subnet, and is left out"))
        continue
      }
      managers.append(manager)
      if let note { notes.append(note) }
    }
  }
}

extension LocalManager {
  /// Whether the very process is still there: its number may be another's by now. One that has ended and waits for its
  /// parent is not.
  func isRunning(on files: any FileReading) -> Bool {
    let reader = ProcessFiles(files: files, process: process)
    return reader.arguments?.isEmpty == false && reader.startTicks == startTicks
  }
}

/// The files of one process.
private struct ProcessFiles {
  let files: any FileReading
  let directory: String

  init(files: any FileReading, directory: String) {
    self.files = files
    self.directory = directory
  }

  init(files: any FileReading, process: Int32) { self.init(files: files, directory: "/proc/\(process)") }

  /// `nil` when there is no such process.
  var arguments: [String]? {
    guard let bytes = try? files.read(directory + "/cmdline", limit: 1 << 20) else { return nil }
    let words = bytes.last == 0 ? bytes.dropLast() : bytes[...]
    guard !words.isEmpty else { return [] }
    return words.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A process may call itself what it likes. Whose program cannot be seen is believed.
  var isAnotherProgram: Bool {
    guard let program = try? files.link(directory + "/exe") else { return false }
    return program.split(separator: "/").last?.contains("opensm") == false
  }

  /// The 22nd field. The second is the name in parentheses, which may hold anything. Source: proc(5).
  var startTicks: UInt64? {
    guard let bytes = try? files.read(directory + "/stat", limit: 4096), let end = bytes.lastIndex(of: 0x29) else {
      return nil
    }
    let fields = String(decoding: bytes[end...].dropFirst(), as: UTF8.self).split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) : nil
  }

  /// Its effective user: the third word of `Uid:`. Source: proc_pid_status(5).
  var user: UInt32? {
    let lines = try? files.read(directory + "/status", limit: 1 << 16).split(separator: 0x0a)
    let line = lines?.lazy.map { String(decoding: $0, as: UTF8.self) }.first { $0.hasPrefix("Uid:") }
    let words = line?.split { $0 == "\t" || $0 == " " } ?? []
    return words.count > 2 ? UInt32(words[2]) : nil
  }

  /// The last unit in its control groups that is opensm's.
  var unit: String? {
    guard let text = try? files.lines(directory + "/cgroup", limit: 1 << 16) else { return nil }
    return text.compactMap { line in
      line.split(separator: "/").last { $0.hasSuffix(".service") && $0.hasPrefix("opensm") }.map(String.init)
    }.first
  }

  func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let place = try? files.link(directory + "/cwd") else { return path }
    return place == "/" ? place + path : place + "/" + path
  }

  /// Whether the process sees other mounts than this one: it runs in a container, or its unit has a sandbox.
  var hasOtherMounts: Bool {
    guard let own = try? files.link("/proc/self/ns/mnt"), let other = try? files.link(directory + "/ns/mnt") else {
      return false
    }
    return own != other
  }
}

/// Makes a ``LocalManager`` of a process that is one.
private struct ProcessReader {
  /// What opensm 3.3.23 takes when it is told nothing.
  private static let usualConfiguration = "/etc/opensm/opensm.conf"
  private static let usualLog = "/var/log/opensm.log"
  /// Ticks of /proc a second: USER_HZ is 100 on every Linux that has InfiniBand.
  private static let ticksPerSecond: UInt64 = 100

  let host: Host
  let ports: [LocalPortIdentity]

  func manager(_ number: Int32) -> (LocalManager, Note?)? {
    let process = ProcessFiles(files: host.files, process: number)
    guard let words = process.arguments, let program = words.first,
      program.split(separator: "/").last.map(String.init) == "opensm", !process.isAnotherProgram,
      let start = process.startTicks
    else { return nil }
    let arguments = OpenSMArguments(words.dropFirst())
    let named = process.absolute(arguments.configurationFile ?? Self.usualConfiguration)
    let root = root(of: process, configuration: named)
    let file = root + named
    let configuration = configuration(file)
    let (port, note) = servedPort(of: process, number)
    let told = arguments.guid ?? configuration?.entry("guid").flatMap { GUID(openSM: $0.value) }
    let log = arguments.logFile ?? configuration?.entry("log_file")?.value ?? Self.usualLog
    let manager = LocalManager(
      process: number, arguments: words, startTicks: start, runningSeconds: runningSeconds(since: start),
      port: port ?? ports.first { $0.guid == told }, guid: port?.guid ?? told,
      configurationFile: configuration == nil ? nil : file,
      logFile: log == "stdout" ? nil : root + process.absolute(log),
      pidFile: arguments.pidFile.map { root + process.absolute($0) },
      priority: arguments.priority ?? configuration?.entry("sm_priority").flatMap { Int($0.value) },
      // A unit of the container is not one of this machine's.
      priorityIsArgument: arguments.priority != nil, unit: root.isEmpty ? process.unit : nil,
      isManaged: file.hasPrefix(host.places.state + "/sm/"), runsOnce: arguments.runsOnce)
    return (manager, note)
  }

  /// Where the paths of a process begin: `/proc/PID/root` in a container. A unit in a sandbox of systemd's sees the same
  /// configuration as this process.
  private func root(of process: ProcessFiles, configuration: String) -> String {
    guard process.hasOtherMounts else { return "" }
    let root = process.directory + "/root"
    guard process.unit != nil, let here = try? host.files.read(configuration, limit: 1 << 20),
      let there = try? host.files.read(root + configuration, limit: 1 << 20), here == there
    else { return root }
    return ""
  }

  private func configuration(_ file: String) -> OpenSMConfiguration? {
    (try? host.files.read(file, limit: 1 << 20)).map { OpenSMConfiguration($0, file: file) }
  }

  private func runningSeconds(since start: UInt64) -> Int? {
    guard let uptime = try? host.files.text("/proc/uptime"),
      let now = uptime.split(separator: ".").first.flatMap({ UInt64($0) })
    else { return nil }
    let began = start / Self.ticksPerSecond
    return now >= began ? Int(clamping: now - began) : nil
  }

  /// The port whose "a subnet manager runs here" device the process holds open.
  private func servedPort(of process: ProcessFiles, _ number: Int32) -> (LocalPortIdentity?, Note?) {
    let directory = process.directory + "/fd"
    let names: [String]
    do { names = try host.files.list(directory) } catch {
      guard error.reason == .notPermitted else { return (nil, nil) }
      return (
        nil,
        Note(
          subject: "opensm (process \(number))",
          message: "its port is taken from its command line and configuration: only root may see what it has open")
      )
    }
    for name in names {
      guard let target = try? host.files.link(directory + "/" + name), target.hasPrefix("/dev/infiniband/issm"),
        let node = target.split(separator: "/").last
      else { continue }
      let place = "/sys/class/infiniband_mad/\(node)"
      guard let device = try? host.files.text(place + "/ibdev"),
        let number = (try? host.files.text(place + "/port")).flatMap({ Int($0) })
      else { continue }
      if let port = ports.first(where: { $0.device == device && $0.port == number }) { return (port, nil) }
    }
    return (nil, nil)
  }
}
