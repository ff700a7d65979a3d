internal import Vocabulary

/// The words that `offload set` takes.
public enum KeyCatalogue {
  /// The friendly words, in the order in which they are shown.
  public static let friendly: [SettingKey] = switches + queues + parameters + interface + machine

  /// All of them: after the friendly ones the kernel's own names of features.
  public static let all: [SettingKey] =
    friendly
    + features.filter { feature in
      !friendly.contains { $0.name == feature.name }
    }

  /// Other names of the same: what `ethtool -k` prints, and sysctls by their dotted names.
  private static let others: [String: String] = {
    var others = [
      "rx-checksumming": "rx-csum", "tx-checksumming": "tx-csum", "scatter-gather": "sg",
      "tcp-segmentation-offload": "tso", "generic-segmentation-offload": "gso", "generic-receive-offload": "gro",
      "large-receive-offload": "lro", "rx-vlan-offload": "vlan-rx", "tx-vlan-offload": "vlan-tx",
      "ntuple-filters": "ntuple", "receive-hashing": "rx-hash", "channels-combined": "channels",
      "rx": "rx-csum", "tx": "tx-csum", "rxhash": "rx-hash", "rxvlan": "vlan-rx", "txvlan": "vlan-tx",
    ]
    for key in interface + machine {
      if let knob = key.knobs.first, knob.kind == .sysctl, knob.name != key.name { others[knob.name] = key.name }
    }
    return others
  }()

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  /// The key of this name, friendly or the kernel's.
  public static func key(named name: String) -> SettingKey? { byName[name] ?? others[name].flatMap { byName[$0] } }

  /// What a word that is no key may have been meant to be.
  public static func near(_ word: String) -> String? {
    Spelling.nearest(to: word, among: all.map(\.name) + others.keys.sorted())
  }

  /// Keys that set one knob each, of the same name.
  static func rows(
    _ value: SettingKey.Value, _ kind: Knob.Kind, _ rows: [(name: String, group: SettingKey.Group, meaning: String)]
  ) -> [SettingKey] {
    rows.map { SettingKey($0.name, $0.group, value, [Knob(kind, $0.name)], $0.meaning) }
  }
}

extension KeyCatalogue {
  /// Switches of the device.
  private static let switches: [SettingKey] = [
    feature(
      "tx-csum", .checksum, "the device makes checksums of what is sent",
      [
        "tx-checksum-ipv4", "tx-checksum-ip-generic", "tx-checksum-ipv6", "tx-checksum-fcoe-crc", "tx-checksum-sctp",
      ]),
    feature("rx-csum", .checksum, "the device checks checksums of what it receives", ["rx-checksum"]),
    feature(
      "sg", .segmentation, "scatter-gather: packets are sent from scattered memory",
      [
        "tx-scatter-gather", "tx-scatter-gather-fraglist",
      ]),
    feature(
      "tso", .segmentation, "the device cuts large TCP packets (LSO of Windows)",
      [
        "tx-tcp-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
      ]),
    feature("gso", .segmentation, "the kernel cuts large packets as late as it can", ["tx-generic-segmentation"]),
    feature("gso-udp", .segmentation, "the device cuts large UDP packets (USO of Windows)", ["tx-udp-segmentation"]),
    feature("gro", .receive, "the kernel joins received packets", ["rx-gro"]),
    feature("lro", .receive, "the device joins received packets (RSC of Windows)", ["rx-lro"]),
    feature("rx-gro-hw", .receive, "the device joins received packets as GRO would", ["rx-gro-hw"]),
    feature("rx-udp-gro-fwd", .receive, "GRO of UDP that is forwarded", ["rx-udp-gro-forwarding"]),
    feature("ntuple", .receive, "rules that steer flows to queues", ["rx-ntuple-filter"]),
    feature("rx-all", .receive, "damaged frames are handed over", ["rx-all"]),
    feature("rx-fcs", .receive, "the frame check sequence is handed over", ["rx-fcs"]),
    feature("rx-hash", .rss, "the device hands over the hash of a flow", ["rx-hashing"]),
    feature("vlan-rx", .vlan, "the device takes VLAN tags out", ["rx-vlan-hw-parse"]),
    feature("vlan-tx", .vlan, "the device inserts VLAN tags", ["tx-vlan-hw-insert"]),
    feature("vlan-filter", .vlan, "the device drops VLANs nobody has", ["rx-vlan-filter"]),
    feature("hw-tc", .virtualQueues, "the device executes tc rules", ["hw-tc-offload"]),
    feature("l2-fwd", .virtualQueues, "a hardware queue for each macvlan (VMQ's heir)", ["l2-fwd-offload"]),
    feature("highdma", .other, "the device reaches all memory", ["highdma"]),
    feature("loopback", .other, "the device sends to itself", ["loopback"]),
  ]

