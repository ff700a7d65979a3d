package import HostAccess
package import PortStatus
internal import Vocabulary

/// Reads the counters of ports: those of the port and of its driver, and what the network interface has of flow control, drops
/// and bit errors.
package struct CounterReader {
  private let host: Host

  package init(host: Host) { self.host = host }

  /// - Parameter inventory: read with counters.
  package func sample(_ inventory: Inventory) -> CounterSample {
    var sample = CounterSample(time: host.clock.secondsSince1970)
    for adapter in inventory.devices {
      for port in adapter.ports {
        let place = CounterSample.Place(adapter: adapter.label, port: port.number)
        var values = (port.counters ?? [:]).merging(port.hardwareCounters ?? [:]) { standard, _ in standard }
        if port.linkLayer == .ethernet {
          // The first is the port's own; a bond only adds its members up.
          for netdev in port.netdevs.prefix(1) where netdev.isHere != false {
            for (name, value) in EthtoolStatistics(host.network).values(of: netdev.name) where CounterKind.isKnown(name)
            {
              values[name] = value
            }
          }
        }
        sample.places.append(place)
        sample.values[place] = values
      }
    }
    return sample
  }
}

/// `ethtool -S`. Source: `linux/ethtool.h`: ETHTOOL_GSSET_INFO, ETHTOOL_GSTRINGS and ETHTOOL_GSTATS.
struct EthtoolStatistics {
  private let network: any NetworkAccess

  init(_ network: any NetworkAccess) { self.network = network }

  private enum Command {
    static let setInformation: UInt32 = 0x37
    static let strings: UInt32 = 0x1b
    static let statistics: UInt32 = 0x1d
  }
  /// ETH_SS_STATS
  private static let set: UInt32 = 1
  private static let nameLength = 32
  /// More than any driver has; a length from outside is not believed.
  private static let most = 65536

  /// - Returns: nothing where the driver has none, or nobody can be asked.
  func values(of interface: String) -> [String: UInt64] {
    guard
      let information = try? network.ethtool(
        interface, bytes(Command.setInformation) + bytes(0) + bytes(1 << Self.set) + bytes(0) + bytes(0)),
      number(information, at: 8, length: 8) != 0, case let count = Int(number(information, at: 16, length: 4)),
      (1...Self.most).contains(count),
      let strings = try? network.ethtool(
        interface,
        bytes(Command.strings) + bytes(Self.set) + bytes(UInt32(count))
          + [UInt8](repeating: 0, count: count * Self.nameLength)),
      let statistics = try? network.ethtool(
        interface, bytes(Command.statistics) + bytes(UInt32(count)) + [UInt8](repeating: 0, count: count * 8))
    else { return [:] }
    var values: [String: UInt64] = [:]
    for index in 0..<count {
      let start = 12 + index * Self.nameLength
      guard start + Self.nameLength <= strings.count, 8 + index * 8 + 8 <= statistics.count else { break }
      let name = String(decoding: strings[start..<start + Self.nameLength].prefix { $0 != 0 }, as: UTF8.self)
      values[name] = number(statistics, at: 8 + index * 8, length: 8)
    }
    return values
  }

  /// In the machine's byte order, which is little endian on all that rdmactl runs on.
  private func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }

  private func number(_ bytes: [UInt8], at offset: Int, length: Int) -> UInt64 {
    guard offset + length <= bytes.count else { return 0 }
    return bytes[offset..<offset + length].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
