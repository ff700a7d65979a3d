internal import FabricLab
internal import Foundation
internal import GuestLab
internal import TestSupport
internal import Testing

/// Subnet managers, the fabric, and GUIDs as MAC addresses, through the kernel's own umad and IPoIB.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct SubnetTests {
  static let rdmactl = Guest.rdmactl

  /// From no subnet manager at all to one that has set up the subnet, and back.
  @Test func aSubnetManager() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop nodes=4"])
    let none = try guest.run("\(Self.rdmactl) sm list --json")
    #expect(none.status == 2)
    #expect(try JSONValue(none.output)["problems"]?.elements.compactMap { $0["id"]?.text } == ["sm.none"])

    let started = try JSONValue(guest.check("\(Self.rdmactl) sm start ibl2/1 --yes --wait --json"))
    #expect(started["state"]?.text == "master")
    #expect(started["port_state"]?.text == "active")
    #expect(started["changed"] == .bool(true))
    let again = try guest.run("\(Self.rdmactl) sm start ibl2/1 --yes --wait --json")
    #expect(again.status == 0)
    #expect(try JSONValue(again.output)["action"]?.text == "already_running")
    #expect(try JSONValue(again.output)["changed"] == .bool(false))

    let list = try JSONValue(guest.check("\(Self.rdmactl) sm list --json"))
    let judge = try #require(SminfoAnswer(try guest.check("sminfo -C ibl0")))
    #expect(judge.state == 3)
    let managers = try #require(list["managers"]?.elements)
    try #require(managers.count == 1)
    #expect(managers[0]["guid"]?.text == "021b100000000031")
    #expect(managers[0]["guid"]?.text.flatMap { UInt64($0, radix: 16) } == judge.guid)
    #expect(managers[0]["lid"] == .number("\(judge.lid)"))
    #expect(managers[0]["priority"] == .number("\(judge.priority)"))
    #expect(managers[0]["state"]?.text == "master")
    #expect(managers[0]["local"] == .bool(true))
    #expect(list["master"] == managers[0]["guid"])

    try compareFabric(guest)

    let stopped = try JSONValue(guest.check("\(Self.rdmactl) sm stop ibl2/1 --yes --json"))
    #expect(stopped["action"]?.text == "stopped")
    #expect(stopped["killed"] == .bool(false))
    #expect(SminfoAnswer(try guest.run("sminfo -C ibl0").output) == nil)
    #expect(try guest.run("pgrep -x opensm").status == 1)
  }

  /// More groups than one packet holds: the kernel puts the SA's answer together (RMPP), saquery is the judge.
  @Test func manyMulticastGroups() throws {
    let guest = try Guest(modules: ["ib_umad", "ib_ipoib", "ibloop nodes=3"])
    let partitions = (1...6).map { "p\($0)=\($0),ipoib : ALL=full;\\n" }.joined()
    try guest.check(
      """
      printf 'Default=0x7fff,ipoib : ALL=full;\\n\(partitions)' >/tmp/partitions.conf &&
      opensm -B -P /tmp/partitions.conf -f /tmp/osm.log && ip link set ib0 up && ip link set ib1 up
      """)
    #expect(try guest.run("\(Self.rdmactl) status ib1 --wait active --timeout 60").status == 0)
    let answer = try JSONValue(guest.check("\(Self.rdmactl) fabric groups --json"))
    let groups = answer["groups"]?.elements ?? []
    let judge = try guest.check("saquery -g").split(separator: "\n").filter { $0.contains("Mlid") }
    #expect(judge.count >= 7 && groups.count == judge.count, "\(judge)")
    #expect(
      Set(groups.compactMap { $0["mlid"]?.leaves[""] })
        == Set(
          judge.compactMap { $0.split(separator: ".").last.flatMap { Int($0.dropFirst(2), radix: 16) } }.map(
            String.init)))
    #expect(answer["notes"]?.elements == [] && answer["complete"] == .bool(true))
    let members = try guest.check("saquery --smkey 1 -m").split(separator: "\n").filter { $0.contains("PortGid") }
    let told = groups.reduce(0) { $0 + ($1["members"]?.elements.count ?? 0) }
    #expect(told > 0 && told == members.count { !$0.hasSuffix("::") }, "\(members)")
    let path = try guest.run("\(Self.rdmactl) fabric path 'ibloop adapter 0' 'ibloop adapter 2' --json")
    #expect(path.status == 0, "\(path.output)\(path.error)")
    let ping = try guest.run("\(Self.rdmactl) fabric ping 'ibloop adapter 2' --count 3 -q")
    #expect(ping.output.hasPrefix("directed_route 3 3"), "\(ping.output)\(ping.error)")
    _ = try guest.run("kill $(pidof opensm)")
  }

  /// Each node, port and cable as ibnetdiscover has it.
  private func compareFabric(_ guest: Guest) throws {
    let ours = try JSONValue(guest.check("\(Self.rdmactl) fabric discover --json ibl0/1"))
    let judge = Manifest(ibnetdiscover: try guest.check("ibnetdiscover -C ibl0"))
    #expect(ours["complete"] == .bool(true))
    #expect(ours["problems"]?.elements == [])
    #expect(judge.nodes.count == 5)
    #expect(judge.links.count == 4)
    let nodes = ours["nodes"]?.elements ?? []
    #expect(Set(nodes.compactMap { $0["guid"]?.text }) == Set(judge.nodes.map(\.guid)))
    for node in nodes {
      let theirs = judge.nodes.first { $0.guid == node["guid"]?.text }
      #expect(node["description"]?.text == theirs?.description)
      #expect(node["num_ports"] == theirs.map { .number("\($0.ports)") })
      #expect(node["vendor_id"] == theirs.map { .number("\($0.vendorID)") })
      #expect(node["device_id"] == theirs.map { .number("\($0.deviceID)") })
    }
    // ibnetdiscover and rdmactl again in a format of ibnetdiscover's.
    let retold = Manifest(
      ibnetdiscover: try guest.check("\(Self.rdmactl) fabric discover --format ibnetdiscover ibl0/1"))
    #expect(retold == judge)
  }

  /// A cable is pulled and put back; a subnet manager is told of neither, and looks.
  @Test func aCable() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop nodes=3"])
    try guest.check("\(Self.rdmactl) sm start ibl0/1 --yes --wait")
    try guest.check("echo 2 >/sys/module/ibloop/parameters/cut")
    let cut = try JSONValue(guest.check("\(Self.rdmactl) fabric discover --json ibl0/1"))
    #expect(cut["counts"]?["links"] == .number("2"))
    #expect(cut["counts"]?["adapters"] == .number("2"))
    #expect(try guest.check("ibnetdiscover -C ibl0").contains("021b100000000030") == false)
    try guest.check("echo 2 >/sys/module/ibloop/parameters/join && \(Self.rdmactl) sm reload ibl0/1 --yes")
    try guest.wait(for: "active", "cat /sys/class/infiniband/ibl2/ports/1/state") { $0.output == "4: ACTIVE\n" }
    let joined = try JSONValue(guest.check("\(Self.rdmactl) fabric discover --json ibl0/1"))
    #expect(joined["counts"]?["links"] == .number("3"))
  }

  /// The port GUID is what the last eight bytes of IPoIB's hardware address say, and the MAC of guid2mac is theirs.
  @Test(arguments: [
    (guid: "0x0002c90300000000", outcome: "recognized", mac: "00:02:ca:00:00:11"),
    (guid: "0x021b100000000000", outcome: "unrecognized", mac: "02:00:00:00:00:01"),
  ])
  func macAddresses(guid: String, outcome: String, mac: String) throws {
    let guest = try Guest(modules: ["ib_umad", "ib_ipoib", "ibloop guid=\(guid)"])
    let answer = try JSONValue(guest.run("\(Self.rdmactl) guid2mac --check --json").output)
    let results = try #require(answer["results"]?.elements)
    try #require(results.count == 2)
    for (index, result) in results.enumerated() {
      let address = try guest.check("cat /sys/class/net/ib\(index)/address").split(separator: "\n").joined()
      #expect(result["guid"]?.text == address.split(separator: ":").suffix(8).joined())
      #expect(result["port"]?.text == "ibl\(index)/1")
    }
    #expect(results[0]["outcome"]?.text == outcome)
    #expect(results[0]["mac"]?.text == mac)
    // By the interface's name it is the same port.
    let byName = try JSONValue(guest.run("\(Self.rdmactl) guid2mac --check ib1 --json").output)
    #expect(byName["results"]?.elements.map { $0["guid"] } == [results[1]["guid"]])
    #expect(byName["results"]?.elements.map { $0["port"]?.text } == ["ibl1/1"])
  }
}
