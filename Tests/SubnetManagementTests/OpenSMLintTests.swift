internal import FabricLab
internal import Foundation
internal import SubnetManagement
internal import TestSupport
internal import Testing
internal import Vocabulary

@Suite("The lint of opensm.conf") struct OpenSMLintTests {
  /// Without what a configuration that sets nothing already has.
  private func problems(_ text: String, _ surroundings: OpenSMLint.Surroundings = .init()) -> [Problem] {
    OpenSMLint.problems(of: OpenSMConfiguration(text, file: "f"), surroundings: surroundings)
      .filter { !["sm.lint.log_unlimited", "sm.lint.log_delayed"].contains($0.id) }
  }

  private func ids(_ text: String, _ surroundings: OpenSMLint.Surroundings = .init()) -> [String] {
    problems(text, surroundings).map { "\($0.id.dropFirst(8))@\($0.subject)" }
  }

  @Test func nothingToSay() {
    #expect(ids("") == [])
    // What a file does not mention is the distribution's choice.
    #expect(OpenSMLint.problems(of: OpenSMConfiguration("", file: "f")).isEmpty)
    let all = OpenSMLint.problems(of: OpenSMConfiguration("log_max_size 0\nforce_log_flush FALSE", file: "f"))
    #expect(all.map(\.id) == ["sm.lint.log_unlimited", "sm.lint.log_delayed"])
    #expect(all.map(\.severity) == [.info, .info])
    #expect(OpenSMLint.problems(of: OpenSMConfiguration("log_max_size 9\nforce_log_flush TRUE", file: "f")) == [])
  }

  @Test(arguments: [
    ("sm_prio 3", ["unknown_key@f:1"]), ("max_rate_enum 3", ["other_version@f:1"]),
    ("lmc two", ["bad_value@f:1"]), ("lmc 8", ["out_of_range@f:1"]), ("lmc 300", ["out_of_range@f:1"]),
    ("lmc -1", ["out_of_range@f:1"]), ("qos true", ["not_boolean@f:1"]), ("sweep_interval 060", ["octal@f:1"]),
    ("console (null)", ["crash@f:1"]), ("part_enforce (null)", ["crash@f:1"]), ("console on", ["out_of_range@f:1"]),
    ("lmc 1\nqos TRUE\nlmc 2", ["duplicate_key@f:1"]),
    ("lmc 1\nlmc x", ["bad_value@f:2"]),
    ("log_prefix " + String(repeating: "x", count: 1_100), ["long_line@f:1"]),
    ("qos TRUE\r\n\r\nlmc\r\n", ["carriage_returns@f:2", "unknown_key@f:3"]),
    ("transaction_timeout 600", ["contradiction@f"]),
    ("transaction_timeout 600\nlong_transaction_timeout 5", ["contradiction@f:2"]),
    ("no_partition_enforcement TRUE", ["contradiction@f:1"]),
    ("no_partition_enforcement TRUE\npart_enforce off", []),
    ("m_key_protection_level 1", ["contradiction@f:1"]),
    ("m_key 5\nm_key_protection_level 1\nm_key_lease_period 5", ["contradiction@f:3"]),
    ("routing_engine torus-2QoS", ["contradiction@f:1"]), ("routing_engine file", ["contradiction@f:1"]),
    ("routing_engine no_fallback", ["contradiction@f:1"]),
    ("routing_engine ftre,minhop", ["unknown_engine@f:1"]), ("routing_engine updn,dnup,no_fallback", []),
    ("qos_max_vls 4", ["no_effect@f:1"]), ("qos_max_vls 4\nqos TRUE", []), ("lash_start_vl 2", ["no_effect@f:1"]),
    ("qos TRUE\nqos_sl2vl 0,1,2", ["bad_value@f:2"]), ("qos TRUE\nqos_vlarb_low 0:4,15:1", ["bad_value@f:2"]),
    ("qos TRUE\nqos_high_limit x", ["bad_value@f:2"]), ("qos TRUE\nqos_high_limit 256", ["out_of_range@f:2"]),
    ("guid 0x5", ["bad_guid@f:1"]), ("console loopback", ["console_open@f:1"]),
    ("console socket", ["out_of_range@f:1", "console_open@f:1"]),
    ("root_guid_file roots\nrouting_engine updn", ["relative_path@f:1"]), ("sweep_interval 0", ["no_sweep@f:1"]),
    ("max_wire_smps 0", ["unlimited_requests@f:1"]), ("ignore_other_sm TRUE", ["ignores_others@f:1"]),
    ("exit_on_fatal FALSE", ["goes_on_after_fatal@f:1"]), ("reassign_lids TRUE", ["reassigns_lids@f:1"]),
    ("disable_multicast TRUE", ["no_multicast@f:1"]), ("daemon TRUE", ["daemon_in_service@f:1"]),
    ("polling_retry_number 7", ["slow_failover@f"]), ("log_flags 0x07", ["log_fills_disk@f"]),
    ("perfmgr_sweep_time_s 0\nperfmgr TRUE", ["out_of_range@f:1"]),
    ("cc_ca_cong_setting_ccti_timer 1 5\ncc_ca_cong_setting_ccti_timer 2 5\ncongestion_control TRUE", []),
  ]) func findings(text: String, expected: [String]) { #expect(ids(text) == expected) }

  @Test func whatTheCallerKnows() throws {
    let port = GUID(0x2_c903_0012_3456)
    let surroundings = OpenSMLint.Surroundings(
      file: { path in
        ["/bad": .init(exists: true, isWorldWritable: true), "f": .init(exists: true, isWorldWritable: true)][path]
          ?? .init(exists: path == "/good")
      }, localPorts: [port], otherPriorities: [3])
    #expect(ids("", surroundings) == ["world_writable@f"])
    #expect(
      ids(
        "routing_engine updn\nroot_guid_file /bad\nhop_weights_file /none\nsa_db_file /good\nsm_priority 3",
        surroundings)
        == ["world_writable@f", "world_writable@f:2", "file_missing@f:3", "same_priority@f:5"])
    #expect(ids("guid 0x\(port)", surroundings) == ["world_writable@f"])
    #expect(ids("guid 0x2c90300123457", surroundings) == ["world_writable@f", "bad_guid@f:1"])
    #expect(problems("guid 0x2c90300123457").isEmpty)
  }

