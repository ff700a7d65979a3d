internal import Foundation
internal import GuestLab
internal import Testing

/// Flashing through the kernel, on a device of the kernel's own test driver; the peer is iproute2's devlink.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"))
struct DevlinkTests {
  private static let rdmactl = Guest.rdmactl
  private static let loaderFiles = "/lib/firmware/rdmactl"
  private static let switches = "/sys/kernel/debug/netdevsim/netdevsim"

  /// A guest with devices `netdevsim/netdevsim<number>`, an image for them, and nothing that a test before has left.
  private func guest(_ numbers: ClosedRange<Int>, nics: [String] = []) throws -> Guest {
    let guest = try Guest(nics: nics, modules: ["netdevsim"])
    try guest.check(
      """
      mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
      rm -rf \(Self.loaderFiles) /var/lib/rdmactl/history; mkdir -p /lib/firmware/acme
      head -c 5000 /dev/urandom >/tmp/fw.bin; cp /tmp/fw.bin /lib/firmware/acme/fw.bin
      for number in $(seq \(numbers.lowerBound) \(numbers.upperBound)); do
        echo "$number 1" >/sys/bus/netdevsim/new_device
      done
      """)
    let last = "netdevsim/netdevsim\(numbers.upperBound)"
    try guest.wait(for: "there", "devlink dev show \(last)") { $0.status == 0 }
    return guest
  }

  private func burn(_ number: Int, _ options: String) -> String {
    "\(Self.rdmactl) fw burn -d netdevsim/netdevsim\(number) -i /tmp/fw.bin \(options)"
  }

  /// How the changes of a device ended, newest first.
  private func states(_ guest: Guest, _ number: Int) throws -> [String] {
    let history = try JSONValue(try guest.check("\(Self.rdmactl) history --kind firmware --json"))
    return (history["entries"]?.elements ?? [])
      .filter { $0["subject"]?.text?.hasSuffix("netdevsim\(number)") == true }.compactMap { $0["state"]?.text }
  }

  /// The images that lie where the kernel looks.
  private func files(_ guest: Guest) throws -> String { try guest.run("ls \(Self.loaderFiles)").output }

  /// Each version that either tells, as "kind name version".
  @Test func information() throws {
    let guest = try guest(10...10)
    let answer = try JSONValue(try guest.check("\(Self.rdmactl) fw query -d netdevsim/netdevsim10 --json"))
    let peer = try JSONValue(try guest.check("devlink -j dev info netdevsim/netdevsim10"))
    let told = try #require(peer["info"]?["netdevsim/netdevsim10"])
    let ours = (answer["devlink"]?["versions"]?.elements ?? []).map {
      [$0["kind"], $0["name"], $0["version"]].map { $0?.text ?? "?" }.joined(separator: " ")
    }
    let theirs = (told["versions"]?.leaves ?? [:]).map { way, version in
      // .running.fw.mgmt
      let parts = way.dropFirst().split(separator: ".", maxSplits: 1)
      return "\(parts[0]) \(parts[1]) \(version)"
    }
    #expect(ours.sorted() == theirs.sorted() && ours.count == 2)
    #expect(answer["devlink"]?["driver"] == told["driver"] && told["driver"] == .string("netdevsim"))
    // Its interface names it as well, and everybody may ask.
    let byInterface = try guest.run("\(Self.rdmactl) fw query -q -d eth0", as: "nobody")
    #expect(byInterface.status == 0 && byInterface.output == "10.20.30\n", "\(byInterface.error)")
  }

