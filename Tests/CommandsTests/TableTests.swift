import FabricLab
import HostAccess
import TestSupport
import Testing

@testable import Presentation

/// The tables of the commands, on terminals of every width and for programs.
@Suite struct CommandTableTests {
  static let commands = [
    "status", "gid list", "counters --zero", "fw list", "guid2mac --check", "fabric discover", "fabric links",
    "fabric errors", "sm list", "history",
  ]

  /// With names that are wide, and with marks that take no room.
  private static func machine() -> FabricMachine {
    FabricMachine { net in
      for (index, host) in net.hosts.enumerated() where index > 0 {
        net.nodes[host].description = index % 2 == 0 ? "計算ノード\(index) mlx5_0" : "cafe\u{301}-no\u{308}de\(index)"
      }
    }
  }

  private func run(_ command: String, _ more: String..., columns: Int? = nil) -> Consequences {
    let console = FakeConsole(terminals: columns == nil ? [] : [.output], size: columns.map { ($0, 50) })
    return Self.machine().run(command.split(separator: " ").map { String($0) } + more, console: console)
  }

  @Test(arguments: commands, [40, 60, 80, 100, 200])
  func noLineIsWiderThanTheTerminalAndNoColumnIsLostInSilence(_ command: String, _ columns: Int) {
    let text = run(command, columns: columns).output
    // A command is not cut into lines: it must be copied whole.
    for line in text.split(separator: "\n") where !Self.plain(line).contains("next: ") {
      #expect(DisplayWidth.of(Self.plain(line)) <= columns, "\(command): \(line)")
    }
    let csv = run(command, "--csv").output.split(separator: "\n")
    let header = csv.first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    let rows = csv.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    for (column, key) in header.enumerated()
    where rows.contains(where: { $0.count == header.count && !$0[column].isEmpty }) {
      let title = key.uppercased().prefix { $0 != "_" }
      #expect(text.contains(title), "\(command) at \(columns): \(key) is neither shown nor named as hidden:\n\(text)")
    }
  }

  @Test(arguments: commands) func csvHasAHeaderAndValuesWithoutUnits(_ command: String) {
    let result = run(command, "--csv")
    #expect(result.status != 64 && result.output.first?.isLowercase == true, "\(result.error)")
    #expect(!result.output.contains(" Gb/s"), "\(result.output)")
    let header = result.output.prefix { $0 != "\n" }
    let key = String(header.split(separator: ",")[0])
    let one = run(command, "--csv", "--columns", key).output
    #expect(one.hasPrefix(key + "\n"), "\(one)")
    #expect(one.filter { $0 == "\n" }.count == result.output.filter { $0 == "\n" }.count, "\(one)")
  }

  @Test(arguments: commands) func wideHidesNothing(_ command: String) {
    let text = run(command, "-w", columns: 40).output
    #expect(!text.contains("hidden: "), "\(text)")
  }

  private static func plain(_ line: Substring) -> String {
    var result = ""
    var isEscape = false
    for character in line {
      if character == "\u{1b}" { isEscape = true } else if !isEscape { result.append(character) }
      if isEscape, character == "m" { isEscape = false }
    }
    return result
  }
}
