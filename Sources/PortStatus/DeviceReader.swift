internal import AdapterChips
internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

/// Reads one RDMA device from sysfs.
struct DeviceReader {
  private let files: any FileReading
  private let directory: String
  private let name: String
  private let request: InventoryRequest
  private let netdevs: NetdevIndex
  private let statistics: HardwareStatistics?
  private(set) var notes: [Note] = []
  private var unreadable: [UnreadableFile] = []

  init(
    files: any FileReading, name: String, request: InventoryRequest, netdevs: NetdevIndex,
    statistics: HardwareStatistics? = nil
  ) {
    self.files = files
    self.statistics = statistics
    self.netdevs = netdevs
    self.name = name
    self.request = request
    directory = "\(Sysfs.rdma)/\(name)"
  }

  mutating func read() -> Adapter {
    var adapter = Adapter()
    adapter.name = name
    adapter.nodeGUID = essential("node_guid") { GUID($0) }
    adapter.nodeType = essential("node_type") { NodeType(code: Self.code($0) ?? 0) }
    adapter.transport = adapter.nodeType.map(Transport.init)
    adapter.firmwareVersion = optional("fw_ver") { $0 }
    adapter.hcaType = optional("hca_type") { $0 }
    adapter.board = optional("board_id") { $0 }
    if request.detail {
      adapter.systemImageGUID = optional("sys_image_guid") { GUID($0) }
      adapter.hardwareRevision = optional("hw_rev") { $0 }
      adapter.nodeDescription = optional("node_desc") { $0 }
    }
    readBus(into: &adapter)
    readPorts(into: &adapter)
    if var function = adapter.virtualFunction, let address = adapter.pciAddress,
      adapter.nodeGUID?.rawValue == 0 || adapter.ports.contains(where: { !$0.isUp })
    {
      PCIBusReader(files: files).complete(&function, "\(directory)/device", of: address)
      adapter.virtualFunction = function
    }
    adapter.unreadable = unreadable
    return adapter
  }

  private mutating func readBus(into adapter: inout Adapter) {
    let uevent = Uevent(files, of: "\(directory)/device")
    adapter.pciAddress =
      uevent.pciAddress
      ?? (try? files.link("\(directory)/device")).flatMap { PCIAddress($0.split(separator: "/").last ?? "") }
    adapter.driver = uevent.driver
    let bus = PCIBusReader(files: files)
    adapter.pciID = bus.identity("\(directory)/device")
    adapter.model = (adapter.pciID?.known ?? Self.chip(hcaType: adapter.hcaType))?.chip.name
    adapter.psid = adapter.board.flatMap { Self.isPSID($0, of: adapter) ? $0 : nil }
    adapter.vendorID = adapter.pciID.flatMap { VerbsVendor.id(pciVendor: $0.vendor) }
    adapter.partID = adapter.vendorID == nil ? nil : adapter.pciID.map { UInt32($0.device) }
    adapter.numaNode = bus.numaNode("\(directory)/device")
    adapter.virtualFunction = bus.virtualFunction("\(directory)/device")
    if !adapter.isVirtual, let address = adapter.pciAddress {
      adapter.pcie = bus.path("\(directory)/device", of: address)
    }
  }

  private mutating func readPorts(into adapter: inout Adapter) {
    let path = "\(directory)/ports"
    let numbers: [Int]
    do {
      numbers = try files.list(path).compactMap { Int($0) }.sorted()
    } catch {
      unreadable.append(UnreadableFile(path: path, reason: error.explanation))
      return
    }
    adapter.portCount = numbers.count
    let netdevs = NetdevReader(
      files: files, deviceDirectory: directory, address: adapter.pciAddress, byFunction: netdevs,
      detail: request.detail)
    for number in numbers {
      var port = readPort(number, adapter)
      port.netdevs = netdevs.netdevs(of: port, alone: numbers.count == 1)
      port.bondRate = netdevs.bondRate(of: port)
      port.activeLeg = netdevs.activeLeg(of: port)
      adapter.ports.append(port)
    }
  }

