/// The parser's help of a command, without the options that every command has: the help of `rdmactl` lists those.
enum HelpText {
  private static let common: Set<String> = {
    let all = CommandDescription.of(Rdmactl.self, own: true)?.arguments ?? []
    return Set(all.flatMap(\.spelledNames)).subtracting(["--help", "-h", "--version"])
  }()

  static func withoutCommonOptions(_ help: String) -> String {
    var result: [Substring] = []
    var isSkipping = false
    for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      if indent == 2, line.dropFirst(2).hasPrefix("-") {
        isSkipping = common.contains(String(line.dropFirst(2).prefix { $0 != " " && $0 != "," }))
      } else if indent < 8 {
        isSkipping = false
      }
      if !isSkipping { result.append(line) }
    }
    let text = withoutBrackets(result.joined(separator: "\n"))
      .replacing("(default as flag: ", with: "(without a value: ")
    return text + "\n\nOptions of every command, such as --json, -q, -w and --columns: see rdmactl --help"
  }

  /// `[--json] [--root <dir>]` of the usage line.
  private static func withoutBrackets(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "[") {
      result += rest[..<open]
      rest = rest[open...]
      let name = String(rest.dropFirst().prefix { $0 != " " && $0 != "]" })
      if common.contains(name), let close = rest.firstIndex(of: "]") {
        rest = rest[rest.index(after: close)...].drop { $0 == " " }
      } else {
        result.append("[")
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }
}
