internal import BinaryLayout
internal import HostAccess
internal import InfiniBandWire
internal import Vocabulary

/// Completes adapters with what sysfs does not tell: verbs first, then the ports' own management agents, then PCI
/// configuration space. Whatever cannot be had stays unknown, with a note.
struct DetailReader {
  private let host: Host
  private let agents: LocalAgents
  private(set) var notes: [Note] = []

  init(host: Host, agents: LocalAgents) {
    self.host = host
    self.agents = agents
  }

  mutating func complete(_ adapters: inout [Adapter]) {
    let verbs = host.verbs.attributes(of: adapters.compactMap(\.name))
    for index in adapters.indices {
      complete(&adapters[index], verbs: verbs)
    }
  }

  private mutating func complete(_ adapter: inout Adapter, verbs: [String: Result<VerbsDevice, VerbsError>]) {
    guard let name = adapter.name, let answer = verbs[name] else { return }
    switch answer {
    case .success(let device): take(device, into: &adapter)
    case .failure(let error):
      let reason = completeWithAgent(&adapter) ?? ""
      let missing = ["limits"] + (adapter.ports.contains { $0.maxMTU == nil } ? ["MTUs"] : [])
      let words = missing.joined(separator: " and ")
      notes.append(Note(subject: name, message: "\(words) not known: \(error.explanation)\(reason)"))
    }
    readConfiguration(of: &adapter)
  }

  /// Whether both ends of a link with few lanes could do more. One lane is rarely meant; two are what a splitter cable gives,
  /// so that they are worth two questions only to one who wants all of it.
  mutating func examineLanes(_ adapter: inout Adapter, all: Bool) {
    guard let name = adapter.name, !adapter.isOmniPath else { return }
    for index in adapter.ports.indices {
      let port = adapter.ports[index]
      guard port.state == .active, port.linkLayer == .infiniband,
        let lanes = port.width.flatMap({ Int($0.dropLast()) }), lanes == 1 || lanes == 2 && all
      else { continue }
      do {
        let agent = try agents.agent(of: name, port: port.number)
        let ends = [try agent.portInfo(port.number), try agent.neighbour(of: port.number)]
        let widest = ends.compactMap {
          LinkWidth.widest(in: UInt8(truncatingIfNeeded: $0[PortInfo.Layout.linkWidthEnabled]))?.lanes
        }
        guard widest.count == 2, let possible = widest.min() else { continue }
        adapter.ports[index].possibleLanes = possible
        adapter.ports[index].lanesAreAsSet = possible <= lanes
      } catch {
        agents.forget(name, port: port.number)
      }
    }
  }

  /// Counters that sysfs lacks, from the port's performance agent.
  mutating func countWithAgent(_ adapter: inout Adapter) {
    guard let name = adapter.name else { return }
    for index in adapter.ports.indices
    where adapter.ports[index].counters == nil && adapter.ports[index].linkLayer == .infiniband {
      let port = adapter.ports[index]
      do {
        let agent = try agents.agent(of: name, port: port.number)
        let record = try agent.portCounters(port: port.number, lid: port.lid ?? 0)
        adapter.ports[index].counters = Dictionary(
          uniqueKeysWithValues: PortCounters.Layout.counters.map { ($0.name, record[$0.field]) })
      } catch {
        agents.forget(name, port: port.number)
        notes.append(
          Note(subject: "\(name)/\(port.number)", message: "counters not known: the port \(error.explanation)"))
      }
    }
  }

  private func take(_ device: VerbsDevice, into adapter: inout Adapter) {
    adapter.transport = Transport(rawValue: device.transport) ?? adapter.transport
    adapter.vendorID = device.vendorID
    adapter.partID = device.vendorPartID
    adapter.limits = device.limits
    for index in adapter.ports.indices {
      guard let port = device.ports[adapter.ports[index].number] else { continue }
      adapter.ports[index].maxMTU = port.maxMTU
      adapter.ports[index].activeMTU = port.activeMTU
      adapter.ports[index].detail = PortDetail(
        maxMessageSize: port.maxMessageSize, maxVLs: port.maxVLs, pkeyTableLength: port.pkeyTableLength,
        gidTableLength: port.gidTableLength, badPKeyCounter: port.badPKeyCounter,
        qkeyViolationCounter: port.qkeyViolationCounter, subnetTimeout: port.subnetTimeout,
        initTypeReply: port.initTypeReply)
    }
  }

  /// - Returns: why it could not be done, as the rest of a sentence; `nil` when it was.
  private func completeWithAgent(_ adapter: inout Adapter) -> String? {
    guard let name = adapter.name else { return nil }
    for index in adapter.ports.indices where adapter.ports[index].linkLayer == .infiniband {
      do {
        let number = adapter.ports[index].number
        let agent = try agents.agent(of: name, port: number)
        let node = try agent.nodeInfo()
        adapter.vendorID = UInt32(node[NodeInfo.Layout.vendorID])
        adapter.partID = UInt32(node[NodeInfo.Layout.deviceID])
        take(try agent.portInfo(number), into: &adapter.ports[index])
      } catch .recorded {
        return nil
      } catch {
        agents.forget(name, port: adapter.ports[index].number)
        return "; port \(adapter.ports[index].number) \(error.explanation)"
      }
    }
    return nil
  }

