public import Vocabulary

/// An opensm process of this machine.
public struct LocalManager: Sendable, Equatable {
  public var process: Int32
  /// With the program first.
  public var arguments: [String]
  /// Ticks after the start of the machine: with its number it names a process for good.
  public var startTicks: UInt64
  /// Seconds since its start; `nil` when unknown.
  public var runningSeconds: Int?
  /// The local port it serves; `nil` when unknown.
  public var port: LocalPortIdentity?
  /// The port GUID it was told, or that of its port.
  public var guid: GUID?
  /// The opensm.conf it reads; `nil` when there is none. Of an opensm in a container all its files are below
  /// `/proc/PID/root`.
  public var configurationFile: String?
  /// `nil` when it writes to its standard output.
  public var logFile: String?
  public var pidFile: String?
  /// What it was told; `nil` when nothing was (opensm takes 0).
  public var priority: Int?
  /// Whether the priority comes from `-p`, which the configuration cannot outlive.
  public var priorityIsArgument: Bool
  /// The systemd unit, `opensm@0x0002c90300100001.service`, where it is one of opensm's.
  public var unit: String?
  /// Whether rdmactl started it, or its unit, with a configuration of ours.
  public var isManaged: Bool
  /// Ends by itself when the subnet is up (`-o`).
  public var runsOnce: Bool

  /// Whether an option stands on its command line, by its letter or its name.
  func has(_ letter: Character, _ name: String) -> Bool {
    arguments.dropFirst().contains { word in
      guard word.first == "-" else { return false }
      let body = word.drop { $0 == "-" }
      return body.prefix { $0 != "=" } == name || !word.hasPrefix("--") && body.first == letter
    }
  }
}

/// The opensm processes of this machine.
public struct LocalManagers: Sendable, Equatable {
  /// By process id.
  public var managers: [LocalManager]
  /// What could not be read.
  public var notes: [Note]

  /// Those that serve a port, or were told its GUID.
  public func serving(_ port: LocalPortIdentity) -> [LocalManager] {
    managers.filter { $0.port == port || $0.port == nil && $0.guid == port.guid }
  }
}
