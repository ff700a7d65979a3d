internal import Vocabulary

/// Settings that hurt the subnet, contradict each other or do nothing.
extension OpenSMConfigurationLint {
  var combinations: [LintFinding] { dangers + contradictions + idle + logging }

  private var dangers: [LintFinding] {
    var found: [LintFinding] = []
    func add(_ problem: OpenSMLintProblem, _ key: String, _ detail: String? = nil, fix: [String]) {
      found.append(finding(problem, of: key, detail, fix: fix))
    }
    let console = configuration.entry("console")?.value
    if console == "loopback" || console == "socket" { add(.consoleOpen, "console", fix: ["console off"]) }
    if state.number("sweep_interval") == 0 { add(.noSweep, "sweep_interval", fix: ["sweep_interval 10"]) }
    if let entry = configuration.entry("max_wire_smps"), CNumber(entry.value).isWhole, CNumber(entry.value).value == 0 {
      add(.unlimitedRequests, "max_wire_smps", fix: ["max_wire_smps 32"])
    }
    let priority = Int(clamping: state.number("sm_priority"))
    if surroundings.otherPriorities.contains(priority) {
      add(.samePriority, "sm_priority", fix: ["rdmactl sm priority \(priority < 15 ? priority + 1 : priority - 1)"])
    }
    if state.flag("ignore_other_sm") { add(.ignoresOthers, "ignore_other_sm", fix: ["ignore_other_sm FALSE"]) }
    if !state.flag("exit_on_fatal") { add(.goesOnAfterFatal, "exit_on_fatal", fix: ["exit_on_fatal TRUE"]) }
    if state.flag("reassign_lids") { add(.reassignsLIDs, "reassign_lids", fix: ["reassign_lids FALSE"]) }
    if state.flag("disable_multicast") { add(.noMulticast, "disable_multicast", fix: ["disable_multicast FALSE"]) }
    if state.flag("daemon") { add(.daemonInService, "daemon", fix: ["daemon FALSE"]) }
    let (patience, over) = state.number("sminfo_polling_timeout")
      .multipliedReportingOverflow(by: state.number("polling_retry_number"))
    if over || patience > 60_000 {
      add(.slowFailover, "sminfo_polling_timeout", fix: ["sminfo_polling_timeout 1000", "polling_retry_number 4"])
    }
    if let guid = badGUID { found.append(guid) }
    return found
  }

  /// The port to run on: none of this machine's, or no GUID of a port at all.
  private var badGUID: LintFinding? {
    let guid = GUID(state.number("guid"))
    guard guid.rawValue != 0 else { return nil }
    if guid.rawValue == .max || guid.oui == 0 || guid.bytes[0] & 0x01 != 0 {
      return finding(.badGUID, of: "guid", fix: ["rdmactl status"])
    }
    guard surroundings.isInPlace, let ports = surroundings.localPorts, !ports.contains(guid) else { return nil }
    return finding(.badGUID, of: "guid", "not one of this machine's ports", fix: ["rdmactl status"])
  }

  private var contradictions: [LintFinding] {
    var found: [LintFinding] = []
    func add(_ key: String, _ detail: String, fix: [String]) {
      found.append(finding(.contradiction, of: key, detail, fix: fix))
    }
    func given(_ key: String) -> UInt64? { configuration.entry(key).map { CNumber($0.value).value } }
    if state.corrections["long_transaction_timeout"] != nil {
      add(
        "long_transaction_timeout", "shorter than transaction_timeout", fix: ["set long_transaction_timeout above it"])
    }
    if state.corrections["part_enforce"] != nil, state.flag("no_partition_enforcement") {
      add(
        "no_partition_enforcement", "part_enforce is overruled by no_partition_enforcement",
        fix: ["remove no_partition_enforcement", "part_enforce off"])
    }
    if state.corrections["m_key_lease_period"] != nil || state.corrections["sweep_interval"] != nil {
      add(
        "m_key_lease_period", "the M_Key lease ends before the next sweep renews it",
        fix: ["set m_key_lease_period above sweep_interval"])
    }
    if state.number("m_key_protection_level") > 0, state.number("m_key") == 0 {
      add("m_key_protection_level", "a protection level without an m_key", fix: ["set m_key"])
    }
    if engines.contains("torus-2QoS"), !state.flag("qos") {
      add("routing_engine", "torus-2QoS is free of deadlocks only with quality of service", fix: ["qos TRUE"])
    }
    if engines.contains("file"), state.text("lfts_file") == nil, state.text("lid_matrix_dump_file") == nil {
      add("routing_engine", "engine file without lfts_file", fix: ["set lfts_file"])
    }
    if engines.contains("no_fallback"), engines.filter({ $0 != "no_fallback" }).isEmpty {
      add("routing_engine", "no_fallback without an engine", fix: ["routing_engine minhop"])
    }
    return found
  }

