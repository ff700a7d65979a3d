internal import BinaryLayout
public import HostAccess
internal import InfiniBandWire
public import Vocabulary

/// The adapters of a machine and what can be told of the machine itself.
public struct Inventory: Sendable, Equatable {
  public var adapters: [Adapter] = []
  public var notes: [Note] = []
  public var machine = Machine()
  /// Names that lead to a port by way of something else: `ib0.8001` → `ib0`.
  var otherNames: [String: OtherName] = [:]

  /// Facts that decide why something is missing.
  public struct Machine: Sendable, Equatable {
    /// `/sys/class/infiniband` is there.
    public var hasRDMAClass = false
    /// Why `/sys/class/infiniband` could not be listed although it is there.
    public var rdmaClassFailure: FileError?
    /// ib_umad is loaded.
    public var hasManagementClass = false
    /// Verbs devices are in sysfs but their nodes are not in /dev: a container without them.
    public var lacksDeviceNodes = false
    /// Each network name space has RDMA devices of its own (`rdma system`), where it had to be asked.
    public var hasExclusiveNamespaces = false
    /// Bytes that this user may lock, where the limit applies; `nil` for no limit, or when it was not asked for.
    public var lockableMemory: UInt64?
    /// The IPv4 subnets that each interface has an address in, where more than one interface is a port's.
    public var subnets: [String: Set<String>] = [:]
    /// RDMA modules of the kernel and of another package, where such a package is loaded.
    public var kernelModules: [String] = []
    public var foreignModules: [String] = []
    var toolbox = Toolbox()
  }

  /// Adapters that are RDMA devices and count as such.
  public var devices: [Adapter] { shown.filter { $0.name != nil } }

  /// All but planar management devices, which stand beside an adapter that is here; one that was named is shown.
  public var shown: [Adapter] {
    let adapters = self.adapters.filter { !$0.isPlanarManagement }
    return adapters.isEmpty ? self.adapters : adapters
  }
}

/// How much of a machine is to be read. Each costs something.
public struct InventoryRequest: Sendable {
  /// Every GID, not only whether a routable one is there.
  public var gids: Bool
  public var counters: Bool
  /// What a table has no room for, and what verbs, the port's management agent and PCI configuration space know: system
  /// image GUID, hardware revision, SL, LMC, capabilities, limits, MTUs, vendor ids, MSI-X.
  public var detail: Bool
  /// For `rdmactl counters`, which reads a machine again and again: the driver's counters are asked by netlink, and where no
  /// name has to be found, nothing else is read of an InfiniBand port.
  public var forCounters: Bool
  /// For `rdmactl metrics`, which runs every few seconds: the driver's counters are asked by netlink, and LIDs are read
  /// only where a port is not active.
  public var forMetrics: Bool
  /// What the user named: what stands for a port only by way of another interface, an address or a GID is looked up.
  public var names: [String]

  public init(
    gids: Bool = false, counters: Bool = false, detail: Bool = false, forCounters: Bool = false,
    forMetrics: Bool = false,
    names: [String] = []
  ) {
    self.names = names
    self.forCounters = forCounters
    self.gids = gids
    self.forMetrics = forMetrics
    self.counters = counters || forCounters || forMetrics
    self.detail = detail
  }
}

/// Reads a machine: sysfs for what it has, verbs, the management agent and libpci for the rest.
public final class InventoryReader {
  private let host: Host
  private let agents: LocalAgents
  /// Names from the PCI id list, `nil` for those it does not know: to look one up reads the whole list.
  private var listedNames: [PCIIdentity: String?] = [:]
  /// Ports whose agents did not answer: for them sysfs has to do.
  private var silent: Set<String> = []

  public init(host: Host) {
    self.host = host
    agents = LocalAgents(host.management)
  }

