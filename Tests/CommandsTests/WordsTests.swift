import ArgumentParser
import Foundation
import Testing

@testable import Commands

/// How the program speaks: what a test can hold of it. The patterns of single words are in `Tests/scripts/lint words`.
@Suite struct WordsTests {
  struct Text: CustomTestStringConvertible, Sendable {
    let place: String
    let words: String
    var testDescription: String { place }
  }

  /// Every sentence of every help.
  static let texts: [Text] = below(CommandDescription.of(Rdmactl.self), path: "rdmactl")

  private static func below(_ command: CommandDescription?, path: String) -> [Text] {
    guard let command else { return [] }
    let own = [Text(place: path, words: command.abstract ?? "")]
    let options = command.visibleArguments.map {
      Text(place: "\(path) \($0.spelledNames.last ?? $0.valueName ?? "")", words: $0.abstract ?? "")
    }
    return own + options + command.visibleSubcommands.flatMap { below($0, path: "\(path) \($0.commandName)") }
  }

  @Test func everyHelpIsASentence() {
    for text in Self.texts
    where !text.words.isEmpty && !text.place.hasSuffix("--help") && !text.place.hasSuffix("--version") {
      #expect(text.words.hasSuffix("."), "\(text.place): \(text.words)")
      #expect(
        text.words.first.map { $0.isUppercase || $0.isNumber || $0 == "-" } == true, "\(text.place): \(text.words)")
      for sentence in text.words.split(separator: ". ") {
        #expect(sentence.split(separator: " ").count <= 30, "\(text.place): \(sentence)")
      }
    }
  }

  /// The Swift files whose texts are checked line by line.
  static let sources: [(path: String, lines: [Substring])] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources")
      .standardized
    let files =
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }.compactMap { file in
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
      return (
        String(file.path.dropFirst(folder.path.count + 1)),
        text.split(separator: "\n", omittingEmptySubsequences: false)
      )
    }
  }()

  /// `"rdmactl …"` as a literal: a command to run. Inserted values stand for a name.
  @Test func everyCommandThatIsPrintedCanBeParsed() throws {
    let literal = try Regex(#""(rdmactl [a-z][^"]*)""#)
    var count = 0
    for source in Self.sources where !source.path.hasPrefix("GenerateDocumentation") {
      for line in source.lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        for match in line.matches(of: literal) {
          guard let found = match.output[1].substring else { continue }
          // A name of a command that is inserted is not known here, nor is a redirected or unfinished line.
          guard let words = Self.words(of: String(found)) else { continue }
          count += 1
          #expect(throws: Never.self, "\(source.path): \(found)") { try Self.parse(words) }
        }
      }
    }
    #expect(count > 100)
  }

  /// - Returns: `nil` for what is not a whole command line.
  static func words(of line: String) -> [String]? {
    var text = ""
    var depth = 0
    var rest = line[...]
    while let character = rest.popFirst() {
      if depth == 0, character == "\\", rest.first == "(" {
        rest.removeFirst()
        depth = 1
        text += "mlx5_0"
      } else if depth > 0 {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
      } else {
        text.append(character)
      }
    }
    guard depth == 0, !text.contains(where: { "<>|…%\\".contains($0) }), !text.hasSuffix(" ") else { return nil }
    // A comment of the shell may follow.
    let words = text.split(separator: " ").prefix { $0 != "#" }.dropFirst().map { String($0) }
    guard let first = words.first, !first.hasPrefix("mlx5_0"), !prose.contains(first) else { return nil }
    if Self.isGroup(first), words.count == 1 || words[1].hasPrefix("mlx5_0") { return nil }
    return words
  }

  /// Words that go on with a sentence about rdmactl.
  private static let prose: Set<String> = [
    "cannot", "completion", "does", "has", "is", "itself", "itself,", "knows", "may", "reads", "shows", "works",
    "writes",
  ]

  private static func isGroup(_ name: String) -> Bool {
    Rdmactl.configuration.subcommands.contains { $0._commandName == name && !$0.configuration.subcommands.isEmpty }
  }

  static func parse(_ words: [String]) throws {
    let read = try Grammar(words).words
    try UsageFailure.checkCommandName(in: read)
    do {
      _ = try Parsing.parse(read)
    } catch let failure as UsageFailure {
      // An inserted value has another form than the name that stands for it here.
      if case .unreadable(let message, _) = failure, message.contains("mlx5_0") { return }
      throw failure
    } catch {
      // Help.
    }
  }

  /// `fix` holds commands that can be run; advice is a `hint`. The programs that such a command begins with.
  static let programs: Set<String> = [
    "modinfo",
    "rdmactl", "ls", "dmesg", "lspci", "modprobe", "ip", "ethtool", "cat", "grep", "systemctl", "journalctl", "rdma",
    "devlink",
    "mstlink", "mstflint", "mstconfig", "ibportstate", "saquery", "sysctl", "man", "df", "apt", "opensm", "udevadm",
    "sudo",
    "mount", "echo", "fuser", "ps", "kill", "mkdir", "chmod", "rm", "cp", "mv", "stat", "id", "nsenter", "smpquery",
    "ibping",
    "mlnx_qos", "dcb", "opainfo", "sminfo", "sed", "lsmod", "reboot", "ulimit", "nmcli", "tuned-adm", "head", "getent",
    "ssh",
  ]

  /// Rooms that still have advice among their commands: to be emptied.
  static let open: Set<String> = [
    "Commands/Fabric/NamingOptions.swift", "GUIDMapping/StoredMasks.swift",
    "SubnetManagement/Configuration/DefaultsFile.swift", "SubnetManagement/Configuration/OpenSMLint.swift",
    "SubnetManagement/Configuration/OpenSMLintCombinations.swift",
    "SubnetManagement/Configuration/PartitionsLint.swift",
  ]

  @Test func fixHoldsCommandsAndHintHoldsAdvice() throws {
    let list = try Regex(#"fix: \[((?:"[^"]*"(?:, )?)+)\]"#)
    let item = try Regex(#""([^"]*)""#)
    for source in Self.sources where !Self.open.contains(source.path) {
      for line in source.lines {
        for match in line.matches(of: list) {
          for entry in (match.output[1].substring ?? "").matches(of: item) {
            let command = entry.output[1].substring ?? ""
            let program = String(command.prefix { $0 != " " })
            guard !program.hasPrefix("\\(") else { continue }
            #expect(Self.programs.contains(program), "\(source.path): \(command)")
          }
        }
      }
    }
  }
}
