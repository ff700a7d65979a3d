public import HostAccess
public import Vocabulary

/// A PCI bus with simulated adapters on it.
public struct SimulatedPCI: PCIAccess {
  public let adapters: [PCIAddress: SimulatedAdapter]

  public init(_ adapters: [PCIAddress: SimulatedAdapter]) { self.adapters = adapters }

  /// Names as the public PCI id list has them are not needed: every profile has a title.
  public func name(vendor: UInt16, device: UInt16) -> String? {
    guard vendor == ConfigurationSpace.vendor else { return nil }
    return AdapterProfile.all.first { $0.pciDevice == device }?.title
  }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    guard let adapter = adapters[address] else { throw .notFound }
    return adapter.configurationHeader
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    guard let adapter = adapters[address] else { throw .notFound }
    return adapter
  }
}