  /// Never fails: what cannot be read becomes `nil`, a note, or an entry of `Adapter.unreadable`.
  public func read(_ request: InventoryRequest) -> Inventory {
    var inventory = Inventory()
    let names: [String]
    do {
      names = try host.files.list(Sysfs.rdma)
      inventory.machine.hasRDMAClass = true
    } catch {
      names = []
      if error.reason != .notFound {
        inventory.machine.rdmaClassFailure = error
      }
    }
    let statistics = request.forCounters || request.forMetrics ? HardwareStatistics(host.network) : nil
    if let statistics, request.forCounters, request.names.isEmpty, let brief = brief(names, statistics) { return brief }
    inventory.machine.hasManagementClass = host.files.directoryExists(Sysfs.management)
    inventory.machine.lacksDeviceNodes = lacksDeviceNodes()

    var details = DetailReader(host: host, agents: agents)
    let netdevs = NetdevIndex(files: host.files)
    for name in names.sorted(by: naturalOrder) {
      var device = DeviceReader(
        files: host.files, name: name, request: request, netdevs: netdevs, statistics: statistics)
      var adapter = device.read()
      if adapter.model == nil { adapter.model = listedName(of: adapter.pciID) }
      if request.counters { details.countWithAgent(&adapter) }
      if !request.forMetrics { details.examineLanes(&adapter, all: request.detail) }
      inventory.adapters.append(adapter)
      inventory.notes += device.notes
    }
    hideForeignInterfaces(of: &inventory)
    if request.detail { details.complete(&inventory.adapters) }
    inventory.notes += details.notes
    // Which cards have no device can be told only by one who sees the devices.
    if inventory.machine.rdmaClassFailure == nil {
      inventory.adapters += PCIBusReader(files: host.files).adapters(besides: inventory.adapters)
    }
    let machine = MachineReader(host: host)
    if inventory.machine.hasRDMAClass, inventory.adapters.contains(where: { $0.name == nil }) || names.isEmpty {
      inventory.machine.hasExclusiveNamespaces = machine.hasExclusiveNamespaces
    }
    if request.detail { inventory.machine.lockableMemory = machine.lockableMemory }
    let interfaces = Set(inventory.devices.flatMap(\.ports).flatMap(\.netdevs).map(\.name))
    if interfaces.count > 1 { inventory.machine.subnets = machine.subnets(of: interfaces) }
    (inventory.machine.kernelModules, inventory.machine.foreignModules) = machine.modules
    inventory.machine.toolbox = Toolbox(host)
    inventory.otherNames = NameFinder(host: host).find(request.names, in: inventory)
    return inventory
  }

  /// The counters of a machine all of whose ports are InfiniBand's.
  private func brief(_ names: [String], _ statistics: HardwareStatistics) -> Inventory? {
    var inventory = Inventory()
    inventory.machine.hasRDMAClass = true
    for name in names.sorted(by: naturalOrder) {
      var device = DeviceReader(
        files: host.files, name: name, request: InventoryRequest(forCounters: true),
        netdevs: NetdevIndex(files: host.files), statistics: statistics)
      guard let adapter = device.readBriefly() else { return nil }
      inventory.adapters.append(adapter)
      inventory.notes += device.notes
    }
    return inventory.devices.isEmpty ? nil : inventory
  }

  /// The device's own directory names interfaces of the name space that `/sys` shows: not always the one we are in.
  private func hideForeignInterfaces(of inventory: inout Inventory) {
    func named(_ adapter: Adapter) -> Bool { adapter.ports.contains { !$0.netdevs.isEmpty } }
    guard inventory.adapters.contains(where: named), host.network.namespace?.ownsSysfs == false else { return }
    for index in inventory.adapters.indices where named(inventory.adapters[index]) {
      for port in inventory.adapters[index].ports.indices { inventory.adapters[index].ports[port].netdevs = [] }
      inventory.notes.append(
        Note(
          subject: inventory.adapters[index].label,
          message: "network interfaces are unknown: \(NetworkNamespace.foreign)"))
    }
  }

  /// Puts the present state, LIDs and LMC in the InfiniBand ports whose agents may be asked, for those who wait and watch.
  ///
  /// On a real kernel sysfs says the same; the simulator's sysfs is a picture taken when the process began.
  public func refresh(_ inventory: inout Inventory) {
    for index in inventory.adapters.indices {
      guard let name = inventory.adapters[index].name else { continue }
      for position in inventory.adapters[index].ports.indices
      where inventory.adapters[index].ports[position].linkLayer == .infiniband {
        refresh(&inventory.adapters[index].ports[position], of: name)
      }
    }
  }