  private func take(_ info: LayoutRecord, into port: inout Port) {
    port.maxMTU = PortInfo.mtuBytes(code: info[PortInfo.Layout.mtuCap])
    port.activeMTU = PortInfo.mtuBytes(code: info[PortInfo.Layout.neighborMTU])
    var detail = port.detail ?? PortDetail()
    detail.maxVLs = PortInfo.virtualLanes(code: info[PortInfo.Layout.vlCap])
    detail.badPKeyCounter = Int(info[PortInfo.Layout.pKeyViolations])
    detail.qkeyViolationCounter = Int(info[PortInfo.Layout.qKeyViolations])
    detail.subnetTimeout = Int(info[PortInfo.Layout.subnetTimeOut])
    detail.initTypeReply = Int(info[PortInfo.Layout.initTypeReply])
    port.detail = detail
  }

  private mutating func readConfiguration(of adapter: inout Adapter) {
    guard let address = adapter.pciAddress, let space = try? host.pci.configurationSpace(of: address) else { return }
    let configuration = PCIConfiguration(space)
    if configuration.isHeaderOnly {
      let path = "\(Sysfs.pci)/\(address)/config"
      notes.append(Note(subject: adapter.label, message: "MSI-X not known: only root reads all of \(path)"))
    }
    adapter.msix = configuration.msix
    adapter.msix?.granted = PCIBusReader(files: host.files).grantedVectors("\(Sysfs.pci)/\(address)")
    // Kernels of mlx4's time have no current_link_speed; the registers behind it are as old as PCI Express.
    if adapter.pcie == nil, adapter.virtualFunction == nil { adapter.pcie = configuration.link }
  }
}

/// What PCI configuration space tells of a function. Source: PCI Local Bus Specification 3.0, 6.7 and 6.8.2.
struct PCIConfiguration {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private enum Offset {
    static let status = 0x06
    static let capabilities = 0x34
  }
  private enum Capability {
    static let express: UInt8 = 0x10
    static let msix: UInt8 = 0x11
  }
  /// In the MSI-X capability.
  private enum Interrupts {
    static let control = 0x02
    static let enabled: UInt16 = 0x8000
    static let allMasked: UInt16 = 0x4000
    /// The number of the last entry of the table.
    static let lastEntry: UInt16 = 0x07ff
  }
  /// In the PCI Express capability. Source: PCI Express Base Specification 5.0, 7.5.3.
  private enum Express {
    static let linkCapabilities = 0x0c
    static let linkStatus = 0x12
    /// GT/s by the code in both registers; code 1 comes first.
    static let speeds = [2.5, 5.0, 8.0, 16.0, 32.0, 64.0]
  }

  /// Without CAP_SYS_ADMIN the kernel gives the header alone.
  var isHeaderOnly: Bool { bytes.count <= 64 }

  /// `nil` when there is no such capability, or when only the first 64 bytes could be read.
  var msix: MSIX? {
    guard let start = capability(Capability.msix), let control = word(start + Interrupts.control) else { return nil }
    return MSIX(
      enabled: control & Interrupts.enabled != 0, supported: Int(control & Interrupts.lastEntry) + 1, granted: nil,
      allMasked: control & Interrupts.allMasked != 0)
  }

  /// The function's own link; `nil` as above.
  var link: PCIePath? {
    guard let start = capability(Capability.express), let now = link(word(start + Express.linkStatus)),
      let most = link(word(start + Express.linkCapabilities))
    else { return nil }
    return PCIePath(current: now, maximum: most, hops: [])
  }

  /// Speed code in bits 0 to 3, lanes in bits 4 to 9.
  private func link(_ register: UInt16?) -> PCIeLink? {
    guard let register, Express.speeds.indices.contains(Int(register & 0xf) - 1) else { return nil }
    let width = Int(register >> 4 & 0x3f)
    return (1...32).contains(width) ? PCIeLink(speed: Express.speeds[Int(register & 0xf) - 1], width: width) : nil
  }

  private func capability(_ wanted: UInt8) -> Int? {
    guard let status = word(Offset.status), status & 0x10 != 0, bytes.count > Offset.capabilities else { return nil }
    var next = Int(bytes[Offset.capabilities]) & ~3
    // A list can hold 48 entries at most; a longer one goes in a circle.
    for _ in 0..<48 where next >= 0x40 && next + 1 < bytes.count {
      if bytes[next] == wanted { return next }
      next = Int(bytes[next + 1]) & ~3
    }
    return nil
  }

  /// PCI is little-endian.
  private func word(_ offset: Int) -> UInt16? {
    offset + 1 < bytes.count ? UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 : nil
  }
}
