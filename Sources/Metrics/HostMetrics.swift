internal import Counters
internal import InfiniBandWire
package import PortStatus
package import Vocabulary

/// The metrics of a machine: values carry the labels `device` and `port` only, names stand in info metrics, so that a new
/// firmware or cable does not start new series.
package struct HostMetrics: Sendable {
  private let inventory: Inventory
  private let problems: [Problem]
  private let version: String
  private let seconds: Double

  /// - Parameters:
  ///   - inventory: read with counters.
  ///   - problems: what was found wrong with it.
  ///   - seconds: how long the reading took.
  package init(_ inventory: Inventory, problems: [Problem], version: String, seconds: Double) {
    self.inventory = inventory
    self.problems = problems
    self.version = version
    self.seconds = seconds
  }

  package func text(_ format: Exposition.Format) -> [UInt8] {
    var text = Exposition(format, reserving: 64 << 10)
    for family in families { text.add(family) }
    return text.finish()
  }

  /// Whether every device could be read.
  private var isComplete: Bool {
    inventory.machine.rdmaClassFailure == nil && inventory.adapters.allSatisfy { $0.unreadable.isEmpty }
  }

  private var ports: [(labels: [MetricLabel], adapter: Adapter, port: Port)] {
    inventory.devices.flatMap { adapter in
      adapter.ports.map { (Self.labels(adapter, $0), adapter, $0) }
    }
  }

  private static func labels(_ adapter: Adapter, _ port: Port) -> [MetricLabel] {
    [MetricLabel("device", adapter.label), MetricLabel("port", String(port.number))]
  }

  package var families: [MetricFamily] { ownFamilies + deviceFamilies + portFamilies + counterFamilies }

  // MARK: What is told of the reading

  private var ownFamilies: [MetricFamily] {
    var build = MetricFamily("rdma_build", .info, help: "The program that wrote this.")
    build.add([MetricLabel("version", version)], .whole(1))
    var success = MetricFamily("rdma_scrape_success", help: "Whether every RDMA device could be read.")
    success.add([], MetricValue(isComplete))
    var duration = MetricFamily("rdma_scrape", unit: "seconds", help: "How long the reading took.")
    duration.add([], seconds)
    var found = MetricFamily("rdma_problem", help: "A problem that rdmactl status reports; see rdmactl explain ID.")
    var told: Set<String> = []
    for problem in problems where told.insert("\(problem.id) \(problem.subject)").inserted {
      found.add(
        [
          MetricLabel("id", problem.id), MetricLabel("severity", problem.severity.rawValue),
          MetricLabel("subject", problem.subject),
        ], .whole(1))
    }
    return [build, success, duration, found]
  }

  // MARK: Devices

  private var deviceFamilies: [MetricFamily] {
    var names = MetricFamily("rdma_device", .info, help: "An RDMA device.")
    var width = MetricFamily("rdma_device_pcie_lanes", help: "Lanes of the PCI Express link of the device.")
    var widest = MetricFamily("rdma_device_pcie_maximum_lanes", help: "Lanes that the device could use.")
    var rate = MetricFamily(
      "rdma_device_pcie", unit: "bytes_per_second", help: "What the PCI Express link of the device can carry now.")
    var most = MetricFamily(
      "rdma_device_pcie_maximum", unit: "bytes_per_second", help: "What the device's side of the link could carry.")
    for adapter in inventory.devices {
      let device = [MetricLabel("device", adapter.label)]
      names.add(
        device
          + MetricLabel.known([
            "board": adapter.psid ?? adapter.board, "driver": adapter.driver,
            "firmware_version": adapter.firmwareVersion, "hca_type": adapter.hcaType, "model": adapter.model,
            "node_guid": adapter.nodeGUID?.description, "pci_address": adapter.pciAddress?.description,
          ]), .whole(1))
      width.add(device, adapter.pcie.map { UInt64($0.current.width) })
      widest.add(device, adapter.pcie.map { UInt64($0.maximum.width) })
      rate.add(device, adapter.pcie.map { Self.bytes(gigabits: $0.current.bandwidth) })
      most.add(device, adapter.pcie.map { Self.bytes(gigabits: $0.maximum.bandwidth) })
    }
    return [names, width, widest, rate, most]
  }

  /// Gb/s in bytes a second.
  private static func bytes(gigabits: Double) -> Double { (gigabits * 1e9 / 8).rounded() }

  // MARK: Ports

  private var portFamilies: [MetricFamily] {
    var names = MetricFamily("rdma_port", .info, help: "A port of an RDMA device.")
    var active = MetricFamily("rdma_port_active", help: "Whether the port is active.")
    var state = MetricFamily("rdma_port_state_code", help: "State: 1 down, 2 init, 3 armed, 4 active, 5 active_defer.")
    var physical = MetricFamily(
      "rdma_port_physical_state_code",
      help: "Physical state: 1 sleep, 2 polling, 3 disabled, 4 training, 5 link_up, 6 recovery, 7 test.")
    var states = MetricFamily("rdma_port_state", .stateset, help: "State of the port.")
    var rate = MetricFamily("rdma_port_rate", unit: "bytes_per_second", help: "Nominal rate of the link.")
    for (labels, adapter, port) in ports {
      let isDown = port.state == .down
      names.add(
        labels
          + MetricLabel.known([
            "link_layer": port.linkLayer?.rawValue, "transport": port.fabric(of: adapter),
            "netdev": port.netdevs.first { $0.isHere != false }?.name, "port_guid": port.guid?.description,
            "speed": isDown ? nil : port.speed, "width": isDown ? nil : port.width,
          ]), .whole(1))
      active.add(labels, MetricValue(port.state == .active))
      state.add(labels, port.state == .unknown ? nil : UInt64(port.state.code))
      physical.add(labels, port.physicalState == .unknown ? nil : UInt64(port.physicalState.code))
      for name in PortState.allCases {
        states.add(labels + [MetricLabel("rdma_port_state", name.rawValue)], MetricValue(port.state == name))
      }
      rate.add(labels, isDown ? nil : port.rate.map(Self.bytes))
    }
    return [names, active, state, states, physical, rate]
  }

  // MARK: Counters

  private var counterFamilies: [MetricFamily] {
    var families: [String: MetricFamily] = [:]
    for (labels, _, port) in ports {
      let own = (port.counters ?? [:]).map { (CounterName($0.key, ofDriver: false), $0.value) }
      let driver = (port.hardwareCounters ?? [:]).map { (CounterName($0.key, ofDriver: true), $0.value) }
      for (name, value) in own + driver {
        families[name.metric, default: name.family].add(labels, value &* name.factor)
      }
    }
    return families.sorted { $0.key < $1.key }.map(\.value)
  }
}
