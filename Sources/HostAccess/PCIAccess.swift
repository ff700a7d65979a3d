public import Vocabulary

/// The PCI bus: sysfs on Linux, and libpci for names.
public protocol PCIAccess: Sendable {
  /// Whether other programs reach the same registers: not those of a simulation.
  var isShared: Bool { get }
  /// The name of a device in the PCI id list ("MT27800 Family [ConnectX-5]"); `nil` when the list does not know it.
  func name(vendor: UInt16, device: UInt16) -> String?
  /// The configuration space of a function, `0000:3b:00.0`: 256 or 4096 bytes with the right to read it all, else 64.
  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8]
  /// Opens a function to read and write its registers. Needs root on a live machine.
  func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction
}

extension PCIAccess {
  public var isShared: Bool { false }
}

/// A function of a PCI device, open for register access until the object goes.
public protocol PCIFunction: AnyObject {
  /// The dword at an aligned offset of the configuration space, in the bus' own order (little endian bytes made a number).
  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32
  /// Consecutive dwords from an aligned offset on, read in ascending order as one operation of the system.
  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32]
  /// Writes consecutive dwords from an aligned offset on, in ascending order, as one operation of the system.
  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError)
  /// Maps the first `length` bytes of BAR 0 (sysfs `resource0`).
  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow
}

/// Registers in memory space.
public protocol RegisterWindow: AnyObject {
  /// The dword at an aligned offset, its bytes in memory order as a big-endian number.
  func read(at offset: Int) -> UInt32
  func write(_ value: UInt32, at offset: Int)
}

/// Why a PCI function could not be reached.
public enum PCIError: Error, Equatable, Sendable {
  /// Needs root (CAP_SYS_ADMIN for configuration space above byte 64).
  case notPermitted
  /// The kernel is locked down (Secure Boot): nobody may touch registers directly.
  case lockedDown
  /// There is no such function, or it has no BAR 0.
  case notFound
  /// A recorded machine (`--root`) has no registers.
  case recorded
  /// In the words of the system.
  case failed(String)
}
