internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

private enum SocketParts {
  static let preload = "/usr/lib/x86_64-linux-gnu/rsocket/librspreload.so"
  /// Which of the programs is not installed.
  static let missing: String? = [
    "/usr/bin/ib_write_bw", "/usr/bin/rping", "/usr/bin/iperf", "/usr/bin/python3", preload,
  ]
  .first { !FileManager.default.fileExists(atPath: $0) }.map { "\($0) is not there: make deps" }
}

/// `sock` and `perf` on a true kernel: soft RoCE, with iproute2, perftest and rdma-core's own programs as judges.
@Suite(
  .enabled(
    if: Guest.unavailable == nil && SocketParts.missing == nil, "\(Guest.unavailable ?? SocketParts.missing ?? "")"))
struct SocketTests {
  static let rdmactl = Guest.rdmactl
  private static let preload = SocketParts.preload
  private static let address = "192.0.2.1"

  private func guest() throws -> Guest {
    let guest = try Guest(modules: ["rdma_rxe", "rdma_cm", "rdma_ucm", "ib_uverbs", "dcblab"])
    try guest.check(
      """
      ip link set dcb0 mtu 4200 up && ip addr add \(Self.address)/24 dev dcb0 && rdma link add rxe0 type rxe netdev dcb0
      """)
    _ = try guest.wait(for: "a GID", "cat /sys/class/infiniband/rxe0/ports/1/gids/1") {
      $0.output.contains("ffff:c000:0201")
    }
    return guest
  }

  private static let server = """
    import socket, time
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("\(address)", 7001)); s.listen(); c, a = s.accept(); print(len(c.recv(9))); time.sleep(60)
    """
  private static let client = """
    import socket, time
    s = socket.create_connection(("\(address)", 7001)); s.sendall(b"x" * 9); time.sleep(60)
    """

