import HostAccess
import TestSupport
import Testing

@testable import Commands

/// What people type first, and what it must lead to.
struct Guess: CustomTestStringConvertible, Sendable {
  enum Answer: Sendable {
    /// The same as these words.
    case same(String)
    /// Ends with 64, and the message holds this.
    case hint(String)
    /// Ends with 0, and the output holds this.
    case prints(String)
    /// Is read: whatever it ends with, the command line is not what is wrong.
    case isRead
    /// Left to the command's own room; `OPEN` lists it.
    case open(String)
  }

  let typed: String
  let answer: Answer

  init(_ typed: String, _ answer: Answer) {
    self.typed = typed
    self.answer = answer
  }

  var words: [String] { typed.split(separator: " ").map { String($0) } }
  var testDescription: String { "rdmactl \(typed)" }

  func consequences() -> Consequences { Self.run(words) }

  static func run(_ words: [String]) -> Consequences {
    let files = FakeFiles(SmallMachine().entries)
    for place in ["/run/rdmactl", "/var/lib/rdmactl"] { files.allowWriting(below: place) }
    files.allowLocking("/run/rdmactl/fw-0000:3b:00.0.lock")
    let host = Host.fake(
      files: files, management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(unforeseen: .absent), processes: AbsentProcesses(), network: AbsentNetwork())
    return TestSupport.consequences(of: words, host: host)
  }
}

@Suite struct FirstGuessTests {
  /// The guesses of three newcomers.
  static let table: [Guess] = [
    Guess("", .prints("Usage: rdmactl COMMAND")),
    Guess("list", .same("status")), Guess("ls", .same("status")), Guess("show", .same("status")),
    Guess("devices", .same("status")), Guess("ports", .same("status")), Guess("ibstat", .same("status")),
    Guess("vstat", .same("status --format vstat")),
    Guess("stat", .hint("did you mean \"status\"?")), Guess("statsu", .hint("did you mean \"status\"?")),
    Guess("fw lst", .hint("did you mean \"fw list\"?")), Guess("fabrik", .hint("did you mean \"fabric\"?")),
    Guess("sminfo", .same("sm list")), Guess("sm info", .same("sm list")), Guess("sm master", .same("sm list")),
    Guess("sm up", .hint("rdmactl sm start")), Guess("sm show", .same("sm list")),
    Guess("sm", .same("sm status")), Guess("fw", .same("fw list")), Guess("fabric", .prints("discover")),
    Guess("sim", .prints("create")), Guess("offload tune", .same("offload tune show")),
    Guess("fw status", .same("fw query")), Guess("fw info", .same("fw query")),
    Guess("fw q -d x", .same("fw query -d x")),
    Guess("fw query mlx5_0", .isRead), Guess("fw verify fw.bin", .isRead), Guess("fw burn mlx5_0 fw.bin", .isRead),
    Guess("fw update", .hint("missing image, package or folder")), Guess("fw flash", .hint("rdmactl fw burn")),
    Guess("fw upgrade", .hint("rdmactl fw burn")),
    Guess("fw -d X -i F burn", .same("fw burn -d X -i F")), Guess("fw -d X -i F b", .same("fw burn -d X -i F")),
    Guess(
      "fw burn -d X -i F -guid 0002c90300aabbcc -mac 0002c9aabbcc",
      .same("fw burn -d X -i F --guid 0002c90300aabbcc --mac 0002c9aabbcc")),
    Guess("fw burn -d X -i F -y", .same("fw burn -d X -i F --yes")),
    Guess("offload set lo tso=off -y", .same("offload set lo tso=off --yes")),
    Guess("offload set lo tso=off -n", .same("offload set lo tso=off --dry-run")),
    Guess("fw burn -d X -i F --force", .hint("there is no --force: each refusal names the option")),
    Guess("offload eth0", .same("offload show eth0")), Guess("offload -k eth0", .same("offload show eth0")),
    Guess("offload eth0 show", .same("offload show eth0")),
    Guess("offload set eth0 tso off", .same("offload set eth0 tso=off")),
    Guess("offload set eth0 mtu 9000", .same("offload set eth0 mtu=9000")),
    Guess("offload set eth0 rx 4096", .same("offload set eth0 rx-ring=4096")),
    Guess("offload set X rx=4096", .same("offload set X rx-ring=4096")),
    Guess("offload set X lso=off", .same("offload set X tso=off")),
    Guess("offload set X TSO=off", .same("offload set X tso=off")),
    Guess("offload set X chimney=off", .hint("explain")),
    Guess("offload set X tso=yes", .isRead), Guess("offload set X tcp-segmentation-offload=off", .isRead),
    Guess("offload set net.ipv4.tcp_sack=0", .isRead),
    Guess("offload list", .same("offload show")), Guess("offload get", .same("offload show")),
    Guess("offload reset", .hint("rdmactl offload undo")),
    Guess("offload tune throughput", .same("offload tune show throughput")),
    Guess("offload tune list", .same("offload tune show")),
    Guess("offload tune apply eth0 throughput", .same("offload tune apply throughput eth0")),
    Guess("offload undo last", .isRead),
    Guess("fabric scan", .same("fabric discover")), Guess("fabric map", .same("fabric discover")),
    Guess("fabric topology", .same("fabric discover")), Guess("fabric ls", .same("fabric discover")),
    Guess("fabric health", .same("fabric check")), Guess("fabric trace", .same("fabric route")),
    Guess("fabric discover -o x", .hint("write the output to a file with >")),
    Guess("status --all", .same("status")), Guess("status -a", .hint("use -v")), Guess("status -l", .hint("use -v")),
    Guess("status --format json", .same("status --json")), Guess("status -o json", .same("status --json")),
    Guess("status --output json", .same("status --json")), Guess("status --output=json", .same("status --json")),
    Guess("status --no-color", .same("status --color never")), Guess("status --color=never", .same("status")),
    Guess("status help", .same("status --help")), Guess("status -?", .same("status --help")),
    Guess("status dgx01", .isRead), Guess("help fw burn", .same("fw burn --help")),
    Guess("fw burn -h", .same("fw burn --help")), Guess("--json status", .same("status --json")),
    Guess("version", .prints("rdmactl 0.1.0")), Guess("-V", .prints("rdmactl 0.1.0")),
    Guess("-v", .prints("rdmactl 0.1.0")),
    Guess("status --version", .same("--version")), Guess("--version --json", .prints("\"rdmactl.version/1\"")),
    Guess("completion bash", .prints("complete -F")), Guess("completion zsh", .prints("#compdef")),
    Guess("completion fish", .prints("complete -c rdmactl")), Guess("completions", .hint("bash, zsh and fish")),
    Guess("counter", .same("counters")),
    Guess("gid", .same("gid list")), Guess("perf", .prints("perf listen")), Guess("check", .same("fabric check")),
    Guess("doctor", .same("fabric check")),
    Guess("sm start -p 5", .same("sm start --priority 5")),
    Guess("sm start -B", .hint("always runs in the background")),
    Guess("sm start --guid 1", .hint("name the port")),
    Guess("sm stop --yes", .isRead), Guess("sm start --dry-run", .isRead), Guess("status --yes", .same("status")),
    Guess("guid2mac mlx5_0", .isRead), Guess("guid2mac 02:02:c9:aa:bb:cc", .hint("--reverse")),
    Guess("guid2mac 00-02-C9-03-00-AA-BB-CC", .isRead),
    Guess("status --count", .hint("wc -l")), Guess("status --guid", .hint("unknown option --guid")),
    Guess("explain no_sm", .prints("port.no_sm")), Guess("explain chimeny", .prints("chimney")),
    Guess("explain ethtool -K", .prints("ethtool")),
  ]

