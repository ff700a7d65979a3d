extension AdapterChip {
  /// Every adapter that rdmactl knows, oldest first.
  public static let all: [AdapterChip] = [
    AdapterChip("InfiniHost", .mthca, hardware: .init(0x5a44), [0x5a44], recovery: [0x5a45], firmware: .parallel),
    AdapterChip(
      "InfiniHost III Ex", .mthca, hardware: .init(0x6278), [0x6278, 0x6282], recovery: [0x6279], firmware: .parallel),
    AdapterChip(
      "InfiniHost III Lx", .mthca, hardware: .init(0x6274), [0x6274], recovery: [0x5e8d], firmware: .firstSPI),
    AdapterChip("InfiniHost III Lx", .mthca, hardware: .init(0x5e8c), [0x5e8c], firmware: .firstSPI),
    AdapterChip(
      "ConnectX", .mlx4, hardware: .init(0x190, revisions: 0...0xaf),
      [0x6340, 0x634a, 0x6354, 0x6368, 0x6372, 0x6732, 0x673c, 0x6746, 0x6750, 0x675a, 0x6764, 0x676e, 0x6778],
      recovery: [0x0191], firmware: .connectX),
    // It has the PCI ids of ConnectX; only the revision tells them apart.
    AdapterChip(
      "ConnectX-2", .mlx4, hardware: .init(0x190, revisions: 0xb0...0xff), virtual: [0x1002], firmware: .connectX),
    AdapterChip(
      "ConnectX-3", .mlx4, hardware: .init(0x1f5), [0x1003], virtual: [0x1004], recovery: [0x01f6], firmware: .connectX3
    ),
    AdapterChip(
      "ConnectX-3 Pro", .mlx4, hardware: .init(0x1f7), [0x1007], recovery: [0x01f8], firmware: .connectX3),
    AdapterChip(
      "Connect-IB", .mlx5, hardware: .init(0x1ff), [0x1011], virtual: [0x1012], recovery: [0x01ff],
      firmware: .connectIB),
    AdapterChip(
      "ConnectX-4", .mlx5, hardware: .init(0x209), [0x1013], virtual: [0x1014], recovery: [0x0209],
      firmware: .connectX4),
    AdapterChip(
      "ConnectX-4 Lx", .mlx5, hardware: .init(0x20b), [0x1015], virtual: [0x1016], recovery: [0x020b],
      firmware: .connectX4),
    AdapterChip(
      "ConnectX-5", .mlx5, hardware: .init(0x20d), [0x1017], virtual: [0x1018], recovery: [0x020d],
      firmware: .connectX5),
    // The same silicon as ConnectX-5: the hardware id does not tell them apart.
    AdapterChip(
      "ConnectX-5 Ex", .mlx5, hardware: .init(0x20d), [0x1019], virtual: [0x101a], firmware: .connectX5),
    AdapterChip(
      "ConnectX-6", .mlx5, hardware: .init(0x20f), [0x101b], virtual: [0x101c], recovery: [0x020f, 0x0210],
      firmware: .connectX6),
    AdapterChip(
      "ConnectX-6 Dx", .mlx5, hardware: .init(0x212), [0x101d], recovery: [0x0212, 0x0213], firmware: .connectX6),
    AdapterChip(
      "ConnectX-6 Lx", .mlx5, hardware: .init(0x216), [0x101f], recovery: [0x0216, 0x0217], firmware: .connectX6),
    AdapterChip(
      "ConnectX-7", .mlx5, hardware: .init(0x218), [0x1021], recovery: [0x0218, 0x0219], firmware: .connectX7),
    AdapterChip("ConnectX-8", .mlx5, hardware: .init(0x21e), [0x1023], recovery: [0x021e, 0x021f]),
    // One id serves the virtual functions of every generation from ConnectX-6 Dx on.
    AdapterChip("ConnectX", .mlx5, virtual: [0x101e]),
    AdapterChip(
      "BlueField", .mlx5, hardware: .init(0x211), [0xa2d2], virtual: [0xa2d3], recovery: [0x0211],
      firmware: .connectX5),
    AdapterChip(
      "BlueField-2", .mlx5, hardware: .init(0x214), [0xa2d6], recovery: [0x0214, 0x0215], firmware: .connectX6),
    AdapterChip("BlueField-3 Lx", .mlx5, [0xa2d9], recovery: [0x021a, 0x021b]),
    AdapterChip(
      "BlueField-3", .mlx5, hardware: .init(0x21c), [0xa2dc], recovery: [0x021c, 0x021d], firmware: .connectX7),
  ]
}

extension FirmwareTraits {
  static let parallel = old(.fs1, .parallel)
  static let firstSPI = old(.fs1, .firstSPI)
  static let connectX = old(
    .fs2, .connectX, bootAddress: BootAddressRegister(0xf0000, shift: 8, flags: 0x06))
  static let connectX3 = old(.fs2, .connectX3, bootAddress: .early)
  static let connectIB = FirmwareTraits(
    format: .fs3, gateway: .fifthGeneration, hasCapability: false, cacheReplacement: .legacyFifth,
    bootAddress: .early, commandInterface: nil)
  static let connectX4 = FirmwareTraits(
    format: .fs3, gateway: .fifthGeneration, hasCapability: true, cacheReplacement: .legacyFifth,
    bootAddress: .early,
    commandInterface: CommandInterface(staticConfigurationAddress: 0xb0004, semaphoreAddress: 0xe250c))
  static let connectX5 = FirmwareTraits(
    format: .fs4, gateway: .fifthGeneration, hasCapability: true, cacheReplacement: .legacyFifth,
    bootAddress: BootAddressRegister(0xf00c0),
    commandInterface: CommandInterface(staticConfigurationAddress: 0xb5e04, semaphoreAddress: 0xe74e0))
  static let connectX6 = FirmwareTraits(
    format: .fs4, gateway: .fifthGeneration, hasCapability: true, cacheReplacement: .fifth,
    bootAddress: BootAddressRegister(0xf0080),
    commandInterface: CommandInterface(staticConfigurationAddress: 0xb5f04, semaphoreAddress: 0xe74e0))
  static let connectX7 = FirmwareTraits(
    format: .fs4, gateway: .sixthGeneration, hasCapability: true, cacheReplacement: .sixth,
    bootAddress: BootAddressRegister(0xf2000),
    commandInterface: CommandInterface(staticConfigurationAddress: 0xb5f04, semaphoreAddress: 0xe5660))

  private static func old(
    _ format: ImageFormat, _ gateway: FlashGateway, bootAddress: BootAddressRegister? = nil
  ) -> FirmwareTraits {
    FirmwareTraits(
      format: format, gateway: gateway, hasCapability: false, cacheReplacement: nil, bootAddress: bootAddress,
      commandInterface: nil)
  }
}

extension BootAddressRegister {
  /// ConnectX-3 to ConnectX-4 Lx.
  static let early = BootAddressRegister(0xf0000, shift: 8)
}
