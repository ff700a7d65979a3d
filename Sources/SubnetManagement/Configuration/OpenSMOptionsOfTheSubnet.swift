private let hex16 = OpenSMOption.ValueType.unsigned(bits: 64, .hexadecimal(digits: 16))
private let hexByte = OpenSMOption.ValueType.unsigned(bits: 8, .hexadecimal(digits: 2))
private let byte = OpenSMOption.ValueType.unsigned(bits: 8, .decimal)
private let word = OpenSMOption.ValueType.unsigned(bits: 16, .decimal)
private let number = OpenSMOption.ValueType.unsigned(bits: 32, .decimal)
private let none = "(null)"

/// What is set on the ports of the subnet, and how they are swept and routed.
extension OpenSMOption {
  static let device: [OpenSMOption] = [
    .init(
      "guid", hex16, "0x0000000000000000", .device, .restart, is: "port GUID to run on; 0 takes the first active port"),
    .init("m_key", hex16, "0x0000000000000000", .device, is: "management key set on every port"),
    .init(
      "m_key_lease_period", word, "0", .device,
      is: "seconds that a port waits for its master before it gives the management key up; 0 never"),
    .init(
      "m_key_protection_level", byte, "0", .device, allowed: [0...3],
      is: "what a port reports to a sender without its management key"),
    .init("m_key_lookup", .boolean, "TRUE", .device, is: "look up the management key of unknown ports in guid2mkey"),
    .init("sm_key", hex16, "0x0000000000000001", .device, is: "key by which subnet managers know each other"),
    .init("sa_key", hex16, "0x0000000000000001", .device, is: "key that makes an SA query trusted"),
    .init("subnet_prefix", hex16, "0xfe80000000000000", .device, .restart, is: "upper half of every GID of the subnet"),
    .init("lmc", byte, "0", .device, .restart, allowed: [0...7], is: "each port gets 2 to the power of this many LIDs"),
    .init("lmc_esp0", .boolean, "FALSE", .device, .restart, is: "give enhanced switch ports 0 several LIDs as well"),
    .init("sm_sl", byte, "0", .device, allowed: [0...15], is: "service level for talk with the subnet manager and SA"),
    .init(
      "packet_life_time", hexByte, "0x12", .device, allowed: [0...31],
      is: "longest life of a packet in a switch, 4.096 us times 2 to this power; 0x14 and more: no limit"),
    .init(
      "vl_stall_count", hexByte, "0x07", .device, allowed: [1...7],
      is: "packets dropped in a row that stall a virtual lane of a port between switches"),
    .init(
      "leaf_vl_stall_count", hexByte, "0x07", .device, allowed: [1...7],
      is: "the same at a switch port that leads to a host"),
    .init(
      "head_of_queue_lifetime", hexByte, "0x12", .device, allowed: [0...31],
      is: "longest wait of a packet at the head of a queue, 4.096 us times 2 to this power; 0x14 and more: no limit"),
    .init(
      "leaf_head_of_queue_lifetime", hexByte, "0x10", .device, allowed: [0...31],
      is: "the same at a switch port that leads to a host"),
    .init(
      "max_op_vls", byte, "5", .device, allowed: [1...5],
      is: "most virtual lanes in use: 1 is 1, 2 is 2, 3 is 4, 4 is 8, 5 is 15"),
    .init(
      "force_link_speed", byte, "15", .device, allowed: [0...7, 15...15],
      is: "link speeds enabled on switch ports (bits 1: SDR, 2: DDR, 4: QDR); 0 leaves them, 15 enables all"),
    .init(
      "force_link_speed_ext", byte, "31", .device, allowed: [0...7, 30...31],
      is: "extended speeds enabled (bits 1: FDR, 2: EDR, 4: HDR); 0 leaves them, 30 disables, 31 enables all"),
    .init(
      "force_link_width", byte, "255", .device, allowed: [0...31, 255...255],
      is: "widths enabled on switch ports (bits 1: 1x, 2: 4x, 4: 8x, 8: 12x, 16: 2x); 0 leaves them, 255 enables all"),
    .init("fdr10", byte, "1", .device, allowed: [0...2], is: "FDR10 where supported: 0 not asked for, 1 on, 2 off"),
    .init(
      "subnet_timeout", byte, "18", .device, allowed: [0...31],
      is: "how long a manager waits for an answer, 4.096 us times 2 to this power; set on every port"),
    .init(
      "local_phy_errors_threshold", hexByte, "0x08", .device, allowed: [0...15],
      is: "physical errors after which a port sends trap 129"),
    .init(
      "overrun_errors_threshold", hexByte, "0x08", .device, allowed: [0...15],
      is: "credit overruns after which a port sends trap 130"),
    .init("use_mfttop", .boolean, "TRUE", .device, is: "use the top of the multicast tables where a switch reports it"),
  ]

