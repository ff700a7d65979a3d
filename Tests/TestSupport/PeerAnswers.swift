public import FabricLab

/// What the tools of infiniband-diags say, as values: they are the judges.
extension Manifest {
  /// The text of `ibnetdiscover`. What it has no line for is not there.
  public init(ibnetdiscover text: String) {
    var nodes: [Node] = []
    var links: Set<Link> = []
    var numbers: [String: UInt64] = [:]
    var current: UInt64 = 0
    for line in text.split(separator: "\n").filter({ !$0.hasPrefix("#") }) {
      if line.hasPrefix("[") {
        if let link = Self.link(line, of: current) { links.insert(link) }
      } else if let equals = line.firstIndex(of: "="), line.contains("id=0x") {
        let value = line[line.index(equals, offsetBy: 3)...].prefix { $0.isHexDigit }
        numbers[String(line[..<equals])] = UInt64(value, radix: 16)
      } else if let node = Self.node(line, numbers) {
        current = UInt64(node.guid, radix: 16) ?? 0
        nodes.append(node)
        numbers = [:]
      }
    }
    self.init(nodes: nodes, links: Array(links))
  }

  /// `Switch⇥8 "S-0010e00000000050"⇥⇥# "leaf3" base port 0 …`
  private static func node(_ line: Substring, _ numbers: [String: UInt64]) -> Node? {
    let kinds: [Substring: Topology.Kind] = ["Switch": .switchNode, "Ca": .host, "Rt": .router]
    let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
    let words = line.split { $0 == "\t" || $0 == " " }
    guard quoted.count >= 4, words.count > 1, let kind = kinds[words[0]], let ports = Int(words[1]),
      let guid = UInt64(quoted[1].dropFirst(2), radix: 16)
    else { return nil }
    return Node(
      guid: guid, type: kind, description: String(quoted[3]), ports: ports,
      systemImageGUID: numbers["sysimgguid"] ?? 0, vendorID: UInt32(truncatingIfNeeded: numbers["vendid"] ?? 0),
      deviceID: UInt16(truncatingIfNeeded: numbers["devid"] ?? 0))
  }

  /// `[7]⇥"S-0010e00000000000"[8]⇥⇥# "spine0" lid 0 4xHDR`; of a host `[1](10a0…1)` and a second description.
  private static func link(_ line: Substring, of guid: UInt64) -> Link? {
    let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
    guard quoted.count >= 5, let port = Int(line.dropFirst().prefix { $0.isNumber }),
      let peer = UInt64(quoted[1].dropFirst(2), radix: 16),
      let peerPort = Int(quoted[2].dropFirst().prefix { $0.isNumber }),
      let rate = quoted[4].split(separator: " ").last, let x = rate.firstIndex(of: "x")
    else { return nil }
    return Link(
      End(guid: guid, port: port), End(guid: peer, port: peerPort), width: String(rate[...x]),
      speed: String(rate[rate.index(after: x)...]))
  }
}

/// The text of `ibqueryerrors`: the counters over the threshold, by the GUID of the port (of a switch the one it has).
public struct IbqueryerrorsAnswer: Equatable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var portGUID: UInt64
    public var port: Int
    public var counter: String
    public var value: UInt64

    public init(portGUID: UInt64, port: Int, counter: String, value: UInt64) {
      self.portGUID = portGUID
      self.port = port
      self.counter = counter
      self.value = value
    }
  }

  public var entries: Set<Entry> = []

  /// Lines are `   GUID 0x10e00000000020 port 2: [SymbolErrorCounter == 5] [PortRcvErrors == 703]`; port ALL is the sum
  /// over those of a switch.
  public init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count > 4, words[0] == "GUID", words[2] == "port", let port = Int(words[3].dropLast()),
        let guid = UInt64(words[1].dropFirst(2), radix: 16)
      else { continue }
      for part in line.split(separator: "[").dropFirst() {
        let words = part.prefix { $0 != "]" }.split(separator: " ")
        guard words.count >= 3, words[1] == "==", let value = UInt64(words[2]) else { continue }
        entries.insert(Entry(portGUID: guid, port: port, counter: String(words[0]), value: value))
      }
    }
  }
}

/// The line of `sminfo`: `sminfo: sm lid 1 sm guid 0x10a00000000001, activity count 448 priority 0 state 3 SMINFO_MASTER`.
public struct SminfoAnswer: Equatable, Sendable {
  public var lid: Int
  public var guid: UInt64
  public var activityCount: Int
  public var priority: Int
  /// 0 not active, 1 discovering, 2 standby, 3 master.
  public var state: Int

  /// - Returns: `nil` when there is no such line: nobody answered.
  public init?(_ text: String) {
    let words = text.split { " \n\t,".contains($0) }.map(String.init)
    func number(after name: String) -> Int? {
      words.firstIndex(of: name).flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
    }
    guard let lid = number(after: "lid"), let activity = number(after: "count"), let state = number(after: "state"),
      let priority = number(after: "priority"), let position = words.firstIndex(of: "guid"), position + 1 < words.count,
      let guid = UInt64(words[position + 1].dropFirst(2), radix: 16)
    else { return nil }
    (self.lid, self.guid, self.priority, self.state) = (lid, guid, priority, state)
    activityCount = activity
  }
}
