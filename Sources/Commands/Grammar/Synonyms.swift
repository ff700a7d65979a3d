/// What people type, and what it leads to: the one table of synonyms.
enum Synonym {
  /// Reads only: runs as if these words had been typed.
  case command([String])
  /// Changes something, or needs more than a word: shown, not run.
  case hint(String, fix: String? = nil)

  private static func reads(_ command: String) -> Synonym { .command(command.split(separator: " ").map(String.init)) }

  /// In place of a command's name.
  static let commands: [String: Synonym] = {
    var table: [String: Synonym] = [:]
    func add(_ words: String, _ synonym: Synonym) {
      for word in words.split(separator: " ") { table[String(word)] = synonym }
    }
    add(
      "ls list show info get query view devices device adapters adapter ports port interfaces interface cards card nics nic hca "
        + "hcas dev state "
        + "ibstat ibstatus ibv_devinfo ibv_devices ibdev2netdev lshca mlnx_info hca_self_test rdma lspci",
      reads("status"))
    add("vstat", reads("status --format vstat"))
    add("gids show_gids", reads("gid list"))
    add("counter perfquery stats statistics", reads("counters"))
    add("watch top monitor", reads("status --watch"))
    add("sminfo managers", reads("sm list"))
    add(
      "discover discovery scan map topology topo nodes hosts switches ibnetdiscover ibhosts ibswitches ibnodes "
        + "ibrouters",
      reads("fabric discover"))
    add("links cables iblinkinfo", reads("fabric links"))
    add("errors ibqueryerrors", reads("fabric errors"))
    add("check doctor health diagnose diag ibdiagnet ibcheckerrors", reads("fabric check"))
    add("mst firmware firmwares", reads("fw list"))
    add("offloads features ethtool", reads("offload show"))
    add("profiles profile", reads("offload tune show"))
    add("lint", reads("sm lint"))
    add("guid guids mac macs guid2mac_checker", reads("guid2mac"))
    add("glossary what define meaning", reads("explain"))
    add("route path ibtracert tracert traceroute", reads("fabric route"))
    add("subnet", reads("sm status"))
    add(
      "update upgrade flash burn install flint mstflint mlxfwmanager mlxup fwupdmgr",
      .hint("firmware is written by \"rdmactl fw burn\"", fix: "rdmactl fw burn --help"))
    add("verify", .hint("an image or a flash is checked by \"rdmactl fw verify\"", fix: "rdmactl fw verify --help"))
    add(
      "start stop restart opensm run",
      .hint("a subnet manager is started and stopped by \"rdmactl sm\"", fix: "rdmactl sm --help"))
    add("priority handover", .hint("see the commands of \"rdmactl sm\"", fix: "rdmactl sm --help"))
    add(
      "set config configure enable disable",
      .hint("settings are changed by \"rdmactl offload set\"", fix: "rdmactl offload set --help"))
    add("tune tuning", .hint("profiles are shown by \"rdmactl offload tune show\"", fix: "rdmactl offload tune show"))
    add(
      "revert reset rollback restore",
      .hint("changes are undone by \"rdmactl undo\"", fix: "rdmactl history"))
    add("who sockets socket rsocket rsockets sdp wsd ss netstat", reads("sock who"))
    add("journal changes", reads("history"))
    add("log logs", reads("sm log"))
    add(
      "clear",
      .hint("counters are cleared by \"rdmactl fabric errors --clear\"", fix: "rdmactl fabric errors --help"))
    add("diff compare", .hint("see \"rdmactl fabric diff\", \"rdmactl fw diff\" and \"rdmactl offload show --diff\""))
    add(
      "simulate simulation lab demo",
      .hint("simulated adapters are made by \"rdmactl sim create\"", fix: "rdmactl sim --help"))
    add(
      "bugreport sysinfo sosreport sos support collect",
      .hint("one file for a bug report is written by \"rdmactl snapshot save\"", fix: "rdmactl snapshot --help"))
    add("wait", .hint("wait with \"rdmactl status --wait active\"", fix: "rdmactl status --wait active"))
    add("man manual docs", .hint("the manual is rdmactl(8)", fix: "man rdmactl"))
    add("ping ibping", reads("fabric ping"))
    add("partitions partition pkeys pkey", reads("fabric partitions"))
    add("groups multicast mcast", reads("fabric groups"))
    add("tables ibroute dump_fts dump_lfts dump_mfts lft mft check_lft_balance", reads("fabric tables"))
    add(
      "saquery",
      .hint(
        "the subnet administration is asked by \"rdmactl fabric path\" and \"rdmactl fabric groups\"",
        fix: "rdmactl fabric groups"))
    add(
      "bandwidth latency bench benchmark perftest iperf qperf ib_write_bw ib_read_bw ib_send_bw ib_write_lat ib_read_lat "
        + "ib_send_lat",
      .hint("bandwidth and latency are measured by \"rdmactl perf\"", fix: "rdmactl perf --help"))
    add("clubak dshbak", reads("fold"))
    add("ibft iscsi iscsiadm", reads("boot show"))
    add("ibsrpdm srp_daemon", reads("srp list"))
    add("maddr", reads("igmp show"))
    add("tracing tracepoints tracelog", reads("trace list"))
    add("event dmesg journalctl eventvwr syslog kmsg ibv_asyncwatch", reads("events"))
    add("prometheus openmetrics exporter", reads("metrics"))
    add("namespace namespaces ns container containers", reads("netns"))
    add("module modules cable cables transceiver optics mlxlink", reads("link show"))
    add(
      "ecn pfc qos mlnx_qos cma_roce_mode",
      .hint("RoCE is checked by \"rdmactl roce check\"", fix: "rdmactl roce check"))
    return table
  }()

