internal import Vocabulary

/// Entries for what other libraries describe: counters, exit statuses, errors.
enum GeneratedEntries {
  static func draft(_ counter: Glossary.Counter) -> GlossaryDraft {
    GlossaryDraft(names: [counter.name] + counter.spellings, group: .rdma) {
      entry(
        counter.name, also: counter.spellings, .rdma, place: "counter of a port", sentence(counter.meaning),
        here: counter.advice.isEmpty ? "Not a sign of a fault." : sentence(counter.advice),
        [
          .init(line: "rdmactl fabric errors", purpose: "the counters above their thresholds"),
          .init(line: "rdmactl counters", purpose: "the counters of the local ports"),
        ])
    }
  }

  static func draft(_ status: ExitStatus) -> GlossaryDraft {
    let names = ["exit status", "exit", "exit code", "rc", "return code"].map { "\($0) \(status.rawValue)" }
    return GlossaryDraft(names: names, group: .exitStatuses) {
      entry(
        names[0], also: Array(names.dropFirst()), .exitStatuses, place: nil, status.meaning, here: nil,
        [.init(line: "man rdmactl", purpose: "the table of all exit statuses")])
    }
  }

  /// One for each id that is not a finding too.
  static func drafts(_ errors: [Glossary.Errors], findings: [Glossary.Findings]) -> [GlossaryDraft] {
    let known = Set(findings.flatMap(\.descriptions).map(\.id))
    return errors.flatMap { group in
      group.ids.filter { !known.contains($0) }.map { id in
        GlossaryDraft(names: [id], group: .errors) {
          entry(
            id, also: [], .errors, place: "error of rdmactl", group.meaning, here: nil,
            FindingEntries.commands(for: id))
        }
      }
    }
  }

  private static func entry(
    _ name: String, also: [String], _ group: GlossaryGroup, place: String?, _ meaning: String, here: String?,
    _ commands: [GlossaryEntry.Command]
  ) -> GlossaryEntry {
    GlossaryEntry(
      name: name, spellings: also, group: group, severity: nil, place: place, meaning: meaning, range: nil, rules: nil,
      counterpart: here, absence: nil, knobs: [], commands: commands)
  }

  private static func sentence(_ words: String) -> String {
    // A command keeps its small letter.
    (words.hasPrefix("rdmactl ") ? String(words) : words.prefix(1).uppercased() + words.dropFirst())
      + (words.hasSuffix(".") ? "" : ".")
  }
}
