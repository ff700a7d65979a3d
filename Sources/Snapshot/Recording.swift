internal import FoundationEssentials

/// What a machine answered while commands ran: enough to run the same commands again without the machine.
package struct Recording: Sendable, Equatable {
  package enum Entry: Sendable, Equatable {
    case directory
    case link(String)
    case bytes([UInt8])
  }

  /// By path without symbolic links.
  package var files: [String: Entry] = [:]
  package var talks = Conversation()
  /// Answers; `nil` for a request that nobody answered.
  package var datagrams: [Datagram: [UInt8]?] = [:]
  /// The files as text, of a snapshot that was read.
  var tree: String?
  /// While it is recorded: the names that directories showed, and paths that are no links.
  var shown: [String: [String]] = [:]
  var plain: Set<String> = []
  /// Questions to the kernel that have their answer.
  var asked: Set<String> = []

  package init() {}

  /// A request, and through which port it went.
  package struct Datagram: Hashable, Sendable {
    /// `mlx5_0/1`
    package var port: String
    package var lid: UInt16
    package var queuePair: UInt32
    /// Without its transaction ID and its keys.
    package var request: [UInt8]
  }
}

/// What was asked besides files and datagrams. Bytes are hexadecimal digits.
package struct Conversation: Codable, Sendable, Equatable {
  package struct Namespace: Codable, Sendable, Equatable {
    package var identifier: String
    package var ownsSysfs: Bool
    package var interfaces: [String]
  }

  package struct Part: Codable, Sendable, Equatable {
    package var path: String
    package var offset: Int
    package var limit: Int
    package var start: Int
    package var size: Int
    package var text: String
  }

  package struct Attribute: Codable, Sendable, Equatable {
    package var type: UInt16
    package var bytes: String?
    package var nest: [Attribute]?
  }

  package struct Message: Codable, Sendable, Equatable {
    package var command: UInt16
    package var header: String
    package var attributes: [Attribute]
  }

  package struct Talk: Codable, Sendable, Equatable {
    /// `route`, `rdma`, `generic ethtool`
    package var family: String
    package var dump: Bool
    package var request: Message
    package var answer: [Message]?
    package var warning: String?
    package var failure: Failure?
  }

  package struct Failure: Codable, Sendable, Equatable {
    package var kind: String
    package var words: String?
    package var code: Int32?
    package var name: String?
    package var message: String?
  }

  package struct Structure: Codable, Sendable, Equatable {
    package var interface: String
    package var request: String
    package var answer: String?
    package var failure: Failure?
  }

  package struct Verbs: Codable, Sendable, Equatable {
    package var device: Device?
    package var failure: Failure?

    package struct Device: Codable, Sendable, Equatable {
      package var transport: String
      package var vendorID: UInt32
      package var vendorPartID: UInt32
      package var limits: [String: UInt64]
      package var ports: [String: Port]
    }

    package struct Port: Codable, Sendable, Equatable {
      package var maxMTU: Int?
      package var activeMTU: Int?
      package var maxMessageSize: UInt64
      package var maxVLs: Int?
      package var pkeyTableLength: Int
      package var gidTableLength: Int
      package var badPKeyCounter: Int
      package var qkeyViolationCounter: Int
      package var subnetTimeout: Int
      package var initTypeReply: Int
    }
  }

  package struct Program: Codable, Sendable, Equatable {
    package var arguments: [String]
    package var exit: Int32?
    package var signal: Int32?
    package var output: String
    package var error: String
    package var failure: Failure?
  }

  package var host: String?
  package var namespace: Namespace?
  package var errors: [String: Failure] = [:]
  package var parts: [Part] = []
  package var permissions: [String: UInt16] = [:]
  package var kernel: [Talk] = []
  package var ethtool: [Structure] = []
  package var verbs: [String: Verbs] = [:]
  /// Whether the machine could run programs: a recorded one cannot.
  package var runsPrograms = true
  package var programs: [String: String] = [:]
  package var runs: [Program] = []
  package var names: [String: String] = [:]
  package var functions: [String: Failure] = [:]
  package var ports: [String: Failure] = [:]

  package init() {}

  package var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }

  package init?(json bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(Conversation.self, from: Data(bytes)) else { return nil }
    self = value
  }
}

/// Bytes as hexadecimal digits, and back.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }
}
