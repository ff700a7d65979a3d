public import HostAccess

/// A machine with one ConnectX-5 port, active on InfiniBand, on which a test changes what it is about.
public struct SmallMachine: Sendable {
  public typealias Entry = FakeFiles.Entry

  public static let device = "/sys/class/infiniband/mlx5_0"
  public static let port = device + "/ports/1"
  public static let function = "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0"

  public var entries: [String: Entry]

  public init() {
    entries = [
      Self.device: .link("../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/infiniband/mlx5_0"),
      "/sys/bus/pci/devices/0000:3b:00.0": .link("../../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0"),
      "/sys/class/infiniband_mad/abi_version": .text("5"),
    ]
    addFunction(Self.function, slot: "0000:3b:00.0", driver: "mlx5_core", device: "0x1017", link: ("8.0", 16))
    addFunction(
      "/sys/devices/pci0000:3a/0000:3a:00.0", slot: "0000:3a:00.0", driver: "pcieport", device: "0x2030",
      link: ("8.0", 16))
    let rdma = Self.function + "/infiniband/mlx5_0"
    entries[rdma + "/device"] = .link("../..")
    for (file, value) in [
      "node_guid": "0002:c903:00ab:cde0", "sys_image_guid": "0002:c903:00ab:cde0", "node_type": "1: CA",
      "fw_ver": "16.35.4506", "hw_rev": "0", "hca_type": "MT4119", "board_id": "MT_0000000008",
    ] { entries["\(rdma)/\(file)"] = .text(value) }
    for (file, value) in [
      "state": "4: ACTIVE", "phys_state": "5: LinkUp", "link_layer": "InfiniBand", "rate": "100 Gb/sec (4X EDR)",
      "lid": "0x3", "sm_lid": "0x1", "sm_sl": "0", "lid_mask_count": "0", "cap_mask": "0x2651e848",
      "gids/0": "fe80:0000:0000:0000:0002:c903:00ab:cde1",
    ] { entries["\(rdma)/ports/1/\(file)"] = .text(value) }
  }

  public mutating func addFunction(
    _ path: String, slot: String, driver: String?, device: String, link: (speed: String, width: Int)
  ) {
    let bound = driver.map { "DRIVER=\($0)\n" } ?? ""
    entries[path + "/uevent"] = .text("\(bound)PCI_CLASS=20700\nPCI_SLOT_NAME=\(slot)")
    entries[path + "/vendor"] = .text(device == "0x2030" ? "0x8086" : "0x15b3")
    entries[path + "/device"] = .text(device)
    entries[path + "/numa_node"] = .text("1")
    for kind in ["current", "max"] {
      entries["\(path)/\(kind)_link_speed"] = .text("\(link.speed) GT/s PCIe")
      entries["\(path)/\(kind)_link_width"] = .text("\(link.width)")
    }
  }

  /// Sets a file of the port.
  public mutating func port(_ file: String, _ text: String) {
    entries["\(Self.function)/infiniband/mlx5_0/ports/1/\(file)"] = .text(text)
  }

  public mutating func device(_ file: String, _ text: String) {
    entries["\(Self.function)/infiniband/mlx5_0/\(file)"] = .text(text)
  }

  /// Makes the port an Ethernet one with an interface.
  public mutating func makeEthernet(flags: String = "0x1003", carrier: String? = "1") {
    port("link_layer", "Ethernet")
    port("lid", "0x0")
    port("sm_lid", "0x0")
    entries["/sys/class/net/ens1"] = .link("../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/net/ens1")
    let net = Self.function + "/net/ens1"
    for (file, value) in ["type": "1", "dev_port": "0", "address": "00:02:c9:ab:cd:e1", "flags": flags, "mtu": "1500"] {
      entries["\(net)/\(file)"] = .text(value)
    }
    entries[net + "/carrier"] = carrier.map { .text($0) } ?? .error(.other("Invalid argument (22)"))
  }

  /// The programs that next commands call.
  public static let tools = [
    "devlink", "dmesg", "ethtool", "ibportstate", "ip", "lspci", "modprobe", "mstlink", "opainfo", "rdma", "systemctl",
  ]

  /// The machine as a host: sysfs only; verbs, agents and the kernel's netlink are not there.
  /// - Parameter tools: the programs that are installed.
  public func host(
    clock: any Clock = FakeClock(), files: FakeFiles? = nil, tools: [String] = Self.tools,
    network: any NetworkAccess = AbsentNetwork()
  ) -> Host {
    let processes = FakeProcesses()
    for tool in tools { processes.install(tool, at: "/usr/bin/\(tool)") }
    return .fake(
      files: files ?? FakeFiles(entries), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(unforeseen: .absent), processes: processes, network: network, clock: clock)
  }
}
