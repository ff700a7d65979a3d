internal import AdapterChips
internal import FirmwareImage
public import HostAccess
package import Vocabulary

/// The part of a machine's file system that shows simulated adapters: `/sys/bus/pci/devices`, and `/sys/class/infiniband`
/// for adapters whose flash holds an image to boot.
public struct SimulatedSysfs: FileReading {
  public static let devices = "/sys/bus/pci/devices"

  private let contents: [String: [UInt8]]
  private let directories: [String: [String]]

  /// - Parameters:
  ///   - listsBAR: whether `resource` lists BAR 0 where an adapter has one.
  ///   - hasDriver: whether a driver has made RDMA devices of the adapters.
  ///   - port: the state of their ports.
  package init(
    _ adapters: [PCIAddress: SimulatedAdapter], listsBAR: Bool = true, hasDriver: Bool = false,
    port: SimulatedPortState = .active
  ) {
    var contents: [String: [UInt8]] = [:]
    var directories: [String: [String]] = [:]
    var counts: [String: Int] = [:]
    for (address, adapter) in adapters.sorted(by: { $0.key < $1.key }) {
      let directory = "\(Self.devices)/\(address)"
      var files = Self.files(of: adapter, at: address, listsBAR: listsBAR)
      if hasDriver, let device = RDMADevice(adapter, port: port, counts: &counts) {
        files = files.map { $0.0 == "uevent" ? ($0.0, Array("DRIVER=\(device.driver)\n".utf8) + $0.1) : $0 }
        let path = "\(Self.classes)/\(device.name)"
        for (name, text) in device.files { contents["\(path)/\(name)"] = Array((text + "\n").utf8) }
        for (name, bytes) in files { contents["\(path)/device/\(name)"] = bytes }
      }
      for (name, bytes) in files { contents["\(directory)/\(name)"] = bytes }
    }
    directories[Self.devices] = []
    for path in contents.keys { Self.enter(path, in: &directories) }
    for (directory, names) in directories { directories[directory] = names.sorted() }
    self.contents = contents
    self.directories = directories
  }

  private static let classes = "/sys/class/infiniband"

  /// Makes every directory above a path.
  private static func enter(_ path: String, in directories: inout [String: [String]]) {
    guard path != "/", let slash = path.lastIndex(of: "/") else { return }
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    if directories[parent]?.contains(name) == true { return }
    directories[parent, default: []].append(name)
    enter(parent, in: &directories)
  }

  /// Every file with its path, for who wants to lay them on a real file system.
  public var files: [(path: String, bytes: [UInt8])] {
    contents.sorted { $0.key < $1.key }.map { (path: $0.key, bytes: $0.value) }
  }

  /// The same files in the format of `RecordedTree`.
  package var recordedTree: String {
    files.map { path, bytes in
      let text =
        bytes.allSatisfy { $0 < 0x80 && ($0 >= 0x20 || $0 == 10) } ? String(decoding: bytes, as: UTF8.self) : ""
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      guard text.last == "\n" else {
        return "hex \(path) = \(bytes.map { $0.hexadecimal(digits: 2) }.joined())\n"
      }
      if lines.count == 1 { return "file \(path) = \(lines[0])\n" }
      return "lines \(path)\n" + lines.map { "  \($0)\n" }.joined()
    }.joined()
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
      ("vpd", adapter.profile.vitalProductData),
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

/// What the ports of a simulated machine show.
package enum SimulatedPortState: String, Sendable, CaseIterable {
  case active
  /// With a link, without a subnet manager.
  case initialized = "init"
  /// Without a cable.
  case down

  fileprivate var files: [(name: String, text: String)] {
    let (state, physical, lid) =
      switch self {
      case .active: ("4: ACTIVE", "5: LinkUp", "0x1")
      case .initialized: ("2: INIT", "5: LinkUp", "0x0")
      case .down: ("1: DOWN", "2: Polling", "0x0")
      }
    return [("state", state), ("phys_state", physical), ("lid", lid), ("sm_lid", lid)]
  }
}

/// The RDMA device that a driver makes of an adapter, as sysfs shows it.
private struct RDMADevice {
  let driver: String
  let name: String
  let files: [(name: String, text: String)]

  /// - Parameter counts: the devices of each driver so far.
  /// - Returns: `nil` when the adapter has no image to boot: no driver can use it.
  init?(_ adapter: SimulatedAdapter, port condition: SimulatedPortState, counts: inout [String: Int]) {
    let flash = FlashContents(adapter: adapter)
    guard let placement = try? Firmware.locate(in: flash, medium: .flash).first,
      let facts = try? Firmware.read(placement, from: flash).facts, let node = facts.guids.node
    else { return nil }
    let profile = adapter.profile
    let stem: String
    (driver, stem) =
      switch profile.format {
      case .fs1: ("ib_mthca", "mthca")
      case .fs2: ("mlx4_core", "mlx4_")
      case .fs3, .fs4: ("mlx5_core", "mlx5_")
      }
    name = "\(stem)\(counts[stem, default: 0])"
    counts[stem, default: 0] += 1
    let port = facts.guids.port1 ?? GUID(node.rawValue + 1)
    let rate =
      switch profile.format {
      case .fs1: "20 Gb/sec (4X DDR)"
      case .fs2: "40 Gb/sec (4X QDR)"
      case .fs3, .fs4: "100 Gb/sec (4X EDR)"
      }
    let path = "ports/1"
    files =
      [
        ("node_type", "1: CA"), ("node_guid", Self.groups(node)),
        ("sys_image_guid", Self.groups(facts.guids.systemImage ?? node)), ("node_desc", "simulated \(name)"),
        ("fw_ver", facts.version?.description ?? "0.0.0"), ("hw_rev", "\(profile.hardwareRevision)"),
        ("hca_type", "MT\(profile.pciDevice)"), ("board_id", facts.psid ?? ""),
        ("\(path)/link_layer", "InfiniBand"), ("\(path)/rate", rate), ("\(path)/sm_sl", "0"),
        ("\(path)/lid_mask_count", "0"), ("\(path)/cap_mask", "0x02514868"),
        ("\(path)/gids/0", "fe80:0000:0000:0000:" + Self.groups(port)), ("\(path)/pkeys/0", "0xffff"),
      ] + condition.files.map { ("\(path)/\($0.name)", $0.text) }
  }

  /// `f452:1403:0095:23a0`
  private static func groups(_ guid: GUID) -> String {
    [48, 32, 16, 0].map { (guid.rawValue >> UInt64($0) & 0xffff).hexadecimal(digits: 4) }.joined(separator: ":")
  }
}

/// The flash of an adapter, read without being counted.
private struct FlashContents: ByteSource {
  let adapter: SimulatedAdapter
  var count: Int { adapter.profile.flashSize }
  func read(_ range: Range<Int>) -> [UInt8] { adapter.flash(range) }
}
