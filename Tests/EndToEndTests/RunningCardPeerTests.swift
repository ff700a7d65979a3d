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

  /// Every parameter that both know has the same value.
  @Test func settings() throws {
    let server = try AdapterServer("connectx5")
    let theirs = try run(server, ["mstconfig", "-d", Self.device, "query"]).output
    let answer = try ours(server, "config", "show", "--all")
    let parameters = try #require(answer["parameters"] as? [[String: Any]])
    #expect(parameters.count > 30)
    var compared = 0
    for parameter in parameters {
      let name = try #require(parameter["name"] as? String)
      let line = theirs.split(separator: "\n").first { $0.split(separator: " ").first.map(String.init) == name }
      guard let line else { continue }
      #expect(line.split(separator: " ").last.map(String.init) == parameter["next"] as? String, "\(name)")
      compared += 1
    }
    #expect(compared > 25, "\(theirs)")
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