  /// Not in that table: what people coming from other tools type.
  static let more: [Guess] = [
    Guess("Status", .same("status")), Guess("info", .same("status")), Guess("get", .same("status")),
    Guess("ibstatus", .same("status")), Guess("ibv_devinfo", .same("status")), Guess("ibv_devices", .same("status")),
    Guess("ibdev2netdev", .same("status")), Guess("lshca", .same("status")), Guess("adapters", .same("status")),
    Guess("hca", .same("status")), Guess("show_gids", .same("gid list")), Guess("gids", .same("gid list")),
    Guess("perfquery", .same("counters")), Guess("ibnetdiscover", .same("fabric discover")),
    Guess("iblinkinfo", .same("fabric links")), Guess("ibqueryerrors", .same("fabric errors")),
    Guess("ibdiagnet", .same("fabric check")), Guess("topology", .same("fabric discover")),
    Guess("scan", .same("fabric discover")), Guess("mst status", .same("fw list")),
    Guess("flint", .hint("rdmactl fw burn")),
    Guess("mlxfwmanager", .hint("rdmactl fw burn")), Guess("update", .hint("rdmactl fw burn")),
    Guess("burn", .hint("rdmactl fw burn")), Guess("opensm", .hint("rdmactl sm")), Guess("start", .hint("rdmactl sm")),
    Guess("set", .hint("rdmactl offload set")), Guess("reset", .hint("undo")), Guess("lint", .same("sm lint")),
    Guess("ethtool -k eth0", .same("offload show eth0")), Guess("ethtool eth0", .same("offload show eth0")),
    Guess("offload show -y", .same("offload show")), Guess("status -n", .same("status")),
    Guess("status -w", .same("status")), Guess("status --wide -q", .same("status -q")),
    Guess("status --csv", .prints("port,state")), Guess("status -o csv", .same("status --csv")),
    Guess("status --columns port,state", .prints("PORT")),
    Guess("status --columns nonsense", .hint("the columns are:")),
    Guess("status --timeout 5", .hint("--timeout")), Guess("sm lst", .hint("did you mean \"sm list\"?")),
    Guess("sm stauts", .hint("did you mean \"sm status\"?")), Guess("sm sto", .hint("did you mean \"sm stop\"?")),
    Guess("offload shwo", .hint("did you mean \"offload show\"?")),
    Guess("fw quary", .hint("did you mean \"fw query\"?")),
    Guess("fabric eror", .hint("did you mean \"fabric errors\"?")),
    Guess("explian tso", .hint("did you mean \"explain\"?")),
    Guess("status --jsn", .hint("did you mean --json?")), Guess("status --qiet", .hint("did you mean --quiet?")),
    Guess("status --xyzzy", .hint("unknown option --xyzzy of rdmactl status")), Guess("man", .hint("rdmactl(8)")),
    Guess("fw backup", .hint("rdmactl fw read")), Guess("fabric clear", .hint("--clear")),
    Guess("--help", .prints("Examples")),
    Guess("-h", .same("--help")), Guess("help", .same("--help")), Guess("help ls", .same("help status")),
    Guess("status --usage", .same("status --help")), Guess("status --silent", .same("status -q")),
    Guess("offload features", .same("offload show")), Guess("offload tune reset", .hint("rdmactl offload tune undo")),
    Guess("ping host7", .same("fabric ping host7")), Guess("pkeys", .same("fabric partitions")),
    Guess("ibroute leaf0", .same("fabric tables leaf0")), Guess("wait", .hint("--wait active")),
    Guess("status --force", .hint("no --force")),
    Guess("status --yaml", .hint("--json and --csv")),
  ]

