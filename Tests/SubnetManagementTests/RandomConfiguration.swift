internal import FabricLab
internal import SubnetManagement

/// Files like those that people write for opensm, and worse.
enum RandomConfiguration {
  static func file(_ chance: inout SeededGenerator) -> [UInt8] {
    var lines: [String] = []
    for _ in 0..<Int.random(in: 1...60, using: &chance) {
      guard let option = OpenSMOption.all.randomElement(using: &chance) else { continue }
      let key = option.names.randomElement(using: &chance) ?? option.name
      let space = [" ", "\t", "   ", " \t "].randomElement(using: &chance) ?? " "
      let tail = ["", "", "", " # why", "#", "  ", "\r"].randomElement(using: &chance) ?? ""
      let head = ["", "", "", " ", "\t", "# "].randomElement(using: &chance) ?? ""
      lines.append(head + key + space + value(of: option, &chance) + tail)
    }
    if chance.happens(0.3) { lines.append("not_a_key 5") }
    if chance.happens(0.3) { lines.append("") }
    return Array(lines.joined(separator: "\n").utf8)
  }

  private static func value(of option: OpenSMOption, _ chance: inout SeededGenerator) -> String {
    func one(_ words: [String]) -> String { words.randomElement(using: &chance) ?? "" }
    if chance.happens(0.1), !option.isRisky {
      return one(["", "(null)", "x", "-3", "\"", "'a b'", "0x1g", "99999999999"])
    }
    switch option.type {
    case .boolean: return one(["TRUE", "FALSE", "true", "yes", "1"])
    case .unsigned(let bits, _):
      // opensm prints this one as a signed number, which says nothing about what it works with.
      let largest = option.name == "scatter_ports" ? 0x7fff_ffff : bits >= 64 ? UInt64.max : UInt64(1) << bits
      let number = UInt64.random(in: 0...(chance.happens(0.6) ? 20 : largest), using: &chance)
      return one(["\(number)", "0x" + String(number, radix: 16), "0" + String(number, radix: 8)])
    case .signed: return "\(Int.random(in: -3...300, using: &chance))"
    case .choice: return one(option.choices + (option.isRisky ? [] : ["sideways"]))
    case .perServiceLevel: return "\(Int.random(in: 0...17, using: &chance)) \(Int.random(in: 0...300, using: &chance))"
    case .portMask:
      let digits = (0..<Int.random(in: 1...64, using: &chance)).map { _ in one(["0", "7", "a", "F"]) }
      return one(["0x", "0X", ""]) + digits.joined()
    case .congestionEntry: return "\(Int.random(in: 0...3, using: &chance)):\(Int.random(in: 0...99, using: &chance))"
    case .congestionTable: return one(["0:0", "1:2,3:4", "1:2,3", ",1:1,"])
    case .routingEngines: return one(["minhop", "updn,dnup", "ftree, minhop", "\"lash\""])
    case .text, .path, .arbitration, .serviceLevelMap:
      return one(["/etc/x", "a b", "\"a b\"", "'x", "0:4,1:0", "(null)", "\"\""])
    }
  }
}

extension OpenSMOption {
  /// opensm ends with a segmentation fault, or writes over its memory, when it gets none of the words that it knows.
  fileprivate var isRisky: Bool { type == .choice }
}
