/// A flash part as its data sheet describes it. Source: DeviceAccess.md#cr-space and DeviceAccess.md#serial-nor-flash,
/// and CFI (JEDEC JESD68) for the parallel ones.
public struct NORPart: Sendable, Equatable {
  /// A command that erases an area.
  public struct Erase: Sendable, Equatable {
    public let opcode: UInt8
    /// Bytes.
    public let size: Int
    /// 3 or 4.
    public let addressBytes: Int

    init(_ opcode: UInt8, _ size: Int, addressBytes: Int = 3) {
      self.opcode = opcode
      self.size = size
      self.addressBytes = addressBytes
    }
  }

  public enum Interface: Sendable, Equatable {
    /// Serial: JEDEC id (vendor, type, density) and the old electronic signature that `ab` reads.
    case serial(jedec: UInt32, signature: UInt8)
    /// Parallel with Intel's commands; buffered writes of this many bytes.
    case intel(bufferSize: Int)
    /// Parallel with AMD's commands; one byte each.
    case amd
  }

  /// As its maker prints it.
  public let name: String
  public let interface: Interface
  /// Bytes of one chip.
  public let size: Int
  public let erases: [Erase]

  /// Bytes that one program operation may touch.
  public var pageSize: Int {
    switch interface {
    case .serial: 256
    case .intel(let bufferSize): bufferSize
    case .amd: 1
    }
  }

  /// Bytes that the largest erase takes.
  var eraseSize: Int { erases.map(\.size).max() ?? size }

  /// Which bytes the bits BP2…BP0 of the status register protect: 1, 2, 4 … blocks of 64 KiB from the top, from the
  /// bottom with TB (bit 5), in sectors of 4 KiB with SEC (bit 6). A part too small for the step is protected whole.
  func protectedRange(status: UInt8) -> Range<Int> {
    guard case .serial = interface, let steps = Int(exactly: status >> 2 & 7), steps > 0 else { return 0..<0 }
    let inSectors = status & 0x40 != 0
    let unit = inSectors ? 0x1000 : max(0x10000, size / 64)
    let length = min(size, steps == 7 ? size : unit << (min(steps, inSectors ? 4 : 7) - 1))
    return status & 0x20 != 0 ? 0..<length : size - length..<size
  }

  private static func serial(
    _ name: String, _ jedec: UInt32, log2 size: Int, sectors: Bool = true, signature: UInt8? = nil
  ) -> NORPart {
    var erases = sectors ? [Erase(0x20, 0x1000)] : []
    erases.append(Erase(0xd8, 0x10000))
    if size > 24 { erases += [Erase(0x21, 0x1000, addressBytes: 4), Erase(0xdc, 0x10000, addressBytes: 4)] }
    return NORPart(
      name: name, interface: .serial(jedec: jedec, signature: signature ?? UInt8(size - 1)), size: 1 << size,
      erases: erases)
  }

  static let m25p80 = serial("ST M25P80", 0x202014, log2: 20, sectors: false)
  static let m25px16 = serial("ST M25PX16", 0x207115, log2: 21)
  static let w25q32 = serial("Winbond W25Q32", 0xef4016, log2: 22)
  static let n25q064 = serial("Micron N25Q064", 0x20ba17, log2: 23)
  static let w25q128 = serial("Winbond W25Q128", 0xef4018, log2: 24)
  static let mx25l128 = serial("Macronix MX25L128", 0xc22018, log2: 24)
  static let mx25l256 = serial("Macronix MX25L256", 0xc22019, log2: 25)
  static let i28f320j3 = NORPart(
    name: "Intel 28F320J3", interface: .intel(bufferSize: 32), size: 1 << 22, erases: [Erase(0x20, 0x20000)])
  static let am29lv033c = NORPart(
    name: "AMD Am29LV033C", interface: .amd, size: 1 << 22, erases: [Erase(0x30, 0x10000)])
}
