internal import Vocabulary

/// An entry that is not read yet: a look-up needs the names of all, and the rest of one or two.
struct GlossaryDraft: Sendable {
  let group: GlossaryGroup
  /// All that it is called, with the blanks and line ends that they have in the text.
  let names: [Substring]
  let knobs: [Substring]
  private let source: Source

  private enum Source: Sendable {
    case text(Substring)
    case values(@Sendable () -> GlossaryEntry)
  }

  init(names: [String], group: GlossaryGroup, entry: @escaping @Sendable () -> GlossaryEntry) {
    self.group = group
    self.names = names.map { $0[...] }
    knobs = []
    source = .values(entry)
  }

  init(text: Substring, group: GlossaryGroup) {
    self.group = group
    (names, knobs) = GlossaryText.labels(of: text)
    source = .text(text)
  }

  /// `nil` when its text is malformed; a unit test reads every text.
  var entry: GlossaryEntry? {
    switch source {
    case .text(let text): (try? GlossaryText.entries(text, group: group))?.first
    case .values(let entry): entry()
    }
  }
}
