import Foundation
import HostAccess
import TestSupport
import Testing

/// One broken device never hides or changes another, and nothing in a file can end the program.
@Suite struct DamageTests {
  enum Damage: CaseIterable {
    case empty, garbage, unreadable, forbidden, huge, notText, vanishing, absurd
  }

  /// Well-formed, and beyond all reason.
  static let absurdities = [
    "9223372036854775807", "-9223372036854775808", "0x7fffffffffffffff", "0xffffffffffffffff", "-1", "1e308",
    "4294967296", "99999: X", "40 Gb/sec (9223372036854775807X QDR)", "1e308 Gb/sec (99999999999999999999X NDR)",
    "nan Gb/sec (4X QDR)", "1e308 GT/s PCIe", "a\nb", "",
  ]

  /// Every form of an answer.
  static let calls = [
    ["status"], ["status", "-v", "--gids", "--counters"], ["status", "-v", "--gids", "--counters", "--json"],
    ["status", "--format", "vstat"], ["guid2mac", "--check", "--json"],
  ]

  static let cases = 350

  @Test(arguments: ["cx5-dual", "cx6-vpi", "vf-host", "unbound", "bnxt", "rxe-siw"])
  func othersAreUnchanged(machine: String) throws {
    let tree = try MachineTree(named: machine)
    let files = FakeFiles(tree.entries)
    let host = Host.recorded(tree, files: files)
    let devices = try files.list("/sys/class/infiniband")
    let call = try ParsedCall(["status", "-v", "--gids", "--counters", "--json"])
    let others = try Self.calls.map(ParsedCall.init)
    let healthy = try adapters(in: call.consequences(host: host).output)
    #expect(healthy.count >= devices.count)
    var felt = 0
    var random = Seeded(state: 0x2026_1121)
    for number in 0..<Self.cases {
      let device = devices[Int.random(in: 0..<devices.count, using: &random)]
      let own = paths(of: device, in: tree)
      let path = own[Int.random(in: 0..<own.count, using: &random)]
      let damage = Damage.allCases[Int.random(in: 0..<Damage.allCases.count, using: &random)]
      apply(damage, to: path, of: device, own, files, &random)
      let result = call.consequences(host: host)
      let name = "case \(number): \(device), \(path) \(damage)"
      #expect([0, 8].contains(result.status), "\(name): exit \(result.status)\n\(result.error)")
      let found = try adapters(in: result.output)
      #expect(!found.isEmpty, "\(name): \(result.output.prefix(300))")
      for other in healthy where !other.key.contains("\"\(device)\"") {
        #expect(found[other.key] == other.value, "\(name): \(other.key) is changed")
      }
      if found != healthy { felt += 1 }
      if number.isMultiple(of: 10) {
        #expect(throws: Never.self, "\(name)") { try JSONSerialization.jsonObject(with: Data(result.output.utf8)) }
        for other in others { #expect([0, 2, 3, 8].contains(other.consequences(host: host).status), "\(name)") }
      }
      files.interfere(nil)
      files.set(path, tree[path])
    }
    // A test whose damage nobody feels would prove nothing.
    #expect(felt > Self.cases / 4)
  }

  private static let sundry = ["cx3-vpi", "vf-host", "cx6-vpi", "rxe-siw", "bond"]

  /// No number in a file of the kernel's ends the program, in whatever form it answers. Every kind of file, twice
  /// on a device with two ports and on one with virtual functions, of which different questions are asked; what these have
  /// not, each on the first machine that has it.
  @Test(arguments: sundry) func absurdNumbers(machine: String) throws {
    let position = Self.sundry.firstIndex(of: machine) ?? 0
    let earlier = try Self.sundry.prefix(position < 2 ? 0 : position).map {
      Set(kinds(in: try MachineTree(named: $0)).keys)
    }
    let tree = try MachineTree(named: machine)
    let files = FakeFiles(tree.entries)
    let host = Host.recorded(tree, files: files)
    let calls = try Self.calls.map(ParsedCall.init)
    let healthy = calls.map { $0.consequences(host: host) }
    var felt = 0
    let chosen = kinds(in: tree).filter { kind, _ in !earlier.contains { $0.contains(kind) } }
    for path in chosen.values.flatMap({ $0.suffix(position == 0 ? 2 : 1) }) {
      // What makes no difference, neither gone nor changed, is not looked at.
      let changes: [FakeFiles.Entry] = [.error(.notPermitted), .text("7")]
      let matters = changes.contains { entry in
        files.set(path, entry)
        return calls.map { $0.consequences(host: host) } != healthy
      }
      for text in Self.absurdities where matters {
        files.set(path, .text(text))
        let results = calls.map { $0.consequences(host: host) }
        for (result, words) in zip(results, Self.calls) {
          #expect([0, 2, 3, 8].contains(result.status), "\(path) = \(text), \(words): exit \(result.status)")
        }
        if results != healthy { felt += 1 }
      }
      files.set(path, tree[path])
    }
    // Each machine is here for what it alone has.
    #expect(felt > 0)
  }

  /// The first file and the last one of each kind: what a directory is for (a device, a port, a function of the bus so far from the root) and the
  /// name in it, without numbers.
  private func kinds(in tree: MachineTree) -> [String: [String]] {
    var kinds: [String: [String]] = [:]
    for path in tree.entries.keys.sorted() where path.hasPrefix("/sys/") {
      guard case .bytes = tree[path] else { continue }
      let parts = path.split(separator: "/")
      let directory = parts[parts.count - 2]
      let place = directory.contains(":") ? "function \(parts.count)" : "\(parts[parts.count - 3])/\(directory)"
      let name = ["hw_counters", "counters"].contains(directory) ? "" : String(parts[parts.count - 1])
      let known = ["net", "infiniband", "infiniband_verbs", "infiniband_mad"].contains(parts[parts.count - 3])
      let kind = (known ? String(parts[parts.count - 3]) : place) + "/" + name
      kinds[kind.filter { !$0.isNumber || directory.contains(":") }, default: []].append(path)
    }
    return kinds.mapValues { $0.count > 2 ? [$0[0], $0[$0.count - 1]] : $0 }
  }

  private func apply(
    _ damage: Damage, to path: String, of device: String, _ own: [String], _ files: FakeFiles, _ random: inout Seeded
  ) {
    switch damage {
    case .empty: files.set(path, .bytes([]))
    case .garbage: files.set(path, .bytes((0..<Int.random(in: 1...200, using: &random)).map { _ in random.byte() }))
    case .unreadable: files.set(path, .error(.other("Invalid argument (22)")))
    case .forbidden: files.set(path, .error(.notPermitted))
    case .huge: files.set(path, .bytes([UInt8](repeating: 0x39, count: 100_000)))
    case .notText: files.set(path, .bytes([0x34, 0x3a, 0x20, 0xc3, 0x28, 0xff, 0xfe, 0x0a]))
    case .absurd:
      files.set(path, .text(Self.absurdities[Int.random(in: 0..<Self.absurdities.count, using: &random)]))
    case .vanishing:
      // The device is pulled out while it is being read.
      let last = Int.random(in: 0...60, using: &random)
      files.interfere { path, count in
        let gone = path.contains("/\(device)/") || path.hasSuffix("/\(device)")
        return gone && count > last ? .notFound : nil
      }
    }
  }

  /// The files that are a device's own: not a bridge's, not another function's.
  private func paths(of device: String, in tree: MachineTree) -> [String] {
    guard case .link(let target) = tree["/sys/class/infiniband/\(device)"] else { return [] }
    let place = "/sys/" + target.dropFirst("../../".count)
    var function = place.split(separator: "/").dropLast(2).joined(separator: "/")
    if function.hasSuffix("/virtual") { function = place.split(separator: "/").joined(separator: "/") }
    return tree.entries.filter { path, entry in
      if case .bytes = entry { path.hasPrefix("/\(function)/") } else { false }
    }.keys.sorted()
  }

  /// The text of each adapter by its name, cut from the object: reading JSON takes longer than making it.
  private func adapters(in output: String) throws -> [String: [UInt8]] {
    let json = Array(output.utf8)
    var result: [String: [UInt8]] = [:]
    var (depth, start, name) = (0, 0, "")
    var inString = false
    for (index, byte) in json.enumerated() {
      switch byte {
      // A quotation mark behind a backslash is not the end; the recordings hold no backslash before it.
      case UInt8(ascii: "\"") where index == 0 || json[index - 1] != UInt8(ascii: "\\"):
        inString.toggle()
        if inString, depth == 3, json[index...].starts(with: Array("\"name\":".utf8)) {
          name = String(decoding: json[index...].prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        }
      case UInt8(ascii: "{") where !inString, UInt8(ascii: "[") where !inString:
        depth += 1
        if depth == 3 { (start, name) = (index, "") }
      case UInt8(ascii: "}") where !inString, UInt8(ascii: "]") where !inString:
        if depth == 3, !name.isEmpty { result[name] = Array(json[start...index]) }
        depth -= 1
      default: break
      }
    }
    return result
  }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &self) }
}