  private static func feature(
    _ name: String, _ group: SettingKey.Group, _ meaning: String, _ features: [String]
  ) -> SettingKey {
    SettingKey(name, group, .onOff, features.map { Knob(.feature, $0) }, meaning)
  }

  private static let word = 0...Int(UInt32.max)
  /// A sysctl is an int.
  private static let int = 0...Int(Int32.max)
  private static let queueCount = 1...65_536

  /// RSS and channels.
  private static let queues: [SettingKey] =
    [
      SettingKey(
        "rss", .rss, .number(queueCount), [], "how many queues receive: channels, or the table where those are fixed"),
      SettingKey("rss-base", .rss, .number(0...8191), [], "the first processor of the receive queues' interrupts"),
      SettingKey(
        "rss-table", .rss, .text(form: "queues by hash value like 0-3*32, or default"), [Knob(.rss, "table")],
        "the indirection table"),
      SettingKey(
        "rss-weight", .rss, .text(form: "a weight for each queue like 6 2"), [], "the share of each queue in the table"),
      SettingKey(
        "rss-key", .rss, .text(form: "bytes like 6d:5a:56"), [Knob(.rss, "key")], "the key of the hash function"),
      SettingKey(
        "rss-function", .rss, .choice(["toeplitz", "xor", "crc32"]), [Knob(.rss, "function")], "the hash function"),
    ]
    + RSSMessage.flows.map {
      SettingKey(
        "rss-fields-\($0.name)", .rss, .text(form: "letters of ethtool -N rx-flow-hash (s d f n …), or none"),
        [Knob(.rss, RSSMessage.fieldsPrefix + $0.name)], "what of a packet is hashed (\($0.name))")
    }
    + [
      SettingKey(
        "channels", .rss, .number(queueCount), [Knob(.channels, "combined")], "channels that receive and send"),
      SettingKey("channels-rx", .rss, .number(word), [Knob(.channels, "rx")], "channels that only receive"),
      SettingKey("channels-tx", .rss, .number(word), [Knob(.channels, "tx")], "channels that only send"),
      SettingKey("channels-other", .rss, .number(word), [Knob(.channels, "other")], "channels for other things"),
    ]

  private static let rings: [(key: String, knob: String, meaning: String)] = [
    ("rx-ring", "rx", "receive descriptors of a queue"),
    ("rx-mini-ring", "rx-mini", "receive descriptors for small packets"),
    ("rx-jumbo-ring", "rx-jumbo", "receive descriptors for jumbo frames"),
    ("tx-ring", "tx", "send descriptors of a queue"),
    ("rx-buf-len", "rx-buf-len", "bytes of a receive buffer"), ("cqe-size", "cqe-size", "bytes of a completion"),
  ]

  /// What each moderation parameter means: microseconds, packets, or what else.
  private static func moderationMeaning(_ name: String) -> String {
    if name.hasPrefix("adaptive") { return "the driver adapts the moderation to the traffic" }
    if name.hasPrefix("cqe-mode") { return "the timer starts with the completion, not the interrupt" }
    if name.hasPrefix("pkt-rate") { return "packets a second that count as \(name.hasSuffix("low") ? "few" : "many")" }
    if name == "sample-interval" { return "seconds between two looks at the rate" }
    if name == "stats-block-usecs" { return "µs between two updates of the statistics" }
    let unit = name.contains("usecs") ? "µs" : "packets"
    let when =
      name.hasSuffix("-irq")
      ? ", while an interrupt is served"
      : name.hasSuffix("-low")
        ? ", at a low rate"
        : name.hasSuffix("-high") ? ", at a high rate" : ""
    return "\(unit) before an interrupt for \(name.hasPrefix("rx") ? "receiving" : "sending")\(when)"
  }

  /// Moderation, rings and pause.
  private static let parameters: [SettingKey] =
    ParameterTable.coalesce.fields.map {
      SettingKey(
        $0.name, .moderation, $0.form == .flag ? .onOff : .number(word), [Knob(.coalesce, $0.name)],
        moderationMeaning($0.name))
    }
    + rings.map { SettingKey($0.key, .buffers, .number(word), [Knob(.ring, $0.knob)], $0.meaning) }
    + [
      SettingKey("tx-push", .buffers, .onOff, [Knob(.ring, "tx-push")], "descriptors are pushed to the device"),
      SettingKey("pause-autoneg", .flowControl, .onOff, [Knob(.pause, "autoneg")], "pause frames are negotiated"),
      SettingKey("pause-rx", .flowControl, .onOff, [Knob(.pause, "rx")], "pause frames stop sending"),
      SettingKey("pause-tx", .flowControl, .onOff, [Knob(.pause, "tx")], "pause frames are sent"),
    ]

