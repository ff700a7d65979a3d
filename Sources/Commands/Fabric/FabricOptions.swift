public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
public import Presentation

/// Which local port sends the requests, and how.
public struct FabricOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Local port to send requests from, by any of its names. links and check also take a file: a saved fabric.",
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

  var policy: RequestPolicy {
    var policy = RequestPolicy()
    if let madTimeout { policy.timeoutMilliseconds = madTimeout.milliseconds }
    policy.limitMilliseconds = timeout?.milliseconds
    if let window {
      policy.maximumWindow = window
      policy.initialWindow = min(policy.initialWindow, window)
    }
    return policy
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