  /// What the kernel, the driver or we refuse: with the kernel's words, and nothing is left behind.
  @Test func refusals() throws {
    let guest = try guest(10...10)
    func refused(
      _ command: String, as user: String = "root", _ status: Int32, _ words: String,
      _ place: SourceLocation = #_sourceLocation
    ) throws {
      let result = try guest.run(command, as: user)
      #expect(result.status == status, "\(result.error)", sourceLocation: place)
      #expect(result.error.contains(words), "\(result.error)", sourceLocation: place)
      #expect(try files(guest).isEmpty, sourceLocation: place)
    }
    func peer(_ options: String) throws -> String {
      let result = try guest.run("devlink dev flash netdevsim/netdevsim10 file acme/fw.bin \(options)")
      #expect(result.status != 0)
      return result.error.replacingOccurrences(of: "Error: ", with: "").trimmingCharacters(in: .newlines)
    }

    let component = try peer("component nosuch").replacingOccurrences(of: ".", with: "")
    #expect(!component.isEmpty)
    try refused(burn(10, "--yes --component nosuch"), 7, "the kernel refuses: \(component) (EINVAL)")
    #expect(try states(guest, 10) == ["rolled_back"])
    // The peer has nothing to say to this one, for the kernel has not.
    #expect(try peer("overwrite settings").isEmpty)
    try refused(
      burn(10, "--yes --overwrite settings"), 6,
      "it gives no reason, only \"Operation not supported\" (EOPNOTSUPP); most likely it does not overwrite the settings"
    )
    try refused(burn(10, "--yes"), as: "nobody", 4, "needs root (CAP_NET_ADMIN)")
    try refused(burn(11, "--yes --via devlink"), 3, "netdevsim/netdevsim10")
    try refused(burn(10, "--yes").replacingOccurrences(of: "fw.bin", with: "no.bin"), 3, "/tmp/no.bin")
    try refused(burn(10, "--yes").replacingOccurrences(of: "/tmp/fw.bin", with: "/dev/null"), 7, "the file is empty")
    // In a name space with another /lib/firmware, as in a container, the kernel does not see what we put there.
    try refused(
      "unshare -m sh -c 'mount -t tmpfs fw /lib/firmware; \(burn(10, "--yes"))'", 7,
      "failed to locate the requested firmware file (ENOENT); nothing was written")
    // Where nothing can be written, the way out that is told is one: the driver gets the file then.
    let readOnly = "unshare -m sh -c 'mount -t tmpfs -o ro fw /lib/firmware; \(burn(10, "--yes --overwrite settings"))'"
    try refused(readOnly, 7, "Read-only file system")
    let parameter = "/sys/module/firmware_class/parameters/path"
    try guest.check("mkdir -p /run/firmware && echo -n /run/firmware >\(parameter)")
    try refused(readOnly, 6, "most likely it does not overwrite the settings")
    try guest.check("printf '\\0' >\(parameter); [ -z \"$(ls -A /run/firmware)\" ]")
  }

