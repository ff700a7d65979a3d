public import ArgumentParser
internal import Change
internal import FabricDiscovery
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fabric port`
public struct FabricPortControl: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "port",
    abstract: "Show a port of the subnet and its other end; switch it off and on, retrain or limit its link.",
    discussion: """
      NODE/PORT is a port of a node by its description, GUID or LID. ACTION is show (the default), disable, enable, reset \
      (train the link again), width or speed with the most that the port may use (1x, edr, or max). A change shows both \
      ends and what would be cut off, and asks. Refused, unless --allow-cut-off is given: a change of the only path \
      from this machine to the port, of the last path to a subnet manager, or of the only path to a switch. rdmactl undo \
      restores the setting.

      Examples:
        rdmactl fabric port leaf0/4
        rdmactl fabric port leaf0/4 disable --dry-run
        rdmactl fabric port leaf0/4 speed edr --dry-run
        rdmactl fabric port leaf0/4 width max --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("Port of a node, such as leaf1/3.", valueName: "node/port"))
  public var place: String

  @Argument(
    help: ArgumentHelp("Action: show, enable, disable, reset, speed or width.", valueName: "action"),
    completion: .list(["show", "enable", "disable", "reset", "speed", "width"]))
  public var action = "show"

  @Argument(help: ArgumentHelp("Limit for speed or width: max, or for example edr or 1x.", valueName: "limit"))
  public var value: String?

  @Flag(
    name: .customLong("allow-cut-off"),
    help: "Also cut off the port itself, a switch or the last subnet manager from this machine.")
  public var allowsCutOff = false

  @OptionGroup public var change: AskOptions
  @OptionGroup public var fabric: FabricOptions
  @OptionGroup public var naming: NamingOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let wish = try PortWish.read(action, value)
    let map = try naming.map(on: host)
    let choice = try fabric.choice()
    guard let wish else {
      let access = try PortAccess(choice, fabric.policy(on: host), map, host)
      try output.show(PortAnswer(try PortEnds(try PortWriter.port(place, access), access)))
      return access.fabric.isComplete ? .done : .partial
    }
    let writer = PortWriter(
      host: host, wish: (place, wish), choice: choice, policy: try fabric.policy(on: host), map: map,
      allowsCutOff: allowsCutOff)
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: change.yes, dryRun: change.dryRun)
    ) { plan in
      guard !change.dryRun else { return }
      for line in PortAnswer.words(of: plan) { output.talk(line) }
    }
    guard let ends = writer.outcome.ends else { return .failed }
    var answer = PortAnswer(ends)
    answer.plan = outcome.plan
    answer.result = outcome.result
    answer.isDryRun = change.dryRun
    answer.trainingMilliseconds = writer.outcome.trainingMilliseconds
    try output.show(answer)
    return .done
  }
}
