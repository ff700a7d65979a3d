public import ArgumentParser
public import HostAccess
public import Presentation
internal import SimulatedHardware
public import Vocabulary

extension SimulatedPortState: ExpressibleByArgument {}

/// `rdmactl sim host`
public struct SimulationHost: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Create a recorded machine for --root, with ports in a state to study.",
    discussion: """
      The file has what the kernel shows of the adapters and their ports (sysfs), as text. Commands that read files work \
      on it; registers, flash and subnets need --sim or a real machine. To record a real machine, use \
      Tests/scripts/record-machine of the source.

      Examples:
        rdmactl sim host lab.tree --profile connectx5 --port down
        rdmactl --root lab.tree status
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file(extensions: ["tree"]))
  public var file: String

  @Option(
    name: .customLong("profile"),
    help: ArgumentHelp("The kind of adapter, repeatable (default: connectx5); see sim create.", valueName: "profile"),
    completion: .list(AdapterProfile.choices.map(\.name)))
  public var profiles: [String] = []

  @Option(help: ArgumentHelp("State of every port.", valueName: "state"))
  var port: SimulatedPortState = .initialized

  @OptionGroup var overwrite: OverwriteOption

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let chosen = try (profiles.isEmpty ? ["connectx5"] : profiles).map { name in
      guard let profile = AdapterProfile.named(name) else { throw SimulationFailure.unknownProfile(name) }
      return profile
    }
    let adapters = try SimulatedMachine.addressed(chosen).map { ($0.address, $0.profile) }
    let running = try adapters.map { ($0, SimulatedAdapter($1, flash: try InitialFlash.flash(for: $1))) }
    let sysfs = SimulatedSysfs(Dictionary(uniqueKeysWithValues: running), hasDriver: true, port: port)
    let target = try OutputFile(file, what: "the recorded machine", force: overwrite.force, host: host, output: output)
    do throws(FileError) {
      try target.write(Array(sysfs.recordedTree.utf8))
    } catch {
      throw SimulationFailure.file(error)
    }
    try output.show(
      SimulatedHostAnswer(
        file: file, adapters: adapters.map { .init(pciAddress: "\($0)", profile: $1.name) }, port: port))
    return .done
  }
}

/// The answer of `rdmactl sim host`.
private struct SimulatedHostAnswer: Presentable {
  struct Payload: Encodable {
    let file: String
    let adapters: [Adapter]
    let portState: String
  }

  struct Adapter: Encodable {
    let pciAddress: String
    let profile: String
  }

  static let schema = "rdmactl.sim.host/1"
  let file: String
  let adapters: [Adapter]
  let port: SimulatedPortState

  var payload: Payload { Payload(file: file, adapters: adapters, portState: port.rawValue) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { [file] }

  func write(to page: inout Page) {
    page.table(
      Table(
        [
          Table.Field("PCI", text: { (row: Adapter) in row.pciAddress }), Table.Field("PROFILE", text: { $0.profile }),
          Table.Field("PORT", text: { _ in port.rawValue }),
        ], rows: adapters))
    page.line("try: rdmactl --root \(ShellWord.quoted(file)) status", tone: .faint)
  }
}
