@testable import Fleet

/// Answers of equal hosts, each with identities of its own, and what may be odd about one.
struct GeneratedFleet {
  enum Oddness {
    case firmware(String), noLink(Int), missing(Int), psid(Int), lanes(Int), rate(Int), noNodes
  }

  var hosts: [(name: String, oddness: [Oddness])]
  var model = "ConnectX-7"
  var cards = 8

  /// 64 hosts, of which seven are odd in a way of their own.
  static let withSevenOdd = GeneratedFleet(
    hosts: (0..<64).map { number in
      let odd: [Int: Oddness] = [
        9: .firmware("28.38.1002"), 17: .noNodes, 23: .noLink(5), 31: .missing(3), 40: .psid(2), 52: .lanes(5),
        60: .rate(1),
      ]
      return ((number < 10 ? "gpu0" : "gpu") + "\(number)", odd[number].map { [$0] } ?? [])
    })

  static let truth = """
    gpu09 mlx5_0 firmware_version 28.38.1002 28.39.1002
    gpu17 host host.no_device_nodes
    gpu23 mlx5_5 port.no_link
    gpu31 mlx5_3 (0000:13:00.0) missing
    gpu40 mlx5_2 psid MT_0000000999 MT_0000000838
    gpu52 mlx5_5 pcie.current.width 8 16
    gpu60 mlx5_1 rate_gbps 200 400
    """

  func answers() -> [(host: String, json: String)] {
    hosts.enumerated().map { ($1.name, answer(of: $1.name, $1.oddness, seed: $0 + 1)) }
  }

  func lines() -> [[UInt8]] { answers().map { Array("\($0.host): \($0.json)".utf8) } }

  private func answer(of host: String, _ oddness: [Oddness], seed: Int) -> String {
    var adapters: [String] = []
    var problems: [String] = []
    var position = 0
    for slot in 0..<cards {
      var (firmware, psid, lanes, rate, state) = ("28.39.1002", "MT_0000000838", 16, "400", "active")
      var isMissing = false
      for odd in oddness {
        switch odd {
        case .firmware(let version): firmware = version
        case .psid(slot): psid = "MT_0000000999"
        case .lanes(slot): lanes = 8
        case .rate(slot): rate = "200"
        case .missing(slot): isMissing = true
        case .noLink(slot):
          (state, rate) = ("down", "null")
          problems.append(Self.problem("port.no_link", "mlx5_\(position)/1"))
        default: break
        }
      }
      if isMissing { continue }
      let guid = "\(seed * 1000 + slot)"
      adapters.append(
        """
        {"firmware_version":"\(firmware)","model":"\(model)","name":"mlx5_\(position)","node_guid":"\(guid)",\
        "pci_address":"0000:1\(slot):00.0","pcie":{"current":{"width":\(lanes)}},"ports":[{"gids":[{"gid":"\(guid)"}],\
        "lid":\(seed),"port":1,"rate_gbps":\(rate),"state":"\(state)"}],"psid":"\(psid)"}
        """)
      position += 1
    }
    for case .noNodes in oddness { problems.append(Self.problem("host.no_device_nodes", "host")) }
    return """
      {"adapters":[\(adapters.joined(separator: ","))],"host":"\(host)","problems":[\(problems.joined(separator: ","))],\
      "schema":"rdmactl.status/1","time":"2026-11-30T18:00:00Z"}
      """
  }

  private static func problem(_ id: String, _ subject: String) -> String {
    #"{"evidence":["seed=1"],"id":"\#(id)","message":"a \"cable\"","severity":"error","subject":"\#(subject)"}"#
  }
}

extension Fold {
  /// A line for each difference of the odd hosts, one subject of those that share it.
  var truth: String {
    var lines: [String] = []
    for group in groups where group.kind == .odd {
      var told: Set<String> = []
      for difference in group.differences where told.insert(difference.name + (difference.value ?? "")).inserted {
        let words =
          [group.nodes, difference.subject, difference.name] + [difference.value, difference.most].compactMap { $0 }
        lines.append(words.joined(separator: " "))
      }
    }
    return lines.joined(separator: "\n")
  }
}