  /// Swapped words, bare names, other tools' words, plural nouns.
  static let further: [Guess] = [
    Guess("mlx5_0", .same("status mlx5_0")), Guess("ibp59s0f0/1", .same("status ibp59s0f0/1")),
    Guess("mlx5_0 status", .same("status mlx5_0")), Guess("mlx5_0 fw", .same("fw query mlx5_0")),
    Guess("eth0 offload", .same("offload show eth0")),
    Guess("eth0 offload set tso=off", .same("offload set eth0 tso=off")),
    Guess("fw mlx5_0", .same("fw query mlx5_0")), Guess("fw mlx5_0 query", .same("fw query mlx5_0")),
    Guess("fw fw.bin", .same("fw query fw.bin")), Guess("fw fw.bin verify", .same("fw verify fw.bin")),
    Guess("fw list mlx5_0", .same("fw query mlx5_0")), Guess("fw burn fw.bin mlx5_0", .same("fw burn mlx5_0 fw.bin")),
    Guess("fw burn fw.bin", .hint("missing adapter")), Guess("fw -d mlx5_0 status", .same("fw query -d mlx5_0")),
    Guess("fw config mlx5_0", .same("fw config show mlx5_0")), Guess("sm mlx5_0", .same("sm status mlx5_0")),
    Guess("gid mlx5_0", .same("gid list mlx5_0")), Guess("gid ls", .same("gid list")),
    Guess("gid index", .same("gid best")), Guess("gids mlx5_0", .same("gid list mlx5_0")),
    Guess("show ports", .same("status")), Guess("show mlx5_0", .same("status mlx5_0")),
    Guess("show fw", .same("fw list")), Guess("list sm", .same("sm list")), Guess("show sm", .same("sm status")),
    Guess("show offload eth0", .same("offload show eth0")), Guess("show gids", .same("gid list")),
    Guess("get counters", .same("counters")), Guess("query fw mlx5_0", .same("fw query mlx5_0")),
    Guess("check fabric", .same("fabric check")), Guess("port", .same("status")), Guess("card", .same("status")),
    Guess("STATUS", .same("status")), Guess("Fw Query mlx5_0", .same("fw query mlx5_0")),
    Guess("ibstat mlx5_0 1", .same("status mlx5_0/1")), Guess("counters mlx5_0 1", .same("counters mlx5_0/1")),
    Guess("status --json=true", .same("status --json")), Guess("status -j", .same("status --json")),
    Guess("status -p 1", .hint("rdmactl status mlx5_0/1")), Guess("status --interval 5", .hint("--watch 2")),
    Guess("--list", .hint("shown by rdmactl status")), Guess("--debug status", .hint("missing value of --debug")),
    Guess("tso", .hint("rdmactl explain tso")), Guess("port.no_sm", .hint("rdmactl explain port.no_sm")),
    Guess("help hdr", .hint("rdmactl explain hdr")), Guess("saquery", .hint("rdmactl fabric groups")),
    Guess("ibportstate", .hint("rdmactl explain ibportstate")),
    Guess("mlxconfig -d mlx5_0 q", .hint("rdmactl explain mlxconfig")),
    Guess("offload eth0 tso=off", .hint("rdmactl offload set eth0 tso=off --dry-run")),
    Guess("offload tso=off eth0", .hint("rdmactl offload set eth0 tso=off --dry-run")),
    Guess("ethtool -K eth0 tso off", .hint("rdmactl offload set")),
    Guess("ethtool -g eth0", .same("offload show eth0")),
    Guess("ethtool -S eth0", .hint("rdmactl counters")), Guess("undo all", .hint("'all' is not a valid value")),
    Guess("history list", .same("history")), Guess("undo --last", .hint("rdmactl history")),
    Guess("clear counters", .hint("rdmactl fabric errors --clear")),
    Guess("fabrics", .hint("did you mean \"fabric\"?")),
    Guess("sm lists", .hint("did you mean \"sm list\"?")), Guess("ibnodes", .same("fabric discover")),
    Guess("guids2mac 0002c90300aabbcc", .hint("did you mean \"guid2mac\"?")),
  ]

