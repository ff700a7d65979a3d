public import ArgumentParser
public import HostAccess
internal import Offload
public import Presentation
public import Vocabulary

/// `rdmactl offload set`
public struct OffloadSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change settings: all or nothing, with a way back.",
    discussion: """
      A key is a friendly one or the kernel's own name; rdmactl offload show and rdmactl explain KEY know them. Settings \
      without IF are the machine's (tcp_sack=1). When the kernel refuses a part, everything is restored and the exit status is 7.

      Examples:
        rdmactl offload set eth0 tso=off gro=off
        rdmactl offload set eth0 rx-ring=4096 adaptive-rx=on --dry-run
        rdmactl offload set tcp_timestamps=0 --yes
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var assignments: AssignmentWords

  @Flag(help: "Of a bond: set it on its members, too.")
  public var members = false

  @Option(
    help: ArgumentHelp("Wait so long for another rdmactl that is changing settings.", valueName: "seconds"))
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
