public import ArgumentParser
public import HostAccess
public import Presentation
internal import SimulatedHardware
public import Vocabulary

/// `rdmactl sim create`
public struct SimulationCreate: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Create a directory with simulated adapters for --sim.",
    discussion: """
      Each adapter has an image of its generation on its flash. A profile can be given more than once.

      Examples:
        rdmactl sim create lab --profile connectx3
        rdmactl sim create lab --profile infinihost3lx --profile connectx5
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The directory. It must not contain simulated adapters yet.", valueName: "dir"),
    completion: .directory)
  public var directory: String

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("The kind of adapter (default: connectx3): \(Self.profileNames).", valueName: "profile"),
    completion: .list(AdapterProfile.choices.map(\.name)))
  public var profiles: [String] = []

  private static var profileNames: String { AdapterProfile.choices.map(\.name).joined(separator: ", ") }

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard common.simulation == nil else {
      throw UsageFailure.unreadable(
        "--sim cannot be combined with sim create", command: "sim create")
    }
    guard !directory.isEmpty else {
      throw UsageFailure.unreadable("the name of the directory is empty", command: "sim create")
    }
    let chosen = try (profiles.isEmpty ? ["connectx3"] : profiles).map { name in
      guard let profile = AdapterProfile.named(name) else { throw SimulationFailure.unknownProfile(name) }
      return profile
    }
    let adapters = try SimulatedMachine.create(chosen, in: directory, files: host.store) {
      try InitialFlash.flash(for: $0)
    }
    try output.show(SimulationAnswer(directory: directory, adapters: adapters))
    return .done
  }
}

/// The answer of `rdmactl sim create`.
private struct SimulationAnswer: Presentable {
  struct Payload: Encodable {
    let directory: String
    let adapters: [AdapterPayload]
  }

  struct AdapterPayload: Encodable {
    let pciAddress: String
    let profile: String
  }

  static let schema = "rdmactl.sim.create/1"
  let directory: String
  let adapters: [(address: PCIAddress, profile: AdapterProfile)]

  var payload: Payload {
    Payload(
      directory: directory,
      adapters: adapters.map { AdapterPayload(pciAddress: $0.address.description, profile: $0.profile.name) })
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { adapters.map(\.address.description) }

  func write(to page: inout Page) {
    var table = Table([.init("PCI"), .init("PROFILE"), .init("MODEL")])
    for adapter in adapters {
      table.add([.init(adapter.address.description), .init(adapter.profile.name), .init(adapter.profile.title)])
    }
    page.table(table)
    page.line("try: rdmactl --sim \(ShellWord.quoted(directory)) fw list", tone: .faint)
  }
}
