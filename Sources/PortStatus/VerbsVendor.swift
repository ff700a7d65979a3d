internal import AdapterChips

/// The vendor id that verbs report for a PCI vendor, where a driver is known to do so: mthca, mlx4 and mlx5 take
/// Mellanox' OUI from the firmware's NodeInfo; bnxt_re and irdma repeat the PCI id.
enum VerbsVendor {
  static func id(pciVendor: UInt16) -> UInt32? {
    switch pciVendor {
    case AdapterChip.vendor: 0x02c9
    case 0x14e4, 0x8086: UInt32(pciVendor)
    default: nil
    }
  }
}
