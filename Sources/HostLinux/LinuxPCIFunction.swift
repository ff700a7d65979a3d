internal import CShims
internal import Glibc
internal import HostAccess
internal import Vocabulary

/// A PCI function whose configuration space stays open through libpci.
@safe final class LinuxPCIFunction: PCIFunction {
  private let root: String
  private let address: PCIAddress
  private let device: OpaquePointer
  init(_ address: PCIAddress, root: String) throws(PCIError) {
    self.address = address
    self.root = root
    var words = Words()
    var opened: OpaquePointer?
    let code = unsafe words.fill {
      unsafe rdmactl_pci_open(
        root.isEmpty ? nil : root + "/sys/bus/pci", Int32(truncatingIfNeeded: address.domain), Int32(address.bus),
        Int32(address.device), Int32(address.function), &opened, $0, $1)
    }
    guard code == 0, let opened = unsafe opened else { throw Self.error(code, words.text, root: root) }
    unsafe device = opened
  }

  deinit { unsafe rdmactl_pci_close(device) }

  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    try readConfiguration(at: offset, count: 1)[0]
  }

  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] {
    var dwords = [UInt32](repeating: 0, count: count)
    var words = Words()
    let code = unsafe words.fill { error, size in
      unsafe dwords.withUnsafeMutableBufferPointer {
        unsafe rdmactl_pci_read(device, Int32(offset), $0.baseAddress, Int32($0.count), error, size)
      }
    }
    guard code == 0 else { throw Self.error(code, words.text, root: root) }
    return dwords
  }

  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    var words = Words()
    let code = unsafe words.fill { error, size in
      unsafe dwords.withUnsafeBufferPointer {
        unsafe rdmactl_pci_write(device, Int32(offset), $0.baseAddress, Int32($0.count), error, size)
      }
    }
    guard code == 0 else { throw Self.error(code, words.text, root: root) }
  }

  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow {
    let path = "\(root)/sys/bus/pci/devices/\(address)/resource0"
    guard let base = unsafe rdmactl_map(path, length) else {
      let code = errno
      // The file is as long as the BAR; ENXIO says that it is too short.
      let words = code == ENXIO ? "BAR 0 has fewer than \(length) bytes" : unsafe String(cString: strerror(code))
      throw Self.error(code, words, root: root)
    }
    return unsafe MappedBAR(base: base, length: length)
  }

  /// What an errno means here. A right that is missing is EACCES (the file's mode) or EPERM; a locked-down kernel says
  /// EPERM to everybody.
  private static func error(_ code: Int32, _ words: String, root: String) -> PCIError {
    switch code {
    case ENOENT: .notFound
    case EPERM where LinuxFiles(root: root).kernelIsLockedDown: .lockedDown
    case EPERM, EACCES: .notPermitted
    default: .failed(words)
    }
  }
}

/// Room for what C has to say about a failure.
private struct Words {
  private var characters = [CChar](repeating: 0, count: 256)

  mutating func fill(_ call: (UnsafeMutablePointer<CChar>?, Int32) -> Int32) -> Int32 {
    unsafe characters.withUnsafeMutableBufferPointer { unsafe call($0.baseAddress, Int32($0.count)) }
  }

  var text: String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A BAR mapped into memory until the object goes.
@safe private final class MappedBAR: RegisterWindow {
  private let base: UnsafeMutableRawPointer
  private let length: Int

  init(base: UnsafeMutableRawPointer, length: Int) {
    unsafe self.base = base
    self.length = length
  }

  deinit { unsafe rdmactl_unmap(base, length) }

  func read(at offset: Int) -> UInt32 {
    precondition(isInside(offset), "no register at \(offset)")
    return unsafe rdmactl_mmio_read(base, offset)
  }

  func write(_ value: UInt32, at offset: Int) {
    precondition(isInside(offset), "no register at \(offset)")
    unsafe rdmactl_mmio_write(base, offset, value)
  }

  private func isInside(_ offset: Int) -> Bool { offset >= 0 && offset % 4 == 0 && offset <= length - 4 }
}
