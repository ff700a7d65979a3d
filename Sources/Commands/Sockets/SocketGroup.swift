public import ArgumentParser

/// `rdmactl sock`: sockets over RDMA.
public struct SocketGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "sock",
    abstract: "Show who uses RDMA; run programs with sockets over RDMA (rsockets).",
    discussion: """
      The successor of Winsock Direct and SDP is a library that is loaded before a program and carries its TCP sockets over \
      RDMA. It leaves what it cannot carry to TCP, in silence: sock who shows what is really used.

      Examples:
        rdmactl sock                              every connection and queue pair, with its process
        rdmactl sock who iperf                    those of one program
        rdmactl sock who :5001                    those of one port
        rdmactl sock run -- iperf -c 192.0.2.7    a program with its sockets over RDMA
        rdmactl sock config                       buffers of sockets over RDMA
      """,
    subcommands: [SocketWho.self, SocketRun.self, SocketConfigGroup.self], defaultSubcommand: SocketWho.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
