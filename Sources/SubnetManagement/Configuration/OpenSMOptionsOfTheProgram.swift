private let hexByte = OpenSMOption.ValueType.unsigned(bits: 8, .hexadecimal(digits: 2))
private let hexByteUpper = OpenSMOption.ValueType.unsigned(bits: 8, .hexadecimal(digits: 2, uppercase: true))
private let hexWordUpper = OpenSMOption.ValueType.unsigned(bits: 16, .hexadecimal(digits: 4, uppercase: true))
private let byte = OpenSMOption.ValueType.unsigned(bits: 8, .decimal)
private let word = OpenSMOption.ValueType.unsigned(bits: 16, .decimal)
private let number = OpenSMOption.ValueType.unsigned(bits: 32, .decimal)
private let none = "(null)"

/// How opensm runs, what it counts and logs, quality of service and congestion control.
extension OpenSMOption {
  static let misc: [OpenSMOption] = [
    .init("daemon", .boolean, "FALSE", .misc, .restart, is: "run in the background"),
    .init("sm_inactive", .boolean, "FALSE", .misc, is: "start as a subnet manager that is not active"),
    .init("babbling_port_policy", .boolean, "FALSE", .misc, is: "switch off a port that keeps sending traps"),
    .init(
      "drop_event_subscriptions", .boolean, "FALSE", .misc,
      is: "forget subscriptions of ports that went, and all of them when becoming master"),
    .init(
      "ipoib_mcgroup_creation_validation", .boolean, "TRUE", .misc,
      is: "new IPoIB groups must match the broadcast group (RFC 4391)"),
    .init("mcgroup_join_validation", .boolean, "TRUE", .misc, is: "who joins a group must match its parameters"),
    .init(
      "use_original_extended_sa_rates_only", .boolean, "FALSE", .misc,
      is: "hide rates from old hosts that do not know them (2x widths, HDR)"),
    .init(
      "use_optimized_slvl", .boolean, "FALSE", .misc, is: "set the SL to VL tables of a switch with fewer requests"),
    .init("fsync_high_avail_files", .boolean, "TRUE", .misc, is: "write the files of a failover through to the disk"),
    .init("enable_quirks", .boolean, "FALSE", .misc, is: "risky options for particular hardware"),
    .init("no_clients_rereg", .boolean, "FALSE", .misc, is: "do not ask the hosts to register again"),
    .init("disable_multicast", .boolean, "FALSE", .misc, is: "no multicast on this subnet; IPoIB cannot work"),
    .init(
      "exit_on_fatal", .boolean, "TRUE", .misc, is: "end when the subnet cannot be set up safely (duplicate GUIDs)"),
    .init(
      "console", .choice, "off", .misc, .restart, choices: ["off", "local", "loopback"],
      is: "a command line into the running opensm"),
    .init("console_port", word, "10000", .misc, .restart, allowed: [1...65_535], is: "TCP port of the console"),
    .init(
      "prefix_routes_file", .path(.input), "/etc/opensm/prefix-routes.conf", .misc, .restart,
      is: "routers for GID prefixes of other subnets"),
    .init(
      "consolidate_ipv6_snm_req", .boolean, "FALSE", .misc, is: "one multicast group for many IPv6 neighbour searches"),
    .init("node_name_map_name", .path(.input), none, .misc, .restart, is: "names for node GUIDs"),
  ]

  static let performanceManager: [OpenSMOption] = [
    .init("perfmgr", .boolean, "FALSE", .performanceManager, .restart, is: "collect the counters of all ports"),
    .init("perfmgr_redir", .boolean, "TRUE", .performanceManager, .restart, is: "follow redirections of the counters"),
    .init(
      "perfmgr_sweep_time_s", word, "180", .performanceManager, .restart, allowed: [1...65_535],
      is: "seconds between two readings"),
    .init(
      "perfmgr_max_outstanding_queries", number, "500", .performanceManager, .restart,
      allowed: [1...0xffff_ffff], is: "requests for counters under way at the same time"),
    .init("perfmgr_ignore_cas", .boolean, "FALSE", .performanceManager, .restart, is: "leave the hosts out"),
    .init("perfmgr_rm_nodes", .boolean, "TRUE", .performanceManager, .restart, is: "forget nodes that went"),
    .init("perfmgr_log_errors", .boolean, "TRUE", .performanceManager, .restart, is: "write error counters to the log"),
    .init(
      "perfmgr_query_cpi", .boolean, "TRUE", .performanceManager, .restart, is: "ask which counters a port has"),
    .init(
      "perfmgr_xmit_wait_log", .boolean, "FALSE", .performanceManager, .restart, is: "write transmit waits to the log"),
    .init(
      "perfmgr_xmit_wait_threshold", number, "65535", .performanceManager, .restart,
      is: "transmit waits from which they are written"),
    .init(
      "event_db_dump_file", .path(.output), none, .performanceManager, .restart, is: "where counters are dumped to"),
  ]

  static let events: [OpenSMOption] = [
    .init("event_plugin_name", .text, none, .events, .restart, is: "libraries that receive events"),
    .init("event_plugin_options", .text, none, .events, .restart, is: "what they are started with"),
  ]

