public import Vocabulary

/// Every finding of `rdmactl sm lint`. The raw values are stable.
public enum OpenSMLintProblem: String, CaseIterable, Sendable {
  case unknownKey = "sm.lint.unknown_key"
  case otherVersion = "sm.lint.other_version"
  case nvidiaOnly = "sm.lint.nvidia_only"
  case nvidiaIgnored = "sm.lint.nvidia_ignored"
  case unknownToUs = "sm.lint.not_checked"
  case equalsSign = "sm.lint.equals_sign"
  case badValue = "sm.lint.bad_value"
  case outOfRange = "sm.lint.out_of_range"
  case notBoolean = "sm.lint.not_boolean"
  case octal = "sm.lint.octal"
  case crash = "sm.lint.crash"
  case duplicateKey = "sm.lint.duplicate_key"
  case longLine = "sm.lint.long_line"
  case carriageReturns = "sm.lint.carriage_returns"
  case contradiction = "sm.lint.contradiction"
  case noEffect = "sm.lint.no_effect"
  case unknownEngine = "sm.lint.unknown_engine"
  case badGUID = "sm.lint.bad_guid"
  case consoleOpen = "sm.lint.console_open"
  case fileMissing = "sm.lint.file_missing"
  case fileIgnored = "sm.lint.file_ignored"
  case fileMissingHere = "sm.lint.file_missing_here"
  case worldWritable = "sm.lint.world_writable"
  case relativePath = "sm.lint.relative_path"
  case noSweep = "sm.lint.no_sweep"
  case unlimitedRequests = "sm.lint.unlimited_requests"
  case samePriority = "sm.lint.same_priority"
  case ignoresOthers = "sm.lint.ignores_others"
  case goesOnAfterFatal = "sm.lint.goes_on_after_fatal"
  case reassignsLIDs = "sm.lint.reassigns_lids"
  case noMulticast = "sm.lint.no_multicast"
  case daemonInService = "sm.lint.daemon_in_service"
  case slowFailover = "sm.lint.slow_failover"
  case logFillsDisk = "sm.lint.log_fills_disk"
  case logUnlimited = "sm.lint.log_unlimited"
  case logDelayed = "sm.lint.log_delayed"
  case partitionsRefused = "sm.lint.partitions_refused"
  case badPKey = "sm.lint.bad_pkey"
  case duplicatePartition = "sm.lint.duplicate_partition"
  case duplicateMember = "sm.lint.duplicate_member"
  case unknownFlag = "sm.lint.unknown_flag"
  case shortenedWord = "sm.lint.shortened_word"
  case badFlagValue = "sm.lint.bad_flag_value"
  case badMembership = "sm.lint.bad_membership"
  case badMulticastGroup = "sm.lint.bad_multicast_group"
  case noTerminator = "sm.lint.no_terminator"
  case loneSemicolon = "sm.lint.lone_semicolon"
  case noDefaultPartition = "sm.lint.no_default_partition"
  case managerNotInDefault = "sm.lint.manager_not_full_member"
  case limitedDefault = "sm.lint.limited_default"
  case emptyPartition = "sm.lint.empty_partition"
  case everyPort = "sm.lint.every_port"
  case tooManyManagers = "sm.lint.too_many_managers"
  case noPorts = "sm.lint.no_ports"
  case notUnderstood = "sm.lint.not_understood"
  case noText = "sm.lint.no_text"
  case badMapLine = "sm.lint.bad_map_line"
  case repeatedGUID = "sm.lint.repeated_guid"
  case shortGUID = "sm.lint.short_guid"
  case newRate = "sm.lint.new_rate"

  public var severity: Severity {
    switch self {
    case .noText, .badValue, .equalsSign, .outOfRange, .crash, .longLine, .unknownEngine, .badGUID, .consoleOpen,
      .fileMissing,
      .worldWritable, .unlimitedRequests, .partitionsRefused, .badPKey, .badFlagValue, .badMulticastGroup,
      .loneSemicolon:
      .error
    case .nvidiaIgnored, .fileIgnored, .badMapLine, .newRate, .unknownKey, .otherVersion, .notBoolean, .octal,
      .duplicateKey, .carriageReturns, .contradiction, .noEffect,
      .relativePath, .noSweep, .ignoresOthers, .goesOnAfterFatal, .reassignsLIDs, .noMulticast,
      .daemonInService, .logFillsDisk, .duplicateMember, .unknownFlag, .badMembership, .noTerminator,
      .noDefaultPartition, .managerNotInDefault, .emptyPartition, .everyPort, .tooManyManagers, .notUnderstood:
      .warning
    case .nvidiaOnly, .unknownToUs, .fileMissingHere, .repeatedGUID, .shortGUID, .samePriority, .slowFailover,
      .logUnlimited, .logDelayed, .duplicatePartition, .shortenedWord,
      .limitedDefault, .noPorts:
      .info
    }
  }

