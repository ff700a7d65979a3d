import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Commands

/// Files that people have put on the web, guides among them, as `sm lint` judges them. Each was given to opensm 3.3.23.
@Suite struct OpensmFileTests {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Opensm")

  private func lint(_ name: String, at path: String? = nil, version: String? = nil) throws -> [String] {
    let machine = FabricMachine()
    let path = path ?? "/cases/\(name)"
    let bytes = Array(try Data(contentsOf: Self.directory.appendingPathComponent(name)))
    machine.files.set(path, .bytes(bytes))
    if let version {
      machine.processes.install("opensm", at: "/usr/sbin/opensm")
      machine.processes.answer(["/usr/sbin/opensm", "--version"], output: version)
    }
    let result = machine.run("sm", "lint", path, "-q")
    let isDecisive = try FabricMachine.object(machine.run("sm", "lint", path, "--json").output)["problems"]
      .flatMap { $0 as? [[String: Any]] }?.contains { $0["severity"] as? String != "info" }
    #expect(result.status == (isDecisive == true ? 2 : 0))
    return result.output.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return "\(words[1].dropFirst("sm.lint.".count))@\(words[0].split(separator: ":").dropFirst().joined())"
    }
  }

  @Test(
    arguments: [
      ("p01-esos.partitions.conf", []), ("p02-debian-switch.partitions.conf", []), ("p08-sundcs.partitions.conf", []),
      ("p09-openstack.partitions.conf", []), ("p10-storage-fullbit.partitions.conf", []),
      ("p11-mtu5-tab.partitions.conf", []), ("o10-inline-comment.opensm.conf", []),
      ("q01-man.qos-policy.conf", []), ("g01.root_guid.conf", []),
      // RHEL ships it: the same member with the same membership twice.
      ("p14-rhel-default.partitions.conf", ["duplicate_partition@3"]),
      ("p04-nocolon.partitions.conf", ["partitions_refused@1"]),
      ("p05-hostnames.partitions.conf", ["partitions_refused@2"]),
      ("p07-nosemicolon.partitions.conf", ["partitions_refused@3"]),
      ("p12-mtu4096.partitions.conf", ["bad_flag_value@1"]), ("p13-rate-ndr.partitions.conf", ["new_rate@2"]),
      ("p15-14-digit-guid.partitions.conf", ["short_guid@2", "short_guid@2"]),
      ("g02-groupname.root_guid.conf", ["bad_guid@1"]),
      ("o01-sriov.opensm.conf", ["nvidia_only@1"]),
      ("o02-virt3.opensm.conf", ["nvidia_only@2", "nvidia_only@3", "nvidia_only@4"]),
      ("o05-tutorial.opensm.conf", ["unknown_key@2", "nvidia_only@8", "nvidia_only@9", "file_missing_here@12"]),
      ("o06-equals.opensm.conf", ["equals_sign@1", "equals_sign@2"]),
      ("o08-textbook.opensm.conf", ["unknown_key@12"]), ("o09-qos-only.opensm.conf", ["no_effect@2"]),
    ] as [(String, [String])])
  func filesOfTheWeb(name: String, expected: [String]) throws {
    #expect(try lint(name) == expected)
  }

  /// On a host with the distribution's opensm the ports of virtual functions stay down; with NVIDIA's they come up.
  @Test func whichOpensmIsInstalledDecides() throws {
    let place = "/etc/opensm/opensm.conf"
    #expect(try lint("o01-sriov.opensm.conf", at: place, version: "OpenSM 3.3.23\n") == ["nvidia_ignored@1"])
    #expect(try lint("o01-sriov.opensm.conf", at: place, version: "OpenSM 5.19.0.MLNX20240\n") == [])
  }

  /// `priority 15` is what people write; the key is sm_priority.
  @Test func aWordOfTheCommandLineLeadsToTheKey() throws {
    let machine = FabricMachine()
    machine.write("/o.conf", "priority 15\nlog_level 7\n")
    let text = machine.run("sm", "lint", "/o.conf").output
    #expect(text.contains("write sm_priority") && text.contains("write log_flags"), "\(text)")
  }

  /// 25 lines of one cause are one finding.
  @Test func oneCauseIsOneFinding() throws {
    let machine = FabricMachine()
    let keys = ["ca", "sw0", "swe", "rtr"].flatMap { kind in
      ["max_vls 8", "high_limit 4", "vlarb_high 0:4", "vlarb_low 0:1", "sl2vl 0,1,2,3,4,5,6,7,0,1,2,3,4,5,6,7"]
        .map { "qos_\(kind)_\($0)" }
    }
    machine.write("/o.conf", keys.joined(separator: "\n"))
    let result = machine.run("sm", "lint", "/o.conf", "-q")
    #expect(result.output == "/o.conf:1 sm.lint.no_effect\n", "\(result.output)")
  }
}
