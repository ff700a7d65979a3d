internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// What `rdmactl status` sees of a machine that changes while it looks.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct StatusChangeTests {
  static let rdmactl = Guest.rdmactl

  /// The last whole object that a watching rdmactl has written.
  private func last(_ output: String) -> JSONValue? {
    output.hasSuffix("\n") || output.contains("\n")
      ? output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last.flatMap { try? JSONValue($0) }
      : nil
  }

  private func state(_ output: String, of name: String) -> String? {
    last(output)?["adapters"]?.elements.first { $0["name"]?.text == name }?["ports"]?.elements.first?["state"]?.text
  }

  /// Links and devices come, go and change their names below it; it tells of each, and ends only when it is told to.
  @Test func watching() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe", "siw", "ib_umad", "ibloop"])
    try guest.check("ip link set eth0 up && rdma link add rxe0 type rxe netdev eth0")
    let watch = try guest.start("exec \(Self.rdmactl) status --watch 0.1")
    try watch.wait(until: "rxe0 is active") { state($0, of: "rxe0") == "active" && state($0, of: "ibl0") == "init" }

    try guest.check("ip link set eth0 down")
    try watch.wait(until: "rxe0 is down") { state($0, of: "rxe0") == "down" }
    try guest.check("ip link set eth0 up")
    try watch.wait(until: "rxe0 is up again") { state($0, of: "rxe0") == "active" }
    try guest.check("rdma dev set rxe0 name another")
    try watch.wait(until: "its new name") { state($0, of: "another") == "active" && state($0, of: "rxe0") == nil }
    try guest.check("echo 0 >/sys/module/ibloop/parameters/cut")
    try watch.wait(until: "the cut cable") { state($0, of: "ibl0") == "down" }
    try guest.check("rmmod ibloop")
    try watch.wait(until: "the driver is gone") { state($0, of: "ibl0") == nil && state($0, of: "another") != nil }
    try guest.check("rdma link del another")
    // No device at all is told of, and waited for.
    try watch.wait(until: "nothing is left") { last($0)?["schema"]?.text == "rdmactl.error/1" }
    try guest.check("rdma link add late type rxe netdev eth0")
    try watch.wait(until: "a new device") { state($0, of: "late") == "active" }
    try watch.signal(SIGINT)
    let result = try watch.wait()
    #expect(result.status == 130)
    #expect(result.error == "")
    // Each line is a whole object.
    for line in result.output.split(separator: "\n") { #expect(throws: Never.self) { try JSONValue(line) } }
  }

  /// Devices that are made and removed all the time never make it fail or say nonsense of the one that stays.
  @Test func aDeviceThatComesAndGoes() throws {
    let guest = try Guest(nics: ["virtio", "virtio"], modules: ["rdma_rxe"])
    try guest.check("ip link set eth0 up; ip link set eth1 up; rdma link add stays type rxe netdev eth0")
    let changing = try guest.start(
      "while :; do rdma link add goes type rxe netdev eth1 && rdma link del goes || exit 1; done")
    for _ in 0..<6 {
      let result = try guest.run("\(Self.rdmactl) status --json --counters")
      // 8: one of them could not be read whole.
      #expect([0, 8].contains(result.status), "\(result.error)")
      let stays = try JSONValue(result.output)["adapters"]?.elements.first { $0["name"]?.text == "stays" }
      #expect(stays?["ports"]?.elements.map { $0["state"]?.text } == ["active"])
      #expect(stays?["node_guid"]?.text == "505400fffe000010")
    }
    #expect(changing.isRunning, "\(changing.error)")
  }

  /// Waiting for a port that a subnet manager brings up meanwhile, and for one that goes down.
  @Test func waiting() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop"])
    let up = try guest.start("exec \(Self.rdmactl) status ibl1/1 --wait active --timeout 60")
    try guest.check("\(Self.rdmactl) sm start ibl0/1 --yes --wait")
    #expect(try up.wait().status == 0)
    let down = try guest.start("exec \(Self.rdmactl) status ibl1/1 --wait down --timeout 60")
    try guest.check("echo 1 >/sys/module/ibloop/parameters/cut")
    #expect(try down.wait().status == 0)
    #expect(try guest.run("\(Self.rdmactl) status ibl0/1 --expect state=active,rate=40").status == 0)
    #expect(try guest.run("\(Self.rdmactl) status --expect ports=2,state=active").status == 2)
  }

  /// An ordinary user sees what root sees; where the device nodes are closed to him, that is noted and the rest is there.
  @Test func anOrdinaryUser() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop", "rdma_ucm"])
    let root = try guest.check("\(Self.rdmactl) status --json")
    let nobody = try guest.run("\(Self.rdmactl) status --json", as: "nobody")
    #expect(nobody.status == 0)
    #expect(try JSONValue(nobody.output)["adapters"] == JSONValue(root)["adapters"])
    #expect(nobody.error == "")

    try guest.check("chmod 600 /dev/infiniband/*")
    let closed = try guest.run("\(Self.rdmactl) status --json", as: "nobody")
    #expect(closed.status == 0)
    #expect(closed.error == "")
    let (all, left) = (try JSONValue(root), try JSONValue(closed.output))
    let theirs = left["adapters"]?.leaves ?? [:]
    let lost = (all["adapters"]?.leaves ?? [:]).filter { theirs[$0.key] != $0.value }
    // What only verbs and agents know is null, and the rest is as root sees it.
    let kinds = Set(
      lost.keys.map { $0.contains(".limits.") ? "limits" : $0.split(separator: ".").last.map(String.init) })
    #expect(
      kinds == [
        "limits", "vendor_id", "part_id", "max_mtu", "active_mtu", "max_message_size", "max_vls", "bad_pkey_counter",
        "qkey_violation_counter", "subnet_timeout", "init_type_reply",
      ])
    #expect(lost.keys.allSatisfy { $0.contains(".limits.") || theirs[$0] == "null" })
    // An ordinary user may lock little memory; root of the guest as much as there is.
    func problems(_ answer: JSONValue) -> [JSONValue] {
      (answer["problems"]?.elements ?? []).filter { $0["id"]?.text != "host.memlock_low" }
    }
    #expect(problems(left) == problems(all))
    let notes = left["notes"]?.elements.compactMap { $0["message"]?.text } ?? []
    #expect(notes.count == 2)
    for (index, note) in notes.enumerated() {
      #expect(note.contains("the right to open /dev/infiniband/uverbs\(index)"), "\(note)")
      #expect(note.contains("the right to open /dev/infiniband/umad\(index)"), "\(note)")
    }
    let denied = try guest.run("\(Self.rdmactl) sm list ibl0/1 --json", as: "nobody")
    #expect(denied.status == 4)
    #expect(denied.output.contains("/dev/infiniband/umad0"), "\(denied.output)")
  }
}