  /// Link, processors, IPoIB and the sysctls of an interface.
  private static let interface: [SettingKey] = [
    SettingKey("mtu", .link, .number(0...Int(Int32.max)), [Knob(.link, "mtu")], "bytes of the largest packet"),
    SettingKey("txqueuelen", .link, .number(word), [Knob(.link, "txqueuelen")], "packets that wait to be sent"),
    SettingKey("gso-max-size", .link, .number(word), [Knob(.link, "gso-max-size")], "bytes of the largest GSO packet"),
    SettingKey("gso-max-segs", .link, .number(word), [Knob(.link, "gso-max-segs")], "segments of a GSO packet"),
    SettingKey("gro-max-size", .link, .number(word), [Knob(.link, "gro-max-size")], "bytes of the largest GRO packet"),
    SettingKey("rps", .processors, .processors, [], "processors that share the receiving, of all queues"),
    SettingKey("xps", .processors, .processors, [], "processors that send, of all queues"),
    SettingKey("irq-affinity", .processors, .processors, [], "processors of the interrupts, one after the other"),
    SettingKey(
      "napi-threaded", .processors, .number(0...1), [Knob(.sysfs, "threaded")], "NAPI polls in threads (0 or 1)"),
    SettingKey(
      "gro-flush-timeout", .processors, .number(0...Int.max), [Knob(.sysfs, "gro_flush_timeout")],
      "ns that GRO waits for more"),
    SettingKey(
      "napi-defer", .processors, .number(int), [Knob(.sysfs, "napi_defer_hard_irqs")],
      "empty polls before interrupts are on again"),
    SettingKey(
      "ipoib-mode", .ipoib, .choice(LinkMessage.ipoibModes), [Knob(.link, "ipoib-mode")],
      "transport of IP over InfiniBand"),
    SettingKey(
      "force_igmp_version", .other, .number(0...3), [Knob(.sysctl, InterfaceFiles.sysctls[0])],
      "IGMP version that is spoken; 0: the router's"),
    SettingKey(
      "force_mld_version", .other, .number(0...2), [Knob(.sysctl, InterfaceFiles.sysctls[1])],
      "MLD version that is spoken; 0: the router's"),
    SettingKey(
      "forwarding", .other, .number(0...1), [Knob(.sysctl, InterfaceFiles.sysctls[2])],
      "packets from here are routed on (turns LRO off)"),
  ]

  /// The machine's sysctls. The ranges are what makes sense: the kernel takes more (`tcp_timestamps=7`).
  private static let machine: [SettingKey] =
    [
      ("net.ipv4.tcp_rmem", .numbers(count: 3), "bytes of a receive buffer: least, first, most"),
      ("net.ipv4.tcp_wmem", .numbers(count: 3), "bytes of a send buffer: least, first, most"),
      ("net.ipv4.tcp_timestamps", .number(0...2), "RFC 1323 timestamps: 0 off, 1 with a random offset, 2 without"),
      ("net.ipv4.tcp_window_scaling", .number(0...1), "windows over 64 KiB"),
      ("net.ipv4.tcp_sack", .number(0...1), "selective acknowledgements"),
      ("net.ipv4.tcp_moderate_rcvbuf", .number(0...1), "receive buffers grow by themselves"),
      ("net.ipv4.tcp_congestion_control", .text(form: "an algorithm like cubic"), "congestion control"),
      ("net.ipv4.tcp_ecn", .number(0...2), "ECN: 0 off, 1 on, 2 when asked for"),
      ("net.ipv4.tcp_low_latency", .number(0...1), "does nothing since Linux 4.14"),
      ("net.ipv4.ip_forward", .number(0...1), "the machine routes (turns LRO off)"),
      (
        "net.core.rmem_max", .number(2304...Int(Int32.max)), "bytes of the largest receive buffer a program may ask for"
      ),
      ("net.core.rmem_default", .number(2304...Int(Int32.max)), "bytes of a receive buffer"),
      ("net.core.wmem_max", .number(4608...Int(Int32.max)), "bytes of the largest send buffer a program may ask for"),
      ("net.core.wmem_default", .number(4608...Int(Int32.max)), "bytes of a send buffer"),
      ("net.core.optmem_max", .number(int), "bytes of a socket's other memory"),
      ("net.core.netdev_max_backlog", .number(int), "packets of a processor that wait to be received"),
      ("net.core.netdev_budget", .number(1...Int(Int32.max)), "packets in one round of polling"),
      ("net.core.netdev_budget_usecs", .number(1...Int(Int32.max)), "µs of one round of polling"),
      ("net.core.busy_poll", .number(int), "µs for which poll and select poll the queue themselves"),
      ("net.core.busy_read", .number(int), "µs that reading looks at the queue itself"),
      ("net.core.default_qdisc", .text(form: "a queueing discipline like fq_codel"), "queueing of new interfaces"),
      ("net.core.rps_sock_flow_entries", .number(0...1 << 29), "flows that follow their programs (RFS)"),
    ]
    .map { (name: String, value: SettingKey.Value, meaning: String) in
      let short = name.split(separator: ".").last.map(String.init) ?? name
      return SettingKey(short, .tcp, value, [Knob(.sysctl, name)], meaning)
    }
}
