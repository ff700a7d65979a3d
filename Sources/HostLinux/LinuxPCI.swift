internal import CShims
public import HostAccess
public import Vocabulary

/// The PCI bus through libpci, on this machine or below the root of a recorded one.
public struct LinuxPCI: PCIAccess {
  private let root: String

  public init(root: String = "") { self.root = root }

  public var isShared: Bool { root.isEmpty }

  public func name(vendor: UInt16, device: UInt16) -> String? {
    var text = [CChar](repeating: 0, count: 256)
    let list = root.isEmpty ? nil : root + "/usr/share/misc/pci.ids"
    let found = unsafe text.withUnsafeMutableBufferPointer {
      unsafe rdmactl_pci_name(list, vendor, device, $0.baseAddress, Int32($0.count))
    }
    return found == 0 ? string(text) : nil
  }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var words = [CChar](repeating: 0, count: 256)
    let path = root.isEmpty ? nil : root + "/sys/bus/pci"
    let count = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe words.withUnsafeMutableBufferPointer { words in
        unsafe rdmactl_pci_configuration(
          path, Int32(address.domain), Int32(address.bus), Int32(address.device), Int32(address.function),
          bytes.baseAddress,
          Int32(bytes.count), words.baseAddress, Int32(words.count))
      }
    }
    guard count > 0 else { throw .failed(string(words)) }
    return Array(bytes[..<Int(count)])
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    try LinuxPCIFunction(address, root: root)
  }

  private func string(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
