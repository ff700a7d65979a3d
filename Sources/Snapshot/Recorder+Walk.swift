internal import HostAccess

extension Recorder {
  /// Records what no command reads today: the whole directories of RDMA devices, of their PCI functions and of network
  /// interfaces, and versions of drivers. A later rdmactl may want it.
  /// - Parameter ends: whether the time is over.
  package func walk(until ends: () -> Bool) {
    let files = host(console: SilentConsole()).files
    for path in ["/proc/sys/kernel/osrelease", "/proc/sys/kernel/hostname", "/etc/os-release"] {
      _ = try? files.read(path, limit: Self.largest)
    }
    for module in (try? files.list("/sys/module")) ?? [] where Self.isDriver(module) {
      for name in ["version", "srcversion"] { _ = try? files.read("/sys/module/\(module)/\(name)", limit: 4096) }
    }
    for device in (try? files.list("/sys/class/infiniband")) ?? [] where !ends() {
      let path = "/sys/class/infiniband/\(device)"
      tree(path, files, depth: 5, ends)
      for name in Self.ofFunction { _ = try? files.read("\(path)/device/\(name)", limit: Self.largest) }
      for name in ["driver", "subsystem", "physfn"] { _ = try? files.link("\(path)/device/\(name)") }
    }
    for interface in (try? files.list("/sys/class/net")) ?? [] where !ends() {
      for name in Self.ofInterface { _ = try? files.read("/sys/class/net/\(interface)/\(name)", limit: Self.largest) }
      for name in ["device", "master"] { _ = try? files.link("/sys/class/net/\(interface)/\(name)") }
    }
    for name in (try? files.list("/dev/infiniband")) ?? [] { _ = files.permissions("/dev/infiniband/\(name)") }
  }

  private static let largest = 65_536
  private static let ofFunction = [
    "class", "vendor", "device", "revision", "subsystem_vendor", "subsystem_device", "numa_node", "current_link_speed",
    "current_link_width", "max_link_speed", "max_link_width", "uevent", "sriov_numvfs", "sriov_totalvfs",
  ]
  private static let ofInterface = [
    "address", "dev_id", "dev_port", "type", "flags", "operstate", "carrier", "mtu", "ifindex", "iflink", "speed",
    "phys_port_name", "phys_switch_id",
  ]

  private static func isDriver(_ module: String) -> Bool {
    ["mlx", "ib_", "rdma", "bnxt", "irdma", "hfi1", "iw_", "siw", "qed", "efa", "hns"].contains { module.hasPrefix($0) }
  }

  /// Links lead out of the device: they are not followed.
  private func tree(_ path: String, _ files: any FileReading, depth: Int, _ ends: () -> Bool) {
    guard depth > 0, !ends(), let names = try? files.list(path) else { return }
    for name in names where !["power", "device", "subsystem", "driver"].contains(name) {
      let place = "\(path)/\(name)"
      if (try? files.link(place)) != nil { continue }
      if files.directoryExists(place) {
        tree(place, files, depth: depth - 1, ends)
      } else {
        _ = try? files.read(place, limit: Self.largest)
      }
    }
  }
}

private struct SilentConsole: Console {
  func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {}
  func readLine(limit: Int) throws(StreamError) -> [UInt8]? { nil }
  func discardInput() {}
  func isTerminal(_ stream: StandardStream) -> Bool { false }
  var size: (columns: Int, rows: Int)? { nil }
  var isDumb: Bool { true }
  var colourForbidden: Bool { true }
}
