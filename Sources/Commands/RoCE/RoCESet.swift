public import ArgumentParser
public import HostAccess
public import Presentation
internal import RoCE
public import Vocabulary

/// `rdmactl roce set`
public struct RoCESet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set PFC, DSCP map, and the ToS and RoCE version that rdma_cm uses.",
    discussion: """
      Settings: mode=v1|v2, tos=0 to 255, pfc=priorities (pfc=3, pfc=none), dscp=pairs (dscp=26:3,48:6). They are lost at \
      reboot. rdmactl undo takes them back.

      Examples:
        rdmactl roce set mlx5_0 --profile lossless --dry-run
        rdmactl roce set mlx5_0/1 pfc=3 dscp=26:3 tos=106 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("Adapters or ports, and what to set.", valueName: "name|key=value"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var words: [String] = []

  @Option(help: ArgumentHelp("Set what this profile needs: lossless, lossy or dc-qcn.", valueName: "profile"))
  var profile: RoCEProfile?

  @OptionGroup public var ask: AskOptions

  public init() {}

  public func validate() throws {
    var wish = RoCEWish()
    for word in words where word.contains("=") {
      if let reason = wish.take(word) { throw ValidationError("\(word): \(reason)") }
    }
    if wish.isEmpty && profile == nil {
      throw ValidationError("missing setting; use key=value, for example tos=106, or --profile lossless")
    }
    if !words.contains(where: { !$0.contains("=") }) { throw ValidationError("name an adapter or a port") }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var wish = profile.map { RoCEWish($0) } ?? RoCEWish()
    for word in words where word.contains("=") { _ = wish.take(word) }
    return try RoCEChange(host: host, output: output, ask: ask).run(words.filter { !$0.contains("=") }, wish)
  }
}

/// The change engine's run for `roce set` and `gid default`.
struct RoCEChange {
  let host: Host
  let output: Output
  let ask: AskOptions

  enum Kind: SettingKind { static let schema = "rdmactl.roce.set/1" }

  func run(_ names: [String], _ wish: RoCEWish) throws -> ExitStatus {
    let writer = RoCEWriter(host, ports: try RoCETask(host: host).ports(of: names).ports, wish: wish)
    return try SettingChange(host: host, output: output, ask: ask).run(writer, as: Kind.self)
  }
}
