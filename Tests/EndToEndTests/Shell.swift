internal import Foundation
internal import Testing

/// A shell that completes: started for one line on a terminal of its own, with the completions of this package and a
/// stand-in for `rdmactl` in its PATH that knows four ports.
enum Shell: String, CaseIterable, CustomTestStringConvertible {
  case bash, zsh, fish

  var testDescription: String { rawValue }
  var isInstalled: Bool { Programs.find(rawValue) != nil && Programs.find("script") != nil }

  static let ports = ["mlx4_0/1", "mlx4_0/2", "ibp59s0/1", "0000:03:00.0/1"]

  struct Answer {
    /// What the shell offers, without descriptions.
    let offers: Set<String>
    /// The line after the Tab key; fish does not tell.
    let line: String?
    /// For a test that fails.
    let screen: String
  }

  /// Types `line` and Tab. The working directory has the directories `records` and `status`.
  func complete(_ line: String) throws -> Answer {
    let folder = try TemporaryFolder()
    try folder.write(
      "bin/rdmactl",
      """
      #!/bin/sh
      [ "$*" = "status -q" ] || exit 64
      printf '%s\\n' \(Self.ports.joined(separator: " "))
      """, executable: true)
    for name in ["records", "status"] { try folder.write("cwd/\(name)/file", "") }
    try folder.write(self == .zsh ? ".zshrc" : "rc", configuration(in: folder.path, line: line))
    let command =
      switch self {
      case .bash: "bash --noprofile --rcfile '\(folder.path)/rc' -i"
      case .zsh: "zsh -d -i"
      case .fish: "fish -N -i -C 'source \(folder.path)/rc; exit'"
      }
    let outcome = try Programs.run(
      "script", ["-qec", command, "/dev/null"],
      environment: ["ZDOTDIR": folder.path, "TERM": "xterm", "HOME": folder.path],
      input: self == .fish ? "" : line + "\t\u{14}", directory: folder.path + "/cwd")
    let offers = try folder.read("offers").split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    return Answer(
      offers: Set(offers.map(String.init)), line: self == .fish ? nil : try folder.read("line"),
      screen: outcome.output)
  }

  /// Control-T writes the line down and ends the shell.
  private func configuration(in folder: String, line: String) -> String {
    let scripts = Programs.package + "/completions"
    return switch self {
    case .bash:
      """
      PATH=\(folder)/bin:$PATH
      source '\(scripts)/rdmactl.bash'
      probed=$(complete -p rdmactl | sed -E 's/.*-F ([^ ]+).*/\\1/')
      eval "$(complete -p rdmactl | sed -E 's/-F [^ ]+/-F probe/')"
      probe() { "$probed" "$@"; printf '%s\\n' "${COMPREPLY[@]}" >\(folder)/offers; }
      bind -x '"\\C-t": printf "%s" "$READLINE_LINE" >\(folder)/line; exit'
      """
    case .zsh:
      """
      path=(\(folder)/bin $path)
      fpath=('\(scripts)' $fpath)
      autoload -Uz compinit; compinit -u -D
      compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
        local -a offered; builtin compadd -O offered "$@"
        print -rl -- $offered >>\(folder)/offers
        builtin compadd "$@"
      }
      down() { print -rn -- "$BUFFER" >\(folder)/line; exit }
      zle -N down; bindkey '^T' down; bindkey '^I' complete-word
      """
    case .fish:
      """
      set -x PATH \(folder)/bin $PATH
      source '\(scripts)/rdmactl.fish'
      complete -C '\(line)' >\(folder)/offers
      """
    }
  }
}
