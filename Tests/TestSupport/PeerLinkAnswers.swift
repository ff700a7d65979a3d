/// The text of `ibnetdiscover` as it stands: a block of lines for each node, in no order.
public struct IbnetdiscoverBlocks: Equatable, Sendable {
  public let blocks: Set<String>

  public init(_ text: String) {
    var blocks: Set<String> = []
    var block: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
      if line.isEmpty {
        if !block.isEmpty { blocks.insert(block.joined(separator: "\n")) }
        block = []
      } else {
        block.append(line)
      }
    }
    if !block.isEmpty { blocks.insert(block.joined(separator: "\n")) }
    self.blocks = blocks
  }

  /// The LIDs of all ports that can have one, by node GUID and port; of a switch it is port 0's.
  public var lids: [String: Int] {
    var lids: [String: Int] = [:]
    for block in blocks {
      var guid = ""
      for line in block.split(separator: "\n") {
        let words = line.split { " \t".contains($0) }.map(String.init)
        if line.hasPrefix("Switch\t") || line.hasPrefix("Ca\t") || line.hasPrefix("Rt\t") {
          guid = words.count > 2 ? String(words[2].dropFirst(3).dropLast()) : ""
          if words[0] == "Switch" { lids["\(guid)/0"] = Self.lid(in: words) }
        } else if line.hasPrefix("["), line.contains(" lmc ") {
          lids["\(guid)/\(line.dropFirst().prefix { $0.isNumber })"] = Self.lid(in: words)
        }
      }
    }
    return lids
  }

  /// The port's own comes first, that of its neighbour later.
  private static func lid(in words: [String]) -> Int? {
    words.firstIndex(of: "lid").flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
  }
}

/// The text of `iblinkinfo -l`: each port that it knows, by the GUID that it gives (of an adapter the port's) and number.
public struct IblinkinfoAnswer: Equatable, Sendable {
  public struct Port: Hashable, Sendable {
    public var guid: UInt64
    public var port: Int

    public init(guid: UInt64, port: Int) {
      self.guid = guid
      self.port = port
    }
  }

  public struct Link: Hashable, Sendable {
    public var ends: Set<Port>
    /// `4x`
    public var width: String
    /// Of a lane, in Gb/s.
    public var speed: Double

    public init(ends: Set<Port>, width: String, speed: Double) {
      self.ends = ends
      self.width = width
      self.speed = speed
    }
  }

  public var links: Set<Link> = []
  public var down: Set<Port> = []

  /// `0x… "  leaf3"  11  2[  ] ==( 4X  53.125 Gbps Active/  LinkUp)==>  0x…  8  1[  ] "host13 mlx5_0" (…)`
  public init(_ text: String) {
    for line in text.split(separator: "\n") where line.hasPrefix("0x") && line.contains("==(") {
      let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard quoted.count >= 3, let guid = UInt64(quoted[0].dropFirst(2).prefix { $0.isHexDigit }, radix: 16) else {
        continue
      }
      // Behind the description: LID, port, the link, and the other end.
      let words = quoted[2].split { " \t[]()=/>".contains($0) }.map(String.init)
      guard words.count > 2, let number = Int(words[1]) else { continue }
      let port = Port(guid: guid, port: number)
      guard words[2] != "Down", words.count > 9, let speed = Double(words[3]) else {
        down.insert(port)
        continue
      }
      guard let peer = UInt64(words[7].dropFirst(2), radix: 16), let peerPort = Int(words[9]) else { continue }
      links.insert(
        Link(ends: [port, Port(guid: peer, port: peerPort)], width: words[2].lowercased(), speed: speed))
    }
  }
}

/// The text of `ibtracert`: each cable of the way, from the port that the packet leaves by to the one it comes in by.
public struct IbtracertAnswer: Equatable, Sendable {
  public struct Step: Hashable, Sendable {
    public var outPort: Int
    /// Of an adapter the port's, of a switch its own.
    public var guid: UInt64
    public var inPort: Int

    public init(outPort: Int, guid: UInt64, inPort: Int) {
      self.outPort = outPort
      self.guid = guid
      self.inPort = inPort
    }
  }

  public var steps: [Step] = []

  /// Lines are `[5] -> switch port {0x0002c90300f00000}[1] lid 2-2 "spine0"`.
  public init(_ text: String) {
    for line in text.split(separator: "\n") where line.hasPrefix("[") && line.contains("-> ") {
      let numbers = line.split { "[]{}".contains($0) }.map(String.init)
      guard numbers.count > 3, let out = Int(numbers[0]), let guid = UInt64(numbers[2].dropFirst(2), radix: 16),
        let into = Int(numbers[3])
      else { continue }
      steps.append(Step(outPort: out, guid: guid, inPort: into))
    }
  }
}
