internal import Foundation
internal import HostAccess
internal import HostLinux
internal import Testing

/// The door to the kernel's network configuration, against the kernel this runs on: nothing here needs rights.
struct LinuxNetworkTests {
  private let network = LinuxNetwork()
  /// `struct ifinfomsg` with an index.
  private func link(_ index: UInt8) -> [UInt8] { [0, 0, 0, 0, index, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }
  /// ETHTOOL_GLINK with room for its answer.
  private let getLink: [UInt8] = [0x0a, 0, 0, 0, 0, 0, 0, 0]

  @Test func loopback() throws {
    let answer = try network.ask(NetlinkRequest(.route, 18, header: link(1)))
    let message = try #require(answer.messages.first)
    #expect(answer.messages.count == 1)
    #expect(message.command == 16)
    #expect(message.header.count == 16 && Array(message.header[4..<8]) == [1, 0, 0, 0])
    #expect(message.attributes.text(3) == "lo")
    let mtu = try String(contentsOfFile: "/sys/class/net/lo/mtu", encoding: .utf8)
    #expect(message.attributes.number(4).map { "\($0)\n" } == mtu)
  }

  @Test func allLinks() throws {
    let answer = try network.ask(NetlinkRequest(.route, 18, isDump: true, header: link(0)))
    let there = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")
    #expect(Set(answer.messages.compactMap { $0.attributes.text(3) }).isSuperset(of: ["lo"]))
    #expect(answer.messages.count == there.filter { !$0.hasPrefix("bonding_masters") }.count)
  }

  /// Attributes that are made of attributes come as the request says, and as bytes without.
  @Test func families() throws {
    let groups = NetlinkNests([7: NetlinkNests(others: [NetlinkNests()])])
    let answer = try network.ask(NetlinkRequest(.generic("nlctrl"), 3, isDump: true, nests: groups))
    let control = try #require(answer.messages.first { $0.attributes.text(2) == "nlctrl" })
    #expect(control.attributes.number(1) == 16)
    #expect(control.attributes.nests(7).first?.first.map { $0.value } != nil)
    let plain = try network.ask(NetlinkRequest(.generic("nlctrl"), 3, isDump: true))
    let same = try #require(plain.messages.first { $0.attributes.text(2) == "nlctrl" })
    #expect(same.attributes.bytes(7) != nil && same.attributes.nests(7).isEmpty)
  }

  @Test func refusals() {
    #expect(throws: NetworkFailure.noFamily("no-such-family")) {
      try network.ask(NetlinkRequest(.generic("no-such-family"), 1))
    }
    let missing = KernelRefusal(code: 19, name: "ENODEV", words: "No such device")
    #expect(throws: NetworkFailure.refused(missing)) {
      try network.ask(NetlinkRequest(.route, 18, header: [0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f] + link(0)[8...]))
    }
    #expect(throws: NetworkFailure.refused(missing)) { try network.ethtool("no-such-if", getLink) }
    #expect(throws: NetworkFailure.refused(missing)) { try network.ethtool("a-name-of-sixteen", getLink) }
    #expect(throws: NetworkFailure.self) {
      try network.ask(
        NetlinkRequest(.route, 18, header: link(1), [NetlinkAttribute(3, .bytes(Array(repeating: 1, count: 65_536)))]))
    }
    // After a refusal the socket is as good as before.
    #expect(throws: Never.self) { try network.ask(NetlinkRequest(.route, 18, header: link(1))) }
  }

  @Test func ethtoolByIoctl() throws {
    #expect(try network.ethtool("lo", getLink) == [0x0a, 0, 0, 0, 1, 0, 0, 0])
    // What comes back longer than the question does not harm.
    #expect(try network.ethtool("lo", Array(getLink.prefix(4))).count == 4)
  }

  @Test func listening() throws {
    let request = NetlinkRequest(.generic("nlctrl"), 3, [.text(2, "nlctrl")])
    #expect(
      throws: NetworkFailure.failed("the kernel's nlctrl has no notifications called no-such-group")
    ) { try network.ask(request, listeningTo: "no-such-group") { _ in } }
    var told = 0
    let answer = try network.ask(request, listeningTo: "notify") { _ in
      told += 1
      // Whoever is told may ask.
      _ = try? network.ask(request)
    }
    #expect(answer.messages.first?.attributes.text(2) == "nlctrl")
    #expect(told == 0)
    #expect(throws: NetworkFailure.self) {
      try network.ask(NetlinkRequest(.route, 18, header: link(1)), listeningTo: "notify") { _ in }
    }
  }

  @Test func writing() throws {
    let path = "/proc/self/oom_score_adj"
    let before = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
    #expect(throws: Never.self) { try network.write(before, to: path) }
    let refusal = #expect(throws: NetworkFailure.self) { try network.write("no number", to: path) }
    #expect(refusal == .refused(KernelRefusal(code: 22, name: "EINVAL", words: "Invalid argument")))
    let missing = KernelRefusal(code: 2, name: "ENOENT", words: "No such file or directory")
    #expect(throws: NetworkFailure.refused(missing)) { try network.write("1", to: "/sys/class/net/no-such/mtu") }
  }

  /// Nothing else than settings of the kernel is ever opened to write.
  @Test(arguments: ["/tmp/x", "/sys/../tmp/x", "/proc/self/cwd/../x", "sys/x", "/sysx", "/proc/a\0b", ""])
  func elsewhereNothingIsWritten(_ path: String) {
    #expect(throws: NetworkFailure.failed("\(path) is not a setting of the kernel")) {
      try network.write("1", to: path)
    }
  }
}
