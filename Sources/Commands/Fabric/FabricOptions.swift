public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
public import Presentation
internal import Vocabulary

/// Which local port sends the requests, and how.
public struct FabricOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Local port to send requests from, by any of its names. links, check and report also take a file: a saved fabric.",
      valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var from: String?

  @Option(
    name: [.customShort("C"), .customLong("ca")],
    help: ArgumentHelp("Local adapter to send requests from, as in infiniband-diags.", valueName: "adapter"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null | sed 's,/[0-9]*$,,' | sort -u"))
  public var adapter: String?

  @Option(
    name: [.customShort("P"), .customLong("port")],
    help: ArgumentHelp("Port number of that adapter.", valueName: "number"))
  public var port: Int?

  @Option(help: ArgumentHelp("Give up after this time, such as 30s or 250ms (default: no limit).", valueName: "time"))
  public var timeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Longest wait for the reply to one MAD (default: \(RequestPolicy().timeoutMilliseconds)ms).", valueName: "time"))
  public var madTimeout: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Maximum outstanding MADs, 1 to 128 (default: \(RequestPolicy().maximumWindow)).", valueName: "number"))
  public var window: Int?

  @Option(
    help: ArgumentHelp(
      "File with the M_Key of the subnet, a hexadecimal number; only its owner may read it (mode 600).",
      valueName: "file"),
    completion: .file())
  public var mKeyFile: String?

  @Option(
    name: .customLong("pkey-index"),
    help: ArgumentHelp(
      "Index in the local P_Key table for requests to general services: counters, SA, ping (default: 0).",
      valueName: "number"))
  public var keyIndex: UInt16?

  @Option(help: ArgumentHelp("Show progress on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  static let portNames = "rdmactl status -q 2>/dev/null"

  public init() {}

  public func validate() throws {
    if from != nil && (adapter != nil || port != nil) {
      throw ValidationError("--from cannot be combined with -C or -P.")
    }
    if let port, !(1...254).contains(port) { throw ValidationError("-P takes a port number, 1 to 254.") }
    if let madTimeout, madTimeout.milliseconds > 60_000 { throw ValidationError("--mad-timeout takes 1ms to 60s.") }
    if let window, !(1...128).contains(window) { throw ValidationError("--window takes 1 to 128.") }
  }

  /// - Throws: `UserFileFailure`, ``MKeyFileFailure``.
  func policy(on host: Host) throws -> RequestPolicy {
    var policy = RequestPolicy()
    if let mKeyFile { policy.mKey = try Self.mKey(in: mKeyFile, on: host) }
    if let madTimeout { policy.timeoutMilliseconds = madTimeout.milliseconds }
    policy.limitMilliseconds = timeout?.milliseconds
    policy.keyIndex = keyIndex ?? 0
    if let window {
      policy.maximumWindow = window
      policy.initialWindow = min(policy.initialWindow, window)
    }
    return policy
  }

  private static func mKey(in path: String, on host: Host) throws -> UInt64 {
    let file = try UserFile(path, what: "the file of the M_Key", limit: 4096, host: host)
    guard (host.store.permissions(path) ?? 0) & 0o077 == 0 else { throw MKeyFileFailure.open(path) }
    var text = String(decoding: file.bytes, as: UTF8.self)[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.lowercased().hasPrefix("0x") { text = text.dropFirst(2) }
    guard (1...16).contains(text.utf8.count), let key = UInt64(text, radix: 16) else {
      throw MKeyFileFailure.malformed(path)
    }
    return key
  }

  /// - Parameters:
  ///   - name: the positional argument, where the command takes a port.
  ///   - command: for the "next:" line of a failure.
  func choice(named name: String? = nil, of command: String = "fabric") throws -> LocalPortChoice {
    guard name == nil || from == nil && adapter == nil && port == nil else {
      throw UsageFailure.unreadable("the port is given twice: remove --from, -C and -P", command: command)
    }
    return LocalPortChoice(name: name ?? from, adapter: adapter, port: port)
  }
}

/// Why a file does not give the M_Key.
enum MKeyFileFailure: Failure, Equatable {
  case open(String)
  case malformed(String)

  var id: String {
    switch self {
    case .open: "fabric.m_key_open"
    case .malformed: "fabric.m_key_malformed"
    }
  }

  var subject: String? {
    switch self {
    case .open(let path), .malformed(let path): path
    }
  }

  var message: String {
    switch self {
    case .open: "other users can read the file, and the M_Key gives control of the subnet"
    case .malformed: "the file must hold one hexadecimal number of at most 16 digits, the M_Key"
    }
  }

  var fix: [String] {
    switch self {
    case .open(let path): ["chmod 600 \(ShellWord.quoted(path))"]
    case .malformed: []
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .open: .refused
    case .malformed: .failed
    }
  }
}
