internal import Foundation
internal import GuestLab
internal import Testing

/// `offload set` and `undo` with real drivers: everything that ethtool, ip and sysctl tell is afterwards as it was before.
/// RDMACTL_TRIALS=1 does it at length.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"), .serialized)
struct OffloadUndoTests {
  static let isLong = ProcessInfo.processInfo.environment["RDMACTL_TRIALS"] != nil

  /// Each interface with settings that its driver takes, rounds, refuses or accepts without effect.
  static let settings: [(interface: String, words: [String])] = [
    (
      "eth0",
      ["tso=on", "tso=off", "tx-csum=off", "tx-csum=on", "sg=off", "sg=on", "gro=off", "rx-csum=off", "vlan-rx=off"]
    ),
    (
      "eth0", ["rx-ring=513", "tx-ring=100", "rx-ring=9999", "rx-usecs=10", "pause-rx=off", "vlan-tx=off", "rx-fcs=on"]
    ),
    ("eth0", ["mtu=1400", "mtu=9000", "txqueuelen=500", "rps=0-1", "force_igmp_version=2", "gro-flush-timeout=20000"]),
    ("eth1", ["lro=off", "lro=on", "rx-csum=off", "rx-csum=on", "tso=off", "rx-ring=128", "rss=1", "rss-weight=3 1"]),
    ("eth2", ["channels=1", "channels=4", "channels=9", "tso=off", "rx-gro-hw=off", "rx-csum=off", "rps=0"]),
    ("eth3", ["rss-fields-udp4=sd", "rx-ring=128", "gro=off", "tx-csum=off", "mtu=1400"]),
    ("eth4", ["channels=2", "channels=4", "rx-usecs=50", "adaptive-rx=on", "rx-ring=256", "pause-rx=on", "gso=off"]),
    ("veth0", ["gro=off", "tx-csum=off", "mtu=1300", "sg=off", "xps=0"]),
    ("eth0.5", ["mtu=1400", "tso=off"]), ("br0", ["gso=off", "mtu=1400", "tx-csum=off"]),
    ("bond0", ["mtu=1400", "tso=off", "lro=off", "sg=off"]), ("bv0", ["tso=off", "mtu=1200"]),
    ("ib0", ["ipoib-mode=connected", "ipoib-mode=datagram", "mtu=1500", "gro=off"]),
    ("", ["tcp_sack=0", "tcp_timestamps=0", "tcp_rmem=4096 87380 4194304", "ip_forward=1", "rmem_max=4194304"]),
  ]

  @Test("Random sequences of real settings are undone bit for bit", arguments: 1...(isLong ? 40 : 1))
  func sequences(_ seed: Int) throws {
    let machine = try SettingMachine()
    var numbers = UInt64(seed)
    func number(below limit: Int) -> Int {
      numbers = numbers &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(numbers >> 33) % limit
    }
    let initial = try machine.dump()
    var last = initial
    var made = 0
    for _ in 0..<(Self.isLong ? 1 + number(below: 20) : 6) {
      let (interface, all) = Self.settings[number(below: Self.settings.count)]
      let words = (0..<1 + number(below: 2)).map { _ in all[number(below: all.count)] }
      let result = try machine.set(interface, words)
      let now = try machine.dump()
      if result.status == 0 {
        made += now == last ? 0 : 1
        last = now
      } else {
        // Refused: by the plan, by the kernel, or as wrong; and then nothing has changed.
        #expect([6, 7, 64].contains(result.status), "\(interface) \(words): \(result.status) \(result.error)")
        #expect(machine.difference(last, now) == [], "\(interface) \(words): \(result.error)")
      }
      if Self.isLong, result.status == 0 {
        let again = try machine.set(interface, words)
        #expect(again.output.contains("already set, nothing to do"), "\(words): \(again.output)\(again.error)")
      }
    }
    #expect(made > 0)
    let undo = try machine.rdmactl("offload undo --all --yes")
    #expect(undo.status == 0, "\(undo.output)\(undo.error)")
    #expect(machine.difference(initial, try machine.dump()) == [])
  }

  /// Of several interfaces and kinds of settings in one call.
  static let call = ["tx-csum=off", "rx-ring=128", "mtu=1400", "rps=0"]

  @Test("Killed at a system call that writes, in the change and in the undo, everything goes back")
  func killed() throws {
    let machine = try SettingMachine()
    let initial = try machine.dump()
    let change = "offload set eth0 \(Self.call.joined(separator: " ")) --yes"
    let inChange = try machine.trace(change)
    let changed = try machine.dump()
    #expect(machine.difference(initial, changed) != [])
    let inUndo = try machine.trace("offload undo --yes")
    #expect(machine.difference(initial, try machine.dump()) == [])
    // From the first line of the journal on; before it nothing is written.
    for call in chosen(inChange, from: "rename") {
      #expect(try machine.kill(at: call, change) == 137, "\(call)")
      try expectRestored(machine, initial, "killed in the change at \(call)")
    }
    for call in chosen(inUndo, from: "fsync") {
      #expect(try machine.rdmactl(change).status == 0)
      #expect(try machine.kill(at: call, "offload undo --yes") == 137, "\(call)")
      try expectRestored(machine, initial, "killed in the undo at \(call)")
    }
  }

  private func expectRestored(_ machine: SettingMachine, _ initial: [String], _ when: String) throws {
    let undo = try machine.rdmactl("offload undo --all --yes")
    #expect(undo.status == 0, "\(when): \(undo.output)\(undo.error)")
    #expect(machine.difference(initial, try machine.dump()) == [], "\(when)")
  }

