internal import ArgumentParser
internal import Commands
internal import FabricDiscovery
internal import FirmwareFlash
internal import Foundation
internal import GUIDMapping
internal import Glossary
internal import PortStatus
internal import SubnetManagement
internal import TestSupport
internal import Testing
internal import Vocabulary

/// The manual pages and completion scripts in the repository, against the commands as they are.
@Suite("Documentation")
struct ManualTests {
  static let manual = Programs.package + "/man"

  static var pages: [String] { files(".8") }
  static var overviews: [String] { files(".7") }

  private static func files(_ suffix: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: manual)) ?? []
    return files.filter { $0.hasSuffix(suffix) }.sorted()
  }

  static func lines(of page: String) throws -> [Substring] {
    try Programs.read("\(manual)/\(page)").split(separator: "\n")
  }

  @Test("Pages and completions are as the generator writes them; if not: make generate")
  func upToDate() throws {
    let scratch = try Scratch("manual")
    let outcome = try Spawned.run(Programs.generator, [Programs.package, scratch.path])
    #expect(outcome.status == 0, "\(outcome.error)")
    for place in ["man", "completions"] {
      let written = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/\(place)").sorted()
      let committed = try FileManager.default.contentsOfDirectory(atPath: "\(Programs.package)/\(place)")
      #expect(written == committed.filter { !["parts", "json"].contains($0) }.sorted())
      for name in written {
        let text = try Programs.read("\(Programs.package)/\(place)/\(name)")
        #expect(try Programs.read(scratch("\(place)/\(name)")) == text, "\(place)/\(name) is stale: run make generate")
      }
    }
  }

  @Test("There is a page for the program and for each command")
  func complete() throws {
    let commands = Rdmactl.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    #expect(Self.pages == (["rdmactl.8"] + commands.map { "rdmactl-\($0._commandName).8" }).sorted())
  }

  @Test(
    "mandoc finds nothing to warn of", .enabled(if: Programs.isInstalled("mandoc"), "mandoc is not installed"),
    arguments: pages + overviews)
  func lint(_ page: String) throws {
    let outcome = try Spawned.run("mandoc", ["-T", "lint", "-W", "warning", "\(Self.manual)/\(page)"])
    // The state of this machine's index of pages is no fault of the page.
    let findings = (outcome.output + outcome.error).split(separator: "\n").filter { !$0.contains("outdated mandoc.db") }
    #expect(findings.isEmpty)
    #expect(outcome.status == 0)
  }

  @Test("Every option of a command is in its page, with its value", arguments: try Documented.all())
  func options(_ command: Documented) throws {
    let items = try (Self.lines(of: command.page) + Self.lines(of: "rdmactl.8")).filter { $0.hasPrefix(".It ") }
    for option in command.options {
      #expect(items.contains { option.isNamed(in: $0) }, "\(option) is not in \(command.page)")
    }
  }

  @Test("Every entry of the glossary but findings, errors and exit statuses is in rdmactl-windows(7), under its name")
  func glossary() throws {
    #expect(Self.overviews == ["rdmactl-from-windows.7", "rdmactl-json.7", "rdmactl-windows.7"])
    let items = try Self.lines(of: "rdmactl-windows.7").filter { $0.hasPrefix(".It Sy ") }.map {
      $0.dropFirst(".It Sy ".count).replacing("\\-", with: "-").replacing("\"", with: "").replacing("\\e", with: "\\")
    }
    let groups = GlossaryGroup.allCases.filter { ![.exitStatuses, .errors, .findings].contains($0) }
    let names = groups.flatMap { ProblemCatalog.glossary.entries(of: $0) }.map(\.name)
    #expect(items.map(String.init) == names)
  }

  @Test("Every exit status is in rdmactl(8), and each page says what its command returns", arguments: pages)
  func exitStatus(_ page: String) throws {
    let section = try Self.lines(of: page).drop { $0 != ".Sh EXIT STATUS" }.dropFirst().prefix { !$0.hasPrefix(".Sh") }
    let items = section.filter { $0.hasPrefix(".It ") }.map(String.init)
    let all = ExitStatus.allCases.map { ".It \($0.rawValue)" }
    #expect(page == "rdmactl.8" ? items == all : items.first == ".It 0" && items == all.filter(items.contains))
  }

  @Test("No page but rdmactl(8) repeats the options of every command", arguments: pages)
  func generalOptions(_ page: String) throws {
    let items = try Self.lines(of: page).filter { $0.hasPrefix(".It Fl") }
    #expect(items.contains(".It Fl Fl json") == (page == "rdmactl.8"))
  }

  @Test("Every id that a library of ours gives an error or a problem is in a page")
  func identifiers() throws {
    let manual = try Self.pages.map { try Programs.read("\(Self.manual)/\($0)") }.joined()
    let sources = FileManager.default.enumerator(atPath: "\(Programs.package)/Sources")
    var found = 0
    while let file = sources?.nextObject() as? String {
      guard file.hasSuffix(".swift") else { continue }
      for line in try Programs.read("\(Programs.package)/Sources/\(file)").matches(
        of: /(?:case [^"]*[:=]|let id(?:: String)? =) "([a-z]+(?:\.[a-z0-9_]+)+)"/)
      {
        found += 1
        // Not in the expectation itself: a failure would show all of the pages.
        let isThere = manual.contains(line.1)
        #expect(isThere, "\(line.1) of \(file) is in no page")
      }
    }
    #expect(found > 30)
  }

  @Test(
    "Every problem that a command may report is in its page",
    arguments: [
      ("status", PortProblem.descriptions), ("status", ExpectationProblem.descriptions),
      ("status", WaitProblem.descriptions), ("guid2mac", GUIDMappingProblem.descriptions),
      ("fabric", FabricProblem.descriptions), ("fabric", RouteProblem.descriptions),
      ("fabric", AddressProblem.descriptions), ("fabric", SurveyProblem.descriptions),
      ("sm", SurveyProblem.descriptions), ("sm", ControlProblem.descriptions), ("sm", OpenSMLintProblem.descriptions),
      ("fw", FlashProblem.descriptions), ("fw", FirmwareImageProblem.descriptions),
    ])
  func problems(_ command: String, _ problems: [ProblemDescription]) throws {
    let items = try Self.lines(of: "rdmactl-\(command).8").filter { $0.hasPrefix(".It ") }
    for problem in problems {
      #expect(items.contains(".It Em \(problem.id) Pq \(problem.severity.rawValue)"))
    }
  }

  @Test("Every example can be parsed", arguments: pages)
  func examples(_ page: String) throws {
    let section = try Self.lines(of: page).drop { $0 != ".Sh EXAMPLES" }.dropFirst().prefix { !$0.hasPrefix(".Sh") }
    let examples = section.compactMap { line -> Substring? in
      guard line.hasPrefix(".It Ic ") else { return nil }
      return line.dropFirst(".It Ic ".count)
    }
    #expect(!examples.isEmpty, "\(page) has no examples: write an \"Examples:\" block into the discussion")
    for example in examples {
      let text = example.replacing("\"", with: "").replacing("\\(dq", with: "\"").replacing("\\-", with: "-")
      let calls = text.split(whereSeparator: "|;&$()".contains).map { $0.drop { $0 == " " } }.filter {
        $0.hasPrefix("rdmactl ")
      }
      #expect(!calls.isEmpty, "\(text)")
      for call in calls {
        let words = call.prefix { $0 != ">" }.split(separator: " ").dropFirst().map {
          $0.replacing("\"", with: "").replacing("'", with: "")
        }
        #expect(throws: Never.self, "\(text)") { _ = try Rdmactl.parseAsRoot(words.map(String.init)) }
      }
    }
  }

  @Test(
    "What can be set from outside is in rdmactl(8)",
    arguments: [
      "RDMACTL_CONFIG_DIR", "RDMACTL_STATE_DIR", "RDMACTL_RUN_DIR", "NO_COLOR", "TERM", "/etc/rdmactl",
      "/var/lib/rdmactl", "/run/rdmactl",
    ])
  func surroundings(_ name: String) throws {
    let items = try Self.lines(of: "rdmactl.8").filter { $0.hasPrefix(".It Ev ") || $0.hasPrefix(".It Pa ") }
    #expect(items.contains { $0.hasSuffix(" \(name)") })
  }
}

/// A command and its options, as the parser knows them.
struct Documented: CustomTestStringConvertible {
  struct Option: Decodable, CustomStringConvertible {
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    let kind: String
    let names: [Name]?
    let valueName: String?
    let shouldDisplay: Bool

    var description: String { (names ?? []).map(\.name).joined(separator: ", ") + " <\(valueName ?? "")>" }

    func isNamed(in item: Substring) -> Bool {
      let text = item.replacing("\\-", with: "-").replacing("\"", with: "") + " "
      let value = kind == "flag" || text.contains("Ar \(valueName ?? "value") ")
      return value && (names ?? []).allSatisfy { text.contains(($0.kind == "long" ? "Fl Fl " : "Fl ") + $0.name + " ") }
    }
  }

  private struct Command: Decodable {
    let commandName: String
    let arguments: [Option]?
    let subcommands: [Command]?

    func documented(page: String) -> [Documented] {
      let below = (subcommands ?? []).filter { $0.commandName != "help" }
      return [
        Documented(
          testDescription: commandName, page: "\(page).8", options: (arguments ?? []).filter(\.shouldDisplay))
      ] + below.flatMap { $0.documented(page: page == "rdmactl" ? "rdmactl-\($0.commandName)" : page) }
    }
  }

  private struct Dump: Decodable { let command: Command }

  let testDescription: String
  let page: String
  let options: [Option]

  static func all() throws -> [Documented] {
    try JSONDecoder().decode(Dump.self, from: Data(Rdmactl._dumpHelp().utf8)).command.documented(page: "rdmactl")
  }
}
