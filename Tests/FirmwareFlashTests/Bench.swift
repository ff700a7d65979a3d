internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import FirmwareFlash

/// A simulated adapter on a bus of its own, and the time it lives in.
struct Bench {
  static var address: PCIAddress {
    get throws { try #require(PCIAddress("0000:03:00.0")) }
  }
  let adapter: SimulatedAdapter
  let clock = FakeClock()

  init(_ profile: AdapterProfile, flash: [UInt8] = [], faults: FaultPlan = FaultPlan()) {
    adapter = SimulatedAdapter(profile, flash: flash, faults: faults)
  }

  var pci: SimulatedPCI {
    get throws { SimulatedPCI([try Self.address: adapter]) }
  }

  func open(_ way: AccessWay? = nil, pciDevice: UInt16? = nil) throws -> AdapterConnection {
    try AdapterConnection.open(
      pci: try pci, address: try Self.address, pciDevice: pciDevice ?? adapter.profile.pciDevice, clock: clock,
      preference: way)
  }

  /// How many configuration operations `work` costs.
  func cost(of work: () throws -> Void) rethrows -> Int {
    let before = adapter.counters.configurationOperations
    try work()
    return adapter.counters.configurationOperations - before
  }

  /// Bytes that differ from place to place and never repeat a page.
  static func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8 ^ $0 >> 16) }
  }
}

extension AdapterProfile {
  /// Reached through the window of configuration space.
  var isOld: Bool { hasBAR0 }
}
