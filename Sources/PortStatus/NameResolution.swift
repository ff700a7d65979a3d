internal import AdapterChips
public import Vocabulary

/// A device or port that a user named.
public struct Selection: Sendable, Equatable {
  /// Position in `Inventory.adapters`.
  public let adapter: Int
  /// `nil`: all of the adapter.
  public let port: Int?
}

/// A name that matches no device, or several.
public enum NameFailure: Failure, Equatable {
  case unknown(String, known: [String])
  /// The adapter is there and has other ports.
  case noSuchPort(String, adapter: String, ports: [Int])
  case ambiguous(String, candidates: [String])

  public var id: String {
    switch self {
    case .unknown, .noSuchPort: "name.unknown"
    case .ambiguous: "name.ambiguous"
    }
  }

  public var subject: String? {
    switch self {
    case .unknown(let name, _), .noSuchPort(let name, _, _), .ambiguous(let name, _): name
    }
  }

  public var message: String {
    switch self {
    case .unknown(_, let known):
      "no adapter, port or interface of this name"
        + (known.isEmpty ? "" : "; known names: " + known.joined(separator: ", "))
    case .noSuchPort(_, let adapter, let ports):
      "\(adapter) has no such port; it has "
        + (ports.isEmpty ? "none" : ports.map { "\(adapter)/\($0)" }.joined(separator: ", "))
    case .ambiguous(_, let candidates): "the name is ambiguous: " + candidates.joined(separator: ", ")
    }
  }

  public var fix: [String] {
    switch self {
    case .unknown: ["rdmactl status"]
    case .noSuchPort(_, let adapter, _): ["rdmactl status \(adapter)"]
    case .ambiguous(_, let candidates): candidates.map { "rdmactl status \($0)" }
    }
  }

  public var exitStatus: ExitStatus { .notFound }
}

extension Inventory {
  /// What a name means: RDMA name, `name/port` or `name:port`, network interface (also one on a port's interface: an IPoIB
  /// child, a VLAN), PCI address with or without domain, node or port GUID, MAC or IPoIB address, GID, IP address, or flint's
  /// `mt4119_pciconf0` and `mt25418_pci_cr0`.
  public func resolve(_ name: String) throws(NameFailure) -> Selection {
    let found = selections(for: name)
    guard let first = found.first else {
      if let split = Self.split(name), case let adapters = wholeAdapters(named: split.adapter), adapters.count == 1 {
        let adapter = self.adapters[adapters[0].adapter]
        throw .noSuchPort(name, adapter: adapter.label, ports: adapter.ports.map(\.number))
      }
      throw .unknown(name, known: adapters.map(\.label))
    }
    guard found.count == 1 else { throw .ambiguous(name, candidates: found.map { label($0, besides: name) }) }
    return first
  }

  /// Everything that has a name. An adapter and its own port's interface of the same name are one.
  func selections(for name: String) -> [Selection] {
    let whole = wholeAdapters(named: name)
    let ports = ports(named: name).filter { port in !whole.contains { $0.adapter == port.adapter } }
    if !whole.isEmpty || !ports.isEmpty { return whole + ports }
    if let split = Self.split(name) {
      let found = wholeAdapters(named: split.adapter).compactMap { selection in
        adapters[selection.adapter].ports.contains { $0.number == split.port }
          ? Selection(adapter: selection.adapter, port: split.port) : nil
      }
      if !found.isEmpty { return found }
    }
    switch otherNames[name] {
    case .interface(let interface): return self.ports(named: interface)
    case .gid(let device, let port):
      return wholeAdapters(named: device).map { Selection(adapter: $0.adapter, port: port) }
    case nil: return []
    }
  }

  /// `mlx5_0/1`, `mlx5_0:1`
  private static func split(_ name: String) -> (adapter: String, port: Int)? {
    guard let at = name.lastIndex(where: { $0 == "/" || $0 == ":" }), let number = Int(name[name.index(after: at)...])
    else { return nil }
    return (String(name[..<at]), number)
  }

  /// The inventory with only the named adapters and ports in it; every name must mean something.
  public func limited(to names: [String]) throws(NameFailure) -> Inventory {
    guard !names.isEmpty else { return self }
    var selections: [Selection] = []
    for name in names { selections.append(try resolve(name)) }
    var result = self
    result.adapters = adapters.indices.compactMap { index in
      let mine = selections.filter { $0.adapter == index }
      guard !mine.isEmpty else { return nil }
      var adapter = adapters[index]
      if !mine.contains(where: { $0.port == nil }) {
        adapter.ports = adapter.ports.filter { port in mine.contains { $0.port == port.number } }
      }
      return adapter
    }
    let kept = Set(result.adapters.map(\.label))
    let others = Set(adapters.map(\.label)).subtracting(kept)
    result.notes = notes.filter { !others.contains(String($0.subject.split(separator: "/").first ?? "")) }
    return result
  }

