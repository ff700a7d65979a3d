// The answers of a fabric: a small one in memory, whose answers the input damages on their way.
internal import FabricDiscovery
internal import FabricLab
internal import HostAccess
internal import InfiniBandWire
internal import SubnetManagement

/// A port that damages what comes in: three bytes of the script say how many answers pass, which byte of the next one
/// changes, and which of its bits.
private final class DamagingPort: ManagementPort {
  private let fabric: InMemoryFabric
  private var script: ArraySlice<UInt8>
  private var passing: Int

  init(_ fabric: InMemoryFabric, script: [UInt8]) {
    self.fabric = fabric
    self.script = script.dropFirst()
    passing = Int(script.first ?? 0)
  }

  func send(_ datagram: [UInt8], to address: ManagementAddress, timeoutMilliseconds: Int) throws(ManagementError) {
    try fabric.send(datagram, to: address, timeoutMilliseconds: timeoutMilliseconds)
  }

  func receive(timeoutMilliseconds: Int) throws(ManagementError) -> ManagementArrival? {
    let arrival = try fabric.receive(timeoutMilliseconds: timeoutMilliseconds)
    guard case .answer(var bytes) = arrival, script.count >= 3 else { return arrival }
    passing -= 1
    guard passing < 0 else { return arrival }
    let (place, bits) = (Int(script.removeFirst()), script.removeFirst())
    passing = Int(script.removeFirst() & 0x0f)
    if bits == 0 { return .answer(Array(bytes.prefix(place))) }
    if bytes.indices.contains(place) { bytes[place] ^= bits }
    return .answer(bytes)
  }
}

/// A sweep and all that is made of it.
enum DamagedFabric {
  static func explore(_ script: [UInt8]) {
    let fabric = InMemoryFabric(.twoLevels(hosts: 4, leaves: 2, spines: 1))
    let port = DamagingPort(fabric, script: script)
    let session = FabricSession(port: port, clock: fabric.clock)
    guard let found = try? session.sweep() else { return }
    let names = FabricNames(found)
    let tables = try? session.forwardingTables(of: found)
    _ = FabricCheck.problems(found, tables: tables, names: names)
    _ = LinkReport(found)
    if let survey = try? session.counters(of: found) { _ = CounterFinding.problems(survey.findings(), names: names) }
    if let managers = try? session.subnetManagers(of: found) { _ = managers.problems(of: "the subnet") }
    for end in found.nodes.indices.prefix(4) {
      let (from, to) = (PortReference(node: 0, port: 1), PortReference(node: end, port: 1))
      _ = tables?.route(from: from, to: to, in: found)
    }
    var length = 0
    IbnetdiscoverText.write(found) { length += $0.utf8.count }
    NetfileText.write(found) { length += $0.utf8.count }
    DOTText.write(found, names: names) { length += $0.utf8.count }
  }

  static let samples: [[UInt8]] = [[], [0, 24, 1, 0], [3, 80, 255, 2, 90, 7, 1, 30, 0, 0], [20, 3, 128, 0]]
}