  @Test(arguments: table + more + further) func leadsWhereItIsMeant(_ guess: Guess) {
    let result = guess.consequences()
    switch guess.answer {
    case .same(let words):
      let other = Guess.run(words.split(separator: " ").map { String($0) })
      #expect(result == other, "\(result.output)\(result.error)")
    case .hint(let words):
      #expect(result.status == 64 && result.output.isEmpty, "\(result.output)")
      #expect(result.error.contains(words), "\(result.error)")
    case .prints(let words):
      #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
      #expect(result.output.contains(words), "\(result.output)")
    case .isRead: #expect(result.status != 64, "\(result.error)")
    case .open: break
    }
    // One voice, whatever was typed.
    #expect(!result.error.contains("Usage:") && !result.error.contains("Error:"), "\(result.error)")
    for line in result.status == 64 ? result.error.split(separator: "\n") : [] {
      #expect(["rdmactl:", "    ", "note:"].contains { line.hasPrefix($0) }, "\(line)")
    }
  }

  /// Every word of the tables leads to a command that exists, and none that changes something runs unasked.
  @Test func synonymsLeadToCommands() {
    func check(_ synonym: Synonym, _ typed: String, before: [String]) {
      switch synonym {
      case .command(let words):
        let path = UsageFailure.command(in: before + words) ?? ""
        #expect(!path.isEmpty && !Synonym.changing.contains(path), "\(typed) leads to \(path)")
      case .hint(_, let fix?) where fix.hasPrefix("rdmactl "):
        let path = UsageFailure.command(in: fix.split(separator: " ").dropFirst().map { String($0) })
        #expect(path != nil, "\(typed): \(fix)")
        #expect(fix.hasSuffix("--help") || !Synonym.changing.contains(path ?? ""), "\(typed): \(fix)")
      case .hint: break
      }
    }
    for (word, synonym) in Synonym.commands { check(synonym, word, before: []) }
    for (noun, verbs) in Synonym.verbs {
      for (word, synonym) in verbs {
        check(synonym, "\(noun) \(word)", before: noun.split(separator: " ").map { String($0) })
      }
    }
    for (noun, words) in Synonym.alone {
      check(.command(words), noun, before: noun.split(separator: " ").map { String($0) })
    }
  }

  @Test func noSuggestionLeadsFromReadingToChanging() {
    for word in Synonym.reading {
      for noun in ["sm", "fw", "offload", "fabric", "sim"] {
        let error = Guess.run([noun, word]).error
        for changing in Synonym.changing {
          #expect(!error.contains("did you mean \"\(changing)\"?"), "\(noun) \(word): \(error)")
        }
      }
    }
  }

  /// A dry run that a changing command does not know is never dropped: the change would be made.
  @Test func aDryRunIsNeverIgnoredByWhatChanges() {
    for path in Synonym.changing {
      let words = path.split(separator: " ").map { String($0) }
      guard UsageFailure.command(in: words) == path, CommandDescription.of(words)?.subcommands?.isEmpty != false,
        !CommandOptions.names(of: path).contains("--dry-run")
      else { continue }
      let result = Guess.run(words + ["--dry-run"])
      #expect(result.status == 64, "\(path): \(result.output)")
    }
  }
}
