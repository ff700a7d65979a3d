internal import AdapterChips
public import HostAccess
public import Vocabulary

/// The way into CR space that would be taken, told without touching the adapter: from its PCI id and from what of its
/// configuration space this user may read.
public struct ExpectedAccess: Sendable, Equatable {
  public let way: AccessWay
  /// Half a sentence.
  public let reason: String

  /// - Parameters:
  ///   - pciDevice: the device id.
  ///   - configuration: 256 bytes or more with the right to read them all, 64 without; empty when it cannot be read.
  ///   - hasBAR0: whether the function has a first memory area.
  public init(pciDevice: UInt16, configuration: [UInt8], hasBAR0: Bool) {
    let known = AdapterChip.find(device: pciDevice)?.chip
    let name = known?.name ?? "the adapter"
    if known.map({ $0.firmware?.hasCapability ?? true }) ?? true {
      switch Self.hasCapability(configuration) {
      case true?: (way, reason) = (.capability, "\(name) has the vendor specific capability")
      case false?: (way, reason) = (.window, "the vendor specific capability is missing")
      case nil: (way, reason) = (.capability, "\(name) should have the vendor specific capability; only root can look")
      }
    } else if hasBAR0 {
      (way, reason) = (.bar, "BAR 0 of \(name) holds CR space")
    } else {
      (way, reason) = (.window, "the kernel shows no BAR 0")
    }
  }

  /// - Parameter address: of the function, which need not be readable.
  public init(of address: PCIAddress, pciDevice: UInt16, on host: Host) {
    // The kernel makes this file only for a memory area that is there.
    let files = try? host.files.list("/sys/bus/pci/devices/\(address)")
    self.init(
      pciDevice: pciDevice, configuration: (try? host.pci.configurationSpace(of: address)) ?? [],
      hasBAR0: files?.contains("resource0") == true)
  }

  /// - Returns: `nil` when the list of capabilities cannot be read.
  private static func hasCapability(_ configuration: [UInt8]) -> Bool? {
    guard configuration.count >= 256 else { return nil }
    var position = Int(configuration[ConfigurationHeader.capabilities] & 0xfc)
    for _ in 0..<48 where position >= ConfigurationHeader.size {
      if UInt32(configuration[position]) == VendorCapability.identifier { return true }
      position = Int(configuration[position + 1] & 0xfc)
    }
    return false
  }
}
