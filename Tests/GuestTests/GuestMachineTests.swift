internal import Foundation
internal import GuestLab
internal import Testing

/// The guest itself: commands, their ends, and its own.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct GuestMachineTests {
  @Test func commands() throws {
    let guest = try Guest()
    let result = try guest.run("cat; echo wrong >&2; exit 7", input: "read\n")
    #expect(result.status == 7)
    #expect(result.output == "read\n")
    #expect(result.error == "wrong\n")
    #expect(try guest.run("kill -SEGV $$").status == 128 + 11)
    #expect(try guest.run("printf '\\0\\377'").outputBytes == [0, 255])
    #expect(try guest.check("seq 200000 | tail -n 1") == "200000\n")
    #expect(try guest.check("uname -n") == "guest\n")
    // What a command leaves running holds nobody up.
    #expect(try guest.run("sleep 1000 &").status == 0)
  }

  @Test func anOrdinaryUser() throws {
    let guest = try Guest()
    let status = try guest.run("cat /proc/self/status", as: "nobody").output
    let facts = status.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(facts.contains(["Uid:", "65534", "65534", "65534", "65534"]))
    #expect(facts.contains(["CapEff:", "0000000000000000"]))
    #expect(
      facts.contains {
        $0.first == "Groups:" && $0.dropFirst().allSatisfy { $0.trimmingCharacters(in: .whitespaces).isEmpty }
      })
    #expect(try guest.run("true", as: "no-such-user").status == 127)
  }

  @Test func inTheBackground() throws {
    let guest = try Guest()
    let job = try guest.start("trap 'echo bye; exit 3' TERM; echo hello; while :; do sleep 0.05; done")
    try job.wait(until: "a greeting") { $0 == "hello\n" }
    #expect(job.isRunning)
    #expect(try guest.run("true").status == 0)
    try job.signal(SIGTERM)
    let result = try job.wait()
    #expect(result.status == 3)
    #expect(result.output.hasPrefix("hello\n") && result.output.hasSuffix("bye\n"))
    // Much comes while much is sent.
    let talker = try guest.start("seq 300000")
    let long = String(repeating: "0123456789\n", count: 100_000)
    #expect(try guest.run("cat", input: long).output == long)
    #expect(try talker.wait().output.hasSuffix("\n300000\n"))
    let endless = try guest.start("echo begun; exec sleep 1000")
    let failure = #expect(throws: GuestFailure.self) { try endless.wait(timeout: 0.5) }
    #expect(failure?.description.contains("did not end within 0.5 s") == true)
    #expect(failure?.description.contains("begun") == true)
  }

  /// The next test finds nothing of this one.
  @Test func isAsAfterTheBoot() throws {
    let seen =
      "ls /sys/class/net; ls /sys/class/infiniband 2>&1; cut -d ' ' -f 1 /proc/modules | sort; ip netns; ip -br addr; pgrep sleep"
    var guest: Guest? = try Guest(nics: Guest.allCards)
    let before = try guest?.run(seen).output
    try guest?.check(
      """
      modprobe rdma_rxe; modprobe netdevsim; echo '1 2' >/sys/bus/netdevsim/new_device
      ip netns add elsewhere; ip link add left type veth peer name right netns elsewhere
      ip link add bond7 type bond; ip link set eth0 up mtu 1400 name other; ip addr add 192.0.2.1/24 dev other
      rdma link add rxe7 type rxe netdev other; ethtool -K other gro off; sleep 1000 >&- 2>&- &
      """)
    #expect(try guest?.run(seen).output != before)
    guest = nil
    guest = try Guest(nics: Guest.allCards)
    #expect(try guest?.run(seen).output == before)
    #expect(try guest?.check("ethtool -k eth0").contains("generic-receive-offload: on") == true)
  }

  /// The order of the cards is the test's, whatever the order of their drivers.
  @Test func cards() throws {
    let guest = try Guest(nics: Guest.allCards)
    let drivers = try (0..<4).map { try guest.check("basename $(readlink /sys/class/net/eth\($0)/device/driver)") }
    #expect(drivers == ["e1000e\n", "vmxnet3\n", "virtio_net\n", "virtio_net\n"])
    #expect(try guest.check("ethtool -L eth2 combined 3 && ethtool -l eth2").contains("Combined:\t3"))
    let key = Array(repeating: "5a", count: 40).joined(separator: ":")
    #expect(try guest.check("ethtool -X eth3 hkey \(key) && ethtool -x eth3").contains(key))
  }

  /// A panic is told of with the kernel's words, and the next test gets another machine.
  @Test func panics() throws {
    var guest: Guest? = try Guest()
    let failure = #expect(throws: GuestFailure.self) {
      try guest?.run("echo 7 >/proc/sysrq-trigger; echo c >/proc/sysrq-trigger", timeout: 20)
    }
    #expect(failure?.description.contains("Kernel panic - not syncing: sysrq triggered crash") == true)
    guest = nil
    guest = try Guest()
    #expect(try guest?.check("echo alive") == "alive\n")
  }

  /// Nothing of a guest outlives the tests, however they end.
  @Test func endsWithTheTests() async throws {
    let ended = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      let guest = try Guest()
      print("emulator \(guest.processIdentifier) here", terminator: "")
      fflush(nil)
      kill(getpid(), SIGKILL)
    }
    let words = String(decoding: ended.standardOutputContent, as: UTF8.self).split(separator: " ")
    let index = try #require(words.firstIndex { $0.hasSuffix("emulator") })
    let emulator = try #require(pid_t(words[index + 1]))
    // It has been killed by then, but may still be dying, or lie dead for process 1 to bury.
    func state() -> Substring? {
      let line = try? String(contentsOfFile: "/proc/\(emulator)/stat", encoding: .utf8)
      return line?.split(separator: ") ").last?.prefix(1)
    }
    for _ in 0..<500 where state() != nil && state() != "Z" { usleep(10_000) }
    #expect(state() == nil || state() == "Z")
  }
}
