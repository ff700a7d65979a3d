public import HostAccess
public import Vocabulary

/// The part of a machine's file system that tells of simulated adapters: `/sys/bus/pci/devices`. No driver is bound, so
/// there are no RDMA classes; nothing else is there.
public struct SimulatedSysfs: FileReading {
  public static let devices = "/sys/bus/pci/devices"

  private let contents: [String: [UInt8]]
  private let directories: [String: [String]]

  /// - Parameter listsBAR: whether `resource` tells of BAR 0 where an adapter has one.
  public init(_ adapters: [PCIAddress: SimulatedAdapter], listsBAR: Bool = true) {
    var contents: [String: [UInt8]] = [:]
    var directories: [String: [String]] = [:]
    for (address, adapter) in adapters {
      let directory = "\(Self.devices)/\(address)"
      let files = Self.files(of: adapter, at: address, listsBAR: listsBAR)
      for (name, bytes) in files { contents["\(directory)/\(name)"] = bytes }
      directories[directory] = files.map(\.0).sorted()
    }
    directories[Self.devices] = adapters.keys.sorted().map(\.description)
    for (directory, name) in [("/sys/bus/pci", "devices"), ("/sys/bus", "pci"), ("/sys", "bus"), ("/", "sys")] {
      directories[directory] = [name]
    }
    self.contents = contents
    self.directories = directories
  }

  /// Every file with its path, for who wants to lay them on a real file system.
  public var files: [(path: String, bytes: [UInt8])] {
    contents.sorted { $0.key < $1.key }.map { (path: $0.key, bytes: $0.value) }
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let bytes = contents[path] else {
      throw FileError(path: path, reason: directories[path] == nil ? .notFound : .wrongKind)
    }
    guard bytes.count <= limit else { throw FileError(path: path, reason: .tooLarge(limit: limit)) }
    return bytes
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    guard let names = directories[path] else {
      throw FileError(path: path, reason: contents[path] == nil ? .notFound : .wrongKind)
    }
    return names
  }

  public func link(_ path: String) throws(FileError) -> String {
    guard contents[path] != nil || directories[path] != nil else { throw FileError(path: path, reason: .notFound) }
    throw FileError(path: path, reason: .other("Invalid argument (22)"))
  }

  private static func files(
    of adapter: SimulatedAdapter, at address: PCIAddress, listsBAR: Bool
  ) -> [(String, [UInt8])] {
    let profile = adapter.profile
    func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }
    func number(_ value: UInt32, _ digits: Int) -> [UInt8] { line("0x" + value.hexadecimal(digits: digits)) }
    let vendor = UInt32(ConfigurationSpace.vendor)
    let subsystem = UInt32(ConfigurationSpace.subsystem(profile))
    return (listsBAR && profile.hasBAR0 ? [("resource0", [])] : []) + [
      ("vendor", number(vendor, 4)), ("device", number(UInt32(profile.pciDevice), 4)),
      ("class", number(ConfigurationSpace.classCode(profile), 6)),
      ("revision", number(UInt32(profile.hardwareRevision), 2)), ("subsystem_vendor", number(vendor, 4)),
      ("subsystem_device", number(subsystem, 4)), ("numa_node", line("0")), ("enable", line("1")),
      ("resource", Array(resources(listsBAR && profile.hasBAR0).utf8)), ("config", adapter.configurationHeader),
      ("uevent", line("PCI_SLOT_NAME=\(address)")),
    ]
  }

  /// Six BARs, the expansion ROM and six more, as the kernel prints them: start, end, flags.
  private static func resources(_ hasBAR: Bool) -> String {
    let none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
    let first = "0x00000000df000000 0x00000000df0fffff 0x0000000000140204\n"
    return (hasBAR ? first : none) + String(repeating: none, count: 12)
  }
}
