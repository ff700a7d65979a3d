internal import HostAccess
internal import Vocabulary

/// What is true of the machine as a whole, or of this process on it.
struct MachineReader {
  let host: Host

  /// Whether RDMA devices belong to one network name space each (`rdma system set netns exclusive`). Asked by rdma netlink:
  /// `/sys/class/infiniband` shows those of this one and does not say that there are others.
  /// Source: `rdma/rdma_netlink.h`, RDMA_NLDEV_CMD_SYS_GET and RDMA_NLDEV_SYS_ATTR_NETNS_MODE (1: shared).
  var hasExclusiveNamespaces: Bool {
    let request = NetlinkRequest(.rdma, RDMANetlink.systemGet)
    guard let answer = try? host.network.ask(request) else { return false }
    return answer.messages.contains { $0.attributes.number(RDMANetlink.namespaceMode) == 0 }
  }

  /// The IPv4 subnets of interfaces that have a route without a gateway; without those of interfaces that answer ARP for
  /// their own addresses alone. Source: `proc(5)`, /proc/net/route.
  func subnets(of names: Set<String>) -> [String: Set<String>] {
    let bytes = (try? host.files.read("/proc/net/route", limit: 1 << 20)) ?? []
    var subnets: [String: Set<String>] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count > 7, names.contains(String(words[0])), let raw = UInt32(words[1], radix: 16),
        UInt32(words[2], radix: 16) == 0, let mask = UInt32(words[7], radix: 16)
      else { continue }
      // In the byte order of the wire, printed as a number of the machine.
      let (address, bits) = (UInt32(bigEndian: raw), UInt32(bigEndian: mask).nonzeroBitCount)
      guard bits > 0, bits < 32, address >> 16 != Self.linkLocal, !answersForItselfAlone(String(words[0])) else {
        continue
      }
      let text = [24, 16, 8, 0].map { String(address >> $0 & 0xff) }.joined(separator: ".")
      subnets[String(words[0]), default: []].insert("\(text)/\(bits)")
    }
    return subnets
  }

  /// 169.254/16
  private static let linkLocal: UInt32 = 169 << 8 | 254

  /// Of the interface and of all, the greater value counts. Source: the kernel's ip-sysctl.rst, arp_ignore.
  private func answersForItselfAlone(_ name: String) -> Bool {
    [name, "all"].contains { name in
      (try? host.files.text("/proc/sys/net/ipv4/conf/\(name)/arp_ignore")).flatMap { Int($0) }.map { $0 > 0 } ?? false
    }
  }

  private static let stack = [
    "ib_core", "ib_uverbs", "ib_umad", "rdma_cm", "ib_cm", "ib_ipoib", "mlx5_core", "mlx5_ib", "mlx4_core", "mlx4_ib",
  ]

  /// RDMA modules by their origin. Vendors' packages bring mlx_compat; without it nothing is asked.
  var modules: (kernel: [String], foreign: [String]) {
    guard host.files.permissions("/sys/module/mlx_compat/initstate") != nil else { return ([], []) }
    var result: (kernel: [String], foreign: [String]) = ([], [])
    for name in Self.stack {
      // "O" is a module from out of the kernel's tree. Source: the kernel's tainted-kernels.rst.
      guard let taint = try? host.files.text("/sys/module/\(name)/taint") else { continue }
      if taint.contains("O") { result.foreign.append(name) } else { result.kernel.append(name) }
    }
    return result
  }

  /// Bytes that this process may lock; `nil` without a limit, and on a recorded machine, which has no process.
  var lockableMemory: UInt64? { Toolbox(host).isRecorded ? nil : host.files.lockableMemory }
}

/// Which programs a next command may call.
struct Toolbox: Sendable, Equatable {
  private let processes: (any ProcessAccess)?
  /// A recorded machine: what is installed there is not known, and its kernel log is not here.
  let isRecorded: Bool

  /// Everything is installed.
  init() { (processes, isRecorded) = (nil, false) }

  init(_ host: Host) {
    isRecorded = host.processes is AbsentProcesses
    processes = isRecorded ? nil : host.processes
  }

  /// It has no say in whether two inventories are the same.
  static func == (left: Toolbox, right: Toolbox) -> Bool { true }

  private static let packages = [
    "devlink": "iproute2", "ethtool": "ethtool", "ibportstate": "infiniband-diags", "ip": "iproute2",
    "lspci": "pciutils", "modprobe": "kmod", "mstlink": "mstflint", "opainfo": "opa-basic-tools", "rdma": "iproute2",
    "dmesg": "util-linux", "systemctl": "systemd",
  ]

  /// The commands that can be run here, and for the others what to install.
  func check(_ commands: [String]) -> (fix: [String], hint: [String]) {
    var result: (fix: [String], hint: [String]) = ([], [])
    for command in commands {
      let program = command.split(separator: " ").first.map(String.init) ?? ""
      if isRecorded, program == "dmesg" { continue }
      if let processes, let package = Self.packages[program], processes.find(program) == nil {
        result.hint.append("\(program) is not installed (package \(package)); with it: \(command)")
      } else {
        result.fix.append(command)
      }
    }
    return result
  }
}
