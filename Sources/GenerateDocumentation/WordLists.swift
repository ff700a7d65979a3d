internal import GUIDMapping

/// Words that stand in a command's output, with what they mean: a section of its page for each list.
let glossaries: [String: [(title: String, terms: [(word: String, meaning: String)])]] = [
  "guid2mac": [
    ("RULES", MappingRule.allCases.map { ($0.rawValue, $0.meaning) }),
    ("VERDICTS", PortVerdict.Kind.allCases.map { ($0.rawValue, $0.meaning) }),
  ]
]
