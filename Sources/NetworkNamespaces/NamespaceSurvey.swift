package import HostAccess
internal import Vocabulary

/// Whether RDMA devices are in every network name space, or in one each.
package enum NamespaceMode: String, Sendable, CaseIterable {
  case shared, exclusive

  /// The kernel's number. Source: `rdma/rdma_netlink.h`, RDMA_NLDEV_SYS_ATTR_NETNS_MODE, and `rdma system set netns` of
  /// rdma-system(8).
  package var number: UInt8 { self == .shared ? 1 : 0 }

  package init?(number: UInt64) {
    guard let mode = Self.allCases.first(where: { UInt64($0.number) == number }) else { return nil }
    self = mode
  }

  package var meaning: String {
    switch self {
    case .shared: "every RDMA device can be used in every network name space"
    case .exclusive: "each RDMA device can be used in one network name space"
    }
  }
}

/// A network name space, as its processes show it.
package struct NamespaceFacts: Sendable, Equatable {
  /// "net:[4026531840]": nsfs, namespaces(7).
  package let identifier: String
  /// What `ip netns` calls it.
  package let name: String?
  /// Whether this process is in it.
  package let isHere: Bool
  /// Lowest first; empty where no process is in it.
  package let processes: [Int]
  /// The command of the first process.
  package let command: String?
  /// `nil` where nothing can be read of it.
  package let interfaces: [String]?
  /// RDMA devices; `nil` where its own sysfs cannot be seen.
  package let devices: [String]?

  /// This one, then those with a name, then by the first process.
  func comesBefore(_ other: NamespaceFacts) -> Bool {
    if isHere != other.isHere { return isHere }
    if (name == nil) != (other.name == nil) { return name != nil }
    if let name, let second = other.name { return name < second }
    return (processes.first ?? .max, identifier) < (other.processes.first ?? .max, other.identifier)
  }

  /// "blue", or the identifier.
  package var label: String { name ?? identifier }
}

/// What a process in this network name space may use.
package struct ProcessRights: Sendable, Equatable {
  /// Below `/dev/infiniband`.
  package let nodes: [String]
  /// Devices whose node for verbs is not there.
  package let devicesWithoutNode: [String]
  /// Bytes that may be locked; `nil` without a limit.
  package let lockableMemory: UInt64?
  /// Those of RDMA work that this process has.
  package let capabilities: [String]

  /// Source: capabilities(7); `linux/capability.h`.
  static let known: [(bit: Int, name: String)] = [
    (12, "CAP_NET_ADMIN"), (13, "CAP_NET_RAW"), (14, "CAP_IPC_LOCK"), (17, "CAP_SYS_RAWIO"), (21, "CAP_SYS_ADMIN"),
  ]
}

/// Network name spaces, and what is where.
package struct NamespaceSurvey: Sendable {
  package let mode: NamespaceMode?
  /// Why the mode is unknown, as half a sentence.
  package let modeFailure: String?
  /// This one first, then named ones, then by the first process.
  package let namespaces: [NamespaceFacts]
  package let rights: ProcessRights
  /// Processes whose name space this user may not see.
  package let hidden: Int

  package init(_ host: Host) {
    do {
      mode = try Self.mode(host)
      modeFailure = mode == nil ? "this kernel does not report it (Linux 5.1 does)" : nil
    } catch {
      (mode, modeFailure) = (nil, error.explanation)
    }
    let reader = NamespaceReader(host: host)
    (namespaces, hidden) = reader.namespaces()
    rights = reader.rights()
  }

  /// RDMA_NLDEV_CMD_SYS_GET.
  package static func mode(_ host: Host) throws(NetworkFailure) -> NamespaceMode? {
    let answer = try host.network.ask(NetlinkRequest(.rdma, RDMANetlink.systemGet))
    return answer.messages.lazy.compactMap { $0.attributes.number(RDMANetlink.namespaceMode) }.first
      .flatMap(NamespaceMode.init(number:))
  }
}

