/// A kind of adapter by its PCI id. Source: `facts/seeds.md` 2.3 and the PCI id list.
struct AdapterModel: Sendable {
  enum Kind: Sendable {
    case adapter
    case virtualFunction
    /// Firmware is missing or broken: the card answers as this until a good image is burnt.
    case flashRecovery
  }

  let name: String
  let kind: Kind
  /// The kernel module that drives it, and the one that makes it an RDMA device.
  let driver: String
  let rdmaDriver: String

  static let mellanox: UInt16 = 0x15b3

  /// - Returns: `nil` for devices that this table does not know.
  static func find(_ id: PCIIdentity) -> AdapterModel? {
    id.vendor == mellanox ? models[id.device] : nil
  }

  private init(_ name: String, _ family: Family, _ kind: Kind = .adapter) {
    self.name = name
    self.kind = kind
    (driver, rdmaDriver) =
      switch family {
      case .infiniHost: ("ib_mthca", "ib_mthca")
      case .mlx4: ("mlx4_core", "mlx4_ib")
      case .mlx5: ("mlx5_core", "mlx5_ib")
      }
  }

  private enum Family { case infiniHost, mlx4, mlx5 }

  private static let models: [UInt16: AdapterModel] = {
    var table: [UInt16: AdapterModel] = [:]
    func add(_ name: String, _ family: Family, _ ids: [UInt16], virtual: [UInt16] = [], recovery: [UInt16] = []) {
      for id in ids { table[id] = AdapterModel(name, family) }
      for id in virtual { table[id] = AdapterModel(name, family, .virtualFunction) }
      for id in recovery { table[id] = AdapterModel(name, family, .flashRecovery) }
    }
    add("InfiniHost", .infiniHost, [0x5a44], recovery: [0x5a45])
    add("InfiniHost III Ex", .infiniHost, [0x6278, 0x6282], recovery: [0x6279])
    add("InfiniHost III Lx", .infiniHost, [0x5e8c, 0x6274], recovery: [0x5e8d])
    add(
      "ConnectX", .mlx4,
      [0x6340, 0x634a, 0x6354, 0x6368, 0x6372, 0x6732, 0x673c, 0x6746, 0x6750, 0x675a, 0x6764, 0x676e, 0x6778],
      recovery: [0x0191])
    add("ConnectX-2", .mlx4, [], virtual: [0x1002])
    add("ConnectX-3", .mlx4, [0x1003], virtual: [0x1004], recovery: [0x01f6])
    add("ConnectX-3 Pro", .mlx4, [0x1007], recovery: [0x01f8])
    add("Connect-IB", .mlx5, [0x1011], virtual: [0x1012], recovery: [0x01ff])
    add("ConnectX-4", .mlx5, [0x1013], virtual: [0x1014], recovery: [0x0209])
    add("ConnectX-4 Lx", .mlx5, [0x1015], virtual: [0x1016], recovery: [0x020b])
    add("ConnectX-5", .mlx5, [0x1017], virtual: [0x1018], recovery: [0x020d])
    add("ConnectX-5 Ex", .mlx5, [0x1019], virtual: [0x101a])
    add("ConnectX-6", .mlx5, [0x101b], virtual: [0x101c], recovery: [0x020f, 0x0210])
    add("ConnectX-6 Dx", .mlx5, [0x101d], recovery: [0x0212, 0x0213])
    add("ConnectX-6 Lx", .mlx5, [0x101f], recovery: [0x0216, 0x0217])
    add("ConnectX-7", .mlx5, [0x1021], recovery: [0x0218, 0x0219])
    add("ConnectX-8", .mlx5, [0x1023], recovery: [0x021e, 0x021f])
    // One id serves the virtual functions of every generation from ConnectX-6 Dx on.
    add("ConnectX", .mlx5, [], virtual: [0x101e])
    add("BlueField", .mlx5, [0xa2d2], virtual: [0xa2d3], recovery: [0x0211])
    add("BlueField-2", .mlx5, [0xa2d6], recovery: [0x0214, 0x0215])
    add("BlueField-3 Lx", .mlx5, [0xa2d9], recovery: [0x021a, 0x021b])
    add("BlueField-3", .mlx5, [0xa2dc], recovery: [0x021c, 0x021d])
    return table
  }()
}

/// The vendor id that verbs report for a PCI vendor, where a driver is known to do so: mthca, mlx4 and mlx5 take
/// Mellanox' OUI from the firmware's NodeInfo; bnxt_re and irdma repeat the PCI id.
enum VerbsVendor {
  static func id(pciVendor: UInt16) -> UInt32? {
    switch pciVendor {
    case AdapterModel.mellanox: 0x02c9
    case 0x14e4, 0x8086: UInt32(pciVendor)
    default: nil
    }
  }
}
