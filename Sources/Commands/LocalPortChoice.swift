internal import HostAccess
internal import InfiniBandWire
internal import PortStatus
internal import SubnetManagement
internal import Vocabulary

/// A local InfiniBand port to ask a subnet through.
struct LocalFabricPort {
  /// `mlx5_0`
  let device: String
  let port: Port
  /// The InfiniBand ports of this machine whose GUIDs are known.
  let identities: [LocalPortIdentity]

  /// `mlx5_0/1`
  var name: String { "\(device)/\(port.number)" }
  /// GUIDs of all InfiniBand ports of this machine.
  var localGUIDs: Set<GUID> { Set(identities.map(\.guid)) }
}

/// What the user said of the port to use, and what that means here.
struct LocalPortChoice {
  var name: String?
  var adapter: String?
  var port: Int?

  /// Without a name the first port that is active, else the first that has a link.
  ///
  /// - Throws: `NameFailure`, `NoDevice`, ``LocalPortFailure``.
  func resolve(on host: Host) throws -> LocalFabricPort {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    guard inventory.adapters.contains(where: { $0.name != nil }) else { throw NoDevice(inventory) }
    let named = try candidates(in: inventory).filter { port == nil || $0.port.number == port }
    let usable = named.filter { $0.port.linkLayer != .ethernet }
    if let best = best(of: usable) { return best }
    guard let name = name ?? adapter else {
      throw usable.isEmpty ? LocalPortFailure.noInfiniBand(port: port) : .allDown(usable.map(\.name))
    }
    if let port = usable.first { throw LocalPortFailure.down(port.name) }
    throw named.first.map { LocalPortFailure.ethernet($0.name) } ?? .noSuchPort(name, port: port)
  }

  /// Every InfiniBand port that is meant, down or not.
  ///
  /// - Throws: `NameFailure`, `NoDevice`, ``LocalPortFailure``.
  func all(on host: Host) throws -> [LocalFabricPort] {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    guard inventory.adapters.contains(where: { $0.name != nil }) else { throw NoDevice(inventory) }
    let named = try candidates(in: inventory)
    let usable = named.filter { $0.port.linkLayer != .ethernet }
    guard usable.isEmpty else { return usable.filter { $0.port.isUp } + usable.filter { !$0.port.isUp } }
    guard let name else { throw LocalPortFailure.noInfiniBand(port: nil) }
    throw named.first.map { LocalPortFailure.ethernet($0.name) } ?? .noSuchPort(name, port: nil)
  }

  private func best(of ports: [LocalFabricPort]) -> LocalFabricPort? {
    ports.first { $0.port.state == .active } ?? ports.first { $0.port.isUp }
  }

  private func candidates(in inventory: Inventory) throws -> [LocalFabricPort] {
    guard let name = name ?? adapter else {
      return inventory.devices.flatMap { adapter in ports(of: adapter, in: inventory) }
    }
    let selection = try inventory.resolve(name)
    return ports(of: inventory.adapters[selection.adapter], in: inventory)
      .filter { selection.port == nil || $0.port.number == selection.port }
  }

  private func ports(of adapter: Adapter, in inventory: Inventory) -> [LocalFabricPort] {
    let all = inventory.devices.flatMap { adapter in
      adapter.ports.filter { $0.linkLayer != .ethernet }.compactMap { port in
        port.guid.map {
          LocalPortIdentity(
            name: "\(adapter.label)/\(port.number)", device: adapter.label, port: port.number, guid: $0)
        }
      }
    }
    guard let device = adapter.name else { return [] }
    return adapter.ports.map { LocalFabricPort(device: device, port: $0, identities: all) }
  }
}

/// No local port can be used.
enum LocalPortFailure: Failure, Equatable {
  case noSuchPort(String, port: Int?)
  case ethernet(String)
  case noInfiniBand(port: Int?)
  case allDown([String])
  case down(String)
  case noGUID(String)

  var id: String {
    switch self {
    case .noSuchPort: "fabric.no_such_port"
    case .ethernet: "fabric.ethernet"
    case .noInfiniBand: "fabric.no_infiniband"
    case .allDown, .down: "fabric.no_link"
    case .noGUID: "fabric.no_guid"
    }
  }

  var subject: String? {
    switch self {
    case .noSuchPort(let name, _), .ethernet(let name), .down(let name), .noGUID(let name): name
    case .noInfiniBand, .allDown: nil
    }
  }

  var message: String {
    switch self {
    case .noSuchPort(_, let port?): "no port \(port) on this adapter"
    case .noSuchPort(_, nil): "no RDMA port: no driver has created an RDMA device for this adapter"
    case .ethernet: "this is an Ethernet port (RoCE): it has no subnet manager"
    case .noInfiniBand(nil): "this machine has no InfiniBand port"
    case .noInfiniBand(let port?): "this machine has no InfiniBand port with the number \(port)"
    case .allDown(let names): "no InfiniBand port has a link: \(names.joined(separator: ", "))"
    case .noGUID: "cannot read the port GUID, which opensm needs"
    case .down: "the port has no link, so it reaches no subnet"
    }
  }

  var fix: [String] {
    switch self {
    case .noSuchPort(let name, _), .ethernet(let name), .down(let name), .noGUID(let name):
      ["rdmactl status \(ShellWord.quoted(name))"]
    case .noInfiniBand, .allDown: ["rdmactl status"]
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .noSuchPort, .noInfiniBand, .allDown: .notFound
    case .ethernet: .unsupported
    case .down, .noGUID: .failed
    }
  }
}