  private var engines: [String] {
    (state.text("routing_engine") ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
  }

  /// Keys that were set, for something that is off.
  private var idle: [LintFinding] {
    typealias Switch = (isOn: Bool, keys: (String) -> Bool, what: String, enable: String?)
    let switches: [Switch] = [
      (state.flag("qos"), { $0.hasPrefix("qos_") }, "qos is FALSE", "qos TRUE"),
      (state.flag("perfmgr"), { $0.hasPrefix("perfmgr_") }, "perfmgr is FALSE", "perfmgr TRUE"),
      (
        state.flag("congestion_control"), { $0.hasPrefix("cc_") }, "congestion_control is FALSE",
        "congestion_control TRUE"
      ),
      (
        uses("ftree"), ["cn_guid_file", "io_guid_file", "quasi_ftree_indexing", "max_reverse_hops"].contains,
        "the routing engine is not ftree", "routing_engine ftree"
      ),
      (
        uses("ftree", "updn", "dnup"), ["root_guid_file"].contains, "the routing engine is not ftree, updn or dnup",
        "routing_engine updn"
      ),
      (uses("lash"), ["lash_start_vl", "do_mesh_analysis"].contains, "the routing engine is not lash", nil),
      (uses("nue"), ["nue_max_num_vls", "nue_include_switches"].contains, "the routing engine is not nue", nil),
      (
        uses("file"), ["lfts_file", "lid_matrix_dump_file"].contains, "the routing engine is not file",
        "routing_engine file"
      ),
      (uses("torus-2QoS"), ["torus_config"].contains, "the routing engine is not torus-2QoS", nil),
      (state.text("console") != "off", ["console_port"].contains, "the console is off", nil),
    ]
    return switches.filter { !$0.isOn }.flatMap { reason -> [LintFinding] in
      let idle = OpenSMOption.all.filter { option in
        guard let value = state.values[option.name], state.lines[option.name] != nil, !option.isDefault(value) else {
          return false
        }
        return reason.keys(option.name)
      }
      guard let first = idle.first else { return [] }
      let fix = reason.enable.map { ["write \($0) if they are meant"] } ?? []
      if idle.count == 1 { return [finding(.noEffect, of: first.name, "\(first.name), but \(reason.what)", fix: fix)] }
      // One cause, one finding.
      let names =
        idle.count > 3 ? "\(first.name) and \(idle.count - 1) more keys" : idle.map(\.name).joined(separator: ", ")
      return [finding(.noEffect, of: first.name, "\(names), but \(reason.what)", fix: fix)]
    }
  }

  private func uses(_ names: String...) -> Bool {
    engines.contains { names.contains(OpenSMForeignKeys.nvidiaEngines[$0] ?? $0) }
  }

  private var logging: [LintFinding] {
    var found: [LintFinding] = []
    let errorsAndInfo: UInt64 = 0x03
    // What a file says nothing of is the distribution's choice.
    let isVerbose = state.number("log_flags") & ~errorsAndInfo != 0
    if state.number("log_max_size") == 0, isVerbose || state.lines["log_max_size"] != nil {
      found.append(
        finding(isVerbose ? .logFillsDisk : .logUnlimited, of: "log_max_size", fix: ["log_max_size 100"]))
    }
    if !state.flag("force_log_flush"), state.lines["force_log_flush"] != nil {
      found.append(finding(.logDelayed, of: "force_log_flush", fix: ["force_log_flush TRUE"]))
    }
    return found
  }

  /// What the paths lead to.
  var paths: [LintFinding] {
    var found: [LintFinding] = []
    if surroundings.file(configuration.file)?.isWorldWritable == true {
      found.append(worldWritable(configuration.file, nil))
    }
    for option in OpenSMOption.all {
      guard case .path(let role) = option.type, let path = state.text(option.name), !path.isEmpty else { continue }
      let line = state.lines[option.name]
      if !path.hasPrefix("/"), path != "stdout", path != "stderr" {
        found.append(finding(.relativePath, line, "\(option.name) \(Spelling.shown(path))"))
        continue
      }
      guard let fact = surroundings.file(path) else { continue }
      // A built-in path is optional, whoever wrote it down; a file to be written need not be there yet.
      if !fact.exists, line != nil, role != .output, path != option.defaultValue {
        let problem: OpenSMLintProblem =
          !surroundings.isInPlace ? .fileMissingHere : Self.harmless.contains(option.name) ? .fileIgnored : .fileMissing
        found.append(finding(problem, line, "\(option.name) \(Spelling.shown(path))"))
      }
      if fact.exists, fact.isWorldWritable, role != .directory { found.append(worldWritable(path, line)) }
    }
    return found
  }

  /// Without these files opensm only misses names.
  private static let harmless: Set<String> = ["node_name_map_name", "per_module_logging_file", "prefix_routes_file"]

  private func worldWritable(_ path: String, _ line: Int?) -> LintFinding {
    finding(.worldWritable, line, Spelling.shown(path), fix: ["chmod o-w \(ShellWord.quoted(path))"])
  }
}