  /// In place of the second word of a command with several.
  static let verbs: [String: [String: Synonym]] = {
    var table: [String: [String: Synonym]] = [:]
    func add(_ noun: String, _ words: String, _ synonym: Synonym) {
      for word in words.split(separator: " ") { table[noun, default: [:]][String(word)] = synonym }
    }
    add("sm", "ls show info master get query who sminfo managers all", reads("list"))
    add("sm", "state health check ps", reads("status"))
    add("sm", "logs journal", reads("log"))
    add(
      "sm", "up run launch",
      .hint("a subnet manager is started by \"rdmactl sm start\"", fix: "rdmactl sm start --help"))
    add(
      "sm", "down kill end quit",
      .hint("a subnet manager is stopped by \"rdmactl sm stop\"", fix: "rdmactl sm stop --help"))
    add(
      "sm", "sweep refresh", .hint("a new sweep is started by \"rdmactl sm reload\"", fix: "rdmactl sm reload --help"))
    add("fw", "ls devices adapters scan", reads("list"))
    add("fw", "status info q get show state version versions details", reads("query"))
    add("fw", "v check validate", reads("verify"))
    add("fw", "compare", reads("diff"))
    add(
      "fw", "flash upgrade b install write program downgrade",
      .hint("firmware is written by \"rdmactl fw burn\"", fix: "rdmactl fw burn --help"))
    add(
      "fw", "dump backup r ri save",
      .hint("the flash is copied to a file by \"rdmactl fw read\"", fix: "rdmactl fw read --help"))
    add(
      "fw", "sg setguids guids",
      .hint("GUIDs are changed by \"rdmactl fw set-guids\"", fix: "rdmactl fw set-guids --help"))
    add(
      "fw", "repair",
      .hint("an interrupted burn is repaired by \"rdmactl fw recover\"", fix: "rdmactl fw recover --help"))
    add(
      "fw", "reset",
      .hint("new firmware and settings are activated by \"rdmactl fw activate\"", fix: "rdmactl fw activate --help"))
    add("fabric", "scan map topology topo ls list show nodes get info", reads("discover"))
    add("fabric", "health doctor status diagnose diag", reads("check"))
    add("fabric", "trace traceroute tracert way", reads("route"))
    add("fabric", "pkeys pkey partition", reads("partitions"))
    add("fabric", "multicast mcast group", reads("groups"))
    add("fabric", "table lft mft ibroute", reads("tables"))
    add("fabric", "counters errs perf", reads("errors"))
    add("fabric", "link cables ports", reads("links"))
    add("fabric", "compare", reads("diff"))
    add("fabric", "cabling ibtopodiff", .hint("see \"rdmactl fabric plan\"", fix: "rdmactl fabric plan check --help"))
    add(
      "fabric", "slurm",
      .hint("topology.conf is written by \"rdmactl fabric discover\"", fix: "rdmactl fabric discover --format slurm"))
    add(
      "fabric", "picture draw html graph svg",
      .hint("a picture is written by \"rdmactl fabric report\"", fix: "rdmactl fabric report --help"))
    add(
      "fabric", "reset clear",
      .hint("counters are cleared by \"rdmactl fabric errors --clear\"", fix: "rdmactl fabric errors --help"))
    add("offload", "list ls get info query status features state", reads("show"))
    add("offload", "journal changes log", reads("history"))
    add(
      "offload", "reset revert restore rollback back",
      .hint("changes are undone by \"rdmactl offload undo\"", fix: "rdmactl offload history"))
    add(
      "offload", "enable disable change on off",
      .hint("settings are changed by \"rdmactl offload set\"", fix: "rdmactl offload set --help"))
    add(
      "offload", "test trial",
      .hint("a change for a limited time is made by \"rdmactl offload try\"", fix: "rdmactl offload try --help"))
    add("offload tune", "list ls profiles get info", reads("show"))
    add(
      "offload tune", "set use",
      .hint("a profile is applied by \"rdmactl offload tune apply\"", fix: "rdmactl offload tune apply --help"))
    add(
      "offload tune", "reset revert restore",
      .hint("a profile is undone by \"rdmactl offload tune undo\"", fix: "rdmactl offload history"))
    add("gid", "ls show all get info print table", reads("list"))
    add("sock", "ls list show all get info ps status stat use users connections", reads("who"))
    add("sock config", "list ls get info query", reads("show"))
    add("sock config", "apps applications", reads("programs"))
    add("perf", "bandwidth", reads("bw"))
    add("perf", "latency", reads("lat"))
    add("perf", "server serve wait", reads("listen"))
    add("gid", "index choose find pick default", reads("best"))
    add("igmp", "list ls get info status groups version", reads("show"))
    add("boot", "list ls get info status ibft", reads("show"))
    add("srp", "status connections info ls", reads("show"))
    add("srp", "discover scan targets find", reads("list"))
    add(
      "srp", "connect add",
      .hint("a target is connected by \"rdmactl srp login\"", fix: "rdmactl srp login --help"))
    add(
      "srp", "disconnect remove",
      .hint("a target is disconnected by \"rdmactl srp logout\"", fix: "rdmactl srp logout --help"))
    add("trace", "show ls groups info", reads("list"))
    add("trace", "start on", .hint("a trace is made by \"rdmactl trace run\"", fix: "rdmactl trace run --help"))
    add("fw config", "list ls get query q info", reads("show"))
    add("sim", "ls list show info", .hint("adapters of a simulation are listed by \"rdmactl --sim DIR fw list\""))
    add(
      "sim", "new make init start",
      .hint("a simulation is made by \"rdmactl sim create\"", fix: "rdmactl sim create --help"))
    return table
  }()

