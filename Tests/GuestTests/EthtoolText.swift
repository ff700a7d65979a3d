internal import Foundation

/// What ethtool and ip print, taken apart: they are the judges of `offload show`.
enum EthtoolText {
  /// What `ethtool -k` calls a single feature of another name.
  private static let kernelNames = [
    "rx-checksumming": "rx-checksum", "generic-segmentation-offload": "tx-generic-segmentation",
    "generic-receive-offload": "rx-gro", "large-receive-offload": "rx-lro", "rx-vlan-offload": "rx-vlan-hw-parse",
    "tx-vlan-offload": "tx-vlan-hw-insert", "ntuple-filters": "rx-ntuple-filter", "receive-hashing": "rx-hashing",
  ]
  /// And several of them.
  private static let groups = [
    "tx-checksumming": "tx-csum", "scatter-gather": "sg", "tcp-segmentation-offload": "tso",
  ]

  struct Feature: Equatable, CustomStringConvertible {
    var isActive: Bool
    var isWanted: Bool
    var isFixed: Bool

    var description: String {
      "\(isActive ? "on" : "off")\(isFixed ? " [fixed]" : "")\(isActive == isWanted ? "" : " [requested otherwise]")"
    }
  }

  /// `ethtool -k`: by the kernel's names, and by the friendly ones of groups (of these only what is in force).
  static func features(_ text: String) -> (single: [String: Feature], groups: [String: Bool]) {
    var single: [String: Feature] = [:]
    var groups: [String: Bool] = [:]
    for (name, value) in fields(text) where !name.hasPrefix("Features for") {
      let isActive = value.hasPrefix("on")
      if let group = Self.groups[name] {
        groups[group] = isActive
        continue
      }
      let isWanted = value.contains("[requested on]") || isActive && !value.contains("[requested off]")
      single[kernelNames[name] ?? name] = Feature(
        isActive: isActive, isWanted: isWanted, isFixed: value.contains("[fixed]"))
    }
    return (single, groups)
  }

  /// `ethtool -g` and `-l`: what is, and what could be at most.
  static func sizes(_ text: String, _ names: [String: String]) -> (current: [String: Int], most: [String: Int]) {
    let halves = text.components(separatedBy: "Current hardware settings:")
    func numbers(_ half: String) -> [String: Int] {
      var numbers: [String: Int] = [:]
      for (title, value) in fields(half) {
        if let name = names[title], let number = Int(value) { numbers[name] = number }
      }
      return numbers
    }
    return halves.count == 2 ? (numbers(halves[1]), numbers(halves[0])) : ([:], [:])
  }

  /// `ethtool -c`: numbers as they are, "on" and "off".
  static func coalesce(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      // "Adaptive RX: off  TX: n/a"
      for (title, name) in [("Adaptive", "adaptive-"), ("CQE mode", "cqe-mode-")] where line.hasPrefix(title + " RX:") {
        let words = line.split { $0 == " " || $0 == ":" }
        for way in ["RX", "TX"] {
          guard let place = words.firstIndex(of: Substring(way)), place + 1 < words.count else { continue }
          values[name + way.lowercased()] = String(words[place + 1])
        }
      }
    }
    for (name, value) in fields(text) where Int(value) != nil {
      values[name.replacingOccurrences(of: "-frame-", with: "-frames-")] = value
    }
    return values.filter { $0.value != "n/a" }
  }

  /// `ethtool -a`.
  static func pause(_ text: String) -> [String: Bool] {
    var values: [String: Bool] = [:]
    let names = ["Autonegotiate": "autoneg", "RX": "rx", "TX": "tx"]
    for (title, value) in fields(text) { if let name = names[title] { values[name] = value == "on" } }
    return values
  }

  struct RSS: Equatable {
    var table: [UInt32] = []
    var key: String?
    var function: String?
  }

  /// `ethtool -x`.
  static func rss(_ text: String) -> RSS {
    var rss = RSS()
    let lines = text.split(separator: "\n").map(String.init)
    for (index, line) in lines.enumerated() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, Int(parts[0]) == rss.table.count {
        rss.table += parts[1].split(separator: " ").compactMap { UInt32($0) }
      } else if line == "RSS hash key:", index + 1 < lines.count, lines[index + 1].contains(":") {
        rss.key = lines[index + 1]
      } else if parts.count == 2, parts[1] == "on" {
        rss.function = parts[0]
      }
    }
    return rss
  }

  /// `ethtool -n IF rx-flow-hash`: the letters of ethtool(8).
  static func hashFields(_ text: String) -> String? {
    guard text.contains("use these fields") else { return nil }
    let letters = [
      ("L2DA", "m"), ("VLAN tag", "v"), ("L3 proto", "t"), ("IP SA", "s"), ("IP DA", "d"), ("L4 bytes 0 & 1", "f"),
      ("L4 bytes 2 & 3", "n"), ("Discard", "r"),
    ]
    let found = letters.filter { text.contains($0.0) }.map(\.1).joined()
    return found.isEmpty ? "none" : found
  }

  /// Lines of a name, a colon and a value.
  private static func fields(_ text: String) -> [(String, String)] {
    text.split(separator: "\n").compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (
        line[..<colon].trimmingCharacters(in: .whitespaces),
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      )
    }
  }
}
