internal import ArgumentParser
internal import Glossary
internal import Offload
internal import Vocabulary

/// Words in another order, and words that are missing because they seem plain to the user.
extension Grammar {
  /// `STATUS` is `status`.
  mutating func useSmallLetters(at place: Int, in group: any ParsableCommand.Type) {
    let small = words[place].lowercased()
    if Self.names(of: group).contains(small) { words[place] = small }
  }

  /// A word that can only be the name of an adapter, a port, an interface or an image.
  static func isName(_ word: String, among names: [String], before: String) -> Bool {
    if [".bin", ".mfa2", ".img"].contains(where: word.hasSuffix) { return true }
    return word.contains(where: \.isNumber) && UsageFailure.nearest(to: word, among: names, before: before) == nil
      && ProblemCatalog.glossary.lookUp(word).entries.isEmpty
  }

  private static func isNoun(_ word: String) -> Bool {
    names(of: Rdmactl.self).contains(word.lowercased()) || Synonym.commands[word.lowercased()] != nil
  }

  /// `show fw`, `mlx5_0 fw` and `mlx5_0`: the noun comes first.
  mutating func sortNoun(at first: Int) throws(UsageFailure) {
    let typed = words[first].lowercased()
    let names = Self.names(of: Rdmactl.self)
    guard !names.contains(typed) else { return }
    let second = Self.places(in: words).first { $0 > first }
    if Synonym.leading.contains(typed) {
      guard let second, Self.isNoun(words[second]) else { return }
      let noun = words[second].lowercased()
      var expanded = [noun]
      if !names.contains(noun), let synonym = Synonym.commands[noun] {
        expanded = try Self.expanded(synonym, typed: noun)
      }
      let group = Rdmactl.configuration.subcommands.first { $0._commandName == noun }
      if let group, Self.names(of: group).contains(typed) { expanded.append(typed) }
      words.remove(at: second)
      words.replaceSubrange(first...first, with: expanded)
    } else if Synonym.commands[typed] == nil, Self.isName(typed, among: names, before: "") {
      if let second, Self.isNoun(words[second]) {
        words.insert(words.remove(at: second), at: first)
      } else {
        words.insert("status", at: first)
      }
    }
  }

  /// `fw mlx5_0` and `fw mlx5_0 query`: the verb comes before the names, and a name alone is shown.
  mutating func sortVerb(of path: String, _ group: any ParsableCommand.Type, after first: Int) {
    guard let shows = Synonym.ofNames[path] else { return }
    // ethtool's -k is what offload shows.
    if path == "offload" { words.removeAll { ["-k", "--show-features"].contains($0) } }
    let rest = Self.places(in: words).filter { $0 > first }
    let verbs = Self.names(of: group)
    guard let place = rest.first else { return }
    let typed = words[place].lowercased()
    guard !verbs.contains(typed), Synonym.verbs[path]?[typed] == nil else { return }
    if rest.count > 1, verbs.contains(words[rest[1]]) {
      words.insert(words.remove(at: rest[1]), at: place)
    } else if Self.isName(typed, among: verbs, before: path + " ")
      || path == "offload" && !verbs.contains(where: { Spelling.distance(typed, $0) <= 2 })
    {
      words.insert(shows, at: place)
    }
  }

  /// `offload tune apply eth0 throughput`
  mutating func sortOffload(from first: Int, verb: Int) {
    let rest = Self.places(in: words).filter { $0 > verb }
    guard words[verb] == "tune", rest.count >= 3, ["apply", "show"].contains(words[rest[0]]) else { return }
    if TuningProfile.named(words[rest[1]]) == nil, TuningProfile.named(words[rest[2]]) != nil {
      words.swapAt(rest[1], rest[2])
    }
  }

  /// `undo last` is `undo`: the last change is what it takes. `history list` lists by itself.
  mutating func forgetVerb(after first: Int) {
    let places = Self.places(in: words).filter { $0 >= first }
    if words[first] == "history", places.count > 1, ["list", "ls", "show", "all"].contains(words[places[1]]) {
      words.remove(at: places[1])
    }
    guard ["undo", "offload"].contains(words[first]) else { return }
    guard let undo = places.first(where: { words[$0] == "undo" }),
      let last = places.first(where: { $0 > undo }), ["last", "latest"].contains(words[last])
    else { return }
    words.remove(at: last)
  }

  /// ibstat's `mlx5_0 1` is `mlx5_0/1`.
  mutating func joinPortNumbers(after first: Int) {
    guard ["status", "counters", "gid"].contains(words[first]) else { return }
    let places = Self.places(in: words).filter { $0 > first }
    for (name, number) in zip(places, places.dropFirst()).reversed() where number == name + 1 {
      let isNumber = words[number].count <= 3 && words[number].allSatisfy { $0.isASCII && $0.isNumber }
      guard isNumber, words[name].contains(where: \.isNumber), words[name].contains(where: \.isLetter),
        !words[name].contains("/"), !words[name - 1].hasPrefix("-")
      else { continue }
      words[name] += "/" + words.remove(at: number)
    }
  }

  /// `ethtool -k eth0` shows, `ethtool -K eth0 tso off` sets.
  mutating func ethtool() -> Synonym {
    let options = words.filter { $0.hasPrefix("-") }
    if let synonym = options.lazy.compactMap({ Synonym.ethtool[$0] }).first { return synonym }
    words.removeAll { ["-k", "--show-features", "-g", "-c", "-l", "-a", "-x", "-i", "-n"].contains($0) }
    return .command(["offload", "show"])
  }

  /// `--debug status` has taken the command for the option's value.
  func checkValues() throws(UsageFailure) {
    for (option, value) in zip(words, words.dropFirst()) where Self.valued.contains(option) && Self.isNoun(value) {
      throw .unreadable("missing value of \(option) before \"\(value)\"")
    }
  }
}
