internal import HostAccess
internal import Vocabulary

/// Where the things of the subnet manager that rdmactl runs on a port are kept.
struct ManagedPlaces: Equatable {
  let directory: String
  var configuration: String { directory + "/opensm.conf" }
  /// opensm's own log.
  var log: String { directory + "/opensm.log" }
  /// What opensm says on its standard output and error; it begins anew with each start.
  var output: String { directory + "/opensm.out" }

  init(_ guid: GUID, in places: Places) { directory = "\(places.state)/sm/\(guid)" }
}

/// The opensm.conf that rdmactl keeps for a port: that of an administrator or of the distribution, with the keys that
/// rdmactl decides set in it. All is in the file and nothing in arguments, because SIGHUP makes opensm read the file again.
/// (Source: `opt_tbl` of opensm's `osm_subnet.c`; `sm_priority` is among the keys that may change while it runs.)
struct ManagedConfiguration: Equatable {
  /// The file that it was made from; `nil` when there was none.
  private(set) var base: String?
  /// The keys that a user of rdmactl has decided, with their values: they outlive a new look at the base.
  private(set) var decided: [String: String] = [:]
  private(set) var configuration: OpenSMConfiguration

  private static let baseMark = "# made by rdmactl from "
  private static let decidedMark = "# decided by rdmactl: "
  private static let none = "nothing"

  /// Reads the file at `path`.
  init(_ bytes: [UInt8], path: String) {
    configuration = OpenSMConfiguration(bytes, file: path)
    for line in configuration.text.split(separator: "\n").prefix(2) {
      if line.hasPrefix(Self.baseMark) {
        let name = String(line.dropFirst(Self.baseMark.count))
        base = name == Self.none ? nil : name
      } else if line.hasPrefix(Self.decidedMark) {
        for key in line.dropFirst(Self.decidedMark.count).split(separator: " ").map(String.init) {
          decided[key] = configuration.entry(key)?.value
        }
      }
    }
  }

  /// Makes the file for `port`.
  /// - Parameters:
  ///   - base: the file to start from, with its content.
  ///   - decided: what users have decided.
  ///   - log: opensm's own.
  init(
    base: (path: String, bytes: [UInt8])?, decided: [String: String], port: LocalPortIdentity,
    places: ManagedPlaces, log: String
  ) throws(OpenSMConfigurationFailure) {
    self.base = base?.path
    self.decided = decided
    let heading =
      Self.baseMark + (base?.path ?? Self.none) + "\n" + Self.decidedMark
      + decided.keys.sorted().joined(separator: " ") + "\n"
    var configuration = OpenSMConfiguration(Array(heading.utf8) + (base?.bytes ?? []), file: places.configuration)
    for (key, value) in Self.keys(of: port, places, log: log) + decided.sorted(by: { $0.key < $1.key }) {
      configuration = try configuration.setting(key, to: value)
    }
    self.configuration = configuration
  }

  /// A file of ours names in its heading only what it still decides; another file is left as it is.
  static func headed(_ configuration: OpenSMConfiguration) -> OpenSMConfiguration {
    let kept = ManagedConfiguration(configuration.bytes, path: configuration.file)
    var lines = configuration.bytes.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count > 2, lines[0].starts(with: Self.baseMark.utf8), lines[1].starts(with: Self.decidedMark.utf8)
    else {
      return configuration
    }
    lines[1] = Array((Self.decidedMark + kept.decided.keys.sorted().joined(separator: " ")).utf8)[...]
    return OpenSMConfiguration(Array(lines.joined(separator: [0x0a])), file: configuration.file)
  }

  /// What rdmactl relies on. The log is flushed at each line (or "SUBNET UP" would be in it minutes later), and begins
  /// again at its limit, in MiB; a daemon would leave us before we could see whether it starts.
  private static func keys(of port: LocalPortIdentity, _ places: ManagedPlaces, log: String) -> [(String, String)] {
    [
      ("guid", "0x\(port.guid)"), ("daemon", "FALSE"), ("log_file", log), ("log_max_size", "64"),
      ("accum_log_file", "TRUE"), ("force_log_flush", "TRUE"), ("dump_files_dir", places.directory),
    ]
  }
}
