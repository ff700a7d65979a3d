import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// Answers that were saved, in place of a network.
@Suite struct FabricOfflineTests {
  /// What the fabric answers, kept in files of the machine.
  private func machine() throws -> FabricMachine {
    let machine = FabricMachine()
    for verb in ["discover", "errors"] {
      let result = machine.run("fabric", verb, "--json")
      #expect(result.status == 0)
      machine.write("/tmp/\(verb).json", result.output)
    }
    machine.refusal = .noLibrary
    return machine
  }

  @Test func aSavedMapIsAsGoodAsTheFabric() throws {
    let live = FabricMachine()
    let machine = try machine()
    let origin = ["--from", "/tmp/discover.json"]
    #expect(machine.run("fabric", "discover").status != 0, "there is no network any more")
    for words in [
      ["links"], ["links", "leaf0"], ["discover", "--format", "netfile"], ["discover", "--format", "slurm"],
    ] {
      let result = machine.run(["fabric"] + words + origin)
      #expect(result.status == 0 && result.output == live.run(["fabric"] + words).output, "\(words)")
    }
    // Every fact of a node and a port comes back; only what was sent for it does not.
    func nodes(_ text: String) throws -> NSArray { try #require(try FabricMachine.object(text)["nodes"] as? NSArray) }
    let again = machine.run(["fabric", "discover", "--json"] + origin)
    #expect(try nodes(again.output) == nodes(live.run("fabric", "discover", "--json").output))
    let route = machine.run(["fabric", "route", "host0", "host3"] + origin)
    #expect(route.status == 64 && route.error.contains("next: dump_fts > tables.txt"))
    #expect(machine.run("fabric", "links", "--from", "/tmp/gone.json").error.contains("the saved fabric is missing"))
  }

  @Test func savedCountersAreShownAndCompared() throws {
    let machine = try machine()
    let origin = ["--from", "/tmp/errors.json"]
    let result = machine.run(["fabric", "errors"] + origin)
    #expect(result.status == 0 && result.output == "no counter above its threshold on 16 ports\n")
    let old = try FabricMachine.object(machine.run(["fabric", "errors", "--json"] + origin).output)
    let ports = try #require(old["ports"] as? [[String: Any]])
    #expect(ports.count == 16)
    let leaf = try #require(ports.first { $0["description"] as? String == "leaf0" && $0["port"] as? Int == 1 })
    #expect(leaf["node_type"] as? String == "switch" && leaf["state"] as? String == "active")
    #expect(leaf["rate_gbps"] as? Int == 200 && leaf["peer_port"] as? Int == 1)
    #expect(leaf["peer_description"] as? String != nil && leaf["peer_guid"] as? String != nil)
    let traffic = machine.run(["fabric", "errors", "--data", "--csv", "--type", "switch"] + origin)
    #expect(
      traffic.outputLines.count == 1 + 12
        && traffic.output.hasPrefix("port,to,link,sent,sent_rate,received,received_rate,"))
    #expect(machine.run(["fabric", "errors", "--clear"] + origin).status == 64)
    #expect(machine.run("fabric", "errors", "--from", "/tmp/discover.json").error.contains("wrong schema"))
  }

  /// An incomplete map stays incomplete, with what had not answered.
  @Test func whatHadNotAnsweredIsKept() throws {
    let machine = try machine()
    var saved = try FabricMachine.object(
      machine.run("fabric", "discover", "--json", "--from", "/tmp/discover.json").output)
    saved["complete"] = false
    saved["unanswered"] = [
      ["what": "NodeInfo", "route": "0,1,4", "reason": "silent", "detail": "no answer in 24 attempts"]
    ]
    machine.write("/tmp/half.json", String(decoding: try JSONSerialization.data(withJSONObject: saved), as: UTF8.self))
    let result = machine.run("fabric", "links", "--from", "/tmp/half.json")
    #expect(result.status == 8 && result.output.contains("no answer in 24 attempts"))
  }

  @Test func aPlanIsCompared() throws {
    let machine = FabricMachine()
    let plan = machine.run("fabric", "plan", "save")
    #expect(plan.status == 0 && plan.outputLines.first == "node,port,node,port,width,speed")
    machine.write("/tmp/plan.csv", plan.output)
    #expect(
      machine.run("fabric", "plan", "check", "/tmp/plan.csv").output
        == "8 cables planned, 8 found; every cable as planned\n")
    machine.write("/tmp/more.csv", plan.output + "leaf0,9,leaf1,9,4x,hdr\n")
    let result = machine.run("fabric", "plan", "check", "/tmp/more.csv", "--json")
    #expect(result.status == 2)
    let findings = try #require(try FabricMachine.object(result.output)["findings"] as? [[String: Any]])
    #expect(findings.map { $0["kind"] as? String } == ["missing"])
    #expect(machine.run("fabric", "plan", "check", "/tmp/more.csv", "-q").output == "missing leaf0/9 leaf1/9\n")
    machine.write("/tmp/part.csv", plan.outputLines.prefix(2).joined(separator: "\n"))
    #expect(machine.run("fabric", "plan", "check", "/tmp/part.csv").status == 2)
    #expect(machine.run("fabric", "plan", "check", "/tmp/part.csv", "--partial").status == 0)
    machine.write("/tmp/bad.csv", "leaf0,one,host1,1\n")
    let bad = machine.run("fabric", "plan", "check", "/tmp/bad.csv")
    #expect(bad.status == 1 && bad.error.contains("line 1 of the plan is wrong"))
  }
}
