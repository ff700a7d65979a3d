public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload tune`: the General Tuning button, with reasons and a way back.
public struct OffloadTuneGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Show, apply and keep profiles: sets of values with reasons.",
    discussion: """
      Without IF, a profile applies to all interfaces that have a device.

      Examples:
        rdmactl offload tune show
        rdmactl offload tune show throughput eth0
        rdmactl offload tune apply readme-2008 eth0 --dry-run
        rdmactl offload tune undo
      """,
    subcommands: [OffloadTuneShow.self, OffloadTuneApply.self, OffloadTuneUndo.self, OffloadTunePersist.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// A profile and the interfaces it is for.
public struct TuneWords: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The profile. One of: \(Self.names).", valueName: "profile"),
    completion: .list(TuningProfile.all.map(\.name)))
  public var profile: String?

  @Argument(
    help: ArgumentHelp("Interfaces, or devices that have one.", valueName: "if"),
    completion: .shellCommand(InterfaceNames.completion))
  public var interfaces: [String] = []

  private static var names: String { TuningProfile.all.map(\.name).joined(separator: ", ") }

  public init() {}

  /// - Parameter profile: its name.
  /// - Returns: what the profile comes to here, and the state that it was worked out on.
  /// - Throws: ``TuneFailure``, ``InterfaceNameFailure``, `OffloadFailure`.
  func plan(_ name: String, on host: Host) throws -> (plan: TuningPlan, state: OffloadState) {
    guard let profile = TuningProfile.named(name) else { throw TuneFailure.unknownProfile(name) }
    let names = try InterfaceNames(host: host).resolve(interfaces)
    var state = try OffloadSession(host).state(of: names.isEmpty ? nil : names)
    if names.isEmpty { state.interfaces.removeAll { $0.driver == nil || $0.isLoopback } }
    return (TuningPlanner(profile, state: state, machine: TuningMachine(host.files)).plan(), state)
  }
}

/// `rdmactl offload tune show`
public struct OffloadTuneShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a profile would change, and why.",
    discussion: """
      Without PROFILE, the profiles are listed.

      Examples:
        rdmactl offload tune show
        rdmactl offload tune show latency eth0 --json
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var words: TuneWords

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard let profile = words.profile else {
      try output.show(ProfileListAnswer())
      return .done
    }
    try output.show(TuneAnswer(plan: try words.plan(profile, on: host).plan))
    return .done
  }
}

/// `rdmactl offload tune apply`
public struct OffloadTuneApply: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply a profile: all or none of its values, with undo.",
    discussion: """
      Works like rdmactl offload set. If a driver refuses a value, leave it out with --without.

      Examples:
        rdmactl offload tune apply throughput eth0
        rdmactl offload tune apply latency eth0 --without rx-usecs --yes
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var words: TuneWords

  @Option(help: ArgumentHelp("Do not change this key (repeatable).", valueName: "key"))
  public var without: [String] = []

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func validate() throws {
    if words.profile == nil { throw ValidationError("Name a profile: rdmactl offload tune show lists them.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let name = words.profile ?? ""
    let plan = try words.plan(name, on: host).plan
    for key in without where !plan.profile.rules.contains(where: { $0.key == key }) {
      throw TuneFailure.notInProfile(key, profile: name)
    }
    let requests = plan.requests.map { request in
      SettingRequest(request.interface, request.assignments.filter { !without.contains($0.key) })
    }
    tell(plan, output)
    return try OffloadChangeTask(host: host, output: output, change: change).run(
      requests.filter { !$0.assignments.isEmpty },
      words: ["tune", "apply", name] + words.interfaces + without.flatMap { ["--without", $0] }, members: false,
      action: "tune")
  }

  /// The reasons before the plan: that has none.
  private func tell(_ plan: TuningPlan, _ output: Output) {
    for item in plan.items where !without.contains(item.rule.key) {
      switch item.verdict {
      case .change: output.talk("\(item.title)=\(item.wanted ?? ""): \(item.why)")
      case .impossible(let reason): output.talk("\(item.title): not possible: \(reason)")
      case .reported: output.talk("\(item.title): \(item.rule.reason)")
      case .already: break
      }
    }
    for remark in plan.remarks { output.talk("note: \(remark)") }
  }
}

/// `rdmactl offload tune undo`
public struct OffloadTuneUndo: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Undo the changes of a profile.",
    discussion: """
      Undoes the newest profile that was not undone yet; repeat the command for the one before it.

      Examples:
        rdmactl offload tune undo
        rdmactl offload tune undo --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Flag(help: "Also undo settings that somebody else has changed since.")
  public var forceConflicts = false

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try UndoTask(host: host, output: output, id: nil, isForced: forceConflicts, options: change.options)
      .run(kind: OffloadWriter.kind, action: "tune")
  }
}

/// Why a profile is not worked out.
enum TuneFailure: Failure, Equatable {
  case unknownProfile(String)
  case notInProfile(String, profile: String)

  var id: String {
    switch self {
    case .unknownProfile: "offload.unknown_profile"
    case .notInProfile: "offload.not_in_profile"
    }
  }

  var subject: String? {
    switch self {
    case .unknownProfile(let name): name
    case .notInProfile(let key, _): key
    }
  }

  var message: String {
    switch self {
    case .unknownProfile:
      "profile not found; known profiles: \(TuningProfile.all.map(\.name).joined(separator: ", "))"
    case .notInProfile(_, let profile): "the profile \(profile) does not set this"
    }
  }

  var fix: [String] {
    switch self {
    case .unknownProfile: ["rdmactl offload tune show"]
    case .notInProfile(_, let profile): ["rdmactl offload tune show \(ShellWord.quoted(profile))"]
    }
  }

  var exitStatus: ExitStatus { .usage }
}