  @Test func suggestions() {
    #expect(problems("sm_prioritt 3").first?.fix == ["write sm_priority if that is meant"])
    #expect(problems("zzzzzz 3").first?.fix == ["remove line 1"])
    #expect(problems("routing_engine ftre").first?.fix == ["write ftree if that is meant"])
    #expect(problems("lmc 9").first?.fix == ["write lmc with 0 to 7"])
  }

  /// Each id is described once, under its own name.
  @Test func table() {
    let ids = OpenSMLintProblem.descriptions.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.hasPrefix("sm.lint.") })
  }
}

@Suite("The lint of opensm.conf, opensm as the judge", .enabled(if: OpenSMAsJudge.isHere, "opensm is not installed"))
struct OpenSMLintJudgeTests {
  /// The keys and values that opensm complains of are those that we complain of.
  @Test(arguments: [UInt64(21), 22, 23]) func complaints(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<15 {
      let bytes = RandomConfiguration.file(&chance)
      let configuration = OpenSMConfiguration(bytes, file: "f")
      let remarks = try OpenSMAsJudge.read(bytes).remarks
      let found = OpenSMLint.problems(of: configuration)
      let unknown = Set(
        remarks.filter { $0.contains("Unrecognized token:") }.compactMap { $0.split(separator: "\"").dropFirst().first }
      )
      let refused = Set(
        remarks.compactMap { remark -> String? in
          guard let range = remark.firstRange(of: "Parsing error in field ") else { return nil }
          return remark[range.upperBound...].prefix { $0 != "," }.description
        })
      #expect(
        unknown.map { $0 == "\r" ? "" : String($0) }.filter { !$0.isEmpty }.sorted()
          == Set(found.filter { $0.id == "sm.lint.unknown_key" }.compactMap { keys(configuration, $0).first }).sorted())
      let complained = Set(
        found.filter { ["sm.lint.bad_value", "sm.lint.out_of_range"].contains($0.id) }.flatMap {
          keys(configuration, $0)
        })
      #expect(refused.subtracting(complained) == [], "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  private func keys(_ configuration: OpenSMConfiguration, _ problem: Problem) -> [String] {
    let line = problem.subject.split(separator: ":").last.flatMap { Int($0) }
    return configuration.entries.filter { $0.line == line }.map(\.key)
  }
}

@Suite("/etc/default/opensm") struct DefaultsFileTests {
  private let ports = [GUID(0x2_c903_0012_3456), GUID(0x2_c903_0012_3457)]

  private func ids(_ text: String, _ ports: [GUID]? = nil) -> [String] {
    OpenSMLint.problems(of: DefaultsFile(text, file: "d"), localPorts: ports)
      .map { "\($0.id.dropFirst(8))@\($0.subject)" }
  }

  @Test(arguments: [
    ("# as Debian ships it\n\nPORTS=ALL\n\n", ["every_port@d:3"]), ("PORTS=\"NONE\"", ["no_ports@d:1"]),
    ("", ["no_ports@d"]), ("PORTS=", ["no_ports@d:1"]), ("PORTS=0x2c90300123456", []),
    ("PORTS=\"0x0002c90300123456 0x0002c90300123457\"  \n", []),
    ("PORTS='0x2c90300123456 0x2c90300123457 0x2c90300123458'", ["too_many_managers@d:1", "bad_guid@d:1"]),
    ("PORTS=\"0x2c90300123456 mlx4_0\"", ["bad_guid@d:1"]), ("PORTS=0002:c903:0012:3456", ["bad_guid@d:1"]),
    ("PORTS=0x0", ["bad_guid@d:1"]), ("PORTS=ALL # all", ["not_understood@d:1"]),
    ("PORTS=$(ibstat -p)", ["not_understood@d:1"]), ("PORTS=\"ALL", ["not_understood@d:1"]),
    ("PORTS=ALL\nPORTS=NONE", ["no_ports@d:2"]),
    ("if true; then\nPORTS=NONE\r\n", ["not_understood@d:1", "no_ports@d:2"]),
    ("OTHER='x y'\nPORTS=\"0x2c90300123456\"", []),
  ]) func findings(text: String, expected: [String]) { #expect(ids(text, ports) == expected) }

  @Test func withoutKnownPorts() { #expect(ids("PORTS=0x2c90300ffffff") == []) }
}

extension OpenSMLintJudgeTests {
  /// The template that opensm writes itself names files that nobody has to have.
  @Test func whatOpensmWritesIsClean() throws {
    let scratch = try Scratch("template")
    let run = try Spawned("opensm", ["-c", scratch("out.conf")]).wait(timeout: 20)
    #expect(run.status == 0)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch("out.conf"))))
    let nothing = OpenSMLint.Surroundings(file: { _ in .init(exists: false) }, program: .inbox)
    let found = OpenSMLint.problems(of: OpenSMConfiguration(bytes, file: "f"), surroundings: nothing)
    #expect(found.filter { $0.severity != .info }.isEmpty, "\(found)")
  }
}
