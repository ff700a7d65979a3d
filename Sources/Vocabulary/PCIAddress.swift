/// The address of a PCI function: `0000:3b:00.0`, domain, bus, device, function.
public struct PCIAddress: Hashable, Sendable, Comparable {
  public let domain: UInt32
  public let bus: UInt8
  public let device: UInt8
  public let function: UInt8

  public init(domain: UInt32, bus: UInt8, device: UInt8, function: UInt8) {
    self.domain = domain
    self.bus = bus
    self.device = device
    self.function = function
  }

  /// Reads `0000:3b:00.0` and `3b:00.0` (domain 0). Domains over ffff exist (virtual root complexes).
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let last = parts[parts.count - 1].split(separator: ".", omittingEmptySubsequences: false)
    guard last.count == 2,
      let domain = parts.count == 3 ? Self.number(parts[0], digits: 4...8) : 0,
      let bus = Self.number(parts[parts.count - 2], digits: 2...2),
      let device = Self.number(last[0], digits: 2...2), device < 32,
      let function = Self.number(last[1], digits: 1...1), function < 8
    else { return nil }
    self.domain = domain
    self.bus = UInt8(bus)
    self.device = UInt8(device)
    self.function = UInt8(function)
  }

  private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> UInt32? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d }) else { return nil }
    return UInt32(text, radix: 16)
  }

  private var order: UInt64 {
    UInt64(domain) << 24 | UInt64(bus) << 16 | UInt64(device) << 8 | UInt64(function)
  }

  public static func < (left: PCIAddress, right: PCIAddress) -> Bool { left.order < right.order }
}

extension PCIAddress: CustomStringConvertible {
  public var description: String {
    "\(domain.hexadecimal(digits: 4)):\(bus.hexadecimal(digits: 2)):\(device.hexadecimal(digits: 2)).\(function)"
  }
}

extension PCIAddress: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
