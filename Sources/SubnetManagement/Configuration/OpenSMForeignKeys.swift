/// Keys and routing engines that opensm 3.3.23 does not have: NVIDIA's opensm (4 and later, in MLNX_OFED, DOCA and UFM)
/// knows more, and people write the words of other files and options.
enum OpenSMForeignKeys {
  /// Keys of NVIDIA's opensm, with what opensm 3.3.23 does without them. Sources: NVIDIA's "DOCA-Host InfiniBand
  /// Subnet Manager" and UFM manuals; linux-rdma/opensm issue 22 for virtualization.
  static let nvidia: [String: String] = {
    var keys: [String: String] = [:]
    for key in ["virt_enabled", "virt_max_ports_in_process", "virt_default_hop_limit", "enable_virt_rec_ext"] {
      keys[key] = "no virtualization: ports of virtual functions stay down"
    }
    for key in ["ar_mode", "ar_enable", "ar_sl_mask", "enable_ar_by_device_cap", "ar_transport_mask"] {
      keys[key] = "no adaptive routing"
    }
    for key in ["sharp_enabled", "sharp_enable"] { keys[key] = "no SHARP" }
    for key in [
      "pgrp_policy_file", "routing_threads_num", "smp_threads", "gmp_threads", "max_wire_smps_per_device",
      "enable_inc_mc_routing", "max_alt_dr_path_retries", "mepi_cache_enabled", "osm_stats_interval", "reports",
      "max_msg_fifo_timeout", "m_key_per_port", "rch_folder_name", "topo_policy_file", "device_configuration_file",
      "service_name2key_map_file", "enable_sa_key", "hm_unhealthy_ports_checks", "sm_assigned_guid_file",
    ] {
      keys[key] = "not supported"
    }
    return keys
  }()

  /// Routing engines of NVIDIA's opensm, with the nearest one of 3.3.23.
  static let nvidiaEngines: [String: String] = [
    "ar_updn": "updn", "ar_ftree": "ftree", "ar_minhop": "minhop", "ar_dor": "dor", "ar_torus": "torus-2QoS",
    "kdor-hc": "dor", "kdor-ghc": "dor", "dfp": "minhop", "dfp2": "minhop", "pqft": "ftree", "auto": "minhop",
    "asym_tree": "updn",
  ]

  /// Words for a key that are spelled too differently: options of the command line, and habits.
  static let synonyms: [String: String] = [
    "priority": "sm_priority", "log_level": "log_flags", "verbose": "log_flags", "debug": "log_flags",
    "max_operational_vls": "max_op_vls", "partition_config": "partition_config_file",
    "Pconfig": "partition_config_file",
    "pconfig": "partition_config_file", "timeout": "transaction_timeout", "retries": "transaction_retries",
    "maxsmps": "max_wire_smps", "sweep": "sweep_interval", "console-port": "console_port",
    "guid_file": "root_guid_file",
    "root_guid": "root_guid_file", "cn_guid": "cn_guid_file", "io_guid": "io_guid_file", "logfile": "log_file",
    "log": "log_file", "log_size": "log_max_size", "cache-options": "dump_files_dir", "reassign_lid": "reassign_lids",
    "port_guid": "guid", "routing": "routing_engine", "engine": "routing_engine", "no_part_enforce": "part_enforce",
    "node_name_map": "node_name_map_name", "qos_policy": "qos_policy_file", "prefix_routes": "prefix_routes_file",
    "subnet_prefix_gid": "subnet_prefix", "gid_prefix": "subnet_prefix", "mkey": "m_key", "smkey": "sm_key",
  ]
}
