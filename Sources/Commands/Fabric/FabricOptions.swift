public import ArgumentParser
internal import FabricDiscovery
internal import HostAccess
public import Presentation

/// Where a look at the subnet begins, and how it is made.
public struct FabricOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("The local port to ask through, by any of its names.", valueName: "name"),
    completion: .shellCommand(FabricOptions.portNames))
  public var from: String?

  @Option(
    name: [.customShort("C"), .customLong("ca")],
    help: ArgumentHelp("The local adapter to ask through, as in infiniband-diags.", valueName: "adapter"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null | sed 's,/[0-9]*$,,' | sort -u"))
  public var adapter: String?

  @Option(
    name: [.customShort("P"), .customLong("port")],
    help: ArgumentHelp("The port of that adapter.", valueName: "number"))
  public var port: Int?

  @Option(
    help: ArgumentHelp(
      "The longest wait for one answer; \(RequestPolicy().timeoutMilliseconds) where it is not given.",
      valueName: "milliseconds"))
  public var timeout: Int?

  @Option(help: ArgumentHelp("The most questions under way at a time, 1 to 128.", valueName: "number"))
  public var window: Int?

  @Option(help: ArgumentHelp("Tell of the asking on standard error: auto, none or json.", valueName: "mode"))
  public var progress = ProgressMode.auto

  static let portNames = "rdmactl status -q 2>/dev/null"

  public init() {}

  public func validate() throws {
    if from != nil && (adapter != nil || port != nil) {
      throw ValidationError("--from and -C or -P exclude each other.")
    }
    if let port, !(1...254).contains(port) { throw ValidationError("-P takes a port number, 1 to 254.") }
    if let timeout, !(1...60_000).contains(timeout) {
      throw ValidationError("--timeout takes 1 to 60000 milliseconds.")
    }
    if let window, !(1...128).contains(window) { throw ValidationError("--window takes 1 to 128.") }
  }

  var policy: RequestPolicy {
    var policy = RequestPolicy()
    if let timeout { policy.timeoutMilliseconds = timeout }
    if let window {
      policy.maximumWindow = window
      policy.initialWindow = min(policy.initialWindow, window)
    }
    return policy
  }

  /// - Parameter name: the one that stands before the options, where the command takes one.
  func choice(named name: String? = nil) throws -> LocalPortChoice {
    guard name == nil || from == nil && adapter == nil && port == nil else {
      throw UsageFailure.unreadable("a port is named twice: leave out --from, -C and -P")
    }
    return LocalPortChoice(name: name ?? from, adapter: adapter, port: port)
  }
}
