internal import Commands
internal import Foundation
internal import Testing

@testable import GenerateDocumentation

/// A tree with a group, as commands to come will have.
private let tree = """
  {"command": {"commandName": "rdmactl", "abstract": "Root.", "arguments": [], "subcommands": [
    {"commandName": "fw", "abstract": "Firmware.", "arguments": [\(json)], "subcommands": [
      {"commandName": "query", "abstract": "Ask a card.", "discussion": "Examples:\\n  rdmactl fw query mlx4_0   ask it",
       "arguments": [\(json), \(from), {"kind": "positional", "valueName": "device", "isOptional": false, "isRepeating": false,
         "shouldDisplay": true}]},
      {"commandName": "burn", "abstract": "Write. Then read back.", "arguments": [\(json), \(from),
        {"kind": "option", "names": [{"kind": "long", "name": "dry-run-to"}], "valueName": "file", "isOptional": true,
         "isRepeating": false, "shouldDisplay": true, "sectionTitle": "Safety", "defaultValue": "2.0"}]},
      {"commandName": "list", "abstract": "List.", "arguments": [\(json)]},
      {"commandName": "secret", "shouldDisplay": false}]},
    {"commandName": "help", "abstract": "Help."}]}}
  """
private let json = """
  {"kind": "flag", "names": [{"kind": "long", "name": "json"}], "isOptional": true, "isRepeating": false,
   "shouldDisplay": true, "abstract": "One object."}
  """

private let from = """
  {"kind": "option", "names": [{"kind": "long", "name": "from"}], "valueName": "name", "isOptional": true,
   "isRepeating": false, "shouldDisplay": true, "abstract": "The port."}
  """

private func root() throws -> CommandHelp {
  struct Dump: Decodable { let command: CommandHelp }
  return try JSONDecoder().decode(Dump.self, from: Data(tree.utf8)).command
}

@Suite("A group of commands") struct GroupTests {
  private func page() throws -> [Substring] {
    let manual = try Manual(root: root()) { try HandWrittenPart(text: ".Sh NOTES\nA \($0).", name: $0) }
    #expect(manual.pages.map(\.name) == ["rdmactl", "rdmactl-fw"])
    return try #require(manual.pages.last).text.split(separator: "\n")
  }

  @Test("has one page, with a synopsis and a section for each verb") func verbs() throws {
    let page = try page()
    #expect(page.contains(".Nm \"rdmactl fw query\""))
    #expect(page.contains(".Ar device"))
    #expect(page.contains(".Ss \"rdmactl fw query\""))
    #expect(page.contains(".Ss \"rdmactl fw burn\""))
    #expect(!page.contains { $0.contains("secret") })
  }

  @Test("says once what every verb has") func common() throws {
    #expect(try page().filter { $0 == ".It Fl Fl json" }.count == 1)
  }

  @Test("says once what several verbs have, and of which it is when not all have it") func shared() throws {
    let page = try page()
    let common = page.drop { $0 != ".Sh COMMON OPTIONS" }.prefix { $0 != ".Sh COMMANDS" }
    #expect(common.contains(".It Fl Fl from Ar name"))
    #expect(common.contains(".Cm burn ."))
    #expect(page.filter { $0 == ".It Fl Fl from Ar name" }.count == 1)
  }

  @Test("has titles, values and defaults of options, the verbs' examples and the hand-written part") func content()
    throws
  {
    let page = try page()
    #expect(page.contains(".Ss Safety"))
    #expect(page.contains(".It Fl Fl dry\\-run\\-to Ar file"))
    #expect(page.contains(".Ql 2 ."))
    #expect(page.contains(".It Ic \"rdmactl fw query mlx4_0\""))
    #expect(page.contains(".Sh NOTES"))
  }
}

@Suite("Text becomes mdoc") struct MdocTests {
  @Test(arguments: [
    (".Sh is no macro here", "\\&.Sh is no macro here"), ("'quoted'", "\\&'quoted'"), ("a\\b", "a\\eb"),
    ("with --dry-run (or -n) well-known", "with \\-\\-dry\\-run (or \\-n) well-known"), ("a - b", "a - b"),
  ]) func escaped(_ text: String, _ mdoc: String) { #expect(Mdoc.escaped(text) == mdoc) }

  @Test("A sentence begins a line") func sentences() {
    #expect(Mdoc.sentences(of: "One. Two, e.g. Three. 4 is in it.") == ["One.", "Two, e.g. Three. 4 is in it."])
  }

  @Test("A discussion is paragraphs, blocks and examples") func discussion() {
    let read = Discussion(
      """
      One line
      and its rest.

        a  block

      Examples:
        rdmactl a -b   what it does
                       and more
        rdmactl c
      """)
    #expect(read.blocks == [.paragraph("One line and its rest."), .literal(["a  block"])])
    #expect(
      read.examples == [
        .init(command: "rdmactl a -b", meaning: "what it does and more"), .init(command: "rdmactl c", meaning: ""),
      ])
  }

  @Test("A hand-written part begins with a section") func part() {
    #expect(throws: HandWrittenPart.TextBeforeSection.self) { try HandWrittenPart(text: "words", name: "x") }
  }
}