  private mutating func readPort(_ number: Int, _ adapter: Adapter) -> Port {
    let path = "ports/\(number)"
    var port = Port(number: number)
    port.state = essential("\(path)/state") { Self.code($0).map(PortState.init(code:)) } ?? .unknown
    port.physicalState = essential("\(path)/phys_state") { Self.code($0).map(PhysicalState.init(code:)) } ?? .unknown
    port.linkLayer = readLinkLayer("\(path)/link_layer", adapter.nodeType)
    if let rate = optional("\(path)/rate", { LinkRate($0) }) {
      (port.rate, port.width, port.speed) = (rate.gigabits, rate.width, rate.speed)
    }
    if !request.forMetrics || port.state != .active {
      port.lid = optional("\(path)/lid") { Sysfs.number($0) }.flatMap(Self.lid)
      port.smLID = optional("\(path)/sm_lid") { Sysfs.number($0) }.flatMap(Self.lid)
    }
    readGIDs(of: &port, transport: adapter.transport, path: path)
    if request.counters {
      readCounters(of: &port, path)
    }
    if request.detail {
      port.smSL = optional("\(path)/sm_sl") { Sysfs.number($0) }
      port.lmc = optional("\(path)/lid_mask_count") { Sysfs.number($0) }
      port.capabilityMask = optional("\(path)/cap_mask") { Sysfs.number($0).flatMap { UInt32(exactly: $0) } }
      port.detail = readTables(path)
    }
    return port
  }

  /// A kernel that tells none knows InfiniBand only; one that tells another than we know is not second-guessed.
  private mutating func readLinkLayer(_ file: String, _ nodeType: NodeType?) -> LinkLayer? {
    var isTold = false
    let layer = optional(file) { text in
      isTold = true
      return Self.linkLayer(text)
    }
    return isTold ? layer : Self.linkLayer(of: nodeType)
  }

  /// GID 0 gives the port GUID; the rest is read only as far as the request and the rules need it.
  private mutating func readGIDs(of port: inout Port, transport: Transport?, path: String) {
    var indexes = [0]
    if request.gids || port.linkLayer == .ethernet {
      guard let names = try? files.list("\(directory)/\(path)/gids") else { return }
      indexes = names.compactMap { Int($0) }.sorted()
    }
    var gids: [GID] = []
    for index in indexes {
      guard let text = optional("\(path)/gids/\(index)", { $0.utf8.count == 39 ? $0 : nil }) else { continue }
      if index == 0 {
        port.guid = GID(index: 0, text: text, type: nil, netdev: nil).interfaceID
        port.guid = port.guid?.rawValue == 0 ? nil : port.guid
      }
      if port.gidTable == nil { port.gidTable = .empty }
      if !GID.isZero(text) {
        if !GID.isLinkLocal(text) {
          port.gidTable = .routable
        } else if port.gidTable == .empty {
          port.gidTable = .linkLocalOnly
        }
        if request.gids { gids.append(gid(index, text, path: path, layer: port.linkLayer, transport)) }
      }
      if !request.gids && (port.gidTable == .routable || port.linkLayer != .ethernet) { return }
    }
    if request.gids { port.gids = gids }
  }

  /// iWARP's are of no type, whatever the kernel calls them.
  private func gid(_ index: Int, _ text: String, path: String, layer: LinkLayer?, _ transport: Transport?) -> GID {
    let isIWARP = transport == .iwarp
    let attributes = "\(directory)/\(path)/gid_attrs"
    let type: GIDType? =
      switch (isIWARP ? nil : layer, try? files.text("\(attributes)/types/\(index)")) {
      case (.infiniband, _): .infiniband
      case (.ethernet, "RoCE v2"?): .roceV2
      case (.ethernet, "IB/RoCE v1"?): .roceV1
      default: nil
      }
    let netdev = try? files.text("\(attributes)/ndevs/\(index)")
    return GID(
      index: index, text: text, type: type, netdev: netdev?.isEmpty == false ? netdev : nil, isIPAddress: !isIWARP)
  }

  private func readTables(_ path: String) -> PortDetail {
    PortDetail(
      pkeyTableLength: (try? files.list("\(directory)/\(path)/pkeys"))?.count,
      gidTableLength: (try? files.list("\(directory)/\(path)/gids"))?.count)
  }

  /// - Returns: `nil` where a port is not InfiniBand's, or has no counters in sysfs.
  mutating func readBriefly() -> Adapter? {
    var adapter = Adapter()
    adapter.name = name
    guard let numbers = try? files.list("\(directory)/ports").compactMap({ Int($0) }).sorted() else { return nil }
    adapter.portCount = numbers.count
    for number in numbers {
      var port = Port(number: number)
      port.linkLayer = readLinkLayer("ports/\(number)/link_layer", nil)
      guard port.linkLayer == .infiniband else { return nil }
      readCounters(of: &port, "ports/\(number)")
      guard port.counters != nil else { return nil }
      adapter.ports.append(port)
    }
    return adapter
  }

