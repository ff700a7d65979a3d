/// The machine, as everything above the door sees it: one value, handed down from `rdmactl` itself.
public struct Host: Sendable {
  /// What the machine says of itself; of a recorded machine, below its root. Never written.
  public var files: any FileReading
  /// Where rdmactl keeps its own things (``Places``): always this machine's own files.
  public var store: any FileReading & FileWriting
  public var management: any ManagementAccess
  public var verbs: any VerbsAccess
  public var pci: any PCIAccess
  public var unpacking: any Unpacking
  public var processes: any ProcessAccess
  public var network: any NetworkAccess
  public var clock: any Clock
  public var console: any Console
  public var places: Places
  /// The machine's own name (`uname -n`); of a recorded machine the recorded name. `nil` when it is not known.
  public var name: String?

  public init(
    files: any FileReading, store: any FileReading & FileWriting, management: any ManagementAccess,
    verbs: any VerbsAccess, pci: any PCIAccess, unpacking: any Unpacking, processes: any ProcessAccess,
    network: any NetworkAccess, clock: any Clock, console: any Console, places: Places,
    name: String? = nil
  ) {
    self.files = files
    self.store = store
    self.management = management
    self.verbs = verbs
    self.pci = pci
    self.unpacking = unpacking
    self.processes = processes
    self.network = network
    self.clock = clock
    self.console = console
    self.places = places
    self.name = name
  }
}

extension Host {
  /// `path` as a child process sees it that works in another directory.
  public func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(places.working == "/" ? "" : places.working)/\(path)"
  }

  /// The network interfaces of this name space.
  public var interfaceNames: [String] {
    let names = network.namespace?.interfaces ?? []
    return names.isEmpty ? (try? files.list(NetworkNamespace.sysfs)) ?? [] : names
  }

  /// Where a change takes effect.
  public var scope: Scope {
    Scope(
      machine: try? files.text("/etc/machine-id"), boot: try? files.text("/proc/sys/kernel/random/boot_id"),
      network: network.namespace?.identifier)
  }
}

/// What a change belongs to: it can be undone only in the same scope. A value is `nil` where it cannot be read.
public struct Scope: Sendable, Equatable, Codable {
  /// `/etc/machine-id`: machine-id(5).
  public let machine: String?
  /// `/proc/sys/kernel/random/boot_id`: new with each boot.
  public let boot: String?
  /// ``NetworkNamespace/identifier``: means something during one boot only.
  public let network: String?

  public init(machine: String?, boot: String?, network: String?) {
    self.machine = machine
    self.boot = boot
    self.network = network
  }
}

/// Where rdmactl keeps what outlives a call; absolute paths. For a recorded machine these stand below its root, unless the
/// environment names them.
public struct Places: Sendable, Equatable {
  /// `/etc/rdmactl`, or `RDMACTL_CONFIG_DIR`.
  public var configuration: String
  /// `/var/lib/rdmactl`, or `RDMACTL_STATE_DIR`.
  public var state: String
  /// `/run/rdmactl`, or `RDMACTL_RUN_DIR`.
  public var run: String
  /// The directory that rdmactl was started in.
  public var working: String

  public init(
    configuration: String = "/etc/rdmactl", state: String = "/var/lib/rdmactl", run: String = "/run/rdmactl",
    working: String = "/"
  ) {
    self.configuration = configuration
    self.state = state
    self.run = run
    self.working = working
  }
}

/// Time, and the wish of the user to stop.
public protocol Clock: Sendable {
  /// Milliseconds since some fixed moment; never goes back.
  var milliseconds: Int { get }
  /// The same, finer where the clock is.
  var microseconds: Int { get }
  /// The time of day in UTC, `2026-11-21T06:52:00Z`.
  var timestamp: String { get }
  /// The same in seconds since 1970, with fractions.
  var secondsSince1970: Double { get }
  /// A moment as a clock on the wall here shows it.
  func localTime(secondsSince1970: Double) -> LocalTime
  /// Sleeps; ends early when the user wants to stop.
  func sleep(milliseconds: Int)
  /// From now on SIGINT, SIGTERM, SIGQUIT and SIGHUP only set ``interrupted``, and SIGTSTP sets what ``takeSuspension()`` tells.
  func holdInterruptions()
  /// The process needs its files no more: all of it is in memory, if it may keep so much there.
  func stayInMemory()
  /// Whether one of them came since ``holdInterruptions()``.
  var interrupted: Bool { get }
  /// Whether SIGTSTP (Ctrl-Z) came and ``suspend()`` is wanted. Asking takes the wish away.
  func takeSuspension() -> Bool
  /// Stops the process until it is continued.
  func suspend()
}

extension Clock {
  public var microseconds: Int { milliseconds * 1000 }
  public func stayInMemory() {}
}

/// Month (1 to 12), day, hour, minute and second, in the time zone of the machine: what logs are written in.
public struct LocalTime: Sendable, Equatable {
  public let month: Int
  public let day: Int
  public let hour: Int
  public let minute: Int
  public let second: Int

  public init(month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }
}

/// The three standard streams and the terminal behind them.
public protocol Console: Sendable {
  /// Writes all of `bytes` or says why not.
  func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError)
  /// One line of standard input without its line feed; `nil` at the end. A line over `limit` bytes is an error. While
  /// ``Clock/holdInterruptions()`` holds signals, one of them ends the call with ``StreamError/interrupted``.
  func readLine(limit: Int) throws(StreamError) -> [UInt8]?
  /// Discards what was typed before a question is asked: an answer is given after it.
  func discardInput()
  /// From now on each key that is pressed on the terminal is taken as it comes and not shown; ends with `false`. Nothing
  /// happens where standard input is not the terminal of a process in the foreground.
  func takeKeys(_ on: Bool)
  /// The next key that was pressed; `nil` where there is none.
  func nextKey() -> Character?
  func isTerminal(_ stream: StandardStream) -> Bool
  /// Columns and rows of the terminal; `nil` where there is none.
  var size: (columns: Int, rows: Int)? { get }
  /// Whether the terminal only prints (`TERM=dumb` or none): no screen to draw on.
  var isDumb: Bool { get }
  /// Whether the environment forbids colour (`NO_COLOR`, `TERM=dumb`).
  var colourForbidden: Bool { get }
}

extension Console {
  public func takeKeys(_ on: Bool) {}
  public func nextKey() -> Character? { nil }
}

public enum OutputStream: Sendable { case output, error }
public enum StandardStream: Sendable { case input, output, error }

public enum StreamError: Error, Equatable, Sendable {
  /// The reader has gone: not an error of ours, and there is nothing more to say.
  case closed
  /// A signal came while a reader or a writer kept us waiting. What was written may be cut.
  case interrupted
  case lineTooLong(limit: Int)
  /// In the words of the system ("No space left on device").
  case failed(String)

  /// The reason as half a sentence.
  public var explanation: String {
    switch self {
    case .closed: "it is closed"
    case .interrupted: "interrupted"
    case .lineTooLong(let limit): "a line is over \(limit) bytes"
    case .failed(let words): words
    }
  }
}
