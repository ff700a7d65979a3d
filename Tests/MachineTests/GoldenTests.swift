import Foundation
import HostAccess
import TestSupport
import Testing

/// What `rdmactl status` says of every recorded machine, word for word. `UPDATE_GOLDEN=1` writes the files anew; read the
/// difference before it is committed.
@Suite struct GoldenTests {
  static let machines = MachineTree.names

  @Test(arguments: machines) func golden(of name: String) throws {
    let machine = try RecordedMachine(name)
    let table = consequences(of: ["--root", machine.root, "status"])
    try compare(table.output, "\(name).table")
    try compare("exit \(table.status)\n\(table.error)", "\(name).talk")

    // A terminal has the JSON indented, which makes differences readable.
    let json = consequences(
      of: ["--root", machine.root, "status", "--json"], console: FakeConsole(terminals: [.output]))
    try compare(lasting(json.output), "\(name).json")
    #expect(json.error.isEmpty)
    #expect(json.status == table.status)
    // The same machine in memory is the same machine.
    let again = consequences(
      of: ["status", "--json"], host: .recorded(machine.tree), console: FakeConsole(terminals: [.output]))
    #expect(lasting(again.output) == lasting(json.output))

    // And so it is from its one file.
    let file = consequences(of: ["--root", "\(MachineTree.directory)/\(name).tree", "status"])
    #expect(file == table)

    let vstat = consequences(of: ["--root", machine.root, "status", "--format", "vstat"])
    try compare(vstat.output, "\(name).vstat")
  }

  /// The executable says what the program in this process says.
  @Test func executable() throws {
    let machine = try RecordedMachine("cx6-vpi")
    let result = try Spawned.rdmactl("--root", machine.root, "status")
    #expect(result == consequences(of: ["--root", machine.root, "status"]))
  }

  /// Every problem that a machine was recorded for is found, and no other.
  @Test(arguments: [
    ("cx3-vpi", []), ("cx5-dual", ["port.no_link"]), ("cx6-vpi", ["port.no_sm"]),
    ("cx7-8", ["port.disabled", "adapter.pcie_degraded"]),
    ("vf-host", ["adapter.vf_guid_missing", "port.vf_not_virtualized"]), ("bond", []),
    ("bnxt", ["port.gid_link_local_only"]), ("unbound", ["adapter.no_driver", "adapter.pcie_degraded"]),
    ("container", ["host.no_device_nodes"]), ("no-umad", ["host.no_umad"]), ("xdr-smi", []), ("rxe-siw", []),
    ("netdev-elsewhere", ["port.netdev_elsewhere"]), ("gid-empty", ["port.gid_table_empty"]),
    ("ipoib-no-carrier", ["port.ipoib_no_carrier"]), ("vf-vm", ["port.vf_not_virtualized"]),
    ("vf-roce", ["adapter.vf_guid_missing"]), ("vf-no-lid", ["port.vf_not_virtualized", "adapter.no_rdma_device"]),
    ("omni-path", ["port.no_link", "port.no_sm"]), ("foreign-cards", ["port.no_link"]),
    ("partial", ["adapter.unreadable"]),
    ("boards", []), ("lag-leg-down", ["port.lag_leg_down"]), ("flapping", []), ("roce-unhealthy", []),
    ("slow-slot", []),
    (
      "port-states",
      [
        "adapter.guid_duplicate", "port.sleep", "port.sm_lost", "port.down", "port.netdev_down", "port.no_carrier",
        "port.vf_disabled", "port.training", "port.link_recovery", "port.phy_test", "port.armed", "port.active_defer",
        "port.link_narrow",
      ]
    ),
  ])
  func problems(name: String, expected: [String]) throws {
    let host = try Host.recorded(MachineTree(named: name))
    let result = consequences(of: ["status"], host: host)
    let found = result.output.matches(of: /\[([a-z_]+\.[a-z_]+)\]/).map { String($0.1) }
    #expect(found.uniqued() == expected)
  }

  /// Each command that is given as the next one is a command of ours that parses, or of a program that the machine may have.
  @Test(arguments: machines) func nextCommandsAreCommands(of name: String) throws {
    let host = try Host.recorded(MachineTree(named: name))
    let answer = consequences(of: ["status", "-v", "--gids", "--counters", "--json"], host: host).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
    let problems = object["problems"] as? [[String: Any]] ?? [object["error"] as? [String: Any] ?? [:]]
    for command in problems.flatMap({ $0["fix"] as? [String] ?? [] }) {
      let words = command.split(separator: " ").map(String.init)
      if words[0] == "rdmactl" {
        #expect(throws: Never.self, "\(command)") { try ParsedCall(Array(words.dropFirst())) }
      } else {
        #expect(Self.otherPrograms.contains(words[0]), "\(command)")
      }
    }
  }

  private static let otherPrograms: Set<String> = [
    "cat", "devlink", "dmesg", "echo", "ethtool", "ibportstate", "ip", "ls", "lspci", "modprobe", "mstlink", "opainfo",
    "rdma",
    "systemctl",
  ]

  /// A table fits a wide terminal, no column is empty in every row, and no planar management device is counted.
  @Test(arguments: machines) func tableIsReadable(of name: String) throws {
    let host = try Host.recorded(MachineTree(named: name))
    let output = consequences(of: ["status"], host: host).output
    let table = output.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
    #expect(table.map(\.count).max() ?? 0 <= 120)
    #expect(!table.contains { $0.hasPrefix("smi") })
    for column in columns(of: table) {
      #expect(column.cells.contains { $0 != "-" }, "\(column.title) is empty in every row")
    }
  }

  /// The columns of a table: at least two places that are blank in every line part them.
  private func columns(of table: some Collection<Substring>) -> [(title: String, cells: [String])] {
    let lines = table.map(Array.init)
    let width = lines.map(\.count).max() ?? 0
    let blank = (0..<width).map { place in lines.allSatisfy { place >= $0.count || $0[place] == " " } }
    var columns: [Range<Int>] = []
    var start: Int?
    for place in 0...width {
      let ends = place == width || blank[place] && (place + 1 == width || blank[place + 1])
      if let first = start, ends { columns.append(first..<place) }
      if ends { start = nil } else if start == nil, !blank[place] { start = place }
    }
    return columns.map { range in
      let cells = lines.map { line in
        String(line[min(range.lowerBound, line.count)..<min(range.upperBound, line.count)])
          .trimmingCharacters(in: .whitespaces)
      }
      return (cells.first ?? "", Array(cells.dropFirst()))
    }
  }

  /// Without what differs from call to call.
  private func lasting(_ json: String) -> String {
    json.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !["  \"time\": ", "  \"host\": ", "  \"version\": "].contains { line.hasPrefix($0) }
    }.joined(separator: "\n")
  }

  private func compare(_ text: String, _ file: String) throws {
    let path = "\(MachineTree.directory)/\(file)"
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    let expected = try String(contentsOfFile: path, encoding: .utf8)
    let lines = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
    let difference = lines.first { $0 != $1 }
    #expect(text == expected, "\(file): \(difference.map { "is: \($0)  should be: \($1)" } ?? "the length differs")")
  }
}

extension Sequence where Element: Hashable {
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
