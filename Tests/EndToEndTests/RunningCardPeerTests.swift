internal import CardRegisters
internal import Foundation
internal import TestSupport
internal import Testing

/// A card whose firmware runs, as Debian's mstflint, mstconfig, mstvpd and mstfwreset see it and as rdmactl does: the same
/// values, and the flash reached by nobody.
@Suite(
  .enabled(if: Spawned.find("mstflint") != nil, "mstflint is not installed"),
  .enabled(if: AdapterServer.missing == nil, "no adapter can be shown: \(AdapterServer.missing ?? "")"))
struct RunningCardPeerTests {
  private static let device = "0000:03:00.0"

  private func run(_ server: AdapterServer, _ command: [String]) throws -> Consequences {
    let run = try server.run(command)
    #expect(run.result.status == 0, "\(run.result.output)\(run.result.error)")
    #expect(run.report.violations == [])
    #expect(run.report.counters.gatewayCommands == 0)
    return run.result
  }

  private func ours(_ server: AdapterServer, _ words: String...) throws -> [String: Any] {
    let answer = try run(server, [Spawned.rdmactl, "fw"] + words + ["-d", Self.device, "--json"])
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
  }

  /// `Name:   value` of mstflint's query.
  private func value(_ name: String, in text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
  }

  @Test(arguments: ["connectx4", "connectx4lx", "connectx5"]) func versionsAndIdentity(_ profile: String) throws {
    let server = try AdapterServer(profile)
    let theirs = try run(server, ["mstflint", "-d", Self.device, "query", "full"]).output
    let answer = try ours(server, "query")
    #expect(value("FW Version", in: theirs) == answer["version"] as? String, "\(theirs)")
    #expect(value("PSID", in: theirs) == answer["psid"] as? String)
    #expect(value("Part Number", in: theirs) == answer["name"] as? String)
    let guids = try #require(answer["guids"] as? [String: Any])
    let guid = try #require(guids["node"] as? String)
    #expect(value("Base GUID", in: theirs)?.hasPrefix(guid) == true, "\(theirs)")
    let macs = try #require(answer["macs"] as? [String: Any])
    let mac = try #require(macs["port1"] as? String).replacingOccurrences(of: ":", with: "")
    #expect(value("Base MAC", in: theirs)?.hasPrefix(mac) == true, "\(theirs)")
    #expect((answer["running"] as? [String: Any])?["pending_version"] is NSNull)
  }

  private func parameters(_ server: AdapterServer) throws -> [(name: String, next: String)] {
    let answer = try ours(server, "config", "show", "--all")
    return try #require(answer["parameters"] as? [[String: Any]]).map {
      (try #require($0["name"] as? String), try #require($0["next"] as? String))
    }
  }

  /// What mstconfig's query has as next value of a parameter.
  private func theirs(_ name: String, in text: String) -> String? {
    let lines: [[Substring]] = text.split(separator: "\n").map { $0.split(separator: " ").filter { $0 != "*" } }
    let line: [Substring]? = lines.first { $0.first == name[...] }
    return line?.last.map(String.init)
  }

  /// Another value than `next` that the parameter can have.
  private func other(than next: String, of name: String) throws -> String {
    let parameter = try #require(CardParameter.named(name))
    let now = try #require(parameter.parse(next))
    let small: [UInt64] = [1, 2, 3, 0]
    return try #require(small.first { $0 != now && parameter.parse("\($0)") != nil && $0 >= parameter.least })
      .description
  }

  /// mstconfig sets every parameter that both know, and so does rdmactl on another card: the cards hold the same bytes, and
  /// each tool shows what the other has set.
  @Test func settingsInBothDirections() throws {
    let (card, twin) = (try AdapterServer("connectx5"), try AdapterServer("connectx5"))
    let first = try parameters(card)
    let before = try run(card, ["mstconfig", "-d", Self.device, "query"]).output
    for (name, next) in first { #expect(theirs(name, in: before) == next, "\(name)") }
    #expect(first.count > 90 && card.settings.isEmpty)

    let wanted = try first.map { "\($0.name)=\(try other(than: $0.next, of: $0.name))" }
    _ = try run(card, ["mstconfig", "-d", Self.device, "-y", "set"] + wanted)
    _ = try run(twin, [Spawned.rdmactl, "fw", "config", "set", Self.device, "--yes"] + wanted)
    #expect(!card.settings.isEmpty && card.settings == twin.settings)
    let shown = try parameters(card)
    let told = try run(twin, ["mstconfig", "-d", Self.device, "query"]).output
    for (name, next) in shown {
      #expect(theirs(name, in: told) == next, "\(name)")
      #expect(wanted.contains("\(name)=\(CardParameter.named(name)?.parse(next) ?? .max)"), "\(name) is \(next)")
    }
    // Back by the one and by the other.
    _ = try run(card, [Spawned.rdmactl, "fw", "config", "reset", Self.device, "--yes"])
    _ = try run(twin, ["mstconfig", "-d", Self.device, "-y", "reset"])
    #expect(card.settings.isEmpty && twin.settings.isEmpty)
  }

  @Test func vitalProductData() throws {
    let server = try AdapterServer("connectx5")
    let theirs = try run(server, ["mstvpd", Self.device]).output
    let vpd = try #require(try ours(server, "query")["vpd"] as? [String: Any])
    for key in ["part_number", "serial_number", "revision"] {
      let text = try #require(vpd[key] as? String)
      #expect(theirs.contains(text), "\(theirs)")
    }
  }
}
