public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload set`
public struct OffloadSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change settings: all or none of them, with undo.",
    discussion: """
      KEY is a name of rdmactl or the kernel's own name; see rdmactl offload show and rdmactl explain KEY. Settings \
      without IF apply to the machine (tcp_sack=1). If the kernel refuses a part, \
      everything is restored and the exit status is 7.

      Examples:
        rdmactl offload set eth0 tso=off gro=off
        rdmactl offload set eth0 rx-ring=4096 adaptive-rx=on --dry-run
        rdmactl offload set tcp_timestamps=0 --yes
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var assignments: AssignmentWords

  @Flag(help: "For a bond: also change its members.")
  public var members = false

  @Option(
    help: ArgumentHelp("Wait this many seconds for another rdmactl that changes settings.", valueName: "seconds"))
  public var wait = 0

  @OptionGroup public var change: OffloadChangeOptions

  public init() {}

  public func validate() throws {
    guard (0...3600).contains(wait) else { throw ValidationError("--wait takes 0 to 3600 seconds.") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let task = OffloadChangeTask(host: host, output: output, change: change, patience: wait)
    let words = ["set"] + assignments.words + (members ? ["--members"] : [])
    return try task.run(try assignments.requests(on: host), words: words, members: members)
  }
}
