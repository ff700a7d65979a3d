public import HostAccess
public import Vocabulary

/// Why settings could not be read or planned.
public enum OffloadFailure: Failure, Equatable {
  /// The kernel could not be asked.
  case unreadable(NetworkFailure)
  /// A recorded machine is not changed.
  case recorded
  case noInterface(String, near: String?)
  /// CAP_NET_ADMIN is missing.
  case noRights
  /// `/sys` shows another network name space, and these settings are files there.
  case otherSysfs([String])

  public var id: String {
    switch self {
    case .unreadable: "offload.unreadable"
    case .recorded: "offload.recorded"
    case .noInterface: "offload.no_interface"
    case .noRights: "offload.no_rights"
    case .otherSysfs: "offload.other_sysfs"
    }
  }

  public var subject: String? {
    switch self {
    case .unreadable, .recorded, .noRights: nil
    case .noInterface(let name, _): name
    case .otherSysfs(let places): places.first
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let failure): "the settings cannot be read: \(failure.explanation)"
    case .recorded: "a recorded machine (--root) has no kernel to change"
    case .noInterface: "no such network interface"
    case .noRights: "permission denied: needs CAP_NET_ADMIN; nothing was written"
    case .otherSysfs:
      "/sys shows the interfaces of another network name space, so this setting would be written to another interface; "
        + "nothing was written"
    }
  }

  public var fix: [String] {
    guard case .noInterface(_, let near) = self else { return [] }
    return [near.map { "rdmactl offload show \(ShellWord.quoted($0))" } ?? "rdmactl offload show"]
  }

  public var hint: [String] {
    switch self {
    case .unreadable, .recorded, .noInterface: []
    case .noRights: ["run it as root"]
    case .otherSysfs:
      ["enter the name space by ip netns exec, or mount its own /sys: unshare -m, then mount -t sysfs sysfs /sys"]
    }
  }

  public var exitStatus: ExitStatus {
    switch self {
    case .unreadable(.refused(let refusal)) where refusal.isPermission: .notPermitted
    case .unreadable: .failed
    case .recorded: .unsupported
    case .noInterface: .notFound
    case .noRights: .notPermitted
    case .otherSysfs: .refused
    }
  }
}

extension Place {
  /// `eth0 ring rx`, or `net.ipv4.tcp_sack`: for sentences.
  var title: String {
    switch (interface, knob.kind) {
    case (nil, .sysctl): knob.name
    case (let interface?, _): "\(interface.name) \(knob)"
    case (nil, _): knob.description
    }
  }
}