  /// What a noun alone does, where it has a harmless reading verb.
  static let alone: [String: [String]] = [
    "sm": ["status"], "fw": ["list"], "gid": ["list"], "offload": ["show"], "offload tune": ["show"],
    "sock": ["who"], "igmp": ["show"], "boot": ["show"], "trace": ["list"], "srp": ["show"],
  ]

  /// What a noun does with names alone: `fw mlx5_0`.
  static let ofNames: [String: String] = [
    "sm": "status", "fw": "query", "gid": "list", "offload": "show", "fw config": "show", "igmp": "show",
    "sock": "who",
  ]

  /// Verbs that people put before the noun: `show fw`.
  static let leading: Set<String> = ["show", "list", "ls", "get", "info", "view", "query", "display", "print", "check"]

  /// ethtool's options that do something else than show features.
  static let ethtool: [String: Synonym] = {
    var table: [String: Synonym] = [:]
    for option in ["-K", "-G", "-L", "-C", "-A", "-X", "-N", "-s", "--features", "--set-ring", "--set-priv-flags"] {
      table[option] = .hint("settings are changed by \"rdmactl offload set\"", fix: "rdmactl offload set --help")
    }
    table["-S"] = .hint("counters of a port are listed by \"rdmactl counters\"", fix: "rdmactl counters")
    table["-m"] = commands["module"]
    return table
  }()

  /// Words by which people ask to see something: no suggestion leads from one of them to a command that changes something.
  static let reading: Set<String> = [
    "cat", "check", "display", "dump", "find", "get", "info", "list", "look", "ls", "print", "query", "read", "see",
    "show",
    "stat", "state", "status", "view", "who", "gid", "gids", "test",
  ]

  /// The commands that change something.
  static let changing: Set<String> = [
    "fw burn", "fw set-guids", "fw recover", "fw unlock", "fw activate", "fw update", "fw restore",
    "fw rom set", "fw rom drop", "fw config set", "fw config reset",
    "sm start", "sm enable", "igmp set", "srp login", "srp logout", "sm stop", "sm restart", "sm reload", "sm priority",
    "sm handover", "sm disable", "sm standby",
    "sm discover", "offload set", "offload undo", "offload try", "offload keep", "offload persist",
    "offload tune apply",
    "offload tune undo", "offload tune persist", "sim", "sim create", "sim image", "sim host", "undo", "link type",
    "sock run", "sock config set", "sock config reset",
  ]
}
