package import Vocabulary

/// What can happen to an adapter, as the kernel tells it. The raw values are stable.
package enum EventKind: String, CaseIterable, Sendable {
  case started = "event.started"
  case startFailed = "event.start_failed"
  case wrongFirmware = "event.firmware_wrong"
  case oldFirmware = "event.firmware_old"
  case reset = "event.reset"
  case resetFailed = "event.reset_failed"
  case stopped = "event.stopped"
  case linkUp = "event.link_up"
  case linkDown = "event.link_down"
  case fewVectors = "event.msix_short"
  case internalError = "event.internal_error"
  case commandLost = "event.command_timeout"
  case moduleError = "event.module_error"
  case lowPower = "event.power_low"
  case hot = "event.temperature_high"
  case transmitStuck = "event.transmit_stuck"
  case portType = "event.port_type"
  case groupRefused = "event.group_refused"
  case reporterError = "event.health_error"
  case nobodyListens = "srp.no_listener"
  case otherController = "srp.wrong_ioc_guid"
  case notAllowed = "srp.not_allowed"
  case alreadyConnected = "srp.already_connected"
  case badParameter = "srp.bad_parameter"

  package var severity: Severity {
    switch self {
    case .started, .stopped, .linkUp: .info
    case .reset, .linkDown, .fewVectors, .moduleError, .lowPower, .portType, .groupRefused, .alreadyConnected:
      .warning
    case .startFailed, .wrongFirmware, .oldFirmware, .resetFailed, .internalError, .commandLost, .hot, .transmitStuck,
      .reporterError, .nobodyListens, .otherController, .notAllowed, .badParameter:
      .error
    }
  }

  /// What has happened, and why, in one sentence without its full stop.
  package var meaning: String {
    switch self {
    case .started: "the driver has started the adapter"
    case .startFailed: "the driver could not start the adapter"
    case .wrongFirmware: "the firmware does not start: the image on the flash is damaged or of another card"
    case .oldFirmware: "the firmware is too old for the driver"
    case .reset: "the driver has reset the adapter after an error"
    case .resetFailed: "the adapter does not come back from a reset; a restart of the machine may be needed"
    case .stopped: "the driver has stopped the adapter"
    case .linkUp: "the link of the port came up"
    case .linkDown: "the link of the port went down: the cable, the port at the other end, or an administrator"
    case .fewVectors: "the adapter got no MSI-X interrupts; the driver works with fewer"
    case .internalError: "the adapter reports an internal error; the driver will reset it"
    case .commandLost: "the firmware did not answer a command"
    case .moduleError: "the module or cable of a port reports an error"
    case .lowPower: "the PCI Express slot supplies less power than the adapter needs"
    case .hot: "the adapter is too hot"
    case .transmitStuck: "a transmit queue stands still"
    case .portType: "the port cannot change between InfiniBand and Ethernet"
    case .groupRefused: "the subnet manager did not let an IPoIB interface join a multicast group"
    case .reporterError: "the driver counts errors of one of its parts (devlink health)"
    case .nobodyListens: "SRP login refused: nobody listens at this address, port or service id"
    case .otherController: "SRP login refused: ioc_guid is not that of the target"
    case .notAllowed: "SRP login refused: the target has no access entry for this initiator"
    case .alreadyConnected: "SRP login refused: this host is already connected to the target port"
    case .badParameter: "SRP login refused: a parameter is unknown or has no value"
    }
  }

  /// The event of the Windows driver that said the same, in its own words; `nil` where there was none.
  /// Source: WinOF VPI 2.1.1.1 readme, section 6.5.
  package var windows: String? {
    let adapter = "Mellanox ConnectX EN 10Gbit Ethernet Adapter"
    return switch self {
    case .started: "\(adapter) <X> has been successfully initialized and enabled."
    case .startFailed: "Failed to initialize \(adapter)."
    case .wrongFirmware: "RUN_FW command failed with error -22"
    case .oldFirmware:
      "Failed to initialize the \(adapter) <X> because it uses old firmware version (<old firmware version>). You need to "
        + "burn firmware version <new firmware version> or higher, and to restart your computer."
    case .reset: "The Mellanox ConnectX EN 10Gbit Ethernet was reset."
    case .resetFailed:
      "Failed to reset the Mellanox ConnectX EN 10Gbit Ethernet NIC. Try disabling then re-enabling the \"Mellanox "
        + "Ethernet Bus Driver\" device via the Windows device manager."
    case .stopped: "\(adapter) <X> has been successfully stopped."
    case .linkUp:
      "\(adapter) <X> device detected that the link connected to port <Y> is up, and has initiated normal operation."
    case .linkDown:
      "\(adapter) <X> device detected that the link connected to port <Y> is down. This can occur if the physical link is "
        + "disconnected or damaged, or if the other end-port is down."
    case .fewVectors:
      "\(adapter) <X> device failed to create enough MSI-X vectors. The Network interface will not use MSI-X interrupts. "
        + "This may affects the performance. To fix the problem, configure the number of MSI-X vectors in the registry to "
        + "be at least <Y>."
    default: nil
    }
  }

  /// Commands for the adapter or interface that the event is about, best first.
  /// - Parameters:
  ///   - name: what rdmactl calls it; `nil` when the log does not say.
  ///   - interface: its network interface, where the log names it.
  package func fix(name: String?, interface: String?) -> [String] {
    let place = (name ?? interface).map { " " + ShellWord.quoted($0) } ?? ""
    let status = "rdmactl status\(place)"
    switch self {
    case .started, .stopped, .linkUp, .reset, .linkDown, .portType: return [status]
    case .startFailed, .resetFailed, .internalError, .commandLost: return [status, "rdmactl fw query\(place)"]
    case .wrongFirmware, .oldFirmware: return ["rdmactl fw query\(place)"]
    case .fewVectors, .transmitStuck:
      return ["rdmactl offload show" + (interface.map { " " + ShellWord.quoted($0) } ?? "")]
    case .moduleError: return [name.map { "rdmactl link show \(ShellWord.quoted($0))" } ?? "rdmactl link show"]
    case .lowPower, .hot: return ["rdmactl status\(place) -v"]
    case .groupRefused:
      return ["rdmactl sm list", "rdmactl igmp show" + (interface.map { " " + ShellWord.quoted($0) } ?? "")]
    case .reporterError: return [status, "devlink health show"]
    case .nobodyListens, .otherController, .notAllowed, .badParameter: return ["rdmactl srp list"]
    case .alreadyConnected: return ["rdmactl srp show"]
    }
  }

  /// Advice that is not a command.
  package var hint: [String] {
    switch self {
    case .wrongFirmware: ["burn an image with the PSID of this board: rdmactl fw burn"]
    case .oldFirmware: ["burn newer firmware: rdmactl fw update"]
    case .fewVectors: ["the limit is in the adapter's configuration or in the platform's interrupt settings"]
    case .lowPower: ["use a slot that supplies 75 W, or set its power limit in the firmware of the machine"]
    case .hot: ["check fans and air flow"]
    case .notAllowed: ["on the target, add an access entry for the initiator port identifier of this host"]
    case .otherController: ["ioc_guid of LIO targets is the node GUID of the target's first RDMA device"]
    case .nobodyListens: ["the target must be running, and for dest= its rdma_cm port must be set"]
    default: []
    }
  }

  package static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }
}
