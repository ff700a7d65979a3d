internal import HostAccess
internal import Vocabulary

/// What is true of the machine as a whole, or of this process on it.
struct MachineReader {
  let host: Host

  /// Whether RDMA devices belong to one network name space each (`rdma system set netns exclusive`). Asked by rdma netlink:
  /// `/sys/class/infiniband` shows those of this one and does not say that there are others.
  /// Source: `rdma/rdma_netlink.h`, RDMA_NLDEV_CMD_SYS_GET and RDMA_NLDEV_SYS_ATTR_NETNS_MODE (1: shared).
  var hasExclusiveNamespaces: Bool {
    let request = NetlinkRequest(.rdma, RDMANetlink.command(6))
    guard let answer = try? host.network.ask(request) else { return false }
    return answer.messages.contains { $0.attributes.number(66) == 0 }
  }

  /// Bytes that this process may lock; `nil` without a limit, and on a recorded machine, which has no process.
  var lockableMemory: UInt64? { Toolbox(host).isRecorded ? nil : host.files.lockableMemory }
}

/// Messages of the kernel's rdma netlink. Source: `rdma/rdma_netlink.h`, RDMA_NL_GET_TYPE and RDMA_NL_NLDEV.
package enum RDMANetlink {
  package static func command(_ number: UInt16) -> UInt16 { 5 << 10 | number }
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
