/// The least firmware that the WinOF VPI package asked for, by chip. Source: its readme 2.1.1.1, section 2.2.
enum FirmwareRequirement {
  private static let mellanox: UInt16 = 0x15b3

  private static let versions: [(devices: Set<UInt16>, version: String)] = [
    // ConnectX and ConnectX-2: image fw-25408.
    (
      [0x6340, 0x634a, 0x6354, 0x6368, 0x6372, 0x6732, 0x673c, 0x6746, 0x6750, 0x675a, 0x6764, 0x676e], "2.5.700"
    ),
    // InfiniHost III Ex without memory, and with: fw-25218, fw-25208.
    ([0x6282], "5.3.000"), ([0x6278], "4.8.200"),
    // InfiniHost III Lx: fw-25204.
    ([0x6274], "1.2.000"),
  ]

  static func least(of identity: PCIIdentity?) -> String? {
    guard let identity, identity.vendor == mellanox else { return nil }
    return versions.first { $0.devices.contains(identity.device) }?.version
  }

  /// - Returns: `false` where one of them is not three numbers.
  static func isOlder(_ version: String, than least: String) -> Bool {
    let (left, right) = (numbers(version), numbers(least))
    return left.count == 3 && right.count == 3 && left.lexicographicallyPrecedes(right)
  }

  private static func numbers(_ version: String) -> [Int] { version.split(separator: ".").compactMap { Int($0) } }
}
