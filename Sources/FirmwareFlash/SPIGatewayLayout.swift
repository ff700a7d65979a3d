internal import AdapterChips
internal import BinaryLayout

/// The SPI gateway of a generation, as data: where its registers are and where their bits. The command register is
/// dword 0 of the layout and the address register dword 1; what a generation does not have is `nil`.
/// Source: DeviceAccess.md#cr-space; of InfiniHost III Lx the public history of mstflint (2005 to 2011).
struct SPIGatewayLayout: Sendable {
  /// How the chip is chosen when several stand side by side.
  enum ChipSelect: Sendable {
    case field(LayoutField)
    /// A register of its own; the field lies in it.
    case register(UInt32, LayoutField)
  }

  /// How the part says what it is.
  enum Identification: Sendable { case jedec, signature }

  /// Bytes of one transfer at most.
  static let transferSize = 16

  let command: UInt32
  let address: UInt32
  let data: UInt32

  let reads: LayoutField
  let size: LayoutField
  let sizeIsLog2: Bool
  let opcode: LayoutField
  let flashAddress: LayoutField
  let busy: LayoutField
  /// Set for each phase that the transfer has.
  var commandPhase: LayoutField?
  var addressPhase: LayoutField?
  var dataPhase: LayoutField?
  /// Set for each phase that the transfer lacks.
  var noAddress: LayoutField?
  var noData: LayoutField?
  /// Set when the opcode is not the gateway's own, read.
  var special: LayoutField?
  /// Chip select stays low after the transfer; the next one goes on where this ended.
  var hold: LayoutField?
  /// Four bytes of address.
  var longAddress: LayoutField?
  let chipSelect: ChipSelect
  /// Set in every command.
  var always: [LayoutField] = []

  /// What must be held while the gateway is used, in the order of taking.
  let semaphores: [HardwareSemaphore]
  var identification = Identification.jedec
  /// Registers whose bit 0 lets the firmware's cache use the flash: off while we use it.
  var cacheEnables: [UInt32] = []
  /// How many parts there may be side by side: boards of the first generations had up to four.
  var chipLimit = 1
  /// The generation boots without firmware onto a link that it may take down: told not to, before anything else.
  var steadiesLink = false
}

extension SPIGatewayLayout {
  /// - Returns: `nil` for the gateway that leads to parallel flash.
  static func of(_ gateway: FlashGateway) -> SPIGatewayLayout? {
    switch gateway {
    case .parallel: nil
    case .firstSPI: firstSPI
    case .connectX: connectX
    case .connectX3: connectX3
    case .fifthGeneration: fifthGeneration
    case .sixthGeneration: sixthGeneration
    }
  }

  static let flashSemaphore = HardwareSemaphore("flash semaphore", 0xf03fc)
  private static let commandSemaphore = HardwareSemaphore("flash semaphore of the firmware's commands", 0xf03a0)
  private static let gatewayLock = HardwareSemaphore("lock of the flash gateway", 0xf0400, mask: 1 << 31)

  private static let firstSPI = SPIGatewayLayout(
    command: 0xf0400, address: 0xf0404, data: 0xf0408,
    reads: bit("read", 0), size: LayoutField("size", dword: 0, bits: 8...10), sizeIsLog2: true,
    opcode: LayoutField("opcode", dword: 1, bits: 24...31),
    flashAddress: LayoutField("address", dword: 1, bits: 0...23), busy: bit("busy", 30),
    noAddress: bit("no address", 5), noData: bit("no data", 4), special: bit("special", 6),
    chipSelect: .register(0xf0418, .register("chip select", bits: 30...31)),
    semaphores: [flashSemaphore], identification: .signature, chipLimit: 4)

  private static let connectX = common(
    chipSelect: LayoutField("chip select", dword: 0, bits: 11...12), always: [bit("flash enable", 13)],
    semaphores: [flashSemaphore], chipLimit: 4, steadiesLink: true)

  private static let connectX3 = common(
    chipSelect: LayoutField("chip select", dword: 0, bits: 11...12), always: [bit("flash enable", 13)],
    semaphores: [commandSemaphore, flashSemaphore], steadiesLink: true)

  private static let fifthGeneration = common(
    chipSelect: bit("chip select", 11), longAddress: bit("four address bytes", 14), always: [bit("lock", 31)],
    semaphores: [gatewayLock], cacheEnables: [0xf0420])

  /// Read in public source only: no such adapter and no model of one has been seen by this code.
  private static let sixthGeneration = common(
    address: 0xf0420, size: LayoutField("size", dword: 0, bits: 8...12), sizeIsLog2: false,
    chipSelect: bit("chip select", 13), longAddress: bit("four address bytes", 15), always: [bit("lock", 31)],
    semaphores: [gatewayLock], cacheEnables: [0xf0440, 0xf0480])

  /// What ConnectX and all after it have alike.
  private static func common(
    address: UInt32 = 0xf0404, size: LayoutField = LayoutField("size", dword: 0, bits: 8...10), sizeIsLog2: Bool = true,
    chipSelect: LayoutField, longAddress: LayoutField? = nil, always: [LayoutField], semaphores: [HardwareSemaphore],
    cacheEnables: [UInt32] = [], chipLimit: Int = 1, steadiesLink: Bool = false
  ) -> SPIGatewayLayout {
    SPIGatewayLayout(
      command: 0xf0400, address: address, data: 0xf0410,
      reads: bit("read", 0), size: size, sizeIsLog2: sizeIsLog2,
      opcode: LayoutField("opcode", dword: 0, bits: 16...23),
      flashAddress: LayoutField("address", dword: 1, bits: 0...31), busy: bit("busy", 30),
      commandPhase: bit("command phase", 2), addressPhase: bit("address phase", 3), dataPhase: bit("data phase", 4),
      hold: bit("hold chip select", 5), longAddress: longAddress, chipSelect: .field(chipSelect), always: always,
      semaphores: semaphores, cacheEnables: cacheEnables, chipLimit: chipLimit,
      steadiesLink: steadiesLink)
  }

  private static func bit(_ name: String, _ position: Int) -> LayoutField {
    LayoutField(name, dword: 0, bits: position...position)
  }
}
