/// How an adapter's firmware is kept, and which registers lead to it: what an ``AdapterChip`` knows for `rdmactl fw`.
/// Addresses are CR space addresses. Source: DeviceAccess.md#cr-space and DeviceAccess.md#firmware-commands.
public struct FirmwareTraits: Sendable, Equatable {
  public let format: ImageFormat
  /// The registers between CR space and the flash.
  public let gateway: FlashGateway
  /// The adapter has the vendor specific capability (ConnectX-4 and later), the way in that the maker means.
  public let hasCapability: Bool
  /// Firmware that runs from the flash through a cache: direct access is safe only while these registers are zero.
  public let cacheReplacement: CacheReplacement?
  /// Where the next start of the firmware reads its image; `nil` where the generation has no such register.
  public let bootAddress: BootAddressRegister?
  /// Commands to the running firmware; `nil` before ConnectX-4.
  public let commandInterface: CommandInterface?
}

/// The registers through which a generation of adapters reaches its flash.
public enum FlashGateway: String, Sendable, CaseIterable {
  /// Parallel NOR behind a byte-wise window, banks over GPIO: InfiniHost, InfiniHost III Ex.
  case parallel
  /// The first SPI gateway: InfiniHost III Lx.
  case firstSPI
  /// ConnectX, ConnectX-2: a semaphore register of its own.
  case connectX
  /// ConnectX-3, -3 Pro: as ``connectX``, with the tools' semaphore in front.
  case connectX3
  /// Connect-IB to ConnectX-6: the gateway has its own lock.
  case fifthGeneration
  /// ConnectX-7, BlueField-3: other places for the same fields.
  case sixthGeneration
}

/// A register pair that is zero while no firmware runs from the flash.
public struct CacheReplacement: Sendable, Equatable {
  public let offsetAddress: UInt32
  /// The bits of the offset register that count.
  public let offsetMask: UInt32
  public let commandAddress: UInt32
  public let commandMask: UInt32

  static let legacyFifth = CacheReplacement(
    offsetAddress: 0xf0408, offsetMask: 0x03ff_ffff, commandAddress: 0xf040c, commandMask: 0x00ff_0000)
  static let fifth = CacheReplacement(
    offsetAddress: 0xf0444, offsetMask: 0xffff_ffff, commandAddress: 0xf0448, commandMask: 0x00ff_0000)
  static let sixth = CacheReplacement(
    offsetAddress: 0xf0484, offsetMask: 0xffff_ffff, commandAddress: 0xf0488, commandMask: 0xff00_0000)
}

/// The register that names the start of the image for the next start of the firmware.
public struct BootAddressRegister: Sendable, Equatable {
  public let address: UInt32
  /// The start is written shifted left by so many bits.
  public let shift: Int
  /// Bits that are written with it: the tools for ConnectX and ConnectX-2 have always done so.
  public let flags: UInt32

  init(_ address: UInt32, shift: Int = 0, flags: UInt32 = 0) {
    self.address = address
    self.shift = shift
    self.flags = flags
  }

  /// What is written for an image that starts at `start`.
  public func value(for start: Int) -> UInt32 { UInt32(truncatingIfNeeded: start) << UInt32(shift) | flags }
}

/// Where the command interface of the running firmware (ICMD) shows its state.
public struct CommandInterface: Sendable, Equatable {
  /// The register whose bit 31 is set until the firmware has read its static configuration.
  public let staticConfigurationAddress: UInt32
  /// The semaphore in CR space of tools that do not use the capability's own.
  public let semaphoreAddress: UInt32?
}
