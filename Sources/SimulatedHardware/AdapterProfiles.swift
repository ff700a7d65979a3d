internal import AdapterChips

extension AdapterProfile {
  /// Every kind of adapter that can be simulated, oldest first.
  public static let all: [AdapterProfile] = [
    infinihost, infinihost3ex, infinihost3lx, connectx, connectx2, connectx3, connectx3pro, connectx4, connectx4lx,
    connectx5, connectx6,
  ]

  public static let infinihost = parallel(
    "infinihost", "InfiniHost", pci: 0x5a44, hardware: 0x5a44, revision: 0xa1, part: .am29lv033c)
  public static let infinihost3ex = parallel(
    "infinihost3ex", "InfiniHost III Ex", pci: 0x6282, hardware: 0x6278, revision: 0xa0, part: .i28f320j3)
  public static let infinihost3lx = AdapterProfile(
    kind: "infinihost3lx", title: "InfiniHost III Lx", format: .fs1, pciDevice: 0x6274, hardwareID: 0x6274,
    hardwareRevision: 0xa0, hasBAR0: true, flashPart: .m25p80, flashChips: 1, access: .window,
    registers: .serialLx(hardware: 0xa06274), needsFlashEnable: false, locksGateway: false, bootAddressRegister: nil)

  public static let connectx = connectX(
    "connectx", "ConnectX", pci: 0x634a, hardware: 0x190, revision: 0xa0, part: .m25px16)
  public static let connectx2 = connectX(
    "connectx2", "ConnectX-2", pci: 0x673c, hardware: 0x190, revision: 0xb0, part: .w25q32)
  public static let connectx3 = connectX(
    "connectx3", "ConnectX-3", pci: 0x1003, hardware: 0x1f5, revision: 0, part: .w25q32)
  public static let connectx3pro = connectX(
    "connectx3pro", "ConnectX-3 Pro", pci: 0x1007, hardware: 0x1f7, revision: 0, part: .n25q064)

  public static let connectx4 = fifthGeneration(
    "connectx4", "ConnectX-4", .fs3, pci: 0x1013, hardware: 0x209, part: .w25q128, bootAddress: Register.bootAddress,
    staticConfiguration: 0xb0004, semaphore: 0xe250c)
  public static let connectx4lx = fifthGeneration(
    "connectx4lx", "ConnectX-4 Lx", .fs3, pci: 0x1015, hardware: 0x20b, part: .mx25l128,
    bootAddress: Register.bootAddress, staticConfiguration: 0xb0004, semaphore: 0xe250c)
  public static let connectx5 = fifthGeneration(
    "connectx5", "ConnectX-5", .fs4, pci: 0x1017, hardware: 0x20d, part: .w25q128, bootAddress: 0xf00c0,
    staticConfiguration: 0xb5e04, semaphore: 0xe74e0, more: [RegisterDeclaration(Register.fuses5, .constant)])
  public static let connectx6 = fifthGeneration(
    "connectx6", "ConnectX-6", .fs4, pci: 0x101b, hardware: 0x20f, part: .mx25l256, bootAddress: 0xf0080,
    staticConfiguration: 0xb5f04, semaphore: 0xe74e0,
    more: [
      RegisterDeclaration(Register.lifeCycle6, .constant), RegisterDeclaration(Register.Gateway.cacheOffset6, .plain),
      RegisterDeclaration(Register.Gateway.cacheCommand6, .plain),
    ])

  private static func parallel(
    _ name: String, _ title: String, pci: UInt16, hardware: UInt16, revision: UInt8, part: NORPart
  ) -> AdapterProfile {
    AdapterProfile(
      kind: name, title: title, format: .fs1, pciDevice: pci, hardwareID: hardware, hardwareRevision: revision,
      hasBAR0: true, flashPart: part, flashChips: 1, access: .window,
      registers: .parallel(hardware: UInt32(revision) << 16 | UInt32(hardware)), needsFlashEnable: false,
      locksGateway: false, bootAddressRegister: nil)
  }

  private static func connectX(
    _ name: String, _ title: String, pci: UInt16, hardware: UInt16, revision: UInt8, part: NORPart
  ) -> AdapterProfile {
    AdapterProfile(
      kind: name, title: title, format: .fs2, pciDevice: pci, hardwareID: hardware, hardwareRevision: revision,
      hasBAR0: true, flashPart: part, flashChips: 1, access: .window,
      registers: .serial(
        hardware: UInt32(revision) << 16 | UInt32(hardware), bootAddress: Register.bootAddress,
        more: RegisterMap.connectX(runningVersion: [0, 0, 0, 0])),
      needsFlashEnable: true, locksGateway: false, bootAddressRegister: Register.bootAddress)
  }

  private static func fifthGeneration(
    _ name: String, _ title: String, _ format: ImageFormat, pci: UInt16, hardware: UInt16, part: NORPart,
    bootAddress: UInt32, staticConfiguration: UInt32, semaphore: UInt32,
    more: [RegisterDeclaration] = []
  ) -> AdapterProfile {
    AdapterProfile(
      kind: name, title: title, format: format, pciDevice: pci, hardwareID: hardware, hardwareRevision: 0,
      hasBAR0: false, flashPart: part, flashChips: 1, access: .capability,
      registers: .serial(
        hardware: UInt32(hardware), bootAddress: bootAddress,
        more: RegisterMap.commandInterface(staticConfiguration: staticConfiguration, semaphore: semaphore) + more),
      needsFlashEnable: false, locksGateway: true, bootAddressRegister: bootAddress)
  }
}
