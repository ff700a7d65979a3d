import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing
import Vocabulary

@testable import Performance

/// Runs of real processes: scripts in the place of perftest's programs.
@Suite struct PerfRunTests {
  private final class Bench {
    let scratch: Scratch
    let test: PerfTest

    init(_ script: String) throws {
      scratch = try Scratch("perf")
      test = PerfTest(.bandwidth)
      try scratch.write("ib_write_bw", "#!/bin/sh\necho $$ >>\(scratch.path)/pids\n\(script)\n")
      try scratch.write(
        "ssh",
        "#!/bin/sh\nPATH=\(scratch.path):$PATH\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nexec sh -c \"$*\"\n"
      )
      for name in ["ib_write_bw", "ssh"] {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch(name))
      }
    }

    func run(limit: Int) -> PerfRun {
      let files = LinuxFiles()
      let host = Host(
        files: files, store: files, management: AbsentManagement(), verbs: AbsentVerbs(), pci: FakePCI(),
        unpacking: FakeUnpacking(), processes: LinuxProcesses(path: "\(scratch.path):/usr/bin:/bin"),
        network: AbsentNetwork(), clock: LinuxClock(), console: FakeConsole(), places: Places())
      return PerfRun(
        host, test, PerfEndpoint(adapter: "rxe0", port: 1, gidIndex: 1, address: nil, linkRate: 100), limit: limit)
    }

    /// The scripts that still run, a moment after they were ended.
    var left: [Int32] {
      let text = (try? String(contentsOfFile: "\(scratch.path)/pids", encoding: .utf8)) ?? ""
      let all = text.split(separator: "\n").compactMap { Int32($0) }
      for _ in 0..<20 where all.contains(where: { kill($0, 0) == 0 }) { usleep(100_000) }
      return all.filter { kill($0, 0) == 0 }
    }
  }

  private func failure(_ bench: Bench, _ peer: PerfPeer, limit: Int = 5000) throws -> PerfFailure {
    try #require(throws: PerfFailure.self) { _ = try bench.run(limit: limit).measure(peer) }
  }

  private static let figures = """
    echo ' #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]'
    echo ' 65536      848              90.10              88.20  \t\t   0.1682'
    """

  @Test func theFiguresOfAClient() throws {
    let bench = try Bench("echo \"$@\" >\"$(dirname \"$0\")/words\"; \(Self.figures)")
    let text = try bench.run(limit: 5000).measure(.listening("192.0.2.7"))
    #expect(text.results.map(\.average) == [88.20])
    let words = try String(contentsOfFile: "\(bench.scratch.path)/words", encoding: .utf8)
    #expect(
      words.trimmingCharacters(in: .newlines)
        == "-d rxe0 -i 1 -x 1 -F -p 18515 -c RC -s 65536 -D 3 --report_gbits 192.0.2.7")
  }

  /// Figures of a program that failed are no figures.
  @Test func figuresOfAFailedProgram() throws {
    let bench = try Bench("\(Self.figures); exit 1")
    #expect(try failure(bench, .listening("192.0.2.7")).mistake == .other)
  }

  @Test func aSilentClientIsEnded() throws {
    let bench = try Bench("exec sleep 60")
    let failure = try failure(bench, .listening("192.0.2.7"), limit: 300)
    #expect(failure.mistake == .silent && failure.hint[0].contains("rdmactl perf listen bw --op write"))
    #expect(bench.left == [])
  }

  /// The other side is started by ssh, and the client tries again until it listens; none of them is left.
  @Test func theOtherSideBySSH() throws {
    let bench = try Bench(
      """
      case "$*" in *192.0.2.7) ;; *) exec sleep 60 ;; esac
      n=$(wc -l <"$(dirname "$0")/pids")
      [ "$n" -ge 4 ] || { echo "Couldn't connect to 192.0.2.7:18515" >&2; exit 1; }
      \(Self.figures)
      """)
    #expect(try bench.run(limit: 20_000).measure(.ssh("node2", address: "192.0.2.7")).hasFigures)
    #expect(bench.left == [])
  }

  @Test func theOtherHostHasNoPerftest() throws {
    let bench = try Bench(
      """
      case "$*" in *192.0.2.7) echo "Couldn't connect to 192.0.2.7:18515" >&2; exit 1 ;; esac
      exit 127
      """)
    let failure = try failure(bench, .ssh("node2", address: "192.0.2.7"))
    #expect(failure.mistake == .sshFailed && failure.hint == ["install perftest on node2"])
  }
}