  /// Every queue pair of `rdma resource` with its process, as root and as nobody; a program that stayed on TCP is named.
  @Test func whoUsesRDMA() throws {
    let guest = try guest()
    var jobs: [GuestJob] = []
    func start(_ words: String) throws { jobs.append(try guest.start(words)) }
    try start("LD_PRELOAD=\(Self.preload) iperf -s -p 5001")
    try start("rping -s -a \(Self.address) -C 100000")
    try start("LD_PRELOAD=\(Self.preload) python3 -c '\(Self.server)'")
    try guest.wait(for: "two listeners", "rdma resource show cm_id") {
      $0.output.components(separatedBy: "LISTEN").count == 3
    }
    try start("LD_PRELOAD=\(Self.preload) iperf -c \(Self.address) -p 5001 -t 60")
    try start("rping -c -a \(Self.address) -C 100000")
    try start("LD_PRELOAD=\(Self.preload) python3 -c '\(Self.client)'")
    try guest.wait(for: "four connections", "rdma resource show cm_id; ss -tn") {
      $0.output.components(separatedBy: "CONNECT").count == 5 && $0.output.contains("ESTAB")
    }
    let judged = try JSONValue(guest.check("rdma -j resource show qp")).elements
    for user in ["root", "nobody"] {
      let answer = try JSONValue(guest.run("\(Self.rdmactl) sock who --json", as: user).output)
      let ours = answer["connections"]?.elements ?? []
      #expect(
        Set(ours.compactMap { $0["local_qp"]?.value }) == Set(judged.compactMap { $0["lqpn"]?.value }), "\(user)")
      for pair in judged where pair["pid"] != nil {
        let thread = Int(pair["pid"]?.value ?? 0)
        // A thread that made a connection may have ended since.
        let process = try guest.run("sed -n 's/^Tgid:\\t//p' /proc/\(thread)/status").output.split(separator: "\n")
          .first
        let row = ours.first { $0["local_qp"]?.value == pair["lqpn"]?.value }
        if let process { #expect(row?["pid"]?.value == Double(process), "\(pair)") }
      }
      let onTCP = answer["tcp_although_preloaded"]?.elements ?? []
      #expect(
        user != "root" || onTCP.contains { $0["process"]?.text == "python3" && $0["state"]?.text == "established" })
      #expect(user == "root" || onTCP.isEmpty && !(answer["notes"]?.elements.isEmpty ?? true))
      let via = Set(ours.filter { $0["state"]?.text == "connect" }.compactMap { $0["via"]?.text })
      #expect(via == (user == "root" ? ["rsockets", "rdma_cm"] : ["rdma_cm"]))
    }
    #expect(try guest.run("\(Self.rdmactl) sock who nosuch").status == 3)
    for job in jobs { try? job.signal(SIGKILL) }
  }

  /// The program's status passes, a program that fell back is ended, and with the compatibility library it does not fall back.
  @Test func runsProgramsOverRDMA() throws {
    let guest = try guest()
    #expect(try guest.run("\(Self.rdmactl) sock run -- sh -c 'exit 17'").status == 17)
    #expect(try guest.run("\(Self.rdmactl) sock run -- sh -c 'kill -9 $$'").status == 137)
    let refused = try guest.run("\(Self.rdmactl) sock run -- busybox true")
    #expect(refused.status == 6 && refused.error.contains("linked statically"))
    let listening = try guest.start("python3 -c '\(Self.server)'")
    try guest.wait(for: "a listener", "ss -tln") { $0.output.contains(":7001") }
    let fallen = try guest.run("\(Self.rdmactl) sock run --require --no-compat -- python3 -c '\(Self.client)'")
    #expect(fallen.status == 2 && fallen.error.contains("over TCP: 1 socket"), "\(fallen.error)")
    #expect(try guest.run("pgrep -f create_connection").output.split(separator: "\n").count <= 1)
    try listening.signal(SIGKILL)

    let settings = "/etc/rdma/rsocket"
    #expect(try guest.run("\(Self.rdmactl) sock config set sqsize=64 rqsize=128 mem=65536 --yes").status == 0)
    #expect(try guest.run("\(Self.rdmactl) sock config set sqsize=70000 --yes").status == 64)
    let iperf = try guest.start("LD_PRELOAD=\(Self.preload) iperf -s -p 5002")
    try guest.wait(for: "a listener", "rdma resource show cm_id") { $0.output.contains(":5002") }
    let client = try guest.start("\(Self.rdmactl) sock run --report -- iperf -c \(Self.address) -p 5002 -t 8")
    try guest.wait(for: "small queues", "rdma resource show cq; rdma resource show mr") {
      $0.output.contains("cqe 255") && $0.output.contains("mrlen 65536")
    }
    let result = try client.wait()
    #expect(result.status == 0 && result.error.contains("over RDMA: 1 connection (rxe0)"), "\(result.error)")
    try iperf.signal(SIGKILL)
    #expect(try guest.run("\(Self.rdmactl) undo --yes").status == 0)
    #expect(try guest.run("ls \(settings)").output == "")
  }

  /// perftest's own figures and six of its mistakes; no process and no port is left behind.
  @Test func measures() throws {
    let guest = try guest()
    // The figures are those of the text that the program itself has written.
    try guest.check(
      "mkdir -p /tmp/seen && for name in write_bw read_lat; do printf '#!/bin/sh\\n/usr/bin/ib_'$name' \"$@\" >/tmp/seen/$$ "
        + "2>&1; s=$?; cat /tmp/seen/$$; exit $s\\n' >/tmp/seen/ib_$name; chmod 755 /tmp/seen/ib_$name; done")
    let bandwidth = try JSONValue(
      guest.check("PATH=/tmp/seen:$PATH \(Self.rdmactl) perf bw --loopback --size 4096 --timeout 50s --json"))
    let row = try #require(bandwidth["results"]?.elements.first)
    let printed = try guest.check("grep -h '^ 4096' /tmp/seen/[0-9]*").split(whereSeparator: \.isWhitespace)
    #expect(
      printed.contains { Double($0) == row["bw_average_gbps"]?.value } && (row["bw_average_gbps"]?.value ?? 0) > 0)
    #expect(bandwidth["gid_index"]?.value == 1 && bandwidth["mtu"]?.value == 4096)
    let latency = try JSONValue(
      guest.check("PATH=/tmp/seen:$PATH \(Self.rdmactl) perf lat --loopback --op read --count 50 --timeout 50s --json"))
    let times = try #require(latency["results"]?.elements.first)
    #expect((times["t_typical_us"]?.value ?? 0) > 0 && times["t_99_9_us"]?.value != nil)

    func id(_ words: String, server: String?) throws -> String? {
      let listener = try server.map { try guest.start($0) }
      if listener != nil { try guest.wait(for: "a server", "ss -tln") { $0.output.contains(":18515") } }
      let result = try guest.run("\(Self.rdmactl) perf bw \(Self.address) \(words) --json")
      try listener?.signal(SIGKILL)
      #expect(result.status == 1, "\(words): \(result.output)")
      try guest.wait(for: "no test", "pgrep -c 'ib_(write|send|read)'") { $0.output == "0\n" }
      return try JSONValue(result.output)["error"]?["id"]?.text
    }
    #expect(try id("", server: nil) == "perf.no_listener")
    #expect(
      try id("--size 8192 --timeout 40s", server: "ib_write_bw -d rxe0 -x 1 -F -s 4096 -D 3") == "perf.options_differ")
    #expect(
      try id("--op read --timeout 40s", server: "ib_write_bw -d rxe0 -x 1 -F -s 65536 -D 3") == "perf.options_differ")
    #expect(try id("--timeout 40s", server: "ib_write_bw -d rxe0 -x 0 -F -D 3") == "perf.gid_types_differ")
    #expect(
      try id("--op send --size 512 --timeout 4s", server: "ib_send_bw -d rxe0 -x 1 -F -c UD -s 512 -D 3")
        == "perf.silent")
    // A parent that is killed takes both sides with it.
    let killed = try guest.start("exec \(Self.rdmactl) perf bw --loopback --duration 30s")
    try guest.wait(for: "both sides", "pgrep -c ib_write_bw") { $0.output == "2\n" }
    try killed.signal(SIGKILL)
    try guest.wait(for: "no side", "pgrep -c ib_write_bw; ss -tln") {
      $0.output.hasPrefix("0\n") && !$0.output.contains("185")
    }
    try guest.check("ip link set dcb0 down")
    #expect(try id("", server: nil) == "perf.port_down")
  }
}

extension JSONValue {
  fileprivate var value: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}
