package import Vocabulary

/// Why there is no figure: the mistakes that perftest answers with a number, or not at all.
package enum PerfMistake: String, CaseIterable, Sendable {
  case noListener = "perf.no_listener"
  case unknownPeer = "perf.unknown_peer"
  case portDown = "perf.port_down"
  case typesDiffer = "perf.gid_types_differ"
  case noPath = "perf.no_path"
  case optionsDiffer = "perf.options_differ"
  case noAcknowledgement = "perf.no_acknowledgement"
  case silent = "perf.silent"
  case portInUse = "perf.port_in_use"
  case tooLarge = "perf.too_large"
  case memory = "perf.memory"
  case sshFailed = "perf.ssh_failed"
  case other = "perf.failed"

  package var meaning: String {
    switch self {
    case .noListener: "nothing listens on the peer"
    case .unknownPeer: "the name of the peer cannot be resolved"
    case .portDown: "the port is not active"
    case .typesDiffer: "the two sides use GIDs of different types (IPv4 and IPv6, or RoCE v1 and v2)"
    case .noPath: "no path to the peer's GID: the GID index is wrong, or the peer has no route or neighbour entry"
    case .optionsDiffer: "the two sides run with different options (operation or size)"
    case .noAcknowledgement: "the peer does not acknowledge: packets are lost on the way, or the peer has ended"
    case .silent: "no figure within the time limit: the two sides wait for each other"
    case .portInUse: "the TCP port for the exchange of addresses is in use"
    case .tooLarge: "a datagram must fit the MTU"
    case .memory: "memory cannot be registered: the limit of locked memory is too low"
    case .sshFailed: "the other side was not started"
    case .other: "the test failed"
    }
  }

  package static var ids: [String] { allCases.map(\.rawValue) }

  /// What perftest says, in the order in which it is looked for: the first cause comes before what follows from it.
  private static let signs: [(text: String, mistake: PerfMistake)] = [
    ("name resolution", .unknownPeer), ("Name or service not known", .unknownPeer),
    ("Problem in resolving basic address", .unknownPeer), ("No address associated", .unknownPeer),
    ("state is Down", .portDown), ("Couldn't listen to port", .portInUse), ("Couldn't connect to", .noListener),
    ("Incompatibility issue with GID types", .typesDiffer), ("to RTR", .noPath),
    ("greater than MTU", .tooLarge), ("Couldn't allocate MR", .memory), ("Failed to create MR", .memory),
    ("Couldn't register", .memory), ("Failed status 12", .noAcknowledgement), ("Failed status 13", .optionsDiffer),
    ("Failed status 9", .optionsDiffer), ("Failed status 10", .optionsDiffer), ("Failed status 11", .optionsDiffer),
    ("Couldn't read remote address", .optionsDiffer),
  ]

  /// The mistake that a text shows; `nil` where it shows none that is known.
  package init?(_ text: String) {
    guard let sign = Self.signs.first(where: { text.contains($0.text) }) else { return nil }
    self = sign.mistake
  }
}

/// A test that gave no figure.
package struct PerfFailure: Failure, Equatable {
  package let mistake: PerfMistake
  package let subject: String?
  /// perftest's own words.
  package let words: String?
  package let fix: [String]
  package let hint: [String]

  package init(
    _ mistake: PerfMistake, subject: String?, words: String? = nil, fix: [String] = [], hint: [String] = []
  ) {
    self.mistake = mistake
    self.subject = subject
    self.words = words
    self.fix = fix
    self.hint = hint
  }

  package var id: String { mistake.rawValue }
  package var message: String { mistake.meaning + (words.map { " [\($0)]" } ?? "") }

  package var exitStatus: ExitStatus {
    switch mistake {
    case .portInUse: .busy
    case .unknownPeer: .notFound
    case .tooLarge: .usage
    default: .failed
    }
  }

  /// The line of a text that says most: of an error rather than of the heading.
  package static func words(in text: String) -> String? {
    let signs = ["Couldn't connect", "state is Down", "Incompatibility", "to RTR", "Failed status", "greater than MTU"]
    let lines = text.split(whereSeparator: \.isNewline).map { String($0) }
    let telling = lines.first { line in signs.contains { line.contains($0) } }
    let other = lines.last { line in
      ["Couldn't", "Unable", "Failed", "error", "not found", "cannot", "refused", "denied"].contains {
        line.contains($0)
      }
    }
    return (telling ?? other).map { $0.trimmed }
  }
}

extension String {
  fileprivate var trimmed: String {
    var copy = self[...]
    while copy.first?.isWhitespace == true { copy.removeFirst() }
    while copy.last?.isWhitespace == true { copy.removeLast() }
    return String(copy)
  }
}

/// What makes a test impossible before it is started.
package enum PerfObstacle: Failure, Equatable {
  case missing(program: String)
  case recorded
  case noPort(String)
  case noGID(String, [String])

  package var id: String {
    switch self {
    case .missing: "perf.not_installed"
    case .recorded: "perf.recorded"
    case .noPort: "perf.no_port"
    case .noGID: "perf.no_gid"
    }
  }

  package var subject: String? {
    switch self {
    case .missing(let program): program
    case .recorded: nil
    case .noPort(let name), .noGID(let name, _): name
    }
  }

  package var message: String {
    switch self {
    case .missing(let program):
      "not installed: it comes with the package \(program.hasPrefix("ib_") ? "perftest" : "rdmacm-utils")"
    case .recorded: "performance is measured on a live machine only"
    case .noPort: "no active RDMA port"
    case .noGID(_, let reasons):
      "no GID reaches it" + (reasons.isEmpty ? "" : ": " + reasons.prefix(3).joined(separator: "; "))
    }
  }

  package var fix: [String] {
    switch self {
    case .missing, .recorded: []
    case .noPort: ["rdmactl status"]
    case .noGID: ["rdmactl gid list"]
    }
  }

  package var hint: [String] {
    switch self {
    case .missing(let program):
      ["install it (Debian: apt install \(program.hasPrefix("ib_") ? "perftest" : "rdmacm-utils"))"]
    case .noGID: ["name the peer by the address of its RDMA interface, not of another one"]
    default: []
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .missing, .recorded: .unsupported
    case .noPort, .noGID: .notFound
    }
  }
}
