internal import AdapterChips
public import ArgumentParser
internal import FirmwareFlash
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw list`
public struct FirmwareList: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the adapters and how their registers are accessed.",
    discussion: """
      Examples:
        rdmactl fw list
        rdmactl fw list -v          and why this access method
      """)

  @OptionGroup public var common: CommonOptions

  @Flag(name: .shortAndLong, help: "Show why each access method is used.")
  public var verbose = false

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let entries = Self.adapters(inventory).map { adapter, named in
      FirmwareListAnswer.Entry(adapter, named, in: inventory, host: host)
    }
    if entries.isEmpty { throw NoAdapterToList() }
    try output.show(FirmwareListAnswer(entries: entries, verbose: verbose))
    return .done
  }

  /// The PCI functions whose firmware rdmactl knows, each once.
  static func adapters(_ inventory: Inventory) -> [(adapter: Adapter, named: NamedAdapter)] {
    var found: [(adapter: Adapter, named: NamedAdapter)] = []
    for adapter in inventory.shown where adapter.virtualFunction == nil {
      guard let named = NamedAdapter(adapter), named.identity?.vendor == AdapterChip.vendor,
        !found.contains(where: { $0.named.address == named.address })
      else { continue }
      found.append((adapter, named))
    }
    return found
  }
}

/// No adapter of a kind whose firmware rdmactl knows.
struct NoAdapterToList: Failure {
  let id = "firmware.no_adapter"
  let message = "no Mellanox or NVIDIA adapter found on the PCI bus"
  let subject: String? = nil
  let fix = ["lspci -d 15b3:", "rdmactl sim create lab --profile connectx3"]
  let exitStatus = ExitStatus.notFound
}

/// The answer of `rdmactl fw list`.
struct FirmwareListAnswer: Presentable {
  struct Entry {
    let adapter: Adapter
    let named: NamedAdapter
    /// The way that would be taken, and why.
    let access: ExpectedAccess?
    let flintName: String?

    init(_ adapter: Adapter, _ named: NamedAdapter, in inventory: Inventory, host: Host) {
      self.adapter = adapter
      self.named = named
      access =
        named.role == .virtualFunction
        ? nil : ExpectedAccess(of: named.address, pciDevice: named.identity?.device ?? 0, on: host)
      flintName = inventory.flintName(of: named.address, isMapped: access?.way == .bar)
    }
  }

  struct Payload: Encodable {
    let adapters: [AdapterPayload]
  }

  struct AdapterPayload: Encodable {
    @ExplicitNull var model: String?
    let pciAddress: String
    @ExplicitNull var deviceId: Int?
    @ExplicitNull var mstName: String?
    @ExplicitNull var access: String?
    @ExplicitNull var accessReason: String?
    @ExplicitNull var rdmaName: String?
    let netdevs: [String]
    @ExplicitNull var numaNode: Int?
    @ExplicitNull var firmwareVersion: String?
    @ExplicitNull var psid: String?
    let recovery: Bool
    let virtualFunction: Bool
    /// The device id is in rdmactl's table.
    let known: Bool
  }

  static let schema = "rdmactl.fw.list/1"
  let entries: [Entry]
  let verbose: Bool

  var payload: Payload {
    Payload(
      adapters: entries.map { entry in
        AdapterPayload(
          model: entry.adapter.model, pciAddress: entry.named.address.description,
          deviceId: entry.named.identity.map { Int($0.device) }, mstName: entry.flintName,
          access: entry.access?.way.rawValue, accessReason: entry.reason, rdmaName: entry.adapter.name,
          netdevs: entry.netdevs,
          numaNode: entry.adapter.numaNode, firmwareVersion: entry.adapter.firmwareVersion, psid: entry.adapter.psid,
          recovery: entry.named.role == .flashRecovery, virtualFunction: entry.named.role == .virtualFunction,
          known: entry.named.role != nil)
      })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { entries.map(\.named.label) }

  func write(to page: inout Page) {
    var table = Table([
      .init("DEVICE"), .init("MODEL"), .init("STATE"), .init("PCI"), .init("ID", .right, rank: 3),
      .init("MST NAME", rank: 4), .init("ACCESS", rank: 1),
      .init("NETDEV"),
      .init("NUMA", .right, rank: 5), .init("FIRMWARE"), .init("PSID", rank: 2),
    ])
    for entry in entries {
      table.add([
        .init(entry.named.label), .init(entry.adapter.model), .init(entry.state, tone: .caution),
        .init(entry.named.address.description),
        .init(entry.named.identity.map { String($0.device) }),
        .init(entry.flintName), .init(entry.access?.way.rawValue), .init(entry.netdevs.joined(separator: ",")),
        .init(entry.adapter.numaNode), .init(entry.adapter.firmwareVersion), .init(entry.adapter.psid),
      ])
    }
    page.table(table)
    guard verbose else { return }
    // Sentences: as a column they would be the first to go on a narrow terminal.
    page.gap()
    page.fields(
      entries.map { entry in
        (entry.named.label, [entry.access?.way.rawValue, entry.reason].compactMap { $0 }.joined(separator: ": "))
      }, indent: 0)
  }
}

extension FirmwareListAnswer.Entry {
  fileprivate var netdevs: [String] { adapter.ports.flatMap(\.netdevs).map(\.name) }

  /// What sets it apart from an adapter that runs.
  fileprivate var state: String? {
    switch named.role {
    case .adapter: nil
    case .flashRecovery: "recovery"
    case .virtualFunction: "virtual function"
    case nil: "unknown device"
    }
  }

  fileprivate var reason: String? {
    switch named.role {
    case .virtualFunction:
      "virtual function: its firmware belongs to the physical function, which is not in this machine"
    case nil: "unknown device 0x\((named.identity?.device ?? 0).hexadecimal(digits: 4)): newer than this rdmactl"
    case .adapter where access?.way == .capability:
      access.map {
        $0.reason
          + "; while its firmware runs, the firmware is asked, and the driver (devlink) or the firmware (MCC) burns;"
          + " in recovery the flash itself is used"
      }
    case .adapter, .flashRecovery: access?.reason
    }
  }
}
