internal import FabricLab
internal import SubnetManagement
internal import TestSupport
internal import Testing

@Suite("opensm.conf, opensm as the judge", .enabled(if: OpenSMAsJudge.isHere, "opensm is not installed"))
struct OpenSMConfigurationJudgeTests {
  /// opensm's values against ours; where they differ, both.
  private func differences(_ configuration: OpenSMConfiguration) throws -> [String] {
    let verdict = try OpenSMAsJudge.read(configuration.bytes)
    var ours: [String: [String]] = [:]
    for effective in configuration.effectiveValues {
      ours[effective.option.name, default: []].append(effective.value)
    }
    return Set(ours.keys).union(verdict.values.keys).sorted().compactMap { key in
      let (mine, theirs) = (ours[key] ?? [], verdict.values[key] ?? [])
      return mine == theirs ? nil : "\(key): \(mine), opensm: \(theirs)"
    }
  }

  /// The table is opensm's own, and so is every default.
  @Test func theTemplate() throws {
    let nothing = OpenSMConfiguration("", file: "opensm.conf")
    #expect(try differences(nothing) == [])
    #expect(nothing.effectiveValues.allSatisfy { $0.origin == .builtIn })
  }

  @Test func thingsThatLookOdd() throws {
    let text = """
      # a comment
      sm_priority\t7 # and one behind
        lmc   2
      qos true
      log_prefix "two words"
      event_plugin_name 'one'
      dump_files_dir "
      console_port 0x10
      sweep_interval 010
      sweep_interval 08
      transaction_retries +5
      max_smps_timeout -1
      guid -1
      sm_key 18446744073709551616
      m_key 0x
      routing_engine
      qos_file nothing
      log_max_size 5 MB
      force_link_speed 9
      fdr10 256
      qos_high_limit -
      qos_max_vls 99
      cc_sw_cong_setting_victim_mask 0xabc
      cc_sw_cong_setting_credit_mask xyz
      cc_ca_cong_setting_ccti_timer 3 70
      cc_ca_cong_setting_ccti_timer 17 70
      cc_ca_cong_setting_ccti_min 300 70
      cc_ca_cong_setting_ccti_increase 4
      cc_cct 1:2,3:4
      cc_sw_cong_setting_credit_starvation_return_delay 7
      dimn_ports_file /here
      part_enforce in
      no_partition_enforcement TRUE
      console socket
      max_wire_smps 0
      transaction_timeout 900
      m_key_protection_level 9
      m_key_lease_period 5
      \u{c}lash_start_vl 3
      subnet_timeout 3\r
      \r
      connect_roots TRUE\0hidden
      hop_weights_file /a#b
      node_name_map_name
      """
    #expect(try differences(OpenSMConfiguration(text, file: "opensm.conf")) == [])
    let long = "log_prefix " + String(repeating: "x", count: 1_004) + " # lmc 1\nsm_sl 4\n"
    for padding in 0..<12 {
      let padded = "log_prefix " + String(repeating: "x", count: 1_000 + padding) + " lmc 3\n"
      #expect(try differences(OpenSMConfiguration(long + padded, file: "opensm.conf")) == [])
    }
  }

  /// Random files with right and wrong values, seeded.
  @Test(arguments: [UInt64(1), 2, 3, 4]) func randomFiles(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    for round in 0..<25 {
      let file = RandomConfiguration.file(&chance)
      let found = try differences(OpenSMConfiguration(file, file: "opensm.conf"))
      #expect(found == [], "seed \(seed), round \(round):\n\(String(decoding: file, as: UTF8.self))")
    }
  }

  /// What is set is what opensm takes, and no other line changes.
  @Test(arguments: [UInt64(11), 12]) func settings(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<15 {
      let before = OpenSMConfiguration(RandomConfiguration.file(&chance), file: "opensm.conf")
      let prefix = ["", " x ", "\"quoted\"", "'", "plain", "\t#"].randomElement(using: &chance) ?? ""
      let priority = "\(Int.random(in: 0...15, using: &chance))"
      guard !prefix.contains("#") else {
        #expect(throws: OpenSMConfigurationFailure.self) { try before.setting("log_prefix", to: prefix) }
        continue
      }
      let after = try before.setting("log_prefix", to: prefix).setting("sm_priority", to: priority)
      let values = try OpenSMAsJudge.read(after.bytes).values
      #expect(values["log_prefix"] == [prefix])
      #expect(values["sm_priority"] == [priority])
      let changed: Set = ["log_prefix", "sm_priority"]
      #expect(
        after.entries.filter { !changed.contains($0.key) }.map(\.value)
          == before.entries.filter { !changed.contains($0.key) }.map(\.value))
      #expect(try differences(after) == [])
    }
  }
}

@Suite("opensm.conf") struct OpenSMConfigurationTests {
  @Test func oneKeyIsChanged() throws {
    let text = "# mine\nsm_priority 3   # low\nsm_priority\t5\t# high\nlmc\n"
    let configuration = OpenSMConfiguration(text, file: "f")
    #expect(configuration.entry("sm_priority")?.line == 3)
    #expect(configuration.effectiveValue("sm_priority") == "5")
    #expect(
      try configuration.setting("sm_priority", to: "9").text
        == "# mine\nsm_priority 3   # low\nsm_priority 9\t# high\nlmc\n")
    #expect(try configuration.setting("lmc", to: "1").text == text.dropLast() + " 1\n")
    #expect(try configuration.setting("log_file", to: "/x y").text == text + "log_file /x y\n")
    #expect(
      try OpenSMConfiguration("lmc 1", file: "f").setting("qos", to: "TRUE").text == "lmc 1\nqos TRUE\n")
    #expect(try OpenSMConfiguration("lmc#x", file: "f").setting("lmc", to: "1").text == "lmc 1 #x")
    #expect(
      try OpenSMConfiguration("dimn_ports_file a\n", file: "f").setting("port_search_ordering_file", to: "b").text
        == "dimn_ports_file b\n")
  }

  @Test(arguments: ["a#b", "a\nb", "a\0b", String(repeating: "x", count: 1_020)])
  func whatCannotBeWritten(value: String) {
    #expect(throws: OpenSMConfigurationFailure.unwritable(key: "log_file", value: value)) {
      try OpenSMConfiguration("", file: "f").setting("log_file", to: value)
    }
  }

  @Test func whereValuesComeFrom() {
    let configuration = OpenSMConfiguration("lmc 9\nsm_sl 3\nmax_wire_smps 0\n", file: "f")
    func origin(_ key: String) -> OpenSMEffectiveValue.Origin? {
      configuration.effectiveValues.first { $0.option.name == key }?.origin
    }
    #expect(origin("lmc") == .corrected(line: 1))
    #expect(origin("sm_sl") == .line(2))
    #expect(origin("max_wire_smps") == .corrected(line: 3))
    #expect(origin("guid") == .builtIn)
  }
}