/// Reads `/proc` and `/sys`.
struct NamespaceReader {
  let host: Host

  func namespaces() -> ([NamespaceFacts], hidden: Int) {
    var members: [String: [Int]] = [:]
    var hidden = 0
    for process in ((try? host.files.list("/proc")) ?? []).compactMap({ Int($0) }) {
      if let identifier = try? host.files.link("/proc/\(process)/ns/net") {
        members[identifier, default: []].append(process)
      } else if (try? host.files.part("/proc/\(process)/comm", from: 0, limit: 16)) != nil {
        // A process that ended meanwhile has no name either.
        hidden += 1
      }
    }
    let named = names()
    let here = try? host.files.link("/proc/self/ns/net")
    var found = Set(members.keys).union(named.keys)
    if let here { found.insert(here) }
    let spaces = found.map { identifier in
      facts(identifier, named[identifier], isHere: identifier == here, (members[identifier] ?? []).sorted())
    }
    return (spaces.sorted { $0.comesBefore($1) }, hidden)
  }

  /// The names of `ip netns`: mounts of nsfs below `/run/netns`. Source: proc(5), mountinfo; ip-netns(8).
  private func names() -> [String: String] {
    let lines = (try? host.files.lines("/proc/self/mountinfo", limit: 4 << 20)) ?? []
    return lines.reduce(into: [:]) { names, line in
      let words = line.split(separator: " ")
      guard words.count > 4, words[3].hasPrefix("net:["), let place = words[4].split(separator: "/").last else {
        return
      }
      names[String(words[3])] = String(place)
    }
  }

  private func facts(_ identifier: String, _ name: String?, isHere: Bool, _ processes: [Int]) -> NamespaceFacts {
    let process = isHere ? "self" : processes.first.map { String($0) }
    let command = processes.first.flatMap { try? host.files.text("/proc/\($0)/comm") }
    let interfaces = isHere ? host.interfaceNames : process.flatMap(interfaces)
    return NamespaceFacts(
      identifier: identifier, name: name, isHere: isHere, processes: processes, command: command,
      interfaces: interfaces, devices: process.flatMap { devices(of: $0, interfaces: interfaces, isHere: isHere) })
  }

  /// Two lines of headings, then "  eth0: 310342496 …".
  private func interfaces(of process: String) -> [String]? {
    (try? host.files.lines("/proc/\(process)/net/dev", limit: 16 << 20))?.dropFirst(2).compactMap { line in
      line.split(separator: ":").first.map { String($0.drop { $0 == " " }) }
    }
  }

  /// What the process's own sysfs shows, where that is of its network name space: containers mount one.
  private func devices(of process: String, interfaces: [String]?, isHere: Bool) -> [String]? {
    let root = isHere ? "" : "/proc/\(process)/root"
    if isHere, host.network.namespace?.ownsSysfs == false { return nil }
    if !isHere {
      guard let interfaces, let shown = try? host.files.list("\(root)/sys/class/net"),
        Set(interfaces) == Set(shown.filter { $0 != "bonding_masters" })
      else { return nil }
    }
    return (try? host.files.list("\(root)/sys/class/infiniband")) ?? (isHere ? [] : nil)
  }

  func rights() -> ProcessRights {
    let bits = host.files.effectiveCapabilities ?? 0
    let nodes = (try? host.files.list("/dev/infiniband")) ?? []
    let verbs = ((try? host.files.list("/sys/class/infiniband_verbs")) ?? []).filter { $0.hasPrefix("uverbs") }
    let missing = verbs.filter { !nodes.contains($0) }.map { node in
      (try? host.files.text("/sys/class/infiniband_verbs/\(node)/ibdev")) ?? node
    }
    return ProcessRights(
      nodes: nodes, devicesWithoutNode: missing, lockableMemory: host.files.lockableMemory,
      capabilities: ProcessRights.known.filter { bits >> $0.bit & 1 == 1 }.map(\.name))
  }
}
