import Testing
import Vocabulary

@testable import Glossary

private let glossary = Glossary()

@Suite("The entries") struct EntryTests {
  @Test("are written as the parser wants them", arguments: GlossaryGroup.allCases)
  func wellFormed(_ group: GlossaryGroup) throws {
    for text in group.texts { #expect(try !GlossaryText.entries(text[...], group: group).isEmpty) }
  }

  @Test(
    "A slip in a text is an error that names the line",
    arguments: [
      ("did: without a name\nhere: x", "did"), ("name: a\nhere: x", "without its name or what it did"),
      ("name: a\ndid: b", "one of the two"), ("name: a\ndid: b\nhere: c\nnone: d", "one of the two"),
      ("name: a\ndid: b\ndid: c\nhere: d", "twice"), ("name: a\nhere: c\ndid: b", "too late"),
      ("name: a\ndid: b\nhere: c\nrun: rdmactl status", "without its purpose"), ("  more", "goes on with nothing"),
      ("name: a\nwhat: b", "no such part"), ("name:a", "no such part"),
    ])
  func malformed(_ text: String, _ reason: String) {
    let error = #expect(throws: GlossaryText.Malformed.self) { try GlossaryText.entries(text[...], group: .linux) }
    #expect(error?.description.contains(reason) == true)
  }

  @Test("cover every row of the document", arguments: DocumentRows.names + DocumentRows.knobs)
  func rows(_ name: String) {
    let found = glossary.lookUp(name)
    #expect(!found.entries.isEmpty, "near: \(found.near.map(\.name))")
  }

  /// The adapter's ring and the buffers of Winsock Direct were called alike, and so was large send in two drivers.
  @Test("share no spelling but two") func duplicates() {
    var owners: [String: Set<String>] = [:]
    for entry in glossary.entries {
      let keys = entry.names.map(GlossaryWord.key)
      #expect(Set(keys).count == keys.count, "\(entry.name) has a spelling twice: \(keys.sorted())")
      for key in keys { owners[key, default: []].insert(entry.name) }
    }
    #expect(
      owners.filter { $0.value.count > 1 }
        == ["receivebuffers": ["ReceiveBuffers", "*ReceiveBuffers"], "lso": ["lso", "Large Send Offload"]])
  }

  @Test("have names that can be typed, and text that ends") func shape() {
    for entry in glossary.entries {
      for name in entry.names {
        #expect(!GlossaryWord.key(name).isEmpty && name.utf8.count < GlossaryWord.longest, "\(entry.name): \(name)")
      }
      for text in [entry.meaning, entry.counterpart, entry.absence, entry.rules].compactMap({ $0 }) {
        #expect(text.hasSuffix(".") && !text.contains("  "), "\(entry.name): \(text)")
        #expect(text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }, "\(entry.name): \(text)")
      }
      for command in entry.commands {
        #expect(!command.purpose.isEmpty && !command.line.isEmpty, "\(entry.name): \(command)")
      }
    }
  }

  @Test("that Linux has nothing for say why, and what to do is said of the others") func absence() {
    #expect(glossary.lookUp("chimney").entries.first?.absence?.contains("no TCP offload engine") == true)
    #expect(glossary.lookUp("tcp_sack").entries.map(\.name) == ["SackOpts"])
    let lost = glossary.entries.filter { $0.counterpart != nil && $0.commands.isEmpty && $0.knobs.isEmpty }
    #expect(lost.map(\.name) == [])
  }

  @Test("that can be set can be undone") func undo() {
    for entry in glossary.entries {
      let sets = entry.commands.contains { $0.line.hasPrefix("rdmactl offload set ") }
      #expect(sets == (entry.commands.last?.line == "rdmactl offload undo"), "\(entry.name)")
    }
  }
}

@Suite("Findings") struct FindingTests {
  private let glossary = Glossary(findings: [
    .init(command: "status", descriptions: [.init(id: "port.no_sm", severity: .error, meaning: "there is none")]),
    .init(
      command: "sm",
      descriptions: [
        .init(id: "sm.none", severity: .error, meaning: "None runs."),
        .init(id: "sm.lint.octal", severity: .warning, meaning: "an octal number"),
      ]),
    .init(command: "fabric", descriptions: [.init(id: "sm.none", severity: .error, meaning: "None runs.")]),
    .init(command: "fw", descriptions: [.init(id: "new.kind", severity: .info, meaning: "is it new?")]),
  ])

  @Test("have one entry for each id, with all that report it") func once() {
    #expect(
      glossary.entries(of: .findings).map(\.name) == ["new.kind", "port.no_sm", "sm.lint.octal", "sm.none"])
    #expect(glossary.lookUp("sm.none").entries.first?.place == "found by rdmactl sm, rdmactl fabric")
  }

  @Test("have their meaning as a sentence, their severity, and the commands of the closest pattern") func content()
    throws
  {
    let entry = try #require(glossary.lookUp("port.no_sm").entries.first)
    #expect(entry.meaning == "There is none." && entry.severity == .error)
    #expect(entry.commands.map(\.line) == ["rdmactl sm list PORT", "rdmactl sm start PORT --wait"])
    #expect(glossary.lookUp("sm.lint.octal").entries.first?.commands.first?.line == "rdmactl sm lint")
    #expect(glossary.lookUp("new.kind").entries.first?.meaning == "Is it new?")
  }

  @Test("Every pattern has commands with a purpose") func patterns() {
    for steps in FindingEntries.steps(of: FindingEntries.stepsText) {
      #expect(!steps.commands.isEmpty && steps.commands.allSatisfy { !$0.purpose.isEmpty }, "\(steps.pattern)")
    }
  }
}

@Suite("Settings") struct SettingTests {
  @Test("that no entry speaks of get one, others none") func rest() throws {
    let glossary = Glossary(settings: [
      .init(name: "tso", meaning: "x", isOfMachine: false),
      .init(name: "new-knob", meaning: "what it is", isOfMachine: false),
      .init(name: "new_sysctl", meaning: "y", isOfMachine: true),
    ])
    #expect(glossary.entries.count == Glossary().entries.count + 2)
    let entry = try #require(glossary.lookUp("new-knob").entries.first)
    #expect(entry.meaning == "What it is." && entry.group == .linux)
    #expect(
      entry.commands.map(\.line) == [
        "rdmactl offload show IF", "rdmactl offload set IF new-knob=VALUE", "rdmactl offload undo",
      ])
    #expect(glossary.lookUp("new_sysctl").entries.first?.commands[1].line == "rdmactl offload set new_sysctl=VALUE")
  }
}