  private func readCounters(of port: inout Port, _ path: String) {
    func read(_ name: String) -> [String: UInt64]? {
      guard let texts = try? files.texts(in: "\(directory)/\(path)/\(name)") else { return nil }
      let values = texts.compactMap { name, text in UInt64(text).map { (Self.counter(name), $0) } }
      return Dictionary(values) { first, _ in first }
    }
    port.counters = read("counters")
    port.hardwareCounters = statistics?.counters(of: name, port: port.number) ?? read("hw_counters")
    port.hardwareCounters?["lifespan"] = nil  // how long the kernel keeps them, no counter
  }

  /// The kernel's one name with capitals, in the form of all others.
  private static func counter(_ name: String) -> String { name == "VL15_dropped" ? "vl15_dropped" : name }

  /// A value without which the adapter's answer is not whole.
  private mutating func essential<Value>(_ file: String, _ parse: (String) -> Value?) -> Value? {
    let path = "\(directory)/\(file)"
    do {
      let text = try files.text(path)
      if let value = parse(text) { return value }
      unreadable.append(UnreadableFile(path: path, reason: "holds \"\(text.prefix(40))\""))
    } catch {
      unreadable.append(UnreadableFile(path: path, reason: error.explanation))
    }
    return nil
  }

  /// A value that may be missing; one that is there but makes no sense gets a note.
  private mutating func optional<Value>(_ file: String, _ parse: (String) -> Value?) -> Value? {
    let path = "\(directory)/\(file)"
    do {
      let text = try files.text(path)
      if text.isEmpty { return nil }
      if let value = parse(text) { return value }
      notes.append(Note(subject: name, message: "\(path) holds \"\(text.prefix(40))\""))
    } catch {
      if error.reason != .notFound { notes.append(Note(subject: name, message: "\(path) \(error.explanation)")) }
    }
    return nil
  }

  /// Omni-Path writes "no LID" as 32 ones.
  private static func lid(_ number: Int) -> Int? { number == 0xffff_ffff ? nil : number }

  /// `MT4129`, or `4129` as some releases of mlx5 write it: the PCI device id in decimal.
  private static func chip(hcaType: String?) -> (chip: AdapterChip, role: AdapterChip.Role)? {
    guard let text = hcaType, let device = UInt16(text.hasPrefix("MT") ? text.dropFirst(2) : text[...]) else {
      return nil
    }
    return AdapterChip.find(device: device)
  }

  /// Only Mellanox' boards have a PSID; other drivers put a model's name or a number in the same file. A PSID is 13 to 16
  /// capitals, digits and underscores (`MT_0000000008`, `SM_2091000001000`).
  private static func isPSID(_ text: String, of adapter: Adapter) -> Bool {
    let isMellanox = adapter.pciID.map { $0.vendor == AdapterChip.vendor } ?? (chip(hcaType: adapter.hcaType) != nil)
    return isMellanox && (13...16).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || $0 == 0x5f }
  }

  /// The number before the colon: "4: ACTIVE".
  private static func code(_ text: String) -> Int? {
    text.split(separator: ":", omittingEmptySubsequences: false).first.flatMap { Int($0) }
  }

  private static func linkLayer(_ text: String) -> LinkLayer? {
    switch text {
    case "InfiniBand", "IB": .infiniband
    case "Ethernet": .ethernet
    default: nil
    }
  }

  /// Kernels before 2.6.37 and the simulator have no `link_layer`: they know InfiniBand only, and iWARP is Ethernet.
  private static func linkLayer(of nodeType: NodeType?) -> LinkLayer? {
    switch nodeType {
    case .ca, .switch, .router: .infiniband
    case .rnic: .ethernet
    default: nil
    }
  }
}

/// The text of sysfs' `rate`: "40 Gb/sec (4X QDR)".
struct LinkRate: Equatable {
  let gigabits: Double
  let width: String?
  let speed: String?

  /// Source: InfiniBand specification vol. 1, 14.2.5.6 (LinkWidthActive).
  private static let widths: Set = ["1x", "2x", "4x", "8x", "12x"]

  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count >= 2, words[1] == "Gb/sec", let gigabits = Double(words[0]), gigabits >= 0, gigabits < 1e6
    else { return nil }
    self.gigabits = gigabits
    let rest = words.dropFirst(2).joined(separator: " ")
    guard rest.hasPrefix("("), rest.hasSuffix(")") else {
      (width, speed) = (nil, nil)
      return
    }
    let inner = rest.dropFirst().dropLast().split(separator: " ").map { $0.lowercased() }
    width = inner.first.flatMap { Self.widths.contains($0) ? $0 : nil }
    // Older kernels, and the simulator, name no speed for SDR.
    speed =
      inner.count > 1
      ? inner[1] : width.flatMap { Double($0.dropLast()) }.flatMap { $0 * 2.5 == gigabits ? "sdr" : nil }
  }
}
