/// Addresses in CR space and the bits in them. Source: DeviceAccess.md#cr-space, and for the oldest generations the
/// public history of mstflint (2005 to 2011). The burn engine has its own table: two readings of the same facts.
enum Register {
  static let hardwareID: UInt32 = 0xf0014
  static let flashSemaphore: UInt32 = 0xf03fc
  static let toolsSemaphore: UInt32 = 0xf03bc
  static let hcrSemaphore: UInt32 = 0xf03a0
  static let barFlush: UInt32 = 0xf0380
  static let livefish: UInt32 = 0x41270
  static let linkControl: UInt32 = 0xf3834
  static let runningVersion: UInt32 = 0x1f064
  static let bootAddress: UInt32 = 0xf0000
  /// ConnectX-5: fuses, which say whether the flash is used with addresses of four bytes.
  static let fuses5: UInt32 = 0xf0c0c
  /// No register of any card: where the image starts that a running card has booted, plus one; 0 before anybody asked.
  static let bootedImage: UInt32 = 0xffff8
  /// No registers of any card either: what of an update through the firmware (MCC) outlives the tool that began it.
  enum Update {
    static let state: UInt32 = 0xfffe0
    static let handle: UInt32 = 0xfffe4
    static let error: UInt32 = 0xfffe8
    static let all = [state, handle, error]
  }
  /// ConnectX-6: the life cycle; 0 is a chip as it leaves production.
  static let lifeCycle6: UInt32 = 0xf0060

  /// ConnectX to ConnectX-6.
  enum Gateway {
    static let command: UInt32 = 0xf0400
    static let address: UInt32 = 0xf0404
    static let cacheOffset: UInt32 = 0xf0408
    static let cacheCommand: UInt32 = 0xf040c
    static let data: UInt32 = 0xf0410
    static let cacheEnable: UInt32 = 0xf0420
    /// ConnectX-6.
    static let cacheOffset6: UInt32 = 0xf0444
    static let cacheCommand6: UInt32 = 0xf0448

    static let reads: UInt32 = 1 << 0
    static let commandPhase: UInt32 = 1 << 2
    static let addressPhase: UInt32 = 1 << 3
    static let dataPhase: UInt32 = 1 << 4
    static let hold: UInt32 = 1 << 5
    static let sizeShift: UInt32 = 8
    static let chipSelectShift: UInt32 = 11
    static let flashEnable: UInt32 = 1 << 13
    static let longAddress: UInt32 = 1 << 14
    static let opcodeShift: UInt32 = 16
    static let busy: UInt32 = 1 << 30
    static let lock: UInt32 = 1 << 31
  }

  /// InfiniHost III Lx.
  enum GatewayLx {
    static let command: UInt32 = 0xf0400
    static let address: UInt32 = 0xf0404
    static let data: UInt32 = 0xf0408
    /// Bits 31:30.
    static let chipSelect: UInt32 = 0xf0418
    /// Bits 11:10 say what the flash is: 1 is SPI.
    static let straps: UInt32 = 0xf0810
    static let gpioLock: UInt32 = 0xf00ec

    static let reads: UInt32 = 1 << 0
    static let noData: UInt32 = 1 << 4
    static let noAddress: UInt32 = 1 << 5
    /// The opcode stands in the address register, bits 31:24; without this bit it is 3, read.
    static let special: UInt32 = 1 << 6
    static let sizeShift: UInt32 = 8
    static let busy: UInt32 = 1 << 30
  }

  /// InfiniHost, InfiniHost III Ex.
  enum Parallel {
    static let command: UInt32 = 0xf01a4
    static let data: UInt32 = 0xf01a8
    static let cpuMode: UInt32 = 0xf0150
    static let read4: UInt32 = 1 << 29
    static let write1: UInt32 = 2 << 29
    static let operation: UInt32 = 7 << 29
    static let addressBits: UInt32 = 0x7ffff
    /// Bytes in a bank.
    static let bankSize = 0x80000
  }

