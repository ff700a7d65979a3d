import Foundation
import TestSupport
import Testing

/// The check for NHC, as NHC calls it: its functions are there, and the file is sourced.
@Suite(.enabled(if: Spawned.find("bash") != nil, "bash is not installed"))
struct HealthCheckTests {
  private func check(_ machine: String, _ arguments: String) throws -> Consequences {
    let machine = try RecordedMachine(machine)
    let program: String = Spawned.rdmactl
    let file = "\(MachineTree.directory)/../../packaging/share/rdmactl.nhc"
    return try Spawned.run(
      "bash",
      [
        "-c",
        """
        log() { echo "log: $*"; }; die() { echo "die $*"; }
        . '\(file)'
        here() { '\(program)' --root '\(machine.root)' "$@"; }
        RDMACTL=here
        check_rdma \(arguments)
        """,
      ])
  }

  @Test func aNodeInOrderStays() throws {
    #expect(try check("cx3-vpi", "state=active") == Consequences(status: 0, output: "", error: ""))
  }

  @Test func aNodeWithAPortDownIsTakenOut() throws {
    let result = try check("cx7-8", "ports=8,state=active")
    #expect(result.status == 1 && result.error.isEmpty)
    #expect(
      result.output.hasPrefix("die 1 check_rdma:  RDMA CRITICAL - mlx5_3/1: the port is administratively disabled"),
      "\(result.output)")
    #expect(!result.output.contains("|"))
  }

  /// A warning is logged and does not take the node out.
  @Test func aWarningIsLogged() throws {
    let result = try check("cx7-8", "pcie=full mlx5_0 mlx5_1")
    #expect(result.status == 0 && result.output.isEmpty)
    #expect(try check("unbound", "ports=1 mlx5_0").output.hasPrefix("log: check_rdma:  RDMA WARNING - mlx5_0: "))
  }

  @Test func anUnknownAdapterIsAFailure() throws {
    #expect(try check("cx3-vpi", "state=active mlx5_7").output.hasPrefix("die 1 check_rdma:  RDMA UNKNOWN - mlx5_7: "))
  }
}
