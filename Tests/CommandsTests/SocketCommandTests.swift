import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl sock` and `rdmactl perf` in process.
@Suite struct SocketCommandTests {
  private func run(_ arguments: String...) -> Consequences {
    consequences(of: arguments, host: SmallMachine().host())
  }

  @Test func withoutPerftest() {
    let result = run("perf", "bw", "192.0.2.7")
    #expect(result.status == 6 && result.error.contains("it comes with the package perftest"), "\(result.error)")
    #expect(run("perf", "listen", "lat").status == 6)
    #expect(run("perf", "sock", "192.0.2.7").error.contains("rdmacm-utils"))
  }

  @Test(arguments: [
    ["perf", "bw"], ["perf", "bw", "a", "--loopback"], ["perf", "bw", "a", "--op", "read", "--transport", "ud"],
    ["perf", "bw", "a", "--all", "--duration", "3s"], ["perf", "bw", "a", "--mtu", "1500"],
    ["perf", "bw", "a", "--expect", "90"], ["perf", "lat", "a", "--qps", "4"], ["perf", "bw", "-oProxyCommand=x"],
    ["perf", "sock"], ["perf", "sock", "a", "--listen"], ["sock", "run"], ["sock", "config", "set"],
    ["sock", "config", "set", "sqsize=15"], ["sock", "config", "set", "sqsize=65535"],
    ["sock", "config", "set", "colour=1"], ["sock", "config", "programs", "--add", "two words"],
  ])
  func refusedWords(_ arguments: [String]) {
    #expect(consequences(of: arguments, host: SmallMachine().host()).status == 64)
  }

  /// Nothing of this machine is written while a recorded one is looked at.
  @Test func aRecordedMachineIsNotChanged() {
    var host = SmallMachine().host()
    host.processes = AbsentProcesses()
    let result = consequences(of: ["sock", "config", "set", "sqsize=64", "--yes"], host: host)
    #expect(result.status == 6 && result.error.contains("a recorded machine cannot be changed"), "\(result.error)")
    #expect(consequences(of: ["perf", "bw", "--loopback"], host: host).status == 6)
  }

  @Test func theDefaultsOfSockets() {
    var machine = SmallMachine()
    machine.entries["/etc/rdma/rsocket/sqsize_default"] = .text("1024")
    machine.entries["/etc/rdma/rsocket/mem_default"] = .text("much")
    let result = consequences(of: ["sock", "config"], host: machine.host())
    let rows = result.outputLines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows.contains("sqsize 1024 384 messages 16-65534 send queue of a socket"), "\(result.output)")
    #expect(result.status == 0 && result.error.contains("not a number; the library uses its default"))
    #expect(
      consequences(of: ["sock", "config", "-q"], host: machine.host()).output.hasPrefix("sqsize=1024\nrqsize=384\n"))
  }
}
