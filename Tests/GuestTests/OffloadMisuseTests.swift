internal import GuestLab
internal import Testing

/// What somebody in a hurry, or one who means harm, does to `rdmactl offload` on a true kernel.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"), .serialized)
struct OffloadMisuseTests {
  private let guest: Guest

  init() throws {
    guest = try Guest(nics: Guest.allCards)
    try guest.check("rm -rf /tmp/misuse && mkdir -m 755 /tmp/misuse && ip link add d0 type dummy")
  }

  private func command(_ words: String) -> String {
    "RDMACTL_STATE_DIR=/tmp/misuse/s RDMACTL_RUN_DIR=/tmp/misuse/r \(Guest.rdmactl) offload \(words)"
  }

  private func run(_ words: String, as user: String = "root") throws -> GuestResult {
    try guest.run(command(words), as: user)
  }

  @Test("An interface with control characters in its name is told, and never shown")
  func name() throws {
    try guest.check(#"ip link add name "$(printf 'a\033[31mb')" type dummy"#)
    let shown = try run("show -q")
    #expect(shown.status == 0 && shown.output.contains("d0\n") && !shown.output.contains("\u{1b}"))
    let all = try run("show")
    #expect(all.error.contains("its name has control characters") && !all.error.contains("\u{1b}"))
    #expect(!all.output.contains("\u{1b}"))
    #expect(try run(#"set "$(printf 'a\033[31mb')" mtu=1400 --yes"#).status == 3)
  }

  @Test("A conflict says how to go on, and what it says works")
  func conflict() throws {
    #expect(try run("set d0 mtu=1400 --yes").status == 0)
    try guest.check("ip link set d0 mtu 1450")
    let refused = try run("undo --yes")
    #expect(refused.status == 7 && refused.error.contains("now it is 1450"))
    #expect(refused.error.hasSuffix("    next: rdmactl undo 1 --force-conflicts\n"), "\(refused.error)")
    #expect(try guest.check("cat /sys/class/net/d0/mtu") == "1450\n")
    #expect(try run("undo 1 --force-conflicts --yes").status == 0)
    #expect(try guest.check("cat /sys/class/net/d0/mtu") == "1500\n")
  }

  @Test("What goes with a small MTU is told before; a damaged entry and a device that has gone are told by undo")
  func told() throws {
    let small = try run("set d0 mtu=1200 --dry-run")
    #expect(small.status == 0 && small.error.contains("the kernel takes IPv6 off d0"))
    #expect(try run("set d0 mtu=1400 --yes").status == 0)
    try guest.check("ip link del d0; echo nothing > /tmp/misuse/s/history/0007.change")
    let undone = try run("undo --yes")
    #expect(undone.status == 0 && undone.error.contains("d0 is gone, and its settings with it"))
    #expect(undone.output == "undone: 1; what is still there is as it was before\n")
    let nothing = try run("undo --yes")
    #expect(nothing.status == 0 && nothing.output == "nothing to undo\n")
    #expect(nothing.error.contains("0007.change does not begin as a journal entry"))
  }

  @Test("Calls of several interfaces that start at once, as udev does it, all come to their end")
  func together() throws {
    let calls = ["eth0", "eth1", "eth3", "d0"].map { "(\(command("set \($0) mtu=1400 --yes --wait 60")) -q) &" }
    try guest.check(calls.joined(separator: " ") + " wait")
    #expect(try guest.check("cd /sys/class/net; cat eth0/mtu eth1/mtu eth3/mtu d0/mtu") == "1400\n1400\n1400\n1400\n")
    #expect(try run("undo --all --yes").status == 0)
    #expect(try guest.check("cd /sys/class/net; cat eth0/mtu eth1/mtu eth3/mtu d0/mtu") == "1500\n1500\n1500\n1500\n")
  }

  @Test("An ordinary user reads, and writes nothing, not even a directory")
  func nobody() throws {
    #expect(try run("show d0", as: "nobody").output.hasPrefix("d0 (dummy), down"))
    for words in ["set d0 gro=off --yes", "set tcp_sack=0 --yes", "try d0 gro=off --yes"] {
      let refused = try run(words, as: "nobody")
      #expect(refused.status == 4 && refused.output.isEmpty, "\(words): \(refused.output)\(refused.error)")
      #expect(refused.error.contains("CAP_NET_ADMIN"))
    }
    #expect(try guest.check("ls /tmp/misuse") == "")
  }
}
