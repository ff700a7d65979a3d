extension AdapterProfile {
  /// The card's vital product data, as sysfs `vpd` shows it: an identifier, and fields that are read only.
  /// Source: PCI Local Bus Specification 3.0, appendix I.
  var vitalProductData: [UInt8] {
    func tag(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [kind, UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8)] + bytes
    }
    func field(_ key: String, _ value: [UInt8]) -> [UInt8] { Array(key.utf8) + [UInt8(value.count)] + value }
    let number = Self.all.firstIndex { $0.kind == kind } ?? 0
    var readOnly = field("PN", Array("SIM-\(kind.uppercased())".utf8)) + field("EC", Array("A1".utf8))
    readOnly += field("SN", Array("SIM000\(number)X0001".utf8))
    let identifier = tag(0x82, Array("Simulated \(title)".utf8))
    // The last field makes all bytes up to its first sum to zero.
    let start = identifier + [0x90, UInt8(readOnly.count + 4), 0] + readOnly + Array("RV".utf8) + [1]
    let sum = start.reduce(0) { $0 &+ $1 }
    return start + [0 &- sum, 0x78]
  }
}