  /// The cause, in one sentence (without its full stop): what lint prints, and what the manual page lists.
  public var meaning: String {
    switch self {
    case .unknownKey: "unknown key; opensm ignores the line"
    case .nvidiaOnly: "a setting of NVIDIA's opensm; opensm 3.3.23 ignores it"
    case .nvidiaIgnored: "a setting of NVIDIA's opensm; the opensm installed here ignores it"
    case .unknownToUs: "not checked: the installed opensm is NVIDIA's and may know this setting"
    case .equalsSign: "opensm.conf has no \"=\" between key and value"
    case .otherVersion: "a key of another version of opensm; this version ignores the line"
    case .badValue: "opensm cannot read this value and keeps the previous one"
    case .outOfRange: "the value is out of range"
    case .notBoolean: "only the word TRUE switches a key on; opensm reads everything else as FALSE"
    case .octal: "opensm reads a number with a leading zero as octal"
    case .crash: "opensm crashes (segmentation fault) when it reads this"
    case .duplicateKey: "the key is set again further down, and that line wins"
    case .longLine: "the line is too long; opensm reads the rest as further lines"
    case .carriageReturns: "the file has Windows line ends; opensm reads them as part of the words"
    case .contradiction: "two settings contradict each other"
    case .noEffect: "the setting has no effect"
    case .unknownEngine: "unknown routing engine; opensm uses another one without an error"
    case .badGUID: "no port has this GUID"
    case .consoleOpen: "every local user can control the subnet manager through this console; it has no password"
    case .fileMissing: "file not found"
    case .fileIgnored: "file not found; opensm works without it"
    case .fileMissingHere:
      "file not found on this machine (this configuration is a copy; --root checks the paths elsewhere)"
    case .worldWritable: "every local user can change this file, and with it the subnet"
    case .relativePath: "a relative path depends on the directory in which opensm was started"
    case .noSweep: "no periodic sweeps: opensm notices only changes that a switch reports"
    case .unlimitedRequests: "no limit for outstanding requests: switches are flooded and opensm can hang"
    case .samePriority: "another subnet manager has the same priority: the lower port GUID decides who is master"
    case .ignoresOthers: "this subnet manager ignores all others; the subnet can get two masters"
    case .goesOnAfterFatal: "opensm continues after duplicate GUIDs, with wrong routes"
    case .reassignsLIDs: "every start assigns new LIDs to all ports, which breaks all connections"
    case .noMulticast: "without multicast no IPoIB interface comes up"
    case .daemonInService: "systemd takes a service that goes into the background for ended"
    case .slowFailover: "a standby takes over more than a minute after its master died"
    case .logFillsDisk: "the log is verbose and has no size limit; it will fill the disk"
    case .logUnlimited: "the log has no size limit"
    case .logDelayed: "messages reach the log minutes after the event"
    case .partitionsRefused:
      "opensm stops at this line and ignores the whole file: every port becomes a full member of the default partition"
    case .badPKey: "not a P_Key (1 to 0x7fff)"
    case .duplicatePartition: "the same P_Key is defined more than once: the members are merged, the first name stays"
    case .duplicateMember: "the same member has different memberships; the last one wins"
    case .unknownFlag: "unknown flag; opensm ignores it"
    case .shortenedWord: "opensm completes this word"
    case .badFlagValue: "the specification has no such value"
    case .badMembership: "not full, limited or both; opensm makes it limited"
    case .badMulticastGroup: "not a multicast address"
    case .noTerminator: "the definition has no semicolon and continues with the next line"
    case .loneSemicolon: "opensm reads past a semicolon that stands alone and may ignore the file"
    case .noDefaultPartition: "no rule for the default partition 0x7fff; its ports are only limited members"
    case .managerNotInDefault: "the port of the subnet manager is not a full member of the default partition"
    case .limitedDefault: "limited members of the default partition cannot reach each other in it"
    case .emptyPartition: "opensm does not create a partition without members"
    case .everyPort: "the service starts a subnet manager on every port of this machine"
    case .tooManyManagers: "more than two subnet managers for one subnet"
    case .noPorts: "the service starts no subnet manager"
    case .noText: "not a text file"
    case .badMapLine: "not a line of a node name map; infiniband-diags and opensm then ignore the whole file"
    case .repeatedGUID: "the GUID is listed more than once"
    case .shortGUID: "a GUID of fewer than 16 digits: opensm fills up with zeros at the left"
    case .newRate: "opensm 3.3.23 does not know this rate and creates no multicast group (ERR 1B26)"
    case .notUnderstood:
      "not a plain NAME=value or NAME=\"values\"; systemd and shells read it differently or not at all"
    }
  }

  /// For the manual page.
  public static var descriptions: [ProblemDescription] {
    allCases.map { ProblemDescription(id: $0.rawValue, severity: $0.severity, meaning: $0.meaning) }
  }

  func at(
    _ file: String, _ line: Int? = nil, detail: String? = nil, evidence: [String] = [], fix: [String] = []
  ) -> Problem {
    Problem(
      id: rawValue, severity: severity, subject: line.map { "\(file):\($0)" } ?? file,
      message: (detail.map { "\($0): " } ?? "") + meaning, evidence: evidence, fix: fix)
  }
}
