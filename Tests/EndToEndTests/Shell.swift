internal import Foundation
internal import TestSupport
internal import Testing

/// A shell that completes: started for one line on a terminal of its own, with the completions of this package and, in its
/// PATH, the built program on a recorded machine unless the line names another.
enum Shell: String, CaseIterable, CustomTestStringConvertible {
  case bash, zsh, fish

  var testDescription: String { rawValue }
  var isInstalled: Bool { Programs.isInstalled(rawValue) && Programs.isInstalled("script") }

  static let ports = ["ibp59s0f0/1", "rocep59s0f1/1"]

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
    let scratch = try Scratch("shell")
    for folder in ["bin", "cwd/status"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    for (name, folder) in [("cx6-vpi", "records"), ("unbound", "unbound")] {
      try MachineTree(named: name).layOut(in: scratch("cwd/\(folder)"))
    }
    try scratch.write(
      "bin/rdmactl",
      """
      #!/bin/sh
      [ "$1" = __complete ] || exit 64
      shift
      case " $*" in *" --root"*) ;; *) set -- --root '\(scratch("cwd/records"))' "$@" ;; esac
      exec '\(Spawned.rdmactl)' __complete "$@"
      """)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch("bin/rdmactl"))
    try scratch.write(self == .zsh ? ".zshrc" : "rc", configuration(in: scratch.path, line: line))
    let command =
      switch self {
      case .bash: "bash --noprofile --rcfile '\(scratch.path)/rc' -i"
      case .zsh: "zsh -d -i"
      case .fish: "fish -N -i -C 'source \(scratch.path)/rc; exit'"
      }
    try scratch.write("keys", line + "\t")
    // Keys typed before the shell has its terminal in hand would be lost, and so would those after the end of input. On a
    // busy machine a key behind the tabulator ends the completion: it comes when there are offers, or after a while.
    let typing =
      """
      { until grep -q 'READY>' screen 2>/dev/null; do sleep 0.02; done; sleep 0.1; cat keys
        tries=0; until [ -e offers ] || [ $tries = 100 ]; do sleep 0.02; tries=$((tries + 1)); done; printf '\\024'
        until [ -e line ]; do sleep 0.02; done; } |
      """
    let outcome = try Spawned.run(
      "sh", ["-c", "cd ..; \(self == .fish ? "" : typing) script -qefc \"cd cwd; $0\" screen", command],
      environment: ["ZDOTDIR": scratch.path, "TERM": "xterm", "HOME": scratch.path], directory: scratch("cwd"))
    let offers = (try? Programs.read(scratch("offers"))) ?? ""
    return Answer(
      offers: Set(offers.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }),
      line: self == .fish ? nil : try? Programs.read(scratch("line")), screen: outcome.output + outcome.error)
  }

  /// Control-T writes the line down and ends the shell.
  private func configuration(in folder: String, line: String) -> String {
    let scripts = Programs.package + "/completions"
    return switch self {
    case .bash:
      """
      PATH=\(folder)/bin:$PATH PS1='READY> '
      source '\(scripts)/rdmactl.bash'
      probed=$(complete -p rdmactl | sed -E 's/.*-F ([^ ]+).*/\\1/')
      eval "$(complete -p rdmactl | sed -E 's/-F [^ ]+/-F probe/')"
      probe() { "$probed" "$@"; printf '%s\\n' "${COMPREPLY[@]}" >\(folder)/offers; }
      bind -x '"\\C-t": printf "%s" "$READLINE_LINE" >\(folder)/line; exit'
      """
    case .zsh:
      """
      path=(\(folder)/bin $path) PS1='READY> '
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
