public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload show`
public struct OffloadShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show features, queues, rings, moderation and TCP settings, and why one is not active.",
    discussion: """
      Without IF, all interfaces except the loopback are shown. --diff compares the interface with another one, or with \
      the output of an earlier rdmactl offload show --json, and exits with 2 if they differ.

      Examples:
        rdmactl offload show mlx5_0
        rdmactl offload show eth0 --all
        rdmactl offload show eth0 --diff eth1
        rdmactl offload show --json > before.json
        rdmactl offload show --diff before.json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Interfaces, or devices that have one.", valueName: "if"),
    completion: .shellCommand(InterfaceNames.completion))
  public var interfaces: [String] = []

  @Flag(help: "Also show fixed settings, every queue and interrupt, and the loopback.")
  public var all = false

  @Option(
    help: ArgumentHelp("Compare with this interface, or with this saved answer.", valueName: "if|file"),
    completion: .file())
  public var diff: String?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    guard let diff else { return try Self.show(interfaces, all: all, host: host, output: output) }
    let names = try InterfaceNames(host: host).resolve(interfaces)
    let answer = try OffloadDifference.make(of: names, with: diff, session: OffloadSession(host))
    try output.show(answer)
    return answer.isEmpty ? .done : .checkFailed
  }

  static func show(_ interfaces: [String], all: Bool = false, host: Host, output: Output) throws -> ExitStatus {
    let names = try InterfaceNames(host: host).resolve(interfaces)
    let state = try OffloadSession(host).state(of: names.isEmpty ? nil : names)
    try output.show(OffloadAnswer(state: state, isComplete: all, named: !names.isEmpty))
    return .done
  }
}
