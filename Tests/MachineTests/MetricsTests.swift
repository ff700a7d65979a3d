import Foundation
import HostAccess
import TestSupport
import Testing

/// `rdmactl metrics` on every recorded machine.
@Suite struct MetricsTests {
  private func samples(_ machine: String, _ words: String...) throws -> [String] {
    let result = consequences(of: ["metrics"] + words, host: .recorded(try MachineTree(named: machine)))
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    return result.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  /// Values have two labels, so that a new name or firmware starts no new series; every sample stands once.
  @Test(arguments: GoldenTests.machines) func labels(of machine: String) throws {
    let lines = try samples(machine)
    let names = lines.map { $0.prefix { $0 != " " || $0 == "{" } }
    #expect(
      lines.contains("rdma_build_info{version=\"0.1.0\"} 1") || lines.contains { $0.hasPrefix("rdma_build_info{") })
    var seen: Set<Substring> = []
    for line in lines {
      let series = line[..<(line.lastIndex(of: " ") ?? line.endIndex)]
      #expect(seen.insert(series).inserted, "twice: \(series)")
      guard !line.contains("_info{"), !line.hasPrefix("rdma_problem{") else { continue }
      let labels = series.matches(of: /([a-z_]+)="/).map { String($0.1) }
      #expect([[], ["device"], ["device", "port"]].contains(labels), "\(line)")
    }
    #expect(!names.isEmpty)
  }

  @Test func aPortThatIsDownIsZeroAndHasNoRate() throws {
    let lines = try samples("cx7-8")
    #expect(lines.contains(#"rdma_port_active{device="mlx5_3",port="1"} 0"#))
    #expect(lines.filter { $0.hasPrefix("rdma_port_active{") }.count == 8)
    let rates = lines.filter { $0.hasPrefix("rdma_port_rate_bytes_per_second{") }
    #expect(rates.count == 7 && !rates.contains { $0.contains("mlx5_3") })
    #expect(rates.contains(#"rdma_port_rate_bytes_per_second{device="mlx5_0",port="1"} 50000000000"#))
    #expect(lines.contains(#"rdma_problem{id="port.disabled",severity="error",subject="mlx5_3/1"} 1"#))
    // An alert needs it: the slow link is above the card's own.
    #expect(lines.contains { $0.hasPrefix(#"rdma_problem{id="adapter.pcie_degraded""#) })
  }

  @Test func aMachineWithoutADeviceSaysWhy() throws {
    #expect(try samples("none").contains(#"rdma_problem{id="host.no_rdma_device",severity="error",subject="host"} 1"#))
    #expect(try samples("flash-recovery").contains { $0.contains(#"id="adapter.flash_recovery""#) })
    #expect(try samples("flash-recovery").contains("rdma_scrape_success 1"))
    #expect(try samples("partial").contains("rdma_scrape_success 0"))
  }

  @Test func openMetricsEndsAsItMust() throws {
    let result = consequences(of: ["metrics", "--openmetrics"], host: .recorded(try MachineTree(named: "cx6-vpi")))
    #expect(result.output.hasSuffix("\n# EOF\n"))
    #expect(result.output.contains(#"rdma_port_state{device="ibp59s0f0",port="1",rdma_port_state="init"} 1"#))
  }

  @Test func theFileIsReplacedAsAWhole() throws {
    let scratch = try Scratch("metrics")
    let machine = try RecordedMachine("cx3-vpi")
    try scratch.write("rdma.prom", "old\n")
    let file = scratch("rdma.prom")
    #expect(consequences(of: ["--root", machine.root, "metrics", "-o", file]).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("# HELP "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["rdma.prom"])
    let absent = consequences(of: ["--root", machine.root, "metrics", "-o", "/proc/none/rdma.prom"])
    #expect(absent.status != 0 && absent.error.contains("/proc/none/rdma.prom: the file of metrics"), "\(absent.error)")
  }

  @Test func equalHostsHaveEqualBriefTexts() throws {
    let tree = try MachineTree(named: "cx7-8")
    let files = FakeFiles(tree.entries)
    func brief() -> String { consequences(of: ["status", "--brief"], host: .recorded(tree, files: files)).output }
    let before = brief()
    #expect(before.contains("adapter.pcie_degraded") && before.contains("port.disabled"))
    for (path, _) in tree.entries where path.hasSuffix("/lid") { files.set(path, .text("0x77")) }
    for (path, _) in tree.entries where path.hasSuffix("node_guid") || path.hasSuffix("gids/0") {
      if case .bytes(let bytes)? = tree[path] {
        files.set(path, .text(String(decoding: bytes, as: UTF8.self).replacing("a088", with: "b088")))
      }
    }
    #expect(brief() == before)
    let none = consequences(of: ["status", "--brief"], host: .recorded(try MachineTree(named: "none")))
    #expect(none.output.contains("host.no_rdma_device") && none.status == 3)
  }
}