  /// Asks the subnet manager of each configured InfiniBand port whether it is alive.
  public func askManagers(_ inventory: inout Inventory) {
    for index in inventory.adapters.indices {
      guard let name = inventory.adapters[index].name else { continue }
      for position in inventory.adapters[index].ports.indices {
        let port = inventory.adapters[index].ports[position]
        guard port.linkLayer == .infiniband, let lid = port.smLID, lid != 0 else { continue }
        let agent = try? LocalAgent(
          host.management, device: name, port: port.number, classes: [.subnetLIDRouted])
        inventory.adapters[index].ports[position].managerAnswers = agent.map { $0.managerAnswers(lid: lid) }
      }
    }
  }

  private func refresh(_ port: inout Port, of device: String) {
    let key = "\(device)/\(port.number)"
    guard !silent.contains(key) else { return }
    do {
      let info = try agents.agent(of: device, port: port.number).portInfo(port.number)
      port.state = PortState(code: Int(info[PortInfo.Layout.portState]))
      port.physicalState = PhysicalState(code: Int(info[PortInfo.Layout.portPhysicalState]))
      port.lid = Int(info[PortInfo.Layout.lid])
      port.smLID = Int(info[PortInfo.Layout.masterSMLID])
      port.smSL = Int(info[PortInfo.Layout.masterSMSL])
      port.lmc = Int(info[PortInfo.Layout.lmc])
      port.capabilityMask = UInt32(info[PortInfo.Layout.capabilityMask])
    } catch {
      silent.insert(key)
      agents.forget(device, port: port.number)
    }
  }

  /// The name from the PCI id list, shortened to what stands in its brackets: "MT27800 Family [ConnectX-5]".
  private func listedName(of id: PCIIdentity?) -> String? {
    guard let id else { return nil }
    if let known = listedNames[id] { return known }
    let name = host.pci.name(vendor: id.vendor, device: id.device).map(shortened)
    listedNames[id] = .some(name)
    return name
  }

  private func shortened(_ name: String) -> String {
    guard let open = name.lastIndex(of: "["), name.hasSuffix("]") else { return name }
    return String(name[name.index(after: open)...].dropLast())
  }

  private func lacksDeviceNodes() -> Bool {
    guard let verbs = try? host.files.list(Sysfs.verbs), verbs.contains(where: { $0.hasPrefix("uverbs") }),
      host.files.directoryExists("/dev")
    else { return false }
    guard let nodes = try? host.files.list("/dev/infiniband") else { return true }
    return !nodes.contains { $0.hasPrefix("uverbs") }
  }
}

/// Where the kernel keeps things.
enum Sysfs {
  static let rdma = "/sys/class/infiniband"
  static let management = "/sys/class/infiniband_mad"
  static let verbs = "/sys/class/infiniband_verbs"
  static let net = "/sys/class/net"
  static let pci = "/sys/bus/pci/devices"

  /// A number in decimal or, with `0x`, in hexadecimal.
  static func number(_ text: String) -> Int? {
    guard text.hasPrefix("0x") || text.hasPrefix("0X") else { return Int(text) }
    return Int(text.dropFirst(2), radix: 16)
  }
}

/// What the kernel's `uevent` file of a device says, `KEY=value` a line; empty where there is none.
struct Uevent {
  private let lines: [String]

  init(_ files: any FileReading, of directory: String) {
    lines = (try? files.lines("\(directory)/uevent")) ?? []
  }

  private func value(_ key: String) -> String? {
    lines.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  var pciAddress: PCIAddress? { value("PCI_SLOT_NAME").flatMap { PCIAddress($0) } }
  var driver: String? { value("DRIVER") }
  var interface: String? { value("INTERFACE") }
}

/// `mlx5_2` before `mlx5_10`.
func naturalOrder(_ left: String, _ right: String) -> Bool {
  func parts(_ text: String) -> (stem: Substring, number: Int) {
    let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.count
    return (text.dropLast(digits), Int(text.suffix(digits)) ?? -1)
  }
  let (first, second) = (parts(left), parts(right))
  return (first.stem, first.number, left) < (second.stem, second.number, right)
}
