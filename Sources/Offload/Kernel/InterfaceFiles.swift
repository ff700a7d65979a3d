internal import HostAccess
internal import Vocabulary

/// What sysfs and procfs tell of an interface.
struct InterfaceFiles {
  /// Interfaces' own sysctls that are shown and set; the interface's name stands for `IF`.
  static let sysctls = [
    "net.ipv4.conf.IF.force_igmp_version", "net.ipv6.conf.IF.force_mld_version", "net.ipv4.conf.IF.forwarding",
  ]
  private static let attributes = ["gro_flush_timeout", "napi_defer_hard_irqs", "threaded"]
  private static let receiveQueue = ["rps_cpus", "rps_flow_cnt"]
  private static let transmitQueue = ["xps_cpus", "xps_rxqs", "tx_maxrate"]
  private static let placeOfName = "IF"

  let files: any FileReading
  /// Whether `/sys/class/net` shows the interfaces that netlink shows.
  var ownsSysfs = true

  /// A name that can stand in a path: what the kernel allows (`dev_valid_name`).
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count < 16 && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f && $0 != "/" && $0 != ":" }
  }

  static func directory(of interface: String) -> String { "/sys/class/net/\(interface)" }

  /// `net.ipv4.conf.IF.forwarding` is `/proc/sys/net/ipv4/conf/eth0/forwarding`.
  /// - Returns: `nil` for what is no name of a sysctl, and for one of an interface without an interface.
  static func path(ofSysctl name: String, interface: String?) -> String? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isNameByte) }) else { return nil }
    if let place = parts.firstIndex(of: placeOfName) {
      guard let interface, isName(interface) else { return nil }
      parts[place] = interface
    }
    return "/proc/sys/" + parts.joined(separator: "/")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f
      || byte == 0x2d
  }

  /// Adds what the files of `state.name` tell.
  func add(to state: inout InterfaceState, interrupts: InterruptTable) {
    if ownsSysfs { addSysfs(to: &state, interrupts: interrupts) }
    // These belong to the reader's own name space.
    for name in Self.sysctls {
      guard let path = Self.path(ofSysctl: name, interface: state.name) else { continue }
      read(path, Knob(.sysctl, name), into: &state)
    }
  }

  private func addSysfs(to state: inout InterfaceState, interrupts: InterruptTable) {
    let directory = Self.directory(of: state.name)
    if let device = device(of: state.name) { add(device, to: &state, interrupts: interrupts) }
    for name in Self.attributes { read("\(directory)/\(name)", Knob(.sysfs, name), into: &state) }
    for queue in (try? files.list("\(directory)/queues")) ?? [] {
      let names = queue.hasPrefix("rx-") ? Self.receiveQueue : queue.hasPrefix("tx-") ? Self.transmitQueue : []
      for name in names {
        let name = "queues/\(queue)/\(name)"
        read("\(directory)/\(name)", Knob(.sysfs, name), into: &state)
      }
    }
  }

  /// What is not there, or refuses to be read (`xps_cpus` of a single queue), is no knob.
  private func read(_ path: String, _ knob: Knob, into state: inout InterfaceState) {
    guard let text = try? files.setting(path) else { return }
    state.knobs[knob] = KnobState(text)
  }

  // MARK: the device

  /// The directories of its device: `/sys/devices/pci0000:00/0000:00:03.0/virtio0`, and the PCI function on the way there.
  private struct Device {
    let path: String
    var pciPath: String?
    var pciAddress: PCIAddress?
  }

  private func device(of interface: String) -> Device? {
    // ../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0
    guard let link = try? files.link(Self.directory(of: interface)) else { return nil }
    let parts = link.split(separator: "/").drop { $0 == ".." }
    guard parts.first == "devices", parts.count > 3, parts.dropLast().last == "net",
      parts.dropFirst().first != "virtual"
    else { return nil }
    let ancestors = parts.dropLast(2)
    var device = Device(path: "/sys/" + ancestors.joined(separator: "/"))
    for end in ancestors.indices.reversed() {
      guard let address = PCIAddress(ancestors[end]) else { continue }
      device.pciAddress = address
      device.pciPath = "/sys/" + ancestors[...end].joined(separator: "/")
      break
    }
    return device
  }

  private func add(_ device: Device, to state: inout InterfaceState, interrupts: InterruptTable) {
    state.identity.pciAddress = device.pciAddress
    state.driver = (try? files.link(device.path + "/driver"))?.split(separator: "/").last.map(String.init)
    state.virtualFunctions = number(device.path + "/sriov_numvfs")
    guard let path = device.pciPath else { return }
    if state.virtualFunctions != nil { state.maximumVirtualFunctions = number(path + "/sriov_totalvfs") }
    // -1: the machine has one node and does not say which.
    state.numaNode = number(path + "/numa_node")
    state.localCPUs = try? files.text(path + "/local_cpulist")
    var numbers = ((try? files.list(path + "/msi_irqs")) ?? []).compactMap { Int(decimal: $0) }
    if numbers.isEmpty, let line = number(path + "/irq"), line > 0 { numbers = [line] }
    state.interrupts = interrupts.named(numbers)
    for interrupt in state.interrupts {
      let knob = Knob(.interrupt, String(interrupt.number))
      read("/proc/irq/\(interrupt.number)/smp_affinity_list", knob, into: &state)
    }
  }

  private func number(_ path: String) -> Int? { (try? files.text(path)).flatMap { Int(decimal: $0) } }
}

/// `/proc/interrupts`, read when the first interface has interrupts.
final class InterruptTable {
  /// A line has a column for each processor: 8192 of them.
  private static let limit = 64 << 20

  private let files: any FileReading
  private var names: [Int: String]?

  init(_ files: any FileReading) { self.files = files }

  /// Those of `numbers` that somebody has taken, with the names of whom.
  func named(_ numbers: [Int]) -> [Interrupt] {
    guard !numbers.isEmpty else { return [] }
    let names = self.names ?? Self.names(in: (try? files.read("/proc/interrupts", limit: Self.limit)) ?? [])
    self.names = names
    return numbers.sorted().compactMap { number in names[number].map { Interrupt(number: number, name: $0) } }
  }

  /// ` 24:  0  9   PCI-MSI 49152-edge      eth0-rx-0`: what stands behind the last two blanks.
  private static func names(in bytes: [UInt8]) -> [Int: String] {
    var names: [Int: String] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        let number = Int(decimal: String(decoding: line[..<colon].drop { $0 == 0x20 }, as: UTF8.self))
      else { continue }
      let end = (line.lastIndex { $0 != 0x20 } ?? colon) + 1
      var start = end
      while start - 2 > colon, line[start - 1] != 0x20 || line[start - 2] != 0x20 { start -= 1 }
      guard let name = String(validating: line[start..<end], as: UTF8.self), !name.isEmpty,
        name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) })
      else { continue }
      names[number] = name
    }
    return names
  }
}

extension FileReading {
  /// The one line of a setting. The kernel puts tabs between several numbers (`tcp_rmem`): blanks here.
  func setting(_ path: String) throws(FileError) -> String {
    let line = try read(path, limit: 4096).map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }
    let trimmed = line[..<(line.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0)]
    guard let text = String(validating: trimmed, as: UTF8.self), Knob.isText(text) else {
      throw FileError(path: path, reason: .other("it holds bytes that are not text"))
    }
    return text
  }
}
