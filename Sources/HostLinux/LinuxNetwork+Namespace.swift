internal import CShims
internal import Glibc
public import HostAccess
internal import Synchronization

extension LinuxNetwork {
  public var namespace: NetworkNamespace? {
    connections.withLock { connections in
      if connections.namespace == nil { connections.namespace = Self.namespace(socket: try? connections.socket()) }
      return connections.namespace
    }
  }

  /// Whether `/sys/class/net` is this name space's.
  var ownsSysfs: Bool { namespace?.ownsSysfs ?? true }

  private static func namespace(socket: Int32?) -> NetworkNamespace? {
    var facts = stat()
    guard unsafe stat("/proc/self/ns/net", &facts) == 0 else { return nil }
    let cookie = socket.map { rdmactl_namespace_cookie($0) } ?? 0
    let lines = (try? LinuxFiles().lines("/proc/self/net/dev", limit: 16 << 20)) ?? []
    // Two lines of headings, then "  eth0: 310342496 …".
    let interfaces = lines.dropFirst(2).compactMap { $0.split(separator: ":").first?.drop { $0 == " " } }
    return NetworkNamespace(
      identifier: "\(facts.st_dev):\(facts.st_ino)" + (cookie == 0 ? "" : "#\(cookie)"),
      ownsSysfs: ownsSysfs(interfaces.map(String.init), socket: socket), interfaces: interfaces.map(String.init))
  }

  /// Who may mount sysfs knows for certain: all mounts of one network name space are one file system. Who may not compares
  /// names, and the indices of some.
  private static func ownsSysfs(_ interfaces: [String], socket: Int32?) -> Bool {
    switch rdmactl_sysfs_is_ours() {
    case 0: return false
    case 1: return true
    default: break
    }
    let files = LinuxFiles()
    guard let shown = try? files.list("/sys/class/net") else { return true }
    let known = Set(interfaces)
    guard known.isSubset(of: shown) else { return false }
    // A file there is a module's own ("bonding_masters").
    let strange = shown.filter { !known.contains($0) && (try? files.link("/sys/class/net/\($0)")) != nil }
    guard strange.isEmpty, let socket else { return strange.isEmpty }
    return interfaces.suffix(8).allSatisfy { name in
      let index = unsafe rdmactl_interface_index(socket, name)
      let told = try? files.text("/sys/class/net/\(name)/ifindex")
      return index == 0 || told == nil || told == "\(index)"
    }
  }
}
