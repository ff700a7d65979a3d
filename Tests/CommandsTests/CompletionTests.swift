import TestSupport
import Testing

/// What a TAB offers, without a shell.
@Suite struct CompletionTests {
  private func offered(_ words: String..., on machine: FabricMachine) -> [String] {
    machine.run(["__complete"] + words).output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test func nodesAndManagersOfTheLastSweepAreOffered() throws {
    let machine = FabricMachine()
    #expect(offered("fabric", "route", "", on: machine).isEmpty)
    #expect(machine.run("fabric", "discover", "-q").status == 0)
    let nodes = offered("fabric", "route", "", on: machine)
    #expect(nodes.count > 1 && machine.run("fabric", "route", nodes[0], nodes[1]).status != 3, "\(nodes)")
    #expect(offered("fabric", "route", nodes[0], String(nodes[1].prefix(3)), on: machine).contains(nodes[1]))
    let managers = machine.run("sm", "list", "-q").output.split(separator: "\n").map { String($0) }
    #expect(offered("sm", "handover", "", on: machine) == managers)
  }

  @Test func settingsValuesAndPortsAreOffered() {
    let machine = FabricMachine()
    #expect(offered("offload", "set", "tso=", on: machine) == ["tso=on", "tso=off"])
    #expect(offered("offload", "set", "lr", on: machine) == ["lro="])
    #expect(offered("status", "", on: machine) == offered("gid", "list", "", on: machine))
    #expect(offered("explain", "PortXmitW", on: machine) == ["PortXmitWait"])
    #expect(offered("sm", "st", on: machine).contains("start"))
  }
}
