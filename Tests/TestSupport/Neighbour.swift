/// What the parent of a program does to it: each function makes the command that runs another command that way, for
/// ``Spawned`` or for ``AdapterServer/run(_:faults:timeout:)``.
public enum Neighbour {
  /// Closes descriptors: `rdmactl … 1>&-`.
  public static func closing(_ descriptors: some Sequence<Int>, _ command: [String]) -> [String] {
    let closed = descriptors.map { " \($0)>&-" }.joined()
    return ["sh", "-c", "exec \"$@\"\(closed)", "sh"] + command
  }

  /// Ignores a signal, "CHLD" for one, as a careless daemon does for its children.
  public static func ignoring(_ signal: String, _ command: [String]) -> [String] {
    ["env", "--ignore-signal=\(signal)"] + command
  }

  /// As a user without rights. The program must be one that this user may run: ``Spawned/rdmactlForEverybody(in:)``.
  public static func asNobody(_ command: [String]) -> [String] {
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command
  }

  /// Holds a lock of a file that is there already, by flock(1) and read-only, until it is stopped; "held" when it does.
  public static func holding(_ lock: String) -> [String] {
    ["flock", "--no-fork", lock, "sh", "-c", "echo held; exec sleep 60"]
  }

  /// What those need of this machine and does not have; `nil` when all is here.
  public static let missing: String? = {
    let absent = ["setpriv", "flock", "unshare", "nsenter", "ip"].filter { Spawned.find($0) == nil }
    return absent.isEmpty ? nil : absent.joined(separator: ", ") + " not installed"
  }()

  /// Why no network name space can be made here; `nil` when one can.
  public static let noNamespaces: String? = {
    if let missing { return missing }
    let trial = try? Spawned.run("unshare", ["-n", "-m", "true"])
    return trial?.status == 0 ? nil : "no right to make a network name space"
  }()
}

/// A network name space that lives as long as the object, with an interface lo and nothing else.
public final class NetworkSpace {
  private let keeper: Spawned

  /// A process in it, for `nsenter --net=/proc/PID/ns/net`.
  public var processIdentifier: Int32 { keeper.processIdentifier }

  public init() throws {
    keeper = try Spawned(
      "unshare", ["-n", "-m", "sh", "-c", "mount -t sysfs sysfs /sys && echo there && exec sleep 600"])
    try keeper.wait(timeout: 10, until: "in its name space") { keeper.output == "there\n" }
  }

  /// A command in it, with a /sys of its own, as `ip netns exec` runs it.
  public func command(_ command: [String]) -> [String] { enter(["-n", "-m"], command) }

  /// A command in it that sees this machine's /sys, as `nsenter -n` alone leaves it.
  public func commandWithForeignSysfs(_ command: [String]) -> [String] { enter(["-n"], command) }

  private func enter(_ spaces: [String], _ command: [String]) -> [String] {
    ["nsenter", "-t", "\(keeper.processIdentifier)"] + spaces + ["--"] + command
  }
}
