internal import CShims
internal import Glibc
internal import HostAccess
internal import Vocabulary

/// A PCI function whose configuration space (sysfs `config`) stays open.
final class LinuxPCIFunction: PCIFunction {
  private let root: String
  private let address: PCIAddress
  private let descriptor: Int32

  static func file(_ name: String, of address: PCIAddress, root: String) -> String {
    "\(root)/sys/bus/pci/devices/\(address)/\(name)"
  }

  init(_ address: PCIAddress, root: String) throws(PCIError) {
    self.address = address
    self.root = root
    descriptor = unsafe open(Self.file("config", of: address, root: root), O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(errno, systemWords(errno), root: root) }
  }

  deinit { close(descriptor) }

  func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    var dword: UInt32 = 0
    try check(unsafe pread(descriptor, &dword, 4, offset), of: 4, "read")
    return UInt32(littleEndian: dword)
  }

  func readConfiguration(at offset: Int, count: Int) throws(PCIError) -> [UInt32] {
    var dwords = [UInt32](repeating: 0, count: count)
    try check(unsafe pread(descriptor, &dwords, 4 * count, offset), of: 4 * count, "read")
    return dwords.map { UInt32(littleEndian: $0) }
  }

  func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    let bytes = dwords.map(\.littleEndian)
    try check(unsafe pwrite(descriptor, bytes, 4 * bytes.count, offset), of: 4 * bytes.count, "written")
  }

  /// Above the first 64 bytes a process without rights reads nothing, and that is no error of the kernel's.
  private func check(_ count: Int, of wanted: Int, _ verb: String) throws(PCIError) {
    guard count != wanted else { return }
    let code = count < 0 ? errno : EACCES
    throw Self.error(code, "its configuration space cannot be \(verb): \(systemWords(code))", root: root)
  }

  func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow {
    let path = Self.file("resource0", of: address, root: root)
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
