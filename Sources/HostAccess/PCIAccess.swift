public import Vocabulary

/// The PCI bus: libpci on Linux.
public protocol PCIAccess: Sendable {
  /// The name of a device in the PCI id list ("MT27800 Family [ConnectX-5]"); `nil` when the list does not know it.
  func name(vendor: UInt16, device: UInt16) -> String?
  /// The configuration space of a function, `0000:3b:00.0`: 256 or 4096 bytes with the right to read it all, else 64.
  func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8]
}

/// Why a configuration space could not be read.
public enum PCIError: Error, Equatable, Sendable {
  /// In the words of libpci.
  case failed(String)
}
