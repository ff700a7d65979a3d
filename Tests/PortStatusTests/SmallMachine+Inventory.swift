import HostAccess
import PortStatus
import TestSupport
import Testing

extension SmallMachine {
  /// How RDMA devices are shared by network name spaces.
  enum Namespaces: UInt8 { case exclusive, shared }

  func inventory(_ request: InventoryRequest = InventoryRequest(), namespaces: Namespaces = .shared) -> Inventory {
    let network = FakeNetwork()
    let answer = NetlinkMessage(command: 0x1406, [.number(66, namespaces.rawValue)])
    network.expect(NetlinkRequest(.rdma, 0x1406), .success(NetlinkAnswer(messages: [answer])))
    return InventoryReader(host: host(network: network)).read(request)
  }

  /// The device stands on an interface of another network name space.
  mutating func takeInterfaceAway(to name: String) {
    entries = entries.filter { !$0.key.hasPrefix(Self.function + "/net") && $0.key != "/sys/class/net/ens1" }
    entries["/sys/class/net/lo/flags"] = .text("0x9")
    port("gid_attrs/ndevs/0", name)
  }

  mutating func addIPoIB(flags: String = "0x1003", carrier: String?, key: String = "0xffff") {
    entries["/sys/class/net/ib0"] = .link("../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.0/net/ib0")
    let net = Self.function + "/net/ib0"
    for (file, value) in [
      "type": "32", "dev_port": "0", "flags": flags, "mtu": "2044", "pkey": key, "mode": "datagram",
      "address": "00:00:10:29:fe:80:00:00:00:00:00:00:00:02:c9:03:00:ab:cd:e1",
    ] { entries["\(net)/\(file)"] = .text(value) }
    entries[net + "/carrier"] = carrier.map { .text($0) } ?? .error(.other("Invalid argument (22)"))
  }

  /// ens1 and ens2, of which the second has no carrier, are bond0.
  mutating func makeBond() {
    let net = "/sys/class/net"
    entries[Self.function + "/net/ens1/master"] = .link("../../../../../virtual/net/bond0")
    entries["/sys/devices/virtual/net/bond0/uevent"] = .text("INTERFACE=bond0")
    entries["\(net)/bond0"] = .link("../../devices/virtual/net/bond0")
    entries["\(net)/ens2/master"] = .link("../../../devices/virtual/net/bond0")
    for (file, value) in [
      "bond0/bonding/slaves": "ens1 ens2", "bond0/speed": "100000", "bond0/flags": "0x1403", "bond0/carrier": "1",
      "bond0/address": "00:02:c9:ab:cd:e1", "ens2/flags": "0x1803", "ens2/carrier": "0",
      "ens2/address": "00:02:c9:ab:cd:e1",
    ] {
      let path = file.hasPrefix("bond0") ? "/sys/devices/virtual/net/\(file)" : "\(net)/\(file)"
      entries[path] = .text(value)
    }
    port("gid_attrs/ndevs/0", "bond0")
  }

  /// A second function of the card, with an RDMA device of its own, and both interfaces in a bond.
  mutating func bondTwoFunctions() {
    makeEthernet()
    let other = "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3b:00.1"
    for (path, entry) in entries where path.hasPrefix(Self.function + "/") {
      let name = path.dropFirst(Self.function.count).replacing("mlx5_0", with: "mlx5_1").replacing("ens1", with: "ens2")
      entries[other + name] = entry
    }
    entries["/sys/class/infiniband/mlx5_1"] = .link(
      "../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.1/infiniband/mlx5_1")
    entries["/sys/class/net/ens2"] = .link("../../devices/pci0000:3a/0000:3a:00.0/0000:3b:00.1/net/ens2")
    entries[other + "/uevent"] = .text("DRIVER=mlx5_core\nPCI_SLOT_NAME=0000:3b:00.1")
    entries[other + "/infiniband/mlx5_1/node_guid"] = .text("0002:c903:00ab:cde8")
    entries["/sys/devices/virtual/net/bond0/uevent"] = .text("INTERFACE=bond0")
    for path in [Self.function + "/net/ens1", other + "/net/ens2"] {
      entries[path + "/master"] = .link("../../../../../virtual/net/bond0")
    }
  }

  /// An IPoIB interface on a function.
  mutating func addInterface(_ name: String, on function: String) {
    entries["/sys/class/net/\(name)"] = .link("../.." + function.dropFirst(4) + "/net/\(name)")
    entries["\(function)/net/\(name)/type"] = .text("32")
  }

  /// A second card with the GUIDs of the first.
  mutating func addTwin() {
    let twin = "/sys/devices/pci0000:3a/0000:3a:00.0/0000:3d:00.0"
    for (path, entry) in entries where path.hasPrefix(Self.function + "/") {
      entries[twin + path.dropFirst(Self.function.count).replacing("mlx5_0", with: "mlx5_1")] = entry
    }
    entries["/sys/class/infiniband/mlx5_1"] = .link(
      "../../devices/pci0000:3a/0000:3a:00.0/0000:3d:00.0/infiniband/mlx5_1")
    entries[twin + "/uevent"] = .text("DRIVER=mlx5_core\nPCI_SLOT_NAME=0000:3d:00.0")
  }
}
