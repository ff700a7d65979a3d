internal import CShims
internal import Glibc
public import HostAccess
public import Vocabulary

/// The PCI bus through sysfs, on this machine or below the root of a recorded one. libpci knows the names.
public struct LinuxPCI: PCIAccess {
  private let root: String

  public init(root: String = "") { self.root = root }

  public var isShared: Bool { root.isEmpty }

  public func name(vendor: UInt16, device: UInt16) -> String? {
    var text = [CChar](repeating: 0, count: 256)
    // A recorded machine seldom has the list with it; this machine's own says the same.
    let own = root + "/usr/share/misc/pci.ids"
    let isThere = unsafe access(own, R_OK) == 0
    let list = root.isEmpty || !isThere ? nil : own
    let found = unsafe text.withUnsafeMutableBufferPointer {
      unsafe rdmactl_pci_name(list, vendor, device, $0.baseAddress, Int32($0.count))
    }
    return found == 0 ? string(text) : nil
  }

  public func configurationSpace(of address: PCIAddress) throws(PCIError) -> [UInt8] {
    let path = LinuxPCIFunction.file("config", of: address, root: root)
    let bytes: [UInt8]
    do throws(FileError) { bytes = try LinuxFiles().part(path, from: 0, limit: 4096).bytes } catch {
      throw .failed(error.explanation)
    }
    // Without rights the kernel gives the first 64 bytes.
    guard let length = [4096, 256, 64].first(where: { $0 <= bytes.count }) else {
      throw .failed("its configuration space cannot be read")
    }
    return Array(bytes[..<length])
  }

  public func open(_ address: PCIAddress) throws(PCIError) -> any PCIFunction {
    try LinuxPCIFunction(address, root: root)
  }

  private func string(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
