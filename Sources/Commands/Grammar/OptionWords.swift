/// Options that people know from other programs, and what they mean here.
enum OptionWords {
  /// Spelled otherwise: read as if this had been typed. Anything that changes what is written is not here.
  static let spellings: [String: [String]] = [
    "-?": ["--help"], "--usage": ["--help"], "/?": ["--help"],
    "--no-color": ["--color", "never"], "--no-colour": ["--color", "never"], "--nocolor": ["--color", "never"],
    "--colour": ["--color"], "--output-format": ["--output"], "--cols": ["--columns"], "--fields": ["--columns"],
    "--noconfirm": ["--yes"], "--assume-yes": ["--yes"], "--check-only": ["--dry-run"], "--dryrun": ["--dry-run"],
    "--noop": ["--dry-run"], "--silent": ["--quiet"],
  ]

  /// Where a command has not the option itself: the next spelling to try.
  static let fallbacks: [String: String] = ["-y": "--yes", "-n": "--dry-run", "-j": "--json", "-J": "--json"]

  /// flint's and opensm's options of the command, as they are called here.
  static func foreign(_ option: String, in command: String?) -> [String]? {
    switch (command, option) {
    case ("fw burn"?, "-guid"), ("fw set-guids"?, "-guid"): ["--guid"]
    case ("fw burn"?, "-mac"), ("fw set-guids"?, "-mac"): ["--mac"]
    case ("fw burn"?, "-guids"), ("fw set-guids"?, "-guids"): ["--guids"]
    case ("fw burn"?, "-macs"), ("fw set-guids"?, "-macs"): ["--macs"]
    case ("fw burn"?, "-vsd"): ["--vsd"]
    case ("sm start"?, "-p"), ("sm restart"?, "-p"): ["--priority"]
    default: nil
    }
  }

  /// Advice about an option that no spelling mends.
  static func hint(_ option: String, in command: String?) -> String? {
    let watches = ["status", "counters"].contains(command)
    switch option {
    case _ where command == nil && ["-a", "--all", "-l", "--long", "--list", "-p", "--ports"].contains(option):
      return "adapters and ports are shown by rdmactl status"
    case _ where watches && ["-p", "--port", "--ports", "-d", "--device", "-C", "-P"].contains(option):
      return "name the adapter or the port without an option: rdmactl \(command ?? "status") mlx5_0/1"
    case _ where watches && ["--interval", "--refresh", "--repeat", "--loop", "-i"].contains(option):
      return "repeat every two seconds with --watch 2"
    case _ where command?.hasSuffix("undo") == true && ["--list", "--last"].contains(option):
      return "the changes are listed by rdmactl history; undo without a number takes back the last one"
    default: return anywhere(option, in: command)
    }
  }

  private static func anywhere(_ option: String, in command: String?) -> String? {
    switch option {
    case "--force", "-f": "there is no --force: each refusal names the option that overrides it"
    case "-a", "--all", "-l", "--long", "--full", "--details": "use -v for all details, or -w for all columns"
    case "--count": "count the lines of the quiet output: rdmactl status -q | wc -l"
    case "--guid" where command?.hasPrefix("sm ") == true, "-g" where command?.hasPrefix("sm ") == true:
      "name the port: rdmactl sm start accepts a port GUID as NAME"
    case "-B", "--daemon": "opensm always runs in the background here"
    case "-o", "--output", "--format": "write the output to a file with >, or choose a format: -o json, -o csv"
    case "--yaml", "--xml": "the machine formats are --json and --csv"
    case "--allow_psid_change", "-allow_psid_change": "the option is --psid-from-image"
    case "--no-headers", "--noheader", "-H": "use -q for values only, or --csv"
    case "--sort", "--filter", "--grep": "use --csv or --json and a filter such as jq"
    case "--user", "--password", "--host": "rdmactl works on this machine only; use ssh for another"
    case "--version": "the version is printed by rdmactl --version"
    case "--debug", "--trace": "use -v for details"
    default: nil
    }
  }
}
