public import Vocabulary

/// What a word of another system, or a finding of this program, means here.
public struct GlossaryEntry: Sendable, Equatable {
  /// A command line that deals with it, and what it does.
  public struct Command: Sendable, Equatable {
    /// As it is typed; words in capitals stand for what the user has (`IF`, `DEVICE`, `FILE`).
    public let line: String
    public let purpose: String

    public init(line: String, purpose: String) {
      self.line = line
      self.purpose = purpose
    }
  }

  /// Its canonical name.
  public let name: String
  /// Other names of the same thing, as they stood in registries, dialogues and command lines.
  public let spellings: [String]
  public let group: GlossaryGroup
  /// How much a finding matters; `nil` for what is no finding.
  public let severity: Severity?
  /// Where it stood: registry key, page of a dialogue, command, section of the readme.
  public let place: String?
  /// What it did there; of a finding what it means.
  public let meaning: String
  /// Values that it took there, the default in parentheses.
  public let range: String?
  /// What excluded it, what it needed, and what had to be restarted.
  public let rules: String?
  /// What stands for it on Linux; `nil` when there is nothing.
  public let counterpart: String?
  /// Why Linux has nothing for it; `nil` where it has.
  public let absence: String?
  /// Names of the Linux settings that stand for it, or are nearest to it: keys of `rdmactl offload set`, features of
  /// ethtool, sysctls, module parameters, files. Several entries may have the same.
  public let knobs: [String]
  /// Commands that show, set and undo it, in this order.
  public let commands: [Command]
}

/// Which part of which document an entry belongs to. The order is that of the documents.
public enum GlossaryGroup: String, CaseIterable, Sendable {
  case winsockDirect = "winsock_direct"
  case scalableNetworking = "scalable_networking"
  case firmware
  case ipoib
  case openSM = "opensm"
  case ethernet
  case generalTuning = "general_tuning"
  case limits
  case socketsDirect = "sdp"
  case winsockAndSRP = "wsd_srp"
  case verification
  case linux
  case rdma
  case exitStatuses = "exit_statuses"
  case errors
  case findings

  /// The heading above its entries.
  public var title: String {
    switch self {
    case .winsockDirect: "Winsock Direct buffers"
    case .scalableNetworking: "Scalable Networking Pack"
    case .firmware: "Packages and firmware"
    case .ipoib: "IPoIB"
    case .openSM: "OpenSM"
    case .ethernet: "Ethernet driver"
    case .generalTuning: "General Tuning"
    case .limits: "Limits, troubleshooting and events"
    case .socketsDirect: "SDP"
    case .winsockAndSRP: "WSD and SRP"
    case .verification: "Verification and tracing"
    case .linux: "Settings that Windows did not have"
    case .rdma: "InfiniBand, RoCE and PCI Express on Linux"
    case .exitStatuses: "Exit statuses of rdmactl"
    case .errors: "Errors of rdmactl"
    case .findings: "Findings of rdmactl"
    }
  }

  /// The entries' text; findings have theirs in the libraries that report them.
  var texts: [String] {
    switch self {
    case .winsockDirect: [GlossaryText.winsockDirect]
    case .scalableNetworking: [GlossaryText.scalableNetworking]
    case .firmware: [GlossaryText.firmware]
    case .ipoib: [GlossaryText.ipoib]
    case .openSM: [GlossaryText.openSM]
    case .ethernet: [GlossaryText.ethernet]
    case .generalTuning: [GlossaryText.generalTuning]
    case .limits: [GlossaryText.limits, GlossaryText.eventIDs]
    case .socketsDirect: [GlossaryText.socketsDirect]
    case .winsockAndSRP: [GlossaryText.winsockAndSRP]
    case .verification: [GlossaryText.verification]
    case .linux: [GlossaryText.linuxKnobs]
    case .rdma: [GlossaryText.rdma, GlossaryText.tools, GlossaryText.rates]
    case .exitStatuses, .errors, .findings: []
    }
  }
}
