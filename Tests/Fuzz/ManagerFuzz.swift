// The files of opensm.
internal import SubnetManagement

enum ManagerFile: String {
  case opensm, partitions, defaults, log

  func read(_ bytes: [UInt8]) {
    switch self {
    case .opensm:
      let configuration = OpenSMConfiguration(bytes, file: "opensm.conf")
      _ = configuration.effectiveValues
      _ = OpenSMLint.problems(of: configuration)
      // What is set is read back, or it is refused.
      for value in ["7", " x ", String(decoding: bytes.prefix(40), as: UTF8.self)] {
        guard let changed = try? configuration.setting("log_prefix", to: value) else { continue }
        precondition(changed.entry("log_prefix")?.value == value, "log_prefix is not what was set")
      }
    case .partitions:
      _ = OpenSMLint.problems(of: PartitionsConfiguration(bytes, file: "partitions.conf"))
    case .defaults:
      _ = OpenSMLint.problems(of: DefaultsFile(String(decoding: bytes, as: UTF8.self), file: "opensm"))
    case .log:
      let entries = OpenSMLog.entries(bytes)
      _ = OpenSMLogSummary(entries)
      _ = entries.map(\.explanation)
      // However the bytes are cut, the messages are the same.
      var reader = OpenSMLogReader()
      let half = bytes.count / 2
      let pieces = reader.feed(bytes[..<half]) + reader.feed(bytes[half...]) + reader.finish()
      precondition(pieces == entries, "the messages of a log depend on how it was cut")
    }
  }

  var samples: [[UInt8]] {
    let texts: [String] =
      switch self {
      case .opensm:
        [
          "# x\nlmc 1\nsm_priority 0x3 # y\nqos true\nrouting_engine ftree,updn\nlog_prefix \"a b\"\n",
          "cc_cct 1:2,3:4\ncc_ca_cong_setting_ccti_min 1 5\ncc_sw_cong_setting_victim_mask 0xabc\nqos_high_limit -1\n",
        ]
      case .partitions:
        [
          "Default=0x7fff,ipoib,rate=7:ALL=full,SELF=full;\nA=5 , defmember=full :\n 0x2c90300123456,\n NONE; mgid=ff12::1\n"
        ]
      case .defaults: ["# x\nPORTS=\"0x2c90300123456 ALL\"\nPORTS=ALL\n"]
      case .log:
        [
          "Nov 21 13:22:49 862918 [E4245740] 0x80 -> OpenSM 3.3.23\n"
            + "Nov 21 13:22:58 888608 [E0] 0x01 -> log_send_error: ERR 5411: dropping\n\t\tMethod\n"
        ]
      }
    return texts.map { Array($0.utf8) }
  }
}
