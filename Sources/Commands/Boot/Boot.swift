public import ArgumentParser
internal import BootTable
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl boot`: how the machine was started over the network.
public struct BootGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "boot",
    abstract: "Show the iSCSI boot table and the adapter that it names.",
    discussion: """
      Examples:
        rdmactl boot
        rdmactl boot show --json
      """,
    subcommands: [BootShow.self], defaultSubcommand: BootShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl boot show`
public struct BootShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show initiator, adapters and targets of the iSCSI boot table (iBFT).",
    discussion: """
      The firmware or iPXE leaves the table when it starts the machine over iSCSI; the module iscsi_ibft shows it. Passwords \
      are not read. Exits with 3 if there is no table. The boot ROMs of a card are in rdmactl fw query.

      Examples:
        rdmactl boot show
        rdmactl boot show --json
      """)

  @OptionGroup public var common: CommonOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let table = try BootTable(host.files)
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    try output.show(BootAnswer(table: table, inventory: inventory))
    return .done
  }
}

/// The answer of `rdmactl boot show`.
struct BootAnswer: Presentable {
  struct Payload: Encodable {
    @ExplicitNull var initiator: String?
    let adapters: [AdapterEntry]
    let targets: [TargetEntry]
  }

  struct AdapterEntry: Encodable {
    let name: String
    @ExplicitNull var mac: MACAddress?
    @ExplicitNull var netdev: String?
    @ExplicitNull var device: String?
    @ExplicitNull var port: Int?
    @ExplicitNull var address: String?
    @ExplicitNull var prefixLength: Int?
    @ExplicitNull var origin: String?
    @ExplicitNull var gateway: String?
    let dns: [String]
    @ExplicitNull var dhcp: String?
    @ExplicitNull var vlan: Int?
    @ExplicitNull var hostname: String?
    let selected: Bool
  }

  struct TargetEntry: Encodable {
    let name: String
    @ExplicitNull var iqn: String?
    @ExplicitNull var address: String?
    @ExplicitNull var port: Int?
    @ExplicitNull var lun: String?
    @ExplicitNull var authentication: String?
    @ExplicitNull var adapter: Int?
    let selected: Bool
  }

  static let schema = "rdmactl.boot.show/1"
  let table: BootTable
  let inventory: Inventory

  var problems: [Problem] { [] }
  var notes: [Note] { table.notes }
  var quietLines: [String] { table.targets.compactMap(\.iqn) }

  private func place(of adapter: BootTable.Adapter) -> (device: String, port: Int)? {
    guard let name = adapter.interface else { return nil }
    for device in inventory.devices {
      if let port = device.ports.first(where: { $0.netdevs.contains { $0.name == name } }) {
        return (device.label, port.number)
      }
    }
    return nil
  }

  /// Bit 1 of the flags: the firmware started from it. Source: the iBFT specification, 1.4.
  private static func isSelected(_ flags: Int) -> Bool { flags & 2 != 0 }

  var payload: Payload {
    Payload(
      initiator: table.initiator,
      adapters: table.adapters.map { adapter in
        let place = place(of: adapter)
        return AdapterEntry(
          name: adapter.name, mac: adapter.mac, netdev: adapter.interface, device: place?.device, port: place?.port,
          address: adapter.address, prefixLength: adapter.prefixLength, origin: adapter.origin,
          gateway: adapter.gateway, dns: adapter.dns, dhcp: adapter.dhcp, vlan: adapter.vlan,
          hostname: adapter.hostname, selected: Self.isSelected(adapter.flags))
      },
      targets: table.targets.map { target in
        TargetEntry(
          name: target.name, iqn: target.iqn, address: target.address, port: target.port, lun: target.lun,
          authentication: target.authentication, adapter: target.adapter, selected: Self.isSelected(target.flags))
      })
  }

  func write(to page: inout Page) {
    page.fields([("initiator", table.initiator)])
    for adapter in table.adapters {
      page.gap()
      page.line(adapter.name, tone: .heading)
      let place = place(of: adapter)
      page.fields([
        ("MAC", adapter.mac.map { "\($0)" }), ("interface", adapter.interface ?? "none here has this MAC address"),
        ("RDMA device", place.map { "\($0.device)/\($0.port)" } ?? "none"),
        ("address", adapter.address.map { $0 + (adapter.prefixLength.map { "/\($0)" } ?? "") }),
        ("from", adapter.origin == "dhcp" ? "DHCP" : adapter.origin == "manual" ? "a static setting" : adapter.origin),
        ("gateway", adapter.gateway), ("DNS", adapter.dns.isEmpty ? nil : adapter.dns.joined(separator: ", ")),
        ("DHCP server", adapter.dhcp), ("VLAN", adapter.vlan.map { String($0) }), ("host name", adapter.hostname),
      ])
    }
    for target in table.targets {
      page.gap()
      page.line(target.name + (Self.isSelected(target.flags) ? " (started from)" : ""), tone: .heading)
      page.fields([
        ("name", target.iqn), ("address", target.address.map { $0 + (target.port.map { ":\($0)" } ?? "") }),
        ("LUN", target.lun), ("authentication", target.authentication),
        ("through", target.adapter.map { "ethernet\($0)" }),
      ])
    }
  }
}
