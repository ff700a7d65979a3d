public import Vocabulary

/// Everything `rdmactl sm lint` can find in the files of opensm. The raw values are stable.
public enum OpenSMLintProblem: String, CaseIterable, Sendable {
  case unknownKey = "sm.lint.unknown_key"
  case otherVersion = "sm.lint.other_version"
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

  public var severity: Severity {
    switch self {
    case .noText, .badValue, .outOfRange, .crash, .longLine, .unknownEngine, .badGUID, .consoleOpen, .fileMissing,
      .worldWritable, .unlimitedRequests, .partitionsRefused, .badPKey, .badFlagValue, .badMulticastGroup,
      .loneSemicolon:
      .error
    case .unknownKey, .otherVersion, .notBoolean, .octal, .duplicateKey, .carriageReturns, .contradiction, .noEffect,
      .relativePath, .noSweep, .ignoresOthers, .goesOnAfterFatal, .reassignsLIDs, .noMulticast,
      .daemonInService, .logFillsDisk, .duplicateMember, .unknownFlag, .badMembership, .noTerminator,
      .noDefaultPartition, .managerNotInDefault, .emptyPartition, .everyPort, .tooManyManagers, .notUnderstood:
      .warning
    case .samePriority, .slowFailover, .logUnlimited, .logDelayed, .duplicatePartition, .shortenedWord,
      .limitedDefault, .noPorts:
      .info
    }
  }

  /// The cause, in one sentence (without its full stop): what lint prints, and what the manual page lists.
  public var meaning: String {
    switch self {
    case .unknownKey: "opensm does not know this key and passes the line over"
    case .otherVersion: "a key of another version of opensm: this one passes the line over"
    case .badValue: "opensm cannot read this value and works with the one it had"
    case .outOfRange: "a value outside of what this key can mean"
    case .notBoolean: "only the word TRUE switches a key of opensm on: everything else is FALSE"
    case .octal: "a leading zero makes an octal number of it"
    case .crash: "opensm ends with a segmentation fault when it reads this"
    case .duplicateKey: "the key is given again further down, and that line wins"
    case .longLine: "opensm takes what is too long for a line for further lines"
    case .carriageReturns: "the file has Windows line ends, which opensm takes for a part of words"
    case .contradiction: "two settings contradict each other"
    case .noEffect: "the setting has no effect, because what it belongs to is switched off"
    case .unknownEngine: "opensm has no routing engine of this name, and falls back to another one without failing"
    case .badGUID: "no port has this GUID"
    case .consoleOpen: "every local user can steer the subnet manager through this console: it asks for no password"
    case .fileMissing: "a file that the configuration names is not there"
    case .worldWritable: "every local user can change this file, and with it the subnet"
    case .relativePath: "where a relative path leads depends on the directory in which opensm was started"
    case .noSweep: "the subnet is never looked at again: a change is seen only when a switch reports it"
    case .unlimitedRequests: "without a limit of requests under way, switches are flooded and opensm can hang"
    case .samePriority: "another subnet manager has the same priority: the lower port GUID decides who is master"
    case .ignoresOthers: "this subnet manager ignores every other: the subnet can get two masters"
    case .goesOnAfterFatal:
      "duplicate GUIDs on the subnet do not stop this subnet manager: it goes on with wrong routes"
    case .reassignsLIDs: "every start gives new LIDs to all ports, which breaks all connections"
    case .noMulticast: "without multicast no IPoIB interface comes up"
    case .daemonInService: "a service that puts itself into the background has ended to systemd"
    case .slowFailover: "a standby takes over more than a minute after its master died"
    case .logFillsDisk: "the log is verbose and has no limit: it will fill the disk"
    case .logUnlimited: "the log has no limit"
    case .logDelayed: "messages reach the log minutes after the event"
    case .partitionsRefused:
      "opensm stops at this line and drops the whole file: every port becomes a full member of the default partition"
    case .badPKey: "the number is no P_Key (1 to 0x7fff)"
    case .duplicatePartition: "the same P_Key is defined more than once: the members are merged, the first name stays"
    case .duplicateMember: "the same member is given more than once: the last one wins"
    case .unknownFlag: "opensm does not know this flag and ignores it"
    case .shortenedWord: "opensm completes this word by itself"
    case .badFlagValue: "the flag has a value that the specification does not have"
    case .badMembership: "neither full, limited nor both: opensm makes it limited"
    case .badMulticastGroup: "not the address of a multicast group"
    case .noTerminator: "a definition without its semicolon goes on with what follows"
    case .loneSemicolon: "opensm reads past a semicolon that stands alone, takes what it finds and may drop the file"
    case .noDefaultPartition: "no rule for the default partition 0x7fff: its ports are only limited members"
    case .managerNotInDefault: "the port of the subnet manager is no full member of the default partition"
    case .limitedDefault: "limited members of the default partition cannot talk to each other in it"
    case .emptyPartition: "a partition without members is not set up"
    case .everyPort: "the service starts a subnet manager on every port of this machine"
    case .tooManyManagers: "more than two subnet managers for one subnet"
    case .noPorts: "the service starts no subnet manager"
    case .noText: "this is no text: opensm would read rubbish"
    case .notUnderstood:
      "not a plain NAME=value or NAME=\"values\": systemd and a shell would not read it alike, or not at all"
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