  /// Five devices at once, because each takes ten seconds: one as it should be, one by the peer, one that tells nothing,
  /// one with Ctrl-C, and one whose rdmactl is killed. Each is told only what is its own.
  @Test func flashes() throws {
    let guest = try guest(10...14)
    try guest.check("echo 3 >\(Self.switches)10/fw_update_overwrite_mask; echo 0 >\(Self.switches)12/fw_update_status")
    let monitor = try guest.start("exec devlink mon")
    let interrupted = try guest.start("exec \(burn(13, "--yes --progress json")) 2>&1")
    let killed = try guest.start("exec \(burn(14, "--yes --progress json")) 2>&1")
    let options = "--yes --json --component fw.mgmt --overwrite settings,identifiers --progress json"
    let good = try guest.start("exec \(burn(10, options)) 3>&1 1>/tmp/answer 2>&3")
    let peer = try guest.start("devlink dev flash netdevsim/netdevsim11 file acme/fw.bin component fw.mgmt")
    let silent = try guest.start(burn(12, "--yes --progress json"))
    for (job, signal) in [(interrupted, SIGINT), (killed, SIGKILL)] {
      try job.wait(until: "progress") { $0.contains("\"what\":\"Flashing\"") }
      try job.signal(signal)
    }

    #expect(try good.wait().status == 0, "\(good.output)")
    let answer = try JSONValue(try guest.check("cat /tmp/answer"))
    #expect(answer["result"] == .string("written") && answer["devlink"]?["driver"] == .string("netdevsim"))
    // Every line of ours is one that the monitor has seen of this device, and each of its phases is among ours.
    let ours = try good.output.split(separator: "\n").filter { $0.contains("rdmactl.progress/1") }.map { line in
      let told = try JSONValue(line).leaves
      return "msg \(told[".what"]?.dropFirst("[fw.mgmt] ".count) ?? "?") component fw.mgmt"
        + " done \(told[".done"] ?? "?") total \(told[".total"] ?? "?")"
    }
    let peerLines = try peer.wait().output.split(separator: "\n")
    try monitor.wait(until: "the end of the peer's") { $0.contains("[flash,end] netdevsim/netdevsim10") }
    let seen = Set(
      monitor.output.split(separator: "\n").filter { $0.hasPrefix("[flash,status] netdevsim/netdevsim10: ") }
        .map { String($0.dropFirst("[flash,status] netdevsim/netdevsim10: ".count)) })
    #expect(seen.count > 500 && ours.count > 5 && ours.allSatisfy(seen.contains), "\(ours)")
    for line in peerLines {
      let message = line.replacingOccurrences(of: "[fw.mgmt] ", with: "msg ")
      #expect(ours.contains { $0.hasPrefix("\(message) component") }, "\(line)")
    }
    #expect(peerLines.count == 4)

    let quiet = try silent.wait()
    #expect(quiet.status == 0 && !quiet.error.contains("rdmactl.progress"), "\(quiet.error)")
    #expect(try interrupted.wait().status == 0)
    #expect(interrupted.output.components(separatedBy: "cannot be stopped; waiting for its end").count == 2)
    #expect(interrupted.output.contains("netdevsim/netdevsim13: done; the driver netdevsim has flashed /tmp/fw.bin."))
    #expect(try killed.wait().status == 128 + SIGKILL)
    for number in [10, 12, 13] { #expect(try states(guest, number) == ["done"]) }
    try leftBehind(guest)
  }

  /// What a killed burn leaves is told of, and gone after the next call that changes something.
  private func leftBehind(_ guest: Guest) throws {
    let file = "\(Self.loaderFiles)/netdevsim_netdevsim14.bin"
    #expect(try files(guest) == "netdevsim_netdevsim14.bin\n")
    let query = try guest.run("\(Self.rdmactl) fw query -d netdevsim/netdevsim14")
    #expect(query.status == 0 && query.output.contains("[flash.interrupted_burn]"))
    let tried = try guest.run(burn(14, "--dry-run"))
    #expect(tried.status == 0 && tried.error.contains("has left \(file) behind; it is removed first"))
    #expect(try guest.run(burn(14, "--yes --overwrite settings")).status == 6)
    #expect(try files(guest).isEmpty)
    #expect(try states(guest, 14) == ["rolled_back", "unknown"])
    #expect(try !guest.run(burn(14, "--dry-run")).error.contains("behind"))
  }

  /// A locked-down kernel keeps everybody away from registers, and flashes all the same. There is no way back from
  /// lockdown: the machine is this test's own, and ends with it.
  @Test func lockdown() throws {
    let guest = try guest(10...10, nics: ["e1000"])
    try guest.check(
      """
      mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
      echo integrity >/sys/kernel/security/lockdown
      """)
    #expect(try guest.check("cat /sys/kernel/security/lockdown").contains("[integrity]"))
    // As far as the driver's own refusal: it has the file then.
    let result = try guest.run(burn(10, "--yes --overwrite settings"))
    #expect(result.status == 6 && result.error.contains("most likely it does not overwrite the settings"))
    _ = try guest.start("echo b >/proc/sysrq-trigger")
  }
}
