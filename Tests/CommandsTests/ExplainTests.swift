import ArgumentParser
import Foundation
import Glossary
import Offload
import TestSupport
import Testing
import Vocabulary

@testable import Commands

private func explain(_ arguments: String...) -> Consequences {
  consequences(of: ["explain"] + arguments, host: SmallMachine().host())
}

private let glossary = ProblemCatalog.glossary

/// `rdmactl explain`, and the promises that its entries make.
@Suite struct ExplainTests {
  @Test func anEntry() {
    let result = explain("chimney")
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.hasPrefix("EnableTCPChimney  (Scalable Networking Pack)\n"), "\(result.output)")
    #expect(result.output.contains("  here  "), "\(result.output)")
    #expect(result.output.contains("nothing: Linux keeps TCP in the kernel"), "\(result.output)")
    #expect(result.output.contains("    run: rdmactl offload show IF\n"), "\(result.output)")
    let long = result.output.split(separator: "\n").filter { $0.count > 80 && !$0.contains("run:") }
    #expect(long == [])
  }

  @Test func severalWordsAreOneName() {
    #expect(explain("netsh", "int", "tcp", "set", "global", "rss=enabled") == explain("EnableRSS"))
  }

  @Test func aFinding() throws {
    let answer = try FabricMachine.object(explain("port.no_sm", "--json").output)
    #expect(answer["schema"] as? String == "rdmactl.explain/1")
    let entry = try #require((answer["entries"] as? [[String: Any]])?.first)
    #expect(entry["name"] as? String == "port.no_sm" && entry["severity"] as? String == "error")
    #expect(entry["group"] as? String == "findings" && entry["range"] is NSNull && entry["absence"] is NSNull)
    let commands = try #require(entry["commands"] as? [[String: String]])
    #expect(commands.map { $0["command"] } == ["rdmactl sm list PORT", "rdmactl sm start PORT --wait"])
    #expect((answer["near"] as? [Any])?.isEmpty == true)
  }

  @Test func commandsOnly() {
    #expect(explain("port.no_sm", "-q").output == "rdmactl sm list PORT\nrdmactl sm start PORT --wait\n")
    // An entry without commands has its settings.
    #expect(explain("RDMA_ROUTE", "-q").status == 0)
    #expect(explain("MIXED_SDP_APPLICATIONS", "-q").output == "rdmactl sock config programs\n")
  }

  @Test func whatComesNear() throws {
    let result = explain("EnableTcpChimmney")
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("no entry for EnableTcpChimmney; similar:"))
    #expect(explain("EnableTcpChimmney", "-q").output == "EnableTCPChimney\n")
    let answer = try FabricMachine.object(explain("EnableTcpChimmney", "--json").output)
    #expect((answer["entries"] as? [Any])?.isEmpty == true)
    #expect((answer["near"] as? [[String: String]])?.first?["name"] == "EnableTCPChimney")
  }

  @Test func nothing() throws {
    let result = explain("qzxwvkjq")
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(result.error.contains("rdmactl: qzxwvkjq: no entry, and no similar name"), "\(result.error)")
    let answer = try FabricMachine.object(explain("qzxwvkjq", "--json").output)
    #expect((answer["error"] as? [String: Any])?["id"] as? String == "explain.unknown")
  }

  @Test(arguments: ["", " ", "\u{1b}[2J\u{0}", "=", String(repeating: "chimney ", count: 1 << 17)])
  func garbage(_ word: String) {
    let result = explain(word)
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(FabricMisuseTests.isFitForATerminal(result.error) && result.error.utf8.count < 2000)
  }

  @Test func withoutAWord() throws {
    let result = explain()
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("Winsock Direct buffers\n  TCP on SAN, SendBuffers,"), "\(result.output)")
    #expect(explain("-q").output.split(separator: "\n").count == glossary.entries.count)
    let answer = try FabricMachine.object(explain("--json").output)
    #expect((answer["groups"] as? [Any])?.count == GlossaryGroup.allCases.count)
  }

  @Test("Every finding has an entry, with what deals with it")
  func findings() throws {
    for findings in ProblemCatalog.findings {
      for description in findings.descriptions {
        let entries = glossary.lookUp(description.id).entries
        let entry = try #require(entries.first { $0.name == description.id }, "\(description.id)")
        #expect(!entry.commands.isEmpty, "\(description.id)")
      }
    }
  }

  /// Commands that differ only in the setting (the next test but one looks at these) are parsed once.
  @Test("Every command of ours in an entry is one")
  func commands() {
    let lines = glossary.entries.flatMap(\.commands).map(\.line)
    let words = lines.filter { $0.hasPrefix("rdmactl ") }.map { line in
      line.split(separator: " ").dropFirst().map { String($0.replacing("\"", with: "")) }
    }
    let kinds = Dictionary(grouping: words) { $0.map { $0.contains("=") && !$0.hasPrefix("-") ? "=" : $0 } }
    #expect(kinds.count > 50)
    for words in kinds.values.compactMap(\.first) {
      #expect(throws: Never.self, "\(words)") { _ = try Rdmactl.parseAsRoot(words) }
    }
    for line in lines { #expect(!line.contains(" | rdmactl") && !line.contains("; rdmactl"), "\(line)") }
  }

  @Test("Every key of offload set has an entry", arguments: KeyCatalogue.all.map(\.name))
  func settings(_ key: String) {
    #expect(!glossary.lookUp(key).entries.isEmpty)
  }

  @Test("Every key that an entry sets is one, for the machine or for an interface as it is written")
  func assignments() throws {
    var count = 0
    for entry in glossary.entries {
      for command in entry.commands where command.line.hasPrefix("rdmactl offload set ") {
        let words = command.line.split(separator: " ").dropFirst(3)
        for word in words where word.contains("=") {
          let name = String(word.prefix { $0 != "=" })
          let key = try #require(KeyCatalogue.key(named: name), "\(command.line)")
          let isOfMachine = key.knobs.contains { $0.kind == .sysctl && !$0.name.contains(".IF.") }
          #expect(isOfMachine == (words.first != "IF"), "\(command.line)")
          count += 1
        }
      }
    }
    #expect(count > 60)
  }

  @Test("Every word that an entry sends to explain is known", arguments: glossary.entries)
  func references(_ entry: GlossaryEntry) {
    for command in entry.commands where command.line.hasPrefix("rdmactl explain ") {
      let word = String(command.line.dropFirst("rdmactl explain ".count))
      #expect(glossary.lookUp(word).entries.count == 1, "\(entry.name): \(word)")
    }
  }

  @Test("Findings are those of commands")
  func catalogue() {
    let commands = Set(Rdmactl.configuration.subcommands.map { $0.configuration.commandName ?? "" })
    #expect(Set(ProblemCatalog.findings.map(\.command)).isSubset(of: commands))
  }
}
