import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// Recording a machine, and the largest one.
@Suite struct RecordingTests {
  /// What the recorder prints of a machine makes the same machine again, as far as `status` can tell.
  @Test(
    .enabled(if: Spawned.find("od") != nil && Spawned.find("readlink") != nil, "od or readlink is not installed"),
    arguments: ["cx3-vpi", "vf-host", "rxe-siw", "bond", "unbound-alone", "none"])
  func roundTrip(machine name: String) throws {
    let machine = try RecordedMachine(name)
    let script = "\(MachineTree.directory)/../scripts/record-machine"
    let recording = try Spawned.run("sh", [script], environment: ["RECORD_ROOT": machine.root], timeout: 60)
    #expect(recording.status == 0)
    #expect(recording.error.isEmpty)
    let tree = try MachineTree(parsing: recording.output)
    for arguments in [
      ["status", "-v", "--gids"], ["status", "--json", "--counters"], ["status", "--format", "vstat"],
    ] {
      var original = machine.tree
      // The recorder takes no list of names along.
      original["/usr/share/misc/pci.ids"] = nil
      #expect(
        consequences(of: arguments, host: .recorded(tree)) == consequences(of: arguments, host: .recorded(original)))
    }
  }

  @Test func theBigHostIsComplete() throws {
    let host = try Host.recorded(.bigHost())
    let result = consequences(of: ["status", "--all"], host: host)
    #expect(result.status == 0)
    #expect(result.error.isEmpty)
    // Without --all it fits a screen.
    let folded = consequences(of: ["status"], host: host).output
    #expect(folded.components(separatedBy: "\n+ 8 VF").count == 9)
    #expect(folded.count(of: "\n") < 50, "\(folded)")
    let ports = consequences(of: ["status", "-q"], host: host).outputLines
    #expect(ports.count == 72)
    #expect(Set(ports).count == 72)
    #expect(result.output.count(of: "ConnectX VF") + result.output.count(of: "ConnectX-7 VF") == 64)
  }

  /// A collector asks often: beside the counters themselves nothing but the link layer is read of a port.
  @Test func countersReadCountersOnly() throws {
    let tree = try MachineTree(named: "cx7-8")
    let files = FakeFiles(tree.entries)
    let result = consequences(of: ["counters", "-q"], host: .recorded(tree, files: files))
    #expect(result.status == 0 && Set(result.outputLines.map { $0.prefix { $0 != " " } }).count == 7)
    let others = files.pathsRead.filter { !$0.contains("counters/") }
    #expect(others.count == 8 && others.allSatisfy { $0.hasSuffix("/link_layer") }, "\(others)")
    // With a name everything that can have it is looked at, and the answer is the same.
    let named = consequences(of: ["counters", "-q"] + (0..<8).map { "mlx5_\($0)" }, host: .recorded(tree))
    #expect(named == result)
  }

  @Test func theNamelessHostIsComplete() throws {
    let result = consequences(of: ["status"], host: try .recorded(.namelessHost()))
    #expect(result.status == 0)
    #expect(result.output.count(of: "BCM57508 NetXtreme-E") == 32)
    let ports = consequences(of: ["status", "-q"], host: try .recorded(.namelessHost())).outputLines
    #expect(Set(ports).count == 32)
  }

  /// A status of the big host reads each file once at most, and not the tables that nobody asked for.
  @Test func readsLittle() throws {
    let tree = try MachineTree.bigHost()
    let files = FakeFiles(tree.entries)
    _ = consequences(of: ["status"], host: .recorded(tree, files: files))
    #expect(files.totalReads < 72 * 60)
    for path in files.pathsRead { #expect(files.reads(of: path) == 1, "\(path)") }
    #expect(!files.pathsRead.contains { $0.contains("/hw_counters/") || $0.contains("/pkeys/") })
  }
}

extension String {
  func count(of text: String) -> Int { components(separatedBy: text).count - 1 }
}
