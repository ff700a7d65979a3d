internal import Glibc
public import HostAccess
internal import Vocabulary

/// The file of `--debug`: one line for each access to the machine, written when it has ended.
///
///     2026-11-30T11:24:10.123456Z 4711 files.read /sys/class/net/eth0/ifindex: 2 bytes (0.018 ms)
final class AccessLog: Sendable {
  private let descriptor: Int32
  private let process = getpid()

  /// - Throws: the system's words.
  init(_ path: String) throws(FileError) {
    // Several calls and their children may write to one file; what is there stays.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
  }

  deinit { close(descriptor) }

  /// Does `body` and writes what came of it.
  /// - Parameters:
  ///   - access: which door and which call, and its object.
  ///   - outcome: what `body` gave, in a few words.
  func line<Value, Failure: Error>(
    _ access: String, _ outcome: (Value) -> String = { _ in "done" }, of failure: (Failure) -> String,
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let began = Self.nanoseconds
    do throws(Failure) {
      let value = try body()
      write(access, outcome(value), since: began)
      return value
    } catch {
      write(access, "FAILED " + failure(error), since: began)
      throw error
    }
  }

  /// The same for what cannot fail.
  func line<Value>(_ access: String, _ outcome: (Value) -> String = { _ in "done" }, _ body: () -> Value) -> Value {
    let began = Self.nanoseconds
    let value = body()
    write(access, outcome(value), since: began)
    return value
  }

  /// A line about what took no time.
  func line(_ text: String) {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    let microseconds = String(1_000_000 + now.tv_nsec / 1000).dropFirst()
    // One line, whatever names and messages hold.
    let clean = text.unicodeScalars.map { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? "?" : $0 }
    let line = "\(LinuxClock.text(now.tv_sec)).\(microseconds)Z \(process) \(String(String.UnicodeScalarView(clean)))\n"
    _ = HostLinux.write(Array(line.utf8), to: descriptor)
  }

  private func write(_ access: String, _ outcome: String, since began: Int) {
    let microseconds = (Self.nanoseconds - began) / 1000
    let fraction = String(1000 + microseconds % 1000).dropFirst()
    line("\(access): \(outcome) (\(microseconds / 1000).\(fraction) ms)")
  }

  private static var nanoseconds: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension Host {
  /// The same machine, with a line at the end of the file at `path` for each access to it. The first lines say which
  /// rdmactl this is, and where.
  public func logged(to path: String, arguments: [String]) throws(FileError) -> Host {
    let log = try AccessLog(absolute(path))
    log.line("rdmactl \(LinuxHost.commit): \(arguments.map(ShellWord.quoted).joined(separator: " "))")
    let scope = scope
    log.line("machine \(scope.machine ?? "unknown"), boot \(scope.boot ?? "unknown"), user \(geteuid())")
    log.line("network name space \(network.namespace.map(LoggedNetwork.text) ?? "unknown")")
    var host = self
    host.files = files.logged("files", log)
    host.store = store.loggedStore(log)
    host.management = LoggedManagement(base: management, log: log)
    host.verbs = LoggedVerbs(base: verbs, log: log)
    host.pci = LoggedPCI(base: pci, log: log)
    host.processes = LoggedProcesses(base: processes, log: log)
    host.network = LoggedNetwork(base: network, log: log)
    return host
  }
}