  /// A name that leads to nothing else: where the adapter's own is the ambiguous one, its address.
  private func label(_ selection: Selection, besides name: String) -> String {
    let adapter = adapters[selection.adapter]
    let label = adapter.name == name ? adapter.pciAddress?.description ?? adapter.label : adapter.label
    return label + (selection.port.map { "/\($0)" } ?? "")
  }

  private func wholeAdapters(named name: String) -> [Selection] {
    let address = PCIAddress(name)
    let guid = GUID(name)
    let flint = FlintName(name)
    return adapters.indices.filter { index in
      let adapter = adapters[index]
      return adapter.name == name || (address != nil && adapter.pciAddress == address && !adapter.isPlanarManagement)
        || (guid != nil && adapter.nodeGUID == guid && guid?.rawValue != 0)
        || (flint != nil && flint?.address(in: adapters) == adapter.pciAddress && adapter.pciAddress != nil)
    }.map { Selection(adapter: $0, port: nil) }
  }

  private func ports(named name: String) -> [Selection] {
    let guid = GUID(name)
    let mac = MACAddress(name)
    let long = Self.longAddress(name)
    return adapters.indices.flatMap { index in
      adapters[index].ports.filter { port in
        (guid != nil && port.guid == guid)
          || port.netdevs.contains { netdev in
            netdev.name == name || (mac != nil && netdev.mac == mac) || (long != nil && netdev.ipoibAddress == long)
          }
      }.map { Selection(adapter: index, port: $0.number) }
    }
  }

  /// The 20 bytes of an IPoIB interface, as `ip link` prints them.
  private static func longAddress(_ text: String) -> [UInt8]? {
    let bytes = text.split(separator: ":").map { $0.utf8.count == 2 ? UInt8($0, radix: 16) : nil }
    return bytes.count == 20 && !bytes.contains(nil) ? bytes.compactMap { $0 } : nil
  }
}

/// The name that mst and flint give a device: `mt` and the PCI device id in decimal, the way of access, the number of
/// the card among those with the same id, and after a point the PCI function. Source:
/// PortFacts.md#names-of-mst-and-flint.
struct FlintName: Equatable {
  let device: UInt16
  let card: Int
  let function: UInt8

  init?(_ text: String) {
    // As a file of the driver that mst brings, too: /dev/mst/mt4119_pciconf0.
    let name = text.hasPrefix("/dev/mst/") ? text.dropFirst("/dev/mst/".count) : text[...]
    guard name.hasPrefix("mt") else { return nil }
    let parts = name.dropFirst(2).split(separator: "_", maxSplits: 1)
    guard parts.count == 2, let device = UInt16(parts[0]),
      let way = ["pciconf", "pci_cr"].first(where: { parts[1].hasPrefix($0) })
    else { return nil }
    let rest = parts[1].dropFirst(way.count).split(separator: ".", omittingEmptySubsequences: false)
    guard let first = rest.first, let card = Int(first), card >= 0, rest.count <= 2,
      let function = rest.count == 2 ? UInt8(rest[1]) : 0
    else { return nil }
    (self.device, self.card, self.function) = (device, card, function)
  }

  func address(in adapters: [Adapter]) -> PCIAddress? {
    let cards = Self.cards(of: device, in: adapters)
    return cards.indices.contains(card) ? cards[card].first { $0.function == function } : nil
  }

  /// The functions of each card with this id, in the order of the bus.
  fileprivate static func cards(of device: UInt16, in adapters: [Adapter]) -> [[PCIAddress]] {
    let same = adapters.filter { $0.pciID?.device == device && $0.pciID?.vendor == AdapterChip.vendor }
    let addresses = Set(same.compactMap(\.pciAddress)).sorted()
    var cards: [[PCIAddress]] = []
    for address in addresses {
      if let last = cards.last?.last,
        (last.domain, last.bus, last.device) == (address.domain, address.bus, address.device)
      {
        cards[cards.count - 1].append(address)
      } else {
        cards.append([address])
      }
    }
    return cards
  }
}

extension Inventory {
  /// What mst and flint call a function: `mt4119_pciconf0`, `mt25418_pci_cr0`, `mt4119_pciconf0.1`.
  /// - Parameter isMapped: reached through its memory, not through configuration space.
  public func flintName(of address: PCIAddress, isMapped: Bool) -> String? {
    guard let id = adapters.first(where: { $0.pciAddress == address })?.pciID, id.vendor == AdapterChip.vendor,
      let card = FlintName.cards(of: id.device, in: adapters).firstIndex(where: { $0.contains(address) })
    else { return nil }
    return "mt\(id.device)_\(isMapped ? "pci_cr" : "pciconf")\(card)"
      + (address.function > 0 ? ".\(address.function)" : "")
  }
}
