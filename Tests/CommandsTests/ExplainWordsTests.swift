import Glossary
import TestSupport
import Testing

@testable import Commands

/// Words that people typed on InfiniBand, RoCE and Ethernet days.
@Suite struct ExplainWordsTests {
  static let words = [
    "PORT_DOWN", "polling", "INIT", "port 1 not active", "4: ACTIVE", "no link",
    "multicast join failed", "broadcast group", "LID", "65535", "SR-IOV", "VF",
    "LRO", "GRO", "rx-gro-hw", "jumbo frames", "65520", "connected mode",
    "pkey", "partition ipoib", "client identifier", "hardware address", "GID", "NCCL_IB_GID_INDEX",
    "RoCE", "cma_roce_mode", "traffic class", "trust mode", "priority flow control", "PFC",
    "flow control", "ECN", "CNP", "mlnx_qos", "out_of_sequence", "out_of_buffer",
    "packet_seq_err", "local_ack_timeout_err", "np_cnp_sent", "rp_cnp_handled", "symbol_error", "port_xmit_wait",
    "rx_discards_phy", "rx_prio3_pause", "ulimit", "Cannot allocate memory", "retry exceeded", "vendor err 129",
    "network namespace", "netns", "/dev/infiniband", "ib_umad", "LAG", "mlx5_bond_0",
    "port type", "rdma_rename", "ibdev2netdev", "show_gids", "livefish", "recovery mode",
    "LnkSta", "PCIe x8", "requested on", "Cannot change rx-checksumming", "set_irq_affinity", "irq affinity",
    "RSS", "toeplitz", "interrupt moderation", "adaptive rx", "speed", "auto negotiation",
    "transceiver", "wake on lan", "timestamping", "NetworkManager", "tuned", "mlnx_tune",
    "NetDMA", "SackOpts", "VMQ", "NDK", "SRP", "SDP",
  ]

  /// Words of today's tools, counters, rates, ids and exit statuses.
  static let more = [
    "hdr", "ndr", "SDR", "port_xmit_wait", "PortXmitWait", "PortXmitDiscards", "SymbolErrorCounter", "VL15Dropped",
    "VL15_dropped", "LinkDownedCounter", "link_downed", "port_xmit_packets", "sharp", "dapl", "mlxup", "mlxconfig",
    "hca_self_test", "Get-NetAdapterRdma", "ethtool", "iblinkinfo", "ibqueryerrors", "sminfo", "exit 7",
    "exit status 9",
    "burn.psid_differs", "flash.timeout", "sm.not_installed", "change.busy", "usage", "port.sm_silent", "port.no_sm",
  ]

  private static func entries(_ words: String) -> [String] {
    ProblemCatalog.glossary.lookUp(words).entries.map(\.name)
  }

  @Test func nearlyAllAreFound() {
    let missing = Self.words.filter { Self.entries($0).isEmpty }
    #expect(Self.words.count - missing.count >= 70, "\(missing)")
    #expect(Self.more.filter { Self.entries($0).isEmpty } == [])
  }

  @Test(arguments: [
    ("LAG", "RoCE LAG"), ("PFC", "PFC"), ("65535", "LID"), ("GID", "GID"), ("4: ACTIVE", "state 4"),
    ("VF", "virtual function"),
    ("out_of_sequence", "out_of_sequence"), ("timestamping", "hardware time stamps"), ("speed", "link speed"),
    ("ib_umad", "ib_umad"), ("RoCE", "RoCE"), ("LnkSta", "PCI Express link"), ("exit 7", "exit status 7"),
  ])
  func theFirstAnswerIsTheOneMeant(_ typed: String, _ name: String) { #expect(Self.entries(typed) == [name]) }

  /// A short word matches whole words only: "LAG" is not in "flag", "VPI" is not about /dev/infiniband.
  @Test(arguments: ["ZZQ", "qx", "flg", "lim", "umx"]) func aShortWordIsNoPartOfAnother(_ word: String) {
    let near = ProblemCatalog.glossary.lookUp(word).near
    for entry in near {
      let texts =
        [entry.name, entry.meaning, entry.counterpart ?? "", entry.absence ?? "", entry.rules ?? ""] + entry.spellings
        + entry.knobs
      let all = texts.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }
      #expect(all.contains { $0 == word.lowercased() }, "\(word): \(entry.name)")
    }
  }

  private func explain(_ words: String...) -> Consequences {
    consequences(of: ["explain"] + words, host: SmallMachine().host())
  }

  @Test func anyWordsAreTaken() {
    #expect(explain("ethtool", "-K").output.hasPrefix("ethtool"))
    #expect(explain("RUN_FW", "command", "failed", "with", "error", "-22").status != 64)
    #expect(explain("vstat", "-v").status != 64)
    #expect(explain("off", "[requested", "on]").output.hasPrefix("requested on"))
  }

  @Test func aSimilarNameIsMarkedAndIsNoSuccessForAScript() {
    #expect(explain("EnableTcpChimmney").output.hasPrefix("no entry for EnableTcpChimmney; similar:"))
    let quiet = explain("EnableTcpChimmney", "-q")
    #expect(quiet.status == 3 && quiet.output == "EnableTCPChimney\n")
  }
}