  static let partitions: [OpenSMOption] = [
    .init(
      "partition_config_file", .path(.input), "/etc/opensm/partitions.conf", .partitions, .restart,
      is: "the file that defines the partitions"),
    .init(
      "no_partition_enforcement", .boolean, "FALSE", .partitions,
      is: "no checks of P_Keys in switches; part_enforce off says the same today"),
    .init(
      "part_enforce", .choice, "both", .partitions, choices: ["both", "in", "out", "off"],
      is: "in which direction switches check P_Keys"),
    .init(
      "allow_both_pkeys", .boolean, "FALSE", .partitions, .restart,
      is: "a port may be full and limited member of one partition"),
    .init("keep_pkey_indexes", .boolean, "TRUE", .partitions, is: "P_Keys keep their place in the tables of the ports"),
    .init(
      "sm_assigned_guid", hexByte, "0x00", .partitions,
      is: "byte of the GUIDs that this subnet manager makes up for others"
    ),
  ]

  static let sweep: [OpenSMOption] = [
    .init("sweep_interval", number, "10", .sweep, is: "seconds between two looks at the subnet; 0 never looks again"),
    .init("reassign_lids", .boolean, "FALSE", .sweep, is: "give every port a new LID"),
    .init("force_heavy_sweep", .boolean, "FALSE", .sweep, is: "every sweep is a heavy one"),
    .init("sweep_on_trap", .boolean, "TRUE", .sweep, is: "traps 128 and 144 cause a heavy sweep"),
  ]

