import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl gid` in process.
@Suite struct GIDTests {
  private static func machine(_ addresses: [(String, String)]) -> SmallMachine {
    var machine = SmallMachine()
    machine.makeEthernet()
    for (index, (gid, type)) in addresses.enumerated() {
      machine.port("gids/\(index)", gid)
      machine.port("gid_attrs/types/\(index)", type)
      machine.port("gid_attrs/ndevs/\(index)", "ens1")
    }
    machine.entries[SmallMachine.function + "/net/ens1/ifindex"] = .text("4")
    return machine
  }

  private static let usual = machine([
    ("fe80:0000:0000:0000:0202:c9ff:feab:cde1", "IB/RoCE v1"), ("fe80:0000:0000:0000:0202:c9ff:feab:cde1", "RoCE v2"),
    ("0000:0000:0000:0000:0000:ffff:c000:020a", "IB/RoCE v1"), ("0000:0000:0000:0000:0000:ffff:c000:020a", "RoCE v2"),
  ])

  private func run(
    _ arguments: String..., machine: SmallMachine = Self.usual, route: Result<NetlinkAnswer, NetworkFailure>? = nil
  ) -> Consequences {
    let network = FakeNetwork()
    if let route {
      let header = [2, 32] + [UInt8](repeating: 0, count: 10)
      network.expect(
        NetlinkRequest(.route, 26, header: header, [NetlinkAttribute(1, .bytes([192, 0, 2, 7]))]), route)
    }
    let result = consequences(of: ["gid"] + arguments, host: machine.host(network: network))
    // Indented or not, JSON is the same.
    return Consequences(
      status: result.status, output: result.output.replacing("\" : \"", with: "\":\""), error: result.error)
  }

  @Test func theTableHasIPAddresses() {
    let result = run()
    #expect(result.status == 0 && result.error.isEmpty)
    let rows = result.outputLines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      rows == [
        "PORT INDEX GID TYPE NETDEV NOTE", "mlx5_0/1 0 fe80::202:c9ff:feab:cde1 roce_v1 ens1 link-local",
        "mlx5_0/1 1 fe80::202:c9ff:feab:cde1 roce_v2 ens1 link-local", "mlx5_0/1 2 192.0.2.10 roce_v1 ens1 -",
        "mlx5_0/1 3 192.0.2.10 roce_v2 ens1 -",
      ])
    #expect(run("list", "--json").output.contains("\"address\":\"192.0.2.10\""))
  }

  @Test func theBestAndWhyNotTheOthers() {
    let result = run("best", "mlx5_0")
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("mlx5_0/1      3  192.0.2.10  roce_v2  ens1\n"))
    #expect(result.output.contains("RoCE v1: no router forwards it") && result.output.contains("link-local: no router"))
    #expect(run("best", "-q").output == "3\n")
    #expect(run("best", "--type", "v1", "-q").output == "2\n")
    #expect(run("best", "--json").output.contains("\"why_not\":\"RoCE v1: no router forwards it\""))
  }

  @Test func assignmentsAloneArePasted() {
    #expect(
      run("best", "--env", "ucx")
        == Consequences(status: 0, output: "UCX_NET_DEVICES=mlx5_0:1\nUCX_IB_GID_INDEX=3\n", error: ""))
  }

  @Test func onlyLinkLocalIsAFailedCheck() {
    let result = run("best", machine: Self.machine([("fe80:0000:0000:0000:0202:c9ff:feab:cde1", "RoCE v2")]))
    #expect(result.status == 2 && result.output.contains("[gid.link_local_only]"))
  }

  @Test func noCandidateSaysWhatIsMissing() {
    let old = Self.machine([("0000:0000:0000:0000:0000:ffff:c000:020a", "IB/RoCE v1")])
    let result = run("best", "mlx5_0", "--type", "v2", machine: old)
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: mlx5_0/1: no GID can be used: not RoCE v2\n"))
    let empty = run("best", machine: Self.machine([("0000:0000:0000:0000:0000:0000:0000:0000", "")]))
    #expect(empty.status == 3 && empty.error.contains("no GID: the table is empty"))
  }

  @Test func theRouteDecides() {
    let header: [UInt8] = [2, 32, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0]
    func answer(_ interface: UInt32, _ header: [UInt8] = header) -> Result<NetlinkAnswer, NetworkFailure> {
      .success(
        NetlinkAnswer(messages: [
          NetlinkMessage(
            command: 24, header: header, [.number(4, interface), NetlinkAttribute(7, .bytes([192, 0, 2, 10]))])
        ]))
    }
    #expect(run("best", "--peer", "192.0.2.7", "-q", route: answer(4)).output == "3\n")
    let other = run("best", "--peer", "192.0.2.7", route: answer(9))
    #expect(other.status == 3)
    #expect(other.error.contains("the route to 192.0.2.7 does not leave by ens1"), "\(other.error)")
    var local = header
    local[7] = 2
    #expect(
      run("best", "--peer", "::ffff:192.0.2.7", "--json", route: answer(1, local)).output.contains("gid.peer_is_local"))
    let refusal = KernelRefusal(code: 101, name: "ENETUNREACH", words: "Network is unreachable")
    let lost = run("best", "--peer", "192.0.2.7", route: .failure(.refused(refusal)))
    #expect(lost.status == 3 && lost.error.contains("no route to this peer: Network is unreachable (ENETUNREACH)"))
  }

  @Test(arguments: ["192.0.2", "example.org", "::", "0.0.0.0.0"]) func aPeerIsAnAddress(_ text: String) {
    let result = run("best", "--peer", text)
    #expect(result.status == 64 && result.error.hasPrefix("rdmactl: \(text): not an IP address or a GID"))
  }

  @Test func aRecordedMachineHasNoRoutes() {
    let result = consequences(of: ["gid", "best", "--peer", "192.0.2.7"], host: Self.usual.host())
    #expect(result.status == 6 && result.error.contains("on a live machine only"))
  }
}

/// `--format nagios` and `--format local`.
@Suite struct MonitoringTests {
  private func run(_ arguments: String..., change: (inout SmallMachine) -> Void = { _ in }) -> Consequences {
    var machine = SmallMachine()
    change(&machine)
    return consequences(of: ["status"] + arguments, host: machine.host())
  }

  private static let noLink: @Sendable (inout SmallMachine) -> Void = {
    $0.port("state", "1: DOWN"); $0.port("phys_state", "2: Polling")
  }

  @Test func aPluginIsOneLineWithFigures() {
    #expect(
      run("--format", "nagios")
        == Consequences(
          status: 0,
          output: "RDMA OK - 1 of 1 ports active | active=1;;;0;1 errors=0 warnings=0 'mlx5_0/1 gbps'=100\n", error: "")
    )
    let down = run("--format", "nagios", "--expect", "state=active", change: Self.noLink)
    #expect(down.status == 2 && down.error.isEmpty)
    #expect(
      down.output
        == "RDMA CRITICAL - mlx5_0/1: no link: the cable is unplugged, or the port at the other end is off; "
        + "mlx5_0/1: state: expected active, found down; 0 of 1 ports active | active=0;;;0;1 errors=2 warnings=0\n")
    let slow = run(
      "--format", "nagios", change: { $0.entries[SmallMachine.function + "/current_link_width"] = .text("8") })
    #expect(slow.status == 1 && slow.output.hasPrefix("RDMA WARNING - mlx5_0: a PCI Express link"))
  }

  @Test func whatCannotBeCheckedIsUnknown() {
    let none = run("--format", "nagios", change: { $0.entries = [:] })
    #expect(none.status == 3 && none.error.isEmpty && none.output.hasPrefix("RDMA UNKNOWN - no RDMA device found: "))
    let name = run("--format", "nagios", "mlx5_7")
    #expect(name.status == 3 && name.output.hasPrefix("RDMA UNKNOWN - mlx5_7: no adapter"))
    let local = run("--format", "local", "mlx5_7")
    #expect(local.status == 0 && local.output.hasPrefix("3 \"RDMA host\" - mlx5_7: no adapter"))
  }

  @Test func aLocalCheckHasALineForEachPort() {
    #expect(
      run("--format", "local").output == """
        0 "RDMA mlx5_0/1" gbps=100 active
        0 "RDMA host" active=1|ports=1 1 of 1 ports active

        """)
    let down = run("--format", "local", change: Self.noLink)
    #expect(down.status == 0 && down.output.hasPrefix("2 \"RDMA mlx5_0/1\" - down; no link: "))
  }

  @Test(arguments: [["--json"], ["-q"], ["--watch"], ["--wait", "active"]]) func oneFormAtATime(_ more: [String]) {
    #expect(consequences(of: ["status", "--format", "nagios"] + more, host: SmallMachine().host()).status == 64)
  }
}
