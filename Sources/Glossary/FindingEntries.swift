internal import Vocabulary

/// An entry for each finding that some command reports.
enum FindingEntries {
  /// Once for each id, in their order, whoever reports it.
  static func drafts(_ findings: [Glossary.Findings]) -> [GlossaryDraft] {
    var known: [String: (description: ProblemDescription, commands: [String])] = [:]
    for finding in findings {
      for description in finding.descriptions {
        known[description.id, default: (description, [])].commands.append("rdmactl \(finding.command)")
      }
    }
    return known.values.sorted { $0.description.id < $1.description.id }.map { description, reporters in
      GlossaryDraft(names: [description.id], group: .findings) {
        GlossaryEntry(
          name: description.id, spellings: [], group: .findings, severity: description.severity,
          place: "found by \(reporters.joined(separator: ", "))", meaning: sentence(description.meaning), range: nil,
          rules: nil, counterpart: nil, absence: nil, knobs: [],
          commands: commands(for: description.id))
      }
    }
  }

  /// What deals with an error of this id: the commands of the closest pattern.
  static func commands(for id: String) -> [GlossaryEntry.Command] {
    allSteps.filter { $0.covers(id) }.max { $0.pattern.utf8.count < $1.pattern.utf8.count }?.commands ?? []
  }

  private static let allSteps = steps(of: stepsText)

  private static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + (words.hasSuffix(".") || words.hasSuffix("?") ? "" : ".")
  }

  struct Steps: Equatable {
    /// An id, or the beginning of some and a `*`.
    let pattern: String
    var commands: [GlossaryEntry.Command]

    func covers(_ id: String) -> Bool {
      pattern.utf8.last == UInt8(ascii: "*") ? id.utf8.starts(with: pattern.utf8.dropLast()) : id == pattern
    }
  }

  /// A pattern stands at the beginning of a line; its commands follow, indented.
  static func steps(of text: String) -> [Steps] {
    text.pieces(UInt8(ascii: "\n")).filter { !$0.isEmpty }.reduce(into: []) { steps, line in
      guard line.hasPrefix("  "), !steps.isEmpty else {
        steps.append(Steps(pattern: String(line), commands: []))
        return
      }
      let words = line.dropFirst(2)
      let (command, purpose) = words.divided(at: "  # ") ?? (String(words), "")
      steps[steps.count - 1].commands.append(GlossaryEntry.Command(line: command, purpose: purpose))
    }
  }
}