  static let routing: [OpenSMOption] = [
    .init(
      "port_profile_switch_nodes", .boolean, "FALSE", .routing, is: "count switches when routes are spread over links"),
    .init(
      "port_prof_ignore_file", .path(.input), none, .routing, .restart,
      is: "port GUIDs that do not count when routes are spread"),
    .init("hop_weights_file", .path(.input), none, .routing, .restart, is: "weights of output ports"),
    .init(
      "port_search_ordering_file", .path(.input), none, .routing, .restart, aliases: ["dimn_ports_file"],
      is: "the order in which the ports of a switch are taken"),
    .init(
      "routing_engine", .routingEngines, none, .routing, .restart,
      is: "routing engines, tried one after another; none given: minhop"),
    .init(
      "avoid_throttled_links", .boolean, "FALSE", .routing, .restart,
      is: "route around slow links between switches (nue, dfsssp, sssp)"),
    .init("connect_roots", .boolean, "FALSE", .routing, is: "give root switches paths among themselves (updn, dnup)"),
    .init(
      "use_ucast_cache", .boolean, "FALSE", .routing, .restart, is: "keep routes over changes that do not need new ones"
    ),
    .init("lid_matrix_dump_file", .path(.input), none, .routing, .restart, is: "hop counts to load (engine file)"),
    .init("lfts_file", .path(.input), none, .routing, .restart, is: "forwarding tables to load (engine file)"),
    .init(
      "root_guid_file", .path(.input), none, .routing, .restart, is: "GUIDs of the root switches (updn, dnup, ftree)"),
    .init("cn_guid_file", .path(.input), none, .routing, .restart, is: "GUIDs of the compute nodes (ftree)"),
    .init("io_guid_file", .path(.input), none, .routing, .restart, is: "GUIDs of the I/O nodes (ftree)"),
    .init("quasi_ftree_indexing", .boolean, "FALSE", .routing, is: "number the switches from the roots down (ftree)"),
    .init(
      "max_reverse_hops", word, "0", .routing, .restart,
      is: "hops in the wrong direction that I/O nodes may take (ftree)"),
    .init("ids_guid_file", .path(.input), none, .routing, .restart, is: "identifiers that stand for GUIDs (updn)"),
    .init(
      "guid_routing_order_file", .path(.input), none, .routing, .restart,
      is: "GUIDs in the order in which they are routed (minhop, updn, dnup, dor)"),
    .init("do_mesh_analysis", .boolean, "FALSE", .routing, is: "look for the dimensions of a mesh (lash)"),
    .init("lash_start_vl", byte, "0", .routing, allowed: [0...14], is: "first virtual lane that lash uses"),
    .init(
      "nue_max_num_vls", byte, "1", .routing, allowed: [0...15], is: "most virtual lanes that nue uses; 0 takes all"),
    .init(
      "nue_include_switches", .boolean, "FALSE", .routing, .restart,
      is: "nue keeps paths of switches free of deadlock too"),
    .init(
      "port_shifting", .boolean, "FALSE", .routing, is: "shift the ports from switch to switch when routes are spread"),
    .init("scatter_ports", number, "0", .routing, is: "seed for random output ports; 0 takes them in turn"),
    .init(
      "guid_routing_order_no_scatter", .boolean, "FALSE", .routing, .restart,
      is: "no random ports for the GUIDs of guid_routing_order_file"),
    .init("sa_db_file", .path(.input), none, .routing, .restart, is: "records of the SA to load at the start"),
    .init("sa_db_dump", .boolean, "FALSE", .routing, is: "write the records of the SA after every light sweep"),
    .init(
      "torus_config", .path(.input), "/etc/opensm/torus-2QoS.conf", .routing, is: "the torus, for the engine torus-2QoS"
    ),
  ]

  static let handover: [OpenSMOption] = [
    .init(
      "sm_priority", byte, "0", .handover, allowed: [0...15],
      is: "the highest becomes master, among equals the lowest port GUID"),
    .init("ignore_other_sm", .boolean, "FALSE", .handover, is: "act as if there were no other subnet manager"),
    .init(
      "sminfo_polling_timeout", number, "10000", .handover,
      is: "milliseconds between two looks of a standby at its master"),
    .init("polling_retry_number", number, "4", .handover, is: "looks in vain after which a standby takes over"),
    .init("honor_guid2lid_file", .boolean, "FALSE", .handover, is: "a new master keeps the LIDs of the guid2lid file"),
  ]

  static let timing: [OpenSMOption] = [
    .init(
      "max_wire_smps", number, "4", .timing, allowed: [0...0x7fff_ffff],
      is: "maximum outstanding requests (0: no limit)"),
    .init(
      "max_wire_smps2", number, "4", .timing, allowed: [0...0x7fff_ffff],
      is: "requests under way while answers are late; no more than max_wire_smps switches this off"),
    .init("max_smps_timeout", number, "600000", .timing, is: "microseconds before one more than max_wire_smps is sent"),
    .init("transaction_timeout", number, "200", .timing, .restart, is: "milliseconds to wait for an answer"),
    .init("transaction_retries", number, "3", .timing, .restart, is: "how often a request is sent again"),
    .init(
      "long_transaction_timeout", number, "500", .timing, .restart,
      is: "milliseconds to wait for the answer to a request known to be slow"),
    .init(
      "max_msg_fifo_timeout", number, "10000", .timing,
      is: "milliseconds that a request may queue before SA requests are dropped"),
    .init("single_thread", .boolean, "FALSE", .timing, .restart, is: "answer SA queries in one thread"),
  ]
}