  static let logging: [OpenSMOption] = [
    .init(
      "log_flags", hexByte, "0x03", .log,
      is: "what is logged: 1 errors, 2 info, 4 verbose, 8 debug, 0x10 functions, 0x20 frames, 0x40 routing, 0x80 system"
    ),
    .init(
      "force_log_flush", .boolean, "FALSE", .log, is: "write every message at once; FALSE keeps them back for minutes"),
    .init("log_file", .path(.output), "/var/log/opensm.log", .log, .restart, is: "the log"),
    .init("log_max_size", number, "0", .log, is: "maximum size of the log in MB; a full log is emptied (0: no limit)"),
    .init("accum_log_file", .boolean, "TRUE", .log, is: "keep the log of earlier runs"),
    .init(
      "per_module_logging_file", .path(.input), "/etc/opensm/per-module-logging.conf", .log, .restart,
      is: "log levels of single source files"),
    .init(
      "dump_files_dir", .path(.directory), "/var/log/", .log, .restart, is: "where routes and subnets are dumped to"),
    .init("log_prefix", .text, none, .log, is: "a word at the start of every message"),
  ]

  static let quality: [OpenSMOption] =
    [
      .init("qos", .boolean, "FALSE", .quality, is: "set up quality of service"),
      .init(
        "qos_policy_file", .path(.input), "/etc/opensm/qos-policy.conf", .quality, .restart,
        is: "which traffic gets which service level"),
      .init(
        "suppress_sl2vl_mad_status_errors", .boolean, "FALSE", .quality,
        is: "no error in the log when a port refuses an SL to VL table"),
    ]
    + [
      ("qos", "all ports"), ("qos_ca", "hosts"), ("qos_sw0", "switch ports 0"), ("qos_swe", "external switch ports"),
      ("qos_rtr", "router ports"),
    ].flatMap { qualityOptions($0.0, of: $0.1) }

  private static func qualityOptions(_ prefix: String, of ports: String) -> [OpenSMOption] {
    [
      .init(
        "\(prefix)_max_vls", number, "0", .quality, allowed: [0...15],
        is: "most virtual lanes of \(ports); 0 for the default"),
      .init(
        "\(prefix)_high_limit", .signed, "-1", .quality,
        is: "high-priority limit of \(ports), 0 to 255; -1 for the default"
      ),
      .init(
        "\(prefix)_vlarb_high", .arbitration, none, .quality,
        is: "high-priority weights of the virtual lanes of \(ports)"),
      .init(
        "\(prefix)_vlarb_low", .arbitration, none, .quality, is: "low-priority weights of the virtual lanes of \(ports)"
      ),
      .init("\(prefix)_sl2vl", .serviceLevelMap, none, .quality, is: "virtual lanes of the service levels at \(ports)"),
    ]
  }

  static let congestion: [OpenSMOption] = [
    .init("congestion_control", .boolean, "FALSE", .congestion, is: "set up congestion control (experimental)"),
    .init(
      "cc_key", .unsigned(bits: 64, .hexadecimal(digits: 16)), "0x0000000000000000", .congestion, .restart,
      is: "key for congestion control requests"),
    .init(
      "cc_max_outstanding_mads", number, "500", .congestion, .restart, is: "such requests under way at the same time"),
    .init(
      "cc_sw_cong_setting_control_map", .unsigned(bits: 32, .hexadecimal(digits: 1, uppercase: true)), "0x0",
      .congestion, allowed: [0...31], is: "which of the settings of switches are used"),
    .init(
      "cc_sw_cong_setting_victim_mask", .portMask, "0x" + String(repeating: "0", count: 64), .congestion,
      is: "ports that mark packets also as victims of congestion"),
    .init(
      "cc_sw_cong_setting_credit_mask", .portMask, "0x" + String(repeating: "0", count: 64), .congestion,
      is: "ports with credit starvation"),
    .init(
      "cc_sw_cong_setting_threshold", hexByteUpper, "0x00", .congestion, allowed: [0...15],
      is: "how early packets are marked: 0 never, 15 first"),
    .init("cc_sw_cong_setting_packet_size", byte, "0", .congestion, is: "smaller packets are not marked, in credits"),
    .init(
      "cc_sw_cong_setting_credit_starvation_threshold", hexByteUpper, "0x00", .congestion, allowed: [0...15],
      is: "how early a port takes its credits for starved"),
    .init(
      "cc_sw_cong_setting_credit_starvation_return_delay", .congestionEntry, "0:0", .congestion,
      is: "delay of returned credits, shift:multiplier"),
    .init("cc_sw_cong_setting_marking_rate", word, "0", .congestion, is: "packets between two marked ones"),
    .init(
      "cc_ca_cong_setting_port_control", hexWordUpper, "0x0000", .congestion, allowed: [0...1],
      is: "0: per queue pair, 1: per service level"),
    .init(
      "cc_ca_cong_setting_control_map", hexWordUpper, "0x0000", .congestion,
      is: "service levels that are configured, a bit for each"),
    .init(
      "cc_ca_cong_setting_ccti_timer", .perServiceLevel(bits: 16), "0 0", .congestion,
      is: "time after which a service level speeds up again"),
    .init(
      "cc_ca_cong_setting_ccti_increase", .perServiceLevel(bits: 8), "0 0", .congestion,
      is: "steps that a service level slows down at a notification"),
    .init(
      "cc_ca_cong_setting_trigger_threshold", .perServiceLevel(bits: 8), "0 0", .congestion,
      is: "step at which an event is logged"),
    .init(
      "cc_ca_cong_setting_ccti_min", .perServiceLevel(bits: 8), "0 0", .congestion,
      is: "step below which a service level never gets"),
    .init("cc_cct", .congestionTable, none, .congestion, is: "the congestion control table"),
  ]
}
