internal import ArgumentParser
internal import Presentation
internal import Vocabulary

/// What people type after `rdmactl fw` out of habit: flint's order of words (`-d mlx4_0 -i fw.bin burn`), its options with
/// one dash (`-guid`) and its short verbs.
enum FlintWords {
  /// flint's short verbs; other tools' words are in the table of synonyms.
  private static let verbs = ["b": "burn", "q": "query", "v": "verify", "ri": "read", "sg": "set-guids"]
  private static let options: Set<String> = ["guid", "guids", "mac", "macs", "vsd", "psid", "uid"]
  /// Options of `fw` with a value, before a verb that comes last.
  private static let valued: Set<String> = [
    "-d", "--device", "-i", "--image", "-o", "--output", "--root", "--sim", "--color", "--columns", "--access", "--via",
    "--component", "--overwrite", "--progress",
  ]
  /// Options of every command with a value, which may come before `fw`.
  private static let before: Set<String> = ["--root", "--sim", "--color", "--columns", "-o"]

  /// The same call in rdmactl's own words; any other call as it is.
  static func translated(_ arguments: [String]) -> [String] {
    guard let noun = position(in: arguments, from: 0, valued: before), arguments[noun] == "fw" else { return arguments }
    var words = arguments
    for index in words.indices.dropFirst(noun + 1) {
      if words[index] == "--" { break }
      let name = words[index].prefix { $0 != "=" }.drop { $0 == "-" }
      if words[index].hasPrefix("-"), !words[index].hasPrefix("--"), options.contains(String(name)) {
        words[index] = "-" + words[index]
      }
    }
    let values = valued.union(options.map { "--" + $0 })
    guard let verb = position(in: words, from: noun + 1, valued: values) else {
      let asksForHelp = words.contains { ["-h", "--help"].contains($0) }
      return asksForHelp || words.count > noun + 1 && words[noun + 1] == "--" ? words : words + ["list"]
    }
    let name = verbs[words[verb]] ?? words[verb]
    guard verb == noun + 1 || isCommand(name) else { return words }
    words.remove(at: verb)
    words.insert(name, at: noun + 1)
    return words
  }

  private static func isCommand(_ name: String) -> Bool {
    Grammar.names(of: FirmwareGroup.self).contains(name) || Synonym.verbs["fw"]?[name] != nil
  }

  /// Where the first word is that is neither an option nor an option's value.
  private static func position(in words: [String], from start: Int, valued: Set<String>) -> Int? {
    var index = start
    while index < words.count {
      if words[index] == "--" { return nil }
      if !words[index].hasPrefix("-") { return index }
      index += valued.contains(words[index]) ? 2 : 1
    }
    return nil
  }
}
