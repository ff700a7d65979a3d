/// The parser's completion scripts, with their holes filled. Each change names the text it replaces: a new version of
/// the parser that writes something else stops the generator instead of losing the repair.
struct CompletionScripts {
  let root: CommandHelp

  struct NotFound: Error, CustomStringConvertible {
    let shell: String
    let words: String
    var description: String { "the \(shell) script has changed: it has no longer \"\(words)\" exactly once" }
  }

  /// - Readline cuts words at `:` and `=`; they are put together before the parser's function sees them.
  /// - Only files and directories are file names: `mlx5_0/1` is not to be listed as `1`, and a directory called
  ///   `status` is not to turn the command into a path.
  /// - `help` is followed by commands.
  func bash(_ script: String) throws -> String {
    let adding = "__rdmactl_add_completions() {\n"
    let registration = "complete -o filenames -F _rdmactl rdmactl"
    return try script.changing(
      adding, to: adding + "    [[ \"${1}\" = -W ]] || compopt -o filenames 2>/dev/null\n", shell: "bash"
    )
    .changing(registration, to: Self.bashEntry(help: helpCases(), registration: registration), shell: "bash")
      + "\n"
  }

  /// - A name with a `:` (a PCI address) is no name with a description.
  /// - The value of an option may also follow a `=`.
  /// - `help` is followed by commands.
  func zsh(_ script: String) throws -> String {
    try script.replacing("_describe -V \"\" list}", with: "compadd -V names -a list}")
      .split(separator: "\n", omittingEmptySubsequences: false).map(Self.allowingEqualsSign).joined(separator: "\n")
      .changing("'*:subcommands:'", to: "'*:command:_rdmactl_help_words'", shell: "zsh")
      .changing(
        "_rdmactl_help() {\n",
        to: """
          _rdmactl_help_words() {
              case "${(j: :)words[2,CURRENT-1]}" in
          \(helpCases().map { "    '\($0.path)') compadd -- \($0.words) ;;\n" }.joined())\
              esac
          }

          _rdmactl_help() {

          """, shell: "zsh")
  }

  /// `'--root[…]:dir:_files -/'` becomes `'--root=[…]:dir:_files -/'`; flags and positional arguments stay.
  static func allowingEqualsSign(_ line: Substring) -> String {
    let specification = line.drop { $0 == " " }
    guard ["'--", "'*--", "'("].contains(where: specification.hasPrefix), line.contains("]:"),
      let bracket = line.firstIndex(of: "[")
    else { return String(line) }
    let (names, rest) = (line[..<bracket], line[bracket...])
    guard let open = names.firstIndex(of: "{"), let close = names.lastIndex(of: "}") else { return names + "=" + rest }
    let words = names[names.index(after: open)..<close].split(separator: ",").map { $0.hasPrefix("--") ? $0 + "=" : $0 }
    return names[...open] + words.joined(separator: ",") + names[close...] + rest
  }

  /// - The value of an option may also follow a `=`.
  /// - `help` is followed by commands.
  func fish(_ script: String) throws -> String {
    let condition = "__rdmactl_should_offer_completions_for_positional \"rdmactl help\" -eq"
    let lines = helpCases().map { known in
      let words = known.path.split(separator: " ")
      let after = words.isEmpty ? "" : "; and __fish_seen_subcommand_from \(words[words.count - 1])"
      return "complete -c 'rdmactl' -n '\(condition) \(words.count + 1)\(after)' -fa '\(known.words)'\n"
    }
    return try script.changing(
      "    set -l token (commandline -t)\n",
      to: "    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -t))\n", shell: "fish") + "\n"
      + lines.joined()
  }

  /// Which words may follow `help …`: `("", "status fw")`, `("fw", "query burn")`.
  func helpCases() -> [(path: String, words: String)] {
    func cases(_ command: CommandHelp, path: [String]) -> [(path: String, words: String)] {
      let next = command.visibleSubcommands
      guard !next.isEmpty else { return [] }
      return [(path.joined(separator: " "), next.map(\.commandName).joined(separator: " "))]
        + next.flatMap { cases($0, path: path + [$0.commandName]) }
    }
    return cases(root, path: [])
  }

  private static func bashEntry(help: [(path: String, words: String)], registration: String) -> String {
    """
    # The words of the line up to the cursor, as the user sees them: in COMP_WORDS they are cut at ':' and '='.
    __rdmactl_join_words() {
        local line="${COMP_LINE:0:${COMP_POINT}}" rest word before=''
        local -i index
        for ((index = 0; index <= COMP_CWORD; index++)); do
            rest="${line#"${line%%[![:space:]]*}"}"
            word="${COMP_WORDS[index]}"
            [[ "${rest}" = "${word}"* ]] || word="${rest}"
            if ((index == 0)) || [[ "${rest}" != "${line}" || ! ("${word}" =~ ^[:=]+$ || "${before}" =~ ^[:=]+$) ]]; then
                joined+=("${word}")
            elif [[ "${word}" = '=' && "${joined[-1]}" = --* ]]; then
                joined+=('')
            else
                joined[-1]+="${word}"
            fi
            before="${word}"
            line="${rest#"${word}"}"
        done
    }

    _rdmactl_from_line() {
        local -a joined=()
        __rdmactl_join_words
        local -a COMP_WORDS=("${joined[@]}")
        local -i COMP_CWORD=$((${#joined[@]} - 1))
        local current="${joined[-1]}"

        if [[ "${COMP_WORDS[1]}" = help && "${COMP_CWORD}" -gt 1 && "${current}" != -* ]]; then
            case "${COMP_WORDS[*]:2:COMP_CWORD-2}" in
    \(help.map { "        '\($0.path)') mapfile -t COMPREPLY < <(compgen -W '\($0.words)' -- \"${current}\") ;;\n" }.joined())\
            esac
            return
        fi

        _rdmactl "${1}" "${current}" "${joined[-2]}"

        # Readline replaces only what stands behind the last ':'.
        if [[ "${current}" = *:* && "${COMP_WORDBREAKS}" = *:* ]]; then
            COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}")
        fi
    }

    complete -F _rdmactl_from_line rdmactl
    """
  }
}

extension String {
  fileprivate func changing(_ old: String, to new: String, shell: String) throws -> String {
    guard ranges(of: old).count == 1 else { throw CompletionScripts.NotFound(shell: shell, words: old) }
    return replacing(old, with: new)
  }
}