  enum GPIO {
    static let data: UInt32 = 0xf0084
    static let direction: UInt32 = 0xf008c
    static let polarity: UInt32 = 0xf0094
    static let mode: UInt32 = 0xf009c
    static let clear: UInt32 = 0xf00d4
    static let set: UInt32 = 0xf00dc
    /// Bits 6:4 of the data are the bank.
    static let bankShift: UInt32 = 4
  }
}

extension RegisterMap {
  private static func common(_ hardware: UInt32) -> [RegisterDeclaration] {
    [
      RegisterDeclaration(Register.hardwareID, .deaf, hardware),
      RegisterDeclaration(Register.flashSemaphore, .semaphore),
    ]
  }

  private static let gpio = [
    RegisterDeclaration(Register.GPIO.data, .plain), RegisterDeclaration(Register.GPIO.direction, .plain),
    RegisterDeclaration(Register.GPIO.polarity, .plain), RegisterDeclaration(Register.GPIO.mode, .plain),
    RegisterDeclaration(Register.GPIO.clear, .gpioClear), RegisterDeclaration(Register.GPIO.set, .gpioSet),
  ]

  /// - Parameter hardware: id and revision as the hardware id register has them.
  static func parallel(hardware: UInt32) -> RegisterMap {
    RegisterMap(
      common(hardware) + gpio + [
        RegisterDeclaration(Register.Parallel.command, .parallelCommand),
        RegisterDeclaration(Register.Parallel.data, .plain), RegisterDeclaration(Register.Parallel.cpuMode, .plain),
      ])
  }

  static func serialLx(hardware: UInt32) -> RegisterMap {
    RegisterMap(
      common(hardware) + gpio
        + (0..<4).map { RegisterDeclaration(Register.GatewayLx.data + 4 * $0, .plain) } + [
          RegisterDeclaration(Register.GatewayLx.command, .gatewayCommandLx),
          RegisterDeclaration(Register.GatewayLx.address, .plain),
          RegisterDeclaration(Register.GatewayLx.chipSelect, .plain),
          RegisterDeclaration(Register.GatewayLx.straps, .constant, 1 << 10),
          RegisterDeclaration(Register.GatewayLx.gpioLock, .plain),
        ])
  }

  /// - Parameters:
  ///   - bootAddress: where the start of the image for the next software reset is written.
  ///   - more: what this generation has besides.
  static func serial(hardware: UInt32, bootAddress: UInt32, more: [RegisterDeclaration] = []) -> RegisterMap {
    RegisterMap(
      common(hardware)
        + (0..<4).map { RegisterDeclaration(Register.Gateway.data + 4 * $0, .plain) } + [
          RegisterDeclaration(Register.Gateway.command, .gatewayCommand),
          RegisterDeclaration(Register.Gateway.address, .plain),
          RegisterDeclaration(Register.Gateway.cacheOffset, .plain),
          RegisterDeclaration(Register.Gateway.cacheCommand, .plain),
          RegisterDeclaration(Register.Gateway.cacheEnable, .plain),
          RegisterDeclaration(bootAddress, .plain),
        ] + more)
  }

  /// What ConnectX to ConnectX-3 Pro have besides: the running firmware, its semaphores, the BAR's flush register.
  static func connectX(runningVersion: [UInt32]) -> [RegisterDeclaration] {
    [
      RegisterDeclaration(Register.toolsSemaphore, .semaphore), RegisterDeclaration(Register.hcrSemaphore, .semaphore),
      RegisterDeclaration(Register.barFlush, .deaf), RegisterDeclaration(Register.livefish, .constant),
      RegisterDeclaration(Register.linkControl, .plain),
    ]
      + runningVersion.enumerated().map {
        RegisterDeclaration(Register.runningVersion + 4 * UInt32($0.offset), .constant, $0.element)
      }
  }

  /// What generations with firmware commands (ICMD) have besides: whether the firmware is ready for them.
  static func commandInterface(staticConfiguration address: UInt32, semaphore: UInt32) -> [RegisterDeclaration] {
    [RegisterDeclaration(address, .notReady, 1 << 31), RegisterDeclaration(semaphore, .semaphore)]
  }
}
