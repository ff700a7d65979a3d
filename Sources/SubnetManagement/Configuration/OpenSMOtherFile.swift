internal import FabricDiscovery
public import Vocabulary

/// Files of opensm that are neither opensm.conf nor partitions.conf.
public enum OpenSMOtherFile: String, Sendable, CaseIterable {
  /// A list of GUIDs: `root_guid_file`, `cn_guid_file`, `io_guid_file`, `guid_routing_order_file`.
  case guids = "guid list"
  case nodeNames = "node name map"
  /// Recognized and not checked.
  case qosPolicy = "QoS policy"
  case torus = "torus-2QoS"
  case prefixRoutes = "prefix routes"
  case perModuleLogging = "per-module logging"

  /// By its name, or by a line that no other file has.
  public init?(name: String, text: String) {
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    let words = lines.compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
    let policy: Set = ["qos-ulps", "qos-setup", "qos-levels", "qos-match-rules", "port-groups"]
    if words.contains(where: policy.contains) || name.contains("qos-policy") {
      self = .qosPolicy
    } else if words.contains("torus") || words.contains("mesh") || name.contains("torus-2QoS") {
      self = .torus
    } else if name.contains("prefix-routes") {
      self = .prefixRoutes
    } else if name.contains("per-module-logging") {
      self = .perModuleLogging
    } else if name.contains("node-name-map") || name.contains("node_name_map") {
      self = .nodeNames
    } else if name.contains("guid") && !name.contains("guid2lid") {
      self = .guids
    } else if !words.isEmpty, words.allSatisfy({ $0.hasPrefix("0x") && GUID($0) != nil }) {
      self = lines.contains { $0.contains("\"") } ? .nodeNames : .guids
    } else {
      return nil
    }
  }

  /// Whether ``OpenSMLint/problems(of:_:file:)`` looks at what is in it.
  public var isChecked: Bool { self == .guids || self == .nodeNames }
}

extension OpenSMLint {
  /// The findings of another file of opensm.
  public static func problems(of kind: OpenSMOtherFile, _ text: String, file: String) -> [Problem] {
    switch kind {
    case .nodeNames:
      NodeNameMap(text).badLines.map { OpenSMLintProblem.badMapLine.at(file, $0.line, detail: $0.reason) }
    case .guids: guidProblems(text, file: file)
    case .qosPolicy, .torus, .prefixRoutes, .perModuleLogging: []
    }
  }

  private static func guidProblems(_ text: String, file: String) -> [Problem] {
    var lines: [GUID: Int] = [:]
    var found: [Problem] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.prefix { $0 != "#" }.split { $0.isWhitespace || $0 == "," }
      for word in words {
        guard let guid = GUID(String(word)), word.hasPrefix("0x") || word.count == 16, guid.rawValue != 0 else {
          let detail =
            "\(Spelling.shown(String(word))) is not a GUID (the name of a port group works with NVIDIA's opensm only)"
          found.append(OpenSMLintProblem.badGUID.at(file, index + 1, detail: detail))
          continue
        }
        if let first = lines[guid] {
          found.append(OpenSMLintProblem.repeatedGUID.at(file, index + 1, detail: "\(word), as in line \(first)"))
        } else {
          lines[guid] = index + 1
        }
      }
    }
    return found
  }
}
