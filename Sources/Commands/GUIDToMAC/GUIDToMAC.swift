public import ArgumentParser
public import GUIDMapping
public import HostAccess
internal import MaskStore
public import Presentation
public import Vocabulary

/// `rdmactl guid2mac`
public struct GUIDToMAC: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "guid2mac",
    abstract: "Show the MAC address of a port GUID; check masks.",
    discussion: """
      A mask has eight bits, six of them set: each set bit takes one byte of the GUID into the MAC, bit 7 the first byte. \
      The rules of known vendors take precedence over a mask. Masks stored by --check --apply are used for their GUIDs.

      Examples:
        rdmactl guid2mac 0002c90300aabbcc          its MAC, also by the other rules
        rdmactl guid2mac mlx5_0                    the MACs of a local adapter's ports
        rdmactl guid2mac 1122334455667788 --mask 0xe7
        ibstat -p | rdmactl guid2mac - -q          MACs of a list of GUIDs
        rdmactl guid2mac --check --apply           local ports; store missing masks
        rdmactl guid2mac --suggest f452140300112233   the 28 masks, best first
        rdmactl guid2mac --reverse 02:02:c9:aa:bb:cc  GUIDs it may come from
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "GUIDs or local ports; - reads GUIDs from standard input, one per line. With --check ports, with --reverse MAC "
        + "addresses.",
      valueName: "guid"),
    completion: .shellCommand("rdmactl status -q 2>/dev/null"))
  public var values: [String] = []

  @Option(help: ArgumentHelp("Mask for GUIDs that no rule recognizes, such as 0xe7.", valueName: "mask"))
  public var mask: String?

  @Option(help: "Rules to use: the readme's, the published driver's, or mask 0xe7 for every GUID.")
  public var rules = RuleSet.readme

  @Flag(help: "Check the GUIDs of local ports; exit with 2 if one needs a mask that is not stored.")
  public var check = false

  @Flag(help: "Rank the 28 masks for these GUIDs.")
  public var suggest = false

  @Flag(help: "Show the GUIDs that a MAC address may come from.")
  public var reverse = false

  @Flag(help: "With --check: store the missing masks.")
  public var apply = false

  @Flag(help: "With --check: remove the stored masks of these ports.")
  public var forget = false

  @OptionGroup public var ask: AskOptions
  public init() {}

  public func validate() throws {
    guard [check, suggest, reverse].count(where: { $0 }) <= 1 else {
      throw ValidationError("--check, --suggest and --reverse cannot be combined.")
    }
    if apply && forget { throw ValidationError("--apply cannot be combined with --forget.") }
    if (apply || forget) && !check { throw ValidationError("--apply and --forget need --check.") }
    if mask != nil && (suggest || forget) {
      throw ValidationError("--mask cannot be combined with --suggest or --forget.")
    }
  }

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let mask = try mask.map { text throws(GUIDMappingFailure) in try GUIDMask(parsing: text) }
    if check { return try checkTask(host, output, mask).run() }
    guard !values.isEmpty else {
      let wanted = reverse ? "a MAC address" : "a GUID"
      let instead = reverse || suggest ? "" : ", or --check"
      throw UsageFailure.unreadable(
        "missing argument: \(wanted), or - for standard input\(instead)", command: "guid2mac")
    }
    let input = InputValues(console: host.console)
    if reverse {
      let macs = try input.read(values) { text throws(GUIDMappingFailure) in try MACAddress(parsing: text) }
      let known = LocalPorts(host).known
      let results = macs.values.map { ReverseMapping(of: $0, mask: mask, known: known) }
      return try output.finish(ReverseAnswer(results: results, more: macs.problems), partial: macs.isPartial)
    }
    let guids = try input.read(portsReplaced(host)) { text throws(GUIDMappingFailure) in try GUID(parsing: text) }
    if suggest {
      let answer = SuggestAnswer(guids: guids.values, more: guids.problems)
      let status = try output.finish(answer, partial: guids.isPartial)
      return answer.hasUsableMask || status != .done ? status : .checkFailed
    }
    let (stored, storeProblems) = MaskFile(host).readForUse()
    var mapper = GUIDMapper(rules: rules, given: mask, stored: stored.masks)
    let mappings = guids.values.map { mapper.map($0) }
    return try output.finish(
      MappingAnswer(mappings: mappings, more: guids.problems + storeProblems), partial: guids.isPartial)
  }

  /// A name of a local adapter or port stands for its port GUIDs.
  private func portsReplaced(_ host: Host) throws -> [String] {
    var local: LocalPorts?
    return try values.flatMap { text throws -> [String] in
      guard text != "-" else { return [text] }
      do throws(GUIDMappingFailure) {
        _ = try GUID(parsing: text)
        return [text]
      } catch {
        // A MAC address names an adapter too, but is nearly always meant for --reverse.
        if (try? MACAddress(parsing: text)) != nil { return [text] }
        let ports = local ?? LocalPorts(host)
        local = ports
        return ports.guids(of: text) ?? [text]
      }
    }
  }

  private func checkTask(_ host: Host, _ output: Output, _ mask: GUIDMask?) -> MaskCheckTask {
    MaskCheckTask(
      host: host, output: output, names: values, rules: rules, mask: mask,
      change: apply ? .store : forget ? .forget : nil, dryRun: ask.dryRun, yes: ask.yes)
  }
}

extension RuleSet: ExpressibleByArgument {
  public static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.meaning) })
  }
}

extension Output {
  /// Shows an answer of which a part may be missing.
  func finish(_ answer: some Presentable, partial: Bool) throws -> ExitStatus {
    try show(answer)
    return partial ? .partial : .done
  }
}
