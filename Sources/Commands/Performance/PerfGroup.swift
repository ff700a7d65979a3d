public import ArgumentParser

/// `rdmactl perf`: bandwidth and latency.
public struct PerfGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "perf",
    abstract: "Measure bandwidth and latency between two hosts (by perftest).",
    discussion: """
      The programs of the package perftest do the measuring; rdmactl gives both sides the same options, chooses the GID index, \
      limits the time, and explains what went wrong.

      Examples:
        rdmactl perf listen bw                on the one host: prints what to type on the other
        rdmactl perf bw 192.0.2.7             bandwidth to it
        rdmactl perf lat 192.0.2.7 --op send  latency
        rdmactl perf bw --ssh node2           starts the other side by ssh
        rdmactl perf bw --loopback            one host, without the network
        rdmactl perf sock 192.0.2.7           sockets over RDMA
      """,
    subcommands: [PerfBandwidth.self, PerfLatency.self, PerfListen.self, PerfSocket.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
