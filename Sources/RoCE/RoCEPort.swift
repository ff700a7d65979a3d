package import HostAccess
package import PortStatus

/// What decides how RoCE fares on a port of this host.
package struct RoCEPort: Sendable, Equatable {
  package struct VLAN: Sendable, Equatable {
    package var name: String
    /// The priority in the tag for each priority of a packet that is not 0.
    package var egress: [Int: Int]
  }

  package var adapter: String
  package var number: Int
  package var netdev: String?
  package var mtu: Int?
  /// The VLAN interfaces that stand on it.
  package var vlans: [VLAN] = []
  package var bridging: DCBState?
  /// Why ``bridging`` is not known, as half a sentence.
  package var bridgingFailure: String?
  /// Link-level flow control.
  package var pause: (receive: Bool, send: Bool)?
  package var manager: ManagerDefaults?
  package var managerFailure: String?
  /// Priorities on which this host reacts to marked packets and to notifications (DCQCN), where the driver shows them.
  package var notifies: Set<Int>?
  package var reacts: Set<Int>?
  /// `net.ipv4.tcp_ecn`
  package var tcpECN: Int?

  package init(adapter: String, number: Int) {
    self.adapter = adapter
    self.number = number
  }

  package var place: String { "\(adapter)/\(number)" }

  package static func == (left: Self, right: Self) -> Bool {
    left.place == right.place && left.bridging == right.bridging && left.manager == right.manager
  }

  /// The payload of a RoCE packet that the interface's MTU leaves room for.
  /// Source: iboe_get_mtu() of the kernel's rdma/ib_addr.h: 96 bytes of headers at most.
  package var packetMTU: Int? {
    mtu.flatMap { mtu in [4096, 2048, 1024, 512, 256].first { $0 <= mtu - 96 } }
  }

  /// The DSCP and ECN bits that a connection of rdma_cm has where its program sets none.
  package var typeOfService: Int { manager?.typeOfService ?? 0 }

  /// The priority that such a packet travels with, and by what it gets it.
  package var chain: (priority: Int, by: String) { chain(typeOfService) }

  package func chain(_ type: Int) -> (priority: Int, by: String) {
    let dscp = type >> 2
    if let bridging, bridging.trustsDSCP {
      return bridging.priorities[dscp].map { ($0, "DSCP \(dscp)") } ?? (0, "DSCP \(dscp), which is not in the map")
    }
    // Source: ip_tos2prio of net/ipv4/route.c, iboe_tos_to_sl() of core/cma.c.
    let packet = [0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4][(type & 0x1e) >> 1]
    guard let vlan = vlans.first else { return (0, "no VLAN tag") }
    return (vlan.egress[packet] ?? 0, "the tag of \(vlan.name), packet priority \(packet)")
  }
}

/// Reads the RoCE ports of a machine.
package struct RoCEReader {
  private let host: Host

  package init(host: Host) { self.host = host }

  /// - Parameter inventory: limited to the ports that are meant.
  package func ports(of inventory: Inventory) -> [RoCEPort] {
    inventory.devices.flatMap { adapter in
      adapter.ports.filter { $0.fabric(of: adapter) == "RoCE" }.map { read($0, of: adapter) }
    }
  }

  private func read(_ port: Port, of adapter: Adapter) -> RoCEPort {
    var result = RoCEPort(adapter: adapter.label, number: port.number)
    if let netdev = port.netdevs.first(where: { $0.isHere != false }) {
      result.netdev = netdev.name
      result.mtu = netdev.mtu
      readBridging(netdev.name, &result)
      readPause(netdev.name, &result)
      result.vlans = vlans(on: netdev.name)
      result.notifies = priorities("/sys/class/net/\(netdev.name)/ecn/roce_np/enable")
      result.reacts = priorities("/sys/class/net/\(netdev.name)/ecn/roce_rp/enable")
    }
    let directory = ManagerDirectory(host: host, adapter: adapter.label)
    do { result.manager = try directory.open { directory.read(port: port.number) } } catch {
      result.managerFailure = (error as? NetworkFailure)?.explanation ?? "\(error)"
    }
    result.tcpECN = (try? host.files.text("/proc/sys/net/ipv4/tcp_ecn")).flatMap { Int($0) }
    return result
  }

  private func readBridging(_ netdev: String, _ port: inout RoCEPort) {
    do {
      port.bridging = DCBMessage.state(try host.network.ask(DCBMessage.question(netdev)))
      if port.bridging == nil { port.bridgingFailure = "the driver of \(netdev) answers nothing" }
    } catch {
      switch error {
      case .refused(let refusal) where refusal.isUnsupported:
        port.bridgingFailure = "the driver of \(netdev) has no data center bridging"
      default: port.bridgingFailure = error.explanation
      }
    }
  }

  /// ETHTOOL_GPAUSEPARAM: command, autoneg, rx_pause, tx_pause. Source: `linux/ethtool.h`.
  private func readPause(_ netdev: String, _ port: inout RoCEPort) {
    guard let bytes = try? host.network.ethtool(netdev, [0x12, 0, 0, 0] + [UInt8](repeating: 0, count: 12)),
      bytes.count == 16
    else { return }
    port.pause = (bytes[8] != 0, bytes[12] != 0)
  }

  /// Source: the kernel's net/8021q/vlanproc.c.
  private func vlans(on netdev: String) -> [RoCEPort.VLAN] {
    let names = (try? host.files.list("/proc/net/vlan"))?.filter { $0 != "config" } ?? []
    return names.compactMap { name in
      guard let lines = try? host.files.lines("/proc/net/vlan/\(name)"),
        lines.contains(where: { $0.hasPrefix("Device:") && $0.split(separator: " ").last.map(String.init) == netdev })
      else { return nil }
      var vlan = RoCEPort.VLAN(name: name, egress: [:])
      for pair in lines.first(where: { $0.contains("EGRESS priority mappings:") })?.split(separator: " ") ?? [] {
        let numbers = pair.split(separator: ":").map { Int($0) }
        if numbers.count == 2, let from = numbers[0], let to = numbers[1] { vlan.egress[from] = to }
      }
      return vlan
    }
  }

  /// A file for each priority, 0 or 1: the driver of MLNX_OFED and DOCA.
  private func priorities(_ directory: String) -> Set<Int>? {
    guard let files = try? host.files.texts(in: directory) else { return nil }
    return Set(files.compactMap { $0.value == "1" ? Int($0.key) : nil })
  }
}