  /// Every call at length; else a few between the first and the last.
  private func chosen(_ calls: [SettingMachine.Call], from first: String) -> [SettingMachine.Call] {
    let after = Array(calls.drop { $0.name != first })
    guard !Self.isLong, after.count > 2 else { return after }
    return [after[after.count / 2], after[after.count - 2]]
  }

  @Test("A trial goes back by itself, also when the one who tried is gone, and stays when it is confirmed")
  func trial() throws {
    let machine = try SettingMachine()
    let initial = try machine.dump()
    let tried = try machine.rdmactl("offload try eth0 mtu=1400 tso=off --revert-after 3 --yes")
    #expect(tried.status == 0, "\(tried.error)")
    #expect(machine.difference(initial, try machine.dump()) != [])
    try machine.guest.wait(for: "back", "cat /sys/class/net/eth0/mtu") { $0.output == "1500\n" }
    try machine.guest.wait(for: "the guard's end", "pgrep -f 'offload [g]uard'") { $0.status != 0 }
    #expect(machine.difference(initial, try machine.dump()) == [])
    #expect(try machine.rdmactl("offload try eth0 mtu=1400 --revert-after 86400 --yes").status == 0)
    #expect(try machine.rdmactl("offload keep").status == 0)
    try machine.guest.wait(for: "the guard's end", "pgrep -f 'offload [g]uard'") { $0.status != 0 }
    #expect(try machine.guest.check("cat /sys/class/net/eth0/mtu") == "1400\n")
    #expect(try machine.rdmactl("offload undo --yes").status == 0)
    #expect(machine.difference(initial, try machine.dump()) == [])
  }
}

/// A guest with an interface of every kind.
final class SettingMachine {
  /// The Nth call of a system call.
  struct Call: CustomStringConvertible {
    let name: String
    let number: Int
    var description: String { "\(name) \(number)" }
  }

  /// Seconds for what hangs: an emulated strace on a machine with other work takes its time.
  private static let patience = 300.0

  let guest: Guest

  init() throws {
    guest = try Guest(nics: Guest.allCards, modules: ["ibloop nodes=2", "ib_ipoib", "netdevsim"])
    try guest.check(
      """
      echo '1 1 4' >/sys/bus/netdevsim/new_device
      ip link add veth0 type veth peer name veth1; ip link add br0 type bridge; ip link set veth0 master br0
      ip link add bv0 type veth peer name bv1; ip link add bond0 type bond; ip link set bv0 master bond0
      ip link add link eth0 name eth0.5 type vlan id 5
      for name in eth0 eth1 eth2 eth3 eth4; do ip link set $name up; done
      rm -rf /var/lib/rdmactl
      """, timeout: Self.patience)
  }

  /// All that can be seen of the settings, without what moves by itself (carrier, counters).
  func dump() throws -> [String] {
    try guest.check(
      """
      for what in k g l c a; do ethtool -$what '*' 2>&1; done
      for name in eth1 eth3; do ethtool -x $name; ethtool -n $name rx-flow-hash udp4; done 2>&1
      ip -d -o link | sed 's/<[A-Z_,-]*>//; s/ state [A-Z]*//'
      cd /sys/class/net; grep -Hs . */queues/*/*ps_* */queues/*/tx_maxrate */mode */threaded */gro_flush_timeout
      grep -H . /proc/irq/*/smp_affinity_list
      cd /proc/sys/net
      grep -Hs . core/* ipv4/tcp_* ipv4/ip_forward ipv4/conf/*/f* ipv6/conf/*/force_mld_version
      true
      """, timeout: Self.patience
    ).split(separator: "\n").map(String.init)
  }

  func difference(_ before: [String], _ after: [String]) -> [String] {
    after.difference(from: before).map { change in
      switch change {
      case .remove(_, let line, _): "- \(line)"
      case .insert(_, let line, _): "+ \(line)"
      }
    }
  }

  func rdmactl(_ words: String) throws -> GuestResult {
    try guest.run("\(Guest.rdmactl) \(words)", timeout: Self.patience)
  }

  func set(_ interface: String, _ words: [String]) throws -> GuestResult {
    try rdmactl("offload set \(interface) \(words.map { "'\($0)'" }.joined(separator: " ")) --yes")
  }

  private static let writing = "sendto,sendmsg,write,pwrite64,ioctl,rename,fsync"

  /// The calls that write, in their order, of a run that lives to its end.
  func trace(_ words: String) throws -> [Call] {
    let lines = try guest.check(
      """
      strace -qq -o /tmp/trace -e trace=\(Self.writing) -e signal=none \(Guest.rdmactl) \(words) >&2 </dev/null
      cut -d '(' -f 1 /tmp/trace
      """, timeout: Self.patience)
    var numbers: [String: Int] = [:]
    return lines.split(separator: "\n").map { line in
      let name = String(line)
      numbers[name, default: 0] += 1
      return Call(name: name, number: numbers[name] ?? 0)
    }
  }

  /// The status of a run that gets SIGKILL as it enters this call.
  func kill(at call: Call, _ words: String) throws -> Int {
    let result = try guest.run(
      """
      strace -qq -o /dev/null -e trace=\(call.name) -e inject=\(call.name):signal=KILL:when=\(call.number) \
        \(Guest.rdmactl) \(words) </dev/null
      """, timeout: Self.patience)
    return Int(result.status)
  }
}
