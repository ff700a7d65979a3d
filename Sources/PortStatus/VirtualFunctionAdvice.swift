internal import Vocabulary

/// What to do about a virtual function, and where: its physical function is the host's. In a virtual machine or a container
/// nothing can be done about it.
struct VirtualFunctionAdvice {
  let adapter: Adapter

  private var function: VirtualFunction? { adapter.virtualFunction }

  /// The physical function's interface and the number of the virtual one, where they are to be seen.
  private var place: (netdev: String, index: Int)? {
    guard let function, let index = function.index, let netdev = function.physicalNetdevs.first else { return nil }
    return (netdev, index)
  }

  /// Who can do it: the words before what to do.
  private var elsewhere: String { function == nil ? "on the hypervisor" : "on the host" }

  private var isEthernet: Bool { adapter.ports.contains { $0.linkLayer == .ethernet } }

  var evidence: [String] {
    function.map { ["physical_function=\($0.physicalFunction)"] + ($0.policy.map { ["policy=\($0)"] } ?? []) }
      ?? adapter.pciID.map { ["device=\($0.vendor.hexadecimal(digits: 4)):\($0.device.hexadecimal(digits: 4))"] } ?? []
  }

  /// It has no GUID. InfiniBand's are set as GUIDs; Ethernet's is made from the MAC address, and `node_guid` is refused there
  /// (EOPNOTSUPP). Source: handle_vf_guid() of net/core/rtnetlink.c, mlx5_eswitch_set_vport_mac() of mlx5.
  var giveIdentity: (fix: [String], hint: [String]) {
    guard let place else {
      let command =
        isEthernet ? "ip link set dev PF vf N mac MAC" : "ip link set dev PF vf N node_guid GUID, and port_guid GUID"
      return ([], ["\(elsewhere): \(command), then attach the function again (PF: its physical function's interface)"])
    }
    let function = "ip link set dev \(place.netdev) vf \(place.index)"
    var fix: [String] = []
    var hint: [String] = []
    if isEthernet {
      // Its interface has an address, only the physical function was not told.
      if let mac = adapter.ports.flatMap(\.netdevs).compactMap(\.mac).first(where: {
        $0.rawValue != 0 && !$0.isMulticast
      }) {
        fix.append("\(function) mac \(mac)")
      } else {
        hint.append("first give it a MAC address of its own: \(function) mac MAC")
      }
    } else {
      hint.append("first give it GUIDs of its own: \(function) node_guid GUID, and port_guid GUID")
    }
    if let driver = adapter.driver, let address = adapter.pciAddress {
      fix.append("echo \(address) > /sys/bus/pci/drivers/\(driver)/unbind")
      fix.append("echo \(address) > /sys/bus/pci/drivers/\(driver)/bind")
    }
    return (fix, hint)
  }

  /// It is held down by the physical function's policy for it.
  var follow: (fix: [String], hint: [String]) {
    guard let place else {
      return ([], ["\(elsewhere): ip link set dev PF vf N state auto (PF: its physical function's interface)"])
    }
    return (["ip link set dev \(place.netdev) vf \(place.index) state auto"], [])
  }

  /// It gets no LID. Source: linux-rdma/opensm issue 22: the open opensm does not virtualize ports.
  var virtualize: (fix: [String], hint: [String]) {
    let manager =
      "it needs a subnet manager that virtualizes ports: that of NVIDIA's MLNX_OFED or DOCA (virt_enabled 2), UFM, or a "
      + "managed switch; the opensm of Linux distributions cannot"
    guard let place else {
      return (
        [],
        [
          manager,
          "\(elsewhere): check its GUIDs and its state with ip link show dev PF (PF: its physical function's interface)",
        ]
      )
    }
    return (["ip link show dev \(place.netdev)", "rdmactl sm list"], [manager])
  }
}
