internal import Foundation
internal import GuestLab
internal import Offload
internal import Testing

/// `offload show`, field by field beside ethtool, ip and sysctl, on the drivers of a real kernel.
@Suite(.enabled(if: Guest.unavailable == nil, "\(Guest.unavailable ?? "")"), .serialized)
struct OffloadShowTests {
  /// Cards and virtual interfaces of every kind, with settings that are not those of the boot.
  private static let setUp = """
    echo '10 1 4' >/sys/bus/netdevsim/new_device
    ip link add v0 type veth peer name v1
    ip link add br0 type bridge; ip link set v0 master br0
    ip link add bond0 type bond; ip link set v1 master bond0
    ip link add link eth0 name eth0.5 type vlan id 5
    ip link add link eth0 name mac0 type macvlan
    for interface in eth0 eth1 eth2 eth3 eth4 br0 v0; do ip link set $interface up; done
    ethtool -K eth0 tx-checksum-ip-generic off; ethtool -K eth0 rx-all on
    ethtool -K eth1 sg off; ethtool -K eth4 hw-tc-offload on
    ethtool -G eth0 rx 512 tx 1024; ethtool -C eth0 rx-usecs 10; ethtool -C eth4 adaptive-rx on tx-usecs 7 pkt-rate-low 3
    ethtool -X eth1 weight 3 1; ethtool -X eth3 hkey \(Array(repeating: "5a", count: 40).joined(separator: ":"))
    ethtool -N eth3 rx-flow-hash udp4 sdfn; ethtool -L eth2 combined 2; ethtool -A eth4 rx on
    ip link set eth2 mtu 1400 txqueuelen 77 gso_max_size 32768 gro_max_size 30000
    echo 3 >/sys/class/net/eth2/queues/rx-0/rps_cpus; echo 2000 >/sys/class/net/eth2/gro_flush_timeout
    sysctl -qw net.ipv4.conf.eth0.force_igmp_version=2 net.ipv4.conf.eth0/5.force_igmp_version=3
    """
  private static let interfaces = [
    "eth0", "eth1", "eth2", "eth3", "eth4", "v0", "v1", "br0", "bond0", "eth0.5", "mac0",
  ]
  private static let flows = ["tcp4", "udp4", "tcp6"]

  /// What is asked of each interface; `$interface` is its name.
  private static let questions =
    ["k", "g", "l", "a", "c", "x", "i"].map { "ethtool -\($0) $interface" }
    + flows.map { "ethtool -n $interface rx-flow-hash \($0)" } + [queueFiles, device]
  /// Every file of the queues, with its content; those that cannot be read are not there.
  private static let queueFiles = """
    (cd /sys/class/net/$interface; grep -s . queues/*/rps_* queues/*/xps_* queues/*/tx_maxrate gro_flush_timeout \
    napi_defer_hard_irqs threaded)
    """
  private static let device = "readlink -f /sys/class/net/$interface/device"
  /// And of the machine.
  private static let show = "\(Guest.rdmactl) offload show --json"
  private static let links = "ip -d -j link"
  private static let affinities = "for n in /proc/irq/[0-9]*; do echo ${n##*/} $(cat $n/smp_affinity_list); done"
  private static let ofMachine = [
    show, links, "cat /proc/interrupts", affinities, "sysctl -a 2>/dev/null",
  ]

  private static func question(_ command: String, _ interface: String) -> String {
    "interface=\(interface); \(command) 2>/dev/null"
  }

  private static let commands =
    ofMachine + interfaces.flatMap { name in questions.map { question($0, name) } }

  /// What rdmactl shows of a machine, and what the others say: asked once, for a guest is slow.
  private struct Seen {
    private static let mark = "-- next answer --\n"
    let shown: [String: Any]
    let interfaces: [String: [String: Any]]
    private let answers: [String: String]

    static func ask(_ guest: Guest) throws -> String {
      try guest.run(setUp)
      // e1000e and vmxnet3 tell more of themselves when their link is up, which takes them seconds.
      try guest.wait(for: "the links", "cat /sys/class/net/eth[0-3]/carrier") { $0.output == "1\n1\n1\n1\n" }
      return try guest.run(
        commands.map { "\($0); printf '%s\\n' '-- next answer --'" }.joined(separator: "\n"), timeout: 240
      ).output
    }

    init(_ output: String) throws {
      let parts = output.components(separatedBy: Self.mark)
      try #require(parts.count == commands.count + 1)
      answers = Dictionary(zip(commands, parts)) { first, _ in first }
      shown = try Self.object(parts[0])
      let list = shown["interfaces"] as? [[String: Any]] ?? []
      interfaces = Dictionary(list.map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
    }

    static func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// What a command said of the machine.
    func answer(_ command: String) -> String { answers[command] ?? "" }

    /// What a command said of each interface.
    func outputs(_ command: String) -> [(name: String, text: String)] {
      OffloadShowTests.interfaces.map { ($0, answers[OffloadShowTests.question(command, $0)] ?? "") }
    }

    /// What is shown under a heading of an interface: `{"value": …, "min": …, "max": …}` by name.
    func values(_ heading: String, of name: String) -> [String: [String: Any]] {
      interfaces[name]?[heading] as? [String: [String: Any]] ?? [:]
    }

    func texts(_ heading: String, of name: String) -> [String: String] {
      interfaces[name]?[heading] as? [String: String] ?? [:]
    }
  }

  /// The guest is given back before the first comparison.
  private static let output = Result {
    let guest = try Guest(nics: Guest.allCards, modules: ["netdevsim", "bonding", "8021q", "macvlan"])
    return (try Seen.ask(guest), try guest.run(show, as: "nobody"))
  }

  private func seen() throws -> Seen { try Seen(Self.output.get().0) }

  @Test func features() throws {
    let seen = try seen()
    for (name, text) in seen.outputs("ethtool -k $interface") {
      let expected = EthtoolText.features(text)
      #expect(expected.single.count > 50, "\(name): \(text)")
      let shown = seen.interfaces[name]?["features"] as? [String: [String: Any]] ?? [:]
      for (feature, wanted) in expected.single {
        let state = shown[feature] ?? shown[KeyCatalogue.key(showing: feature) ?? ""]
        let got = state.map {
          EthtoolText.Feature(
            isActive: $0["active"] as? Bool ?? false, isWanted: $0["wanted"] as? Bool ?? false,
            isFixed: $0["fixed"] as? Bool ?? false)
        }
        #expect(got == wanted, "\(name) \(feature)")
        // Why not is told whenever it is not as one would have it.
        let isPlain = wanted.isActive == wanted.isWanted && !wanted.isFixed
        #expect((state?["reason"] as? String == nil) == isPlain, "\(name) \(feature)")
      }
      for (group, isActive) in expected.groups {
        #expect(shown[group]?["active"] as? Bool == isActive, "\(name) \(group)")
      }
    }
  }

  @Test func ringsChannelsAndPause() throws {
    let seen = try seen()
    let rings = ["RX": "rx", "RX Mini": "rx-mini", "RX Jumbo": "rx-jumbo", "TX": "tx"]
    let channels = ["RX": "rx", "TX": "tx", "Other": "other", "Combined": "combined"]
    for (option, heading, names) in [("-g", "rings", rings), ("-l", "channels", channels)] {
      var found = 0
      for (name, text) in seen.outputs("ethtool \(option) $interface") {
        let expected = EthtoolText.sizes(text, names)
        let shown = seen.values(heading, of: name).filter { names.values.contains($0.key) }
        #expect(shown.compactMapValues { $0["value"] as? Int } == expected.current, "\(name) \(heading)")
        #expect(shown.compactMapValues { $0["max"] as? Int } == expected.most, "\(name) \(heading)")
        found += expected.current.count
      }
      #expect(found >= 6, "\(heading)")
    }
    for (name, text) in seen.outputs("ethtool -a $interface") {
      let shown = seen.values("pause", of: name).compactMapValues { $0["value"] as? Bool }
      #expect(shown == EthtoolText.pause(text), "\(name)")
    }
    #expect(seen.values("pause", of: "eth4")["rx"]?["value"] as? Bool == true)
  }

  @Test func coalescing() throws {
    let seen = try seen()
    var found = 0
    for (name, text) in seen.outputs("ethtool -c $interface") {
      let shown = seen.values("coalesce", of: name)
      let expected = EthtoolText.coalesce(text)
      #expect(Set(shown.keys) == Set(expected.keys), "\(name)")
      for (field, value) in expected {
        let number = Int(value)
        #expect(shown[field]?["value"] as? Int == number ?? (value == "on" ? 1 : 0), "\(name) \(field)")
      }
      found += expected.count
    }
    #expect(found > 25)
  }

  @Test func rss() throws {
    let seen = try seen()
    var tables = 0
    for (name, text) in seen.outputs("ethtool -x $interface") {
      let expected = EthtoolText.rss(text)
      let shown = seen.texts("rss", of: name)
      #expect(shown["table"].flatMap { RSSTable($0)?.queues } ?? [] == expected.table, "\(name)")
      #expect(shown["key"] == expected.key, "\(name)")
      #expect(shown["function"] == expected.function, "\(name)")
      tables += expected.table.isEmpty ? 0 : 1
    }
    #expect(tables >= 2)
    for flow in Self.flows {
      for (name, text) in seen.outputs("ethtool -n $interface rx-flow-hash \(flow)") {
        #expect(seen.texts("rss", of: name)["fields-\(flow)"] == EthtoolText.hashFields(text), "\(name) \(flow)")
      }
    }
    #expect(seen.texts("rss", of: "eth1")["table"] == "0*96 1*32")
    #expect(seen.texts("rss", of: "eth3")["fields-udp4"] == "sdfn")
  }

  @Test func linksAndTheirRelations() throws {
    let seen = try seen()
    let text = Data(seen.answer(Self.links).utf8)
    let links = try #require(try JSONSerialization.jsonObject(with: text) as? [[String: Any]])
    let fields = [
      "mtu": "mtu", "txqlen": "txqueuelen", "gso_max_size": "gso-max-size", "gso_max_segs": "gso-max-segs",
      "gro_max_size": "gro-max-size",
    ]
    for link in links where link["ifname"] as? String != "lo" {
      let name = try #require(link["ifname"] as? String)
      let shown = try #require(seen.interfaces[name], "\(name)")
      let values = seen.values("link", of: name)
      for (theirs, ours) in fields {
        #expect(values[ours]?["value"] as? Int == link[theirs] as? Int, "\(name) \(ours)")
      }
      if let most = link["max_mtu"] as? Int, most > 0 {
        #expect(values["mtu"]?["min"] as? Int == link["min_mtu"] as? Int, "\(name)")
        #expect(values["mtu"]?["max"] as? Int == most, "\(name)")
      }
      let kind = link["linkinfo"] as? [String: Any]
      #expect(shown["kind"] as? String == kind?["info_kind"] as? String, "\(name)")
      #expect(shown["index"] as? Int == link["ifindex"] as? Int)
      #expect(shown["master"] as? String == link["master"] as? String, "\(name)")
      #expect(shown["master_kind"] as? String == kind?["info_slave_kind"] as? String, "\(name)")
      #expect(shown["up"] as? Bool == (link["flags"] as? [String])?.contains("UP"), "\(name)")
      if kind?["info_kind"] as? String != "veth" {
        #expect(shown["lower"] as? String == link["link"] as? String, "\(name)")
      }
    }
    #expect(seen.interfaces["br0"]?["members"] as? [String] == ["v0"])
    let uppers = seen.interfaces["eth0"]?["uppers"] as? [[String: Any]] ?? []
    #expect(uppers.map { $0["name"] as? String } == ["eth0.5", "mac0"])
    #expect(uppers.map { $0["kind"] as? String } == ["vlan", "macvlan"])
    #expect(uppers.first?["tag"] as? Int == 5)
  }

  @Test func devicesQueuesAndInterrupts() throws {
    let seen = try seen()
    for (name, text) in seen.outputs("ethtool -i $interface") where name.hasPrefix("eth") && !name.contains(".") {
      let driver = text.split(separator: "\n").first { $0.hasPrefix("driver: ") }?.dropFirst(8)
      #expect(seen.interfaces[name]?["driver"] as? String == driver.map(String.init), "\(name)")
    }
    for (name, text) in seen.outputs(Self.device) {
      // /sys/devices/pci0000:00/0000:00:05.0/virtio2
      let address = text.split(whereSeparator: { $0 == "/" || $0 == "\n" }).last { $0.hasPrefix("0000:00:") }
      #expect(seen.interfaces[name]?["pci_address"] as? String == address.map(String.init), "\(name)")
    }
    for (name, text) in seen.outputs(Self.queueFiles) {
      let expected = text.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
      let pairs = expected.filter { $0.count == 2 }.map { ($0[0], $0[1]) }
      #expect(seen.texts("sysfs", of: name) == Dictionary(pairs) { first, _ in first }, "\(name)")
    }
    #expect(seen.texts("sysfs", of: "eth2")["queues/rx-0/rps_cpus"] == "3")
    let table = seen.answer("cat /proc/interrupts")
    let affinities = seen.answer(Self.affinities).split(separator: "\n").map(String.init)
    var found = 0
    for name in ["eth0", "eth1", "eth2", "eth3"] {
      for interrupt in seen.interfaces[name]?["interrupts"] as? [[String: Any]] ?? [] {
        let number = try #require(interrupt["number"] as? Int)
        let line = table.split(separator: "\n").first {
          $0.trimmingCharacters(in: .whitespaces).hasPrefix("\(number):")
        }
        #expect(line?.hasSuffix("  " + (interrupt["name"] as? String ?? "?")) == true, "\(name) \(number)")
        #expect(affinities.contains("\(number) \(interrupt["cpus"] as? String ?? "?")"), "\(name) \(number)")
        found += 1
      }
    }
    #expect(found >= 10)
  }

  @Test func sysctls() throws {
    let seen = try seen()
    let lines = seen.answer("sysctl -a 2>/dev/null").split(separator: "\n").map {
      $0.split { $0 == "\t" || $0 == " " }.joined(separator: " ")
    }
    let machine = seen.shown["machine"] as? [String: String] ?? [:]
    #expect(machine.count > 15)
    for (name, value) in machine { #expect(lines.contains("\(name) = \(value)")) }
    for name in Self.interfaces {
      let shown = seen.texts("sysctl", of: name)
      #expect(shown.count == 3, "\(name)")
      let escaped = name.replacingOccurrences(of: ".", with: "/")
      for (knob, value) in shown {
        #expect(lines.contains("\(knob.replacingOccurrences(of: ".IF.", with: ".\(escaped).")) = \(value)"))
      }
    }
    #expect(seen.texts("sysctl", of: "eth0.5")["net.ipv4.conf.IF.force_igmp_version"] == "3")
  }

  @Test func anOrdinaryUserSeesTheSame() throws {
    let theirs = try Self.output.get().1
    #expect(theirs.status == 0, "\(theirs.error)")
    let differing = try leaves(Seen.object(theirs.output)).symmetricDifference(leaves(seen().shown))
      .filter { !$0.hasPrefix(".time=") }
    #expect(differing.isEmpty, "\(differing.sorted())")
  }

  /// What stands in an answer, a line each: where two differ, the lines that do are told.
  private func leaves(_ value: Any, _ path: String = "") -> Set<String> {
    switch value {
    case let object as [String: Any]: object.reduce(into: []) { $0.formUnion(leaves($1.value, "\(path).\($1.key)")) }
    case let list as [Any]:
      list.enumerated().reduce(into: []) { $0.formUnion(leaves($1.element, "\(path)[\($1.offset)]")) }
    default: ["\(path)=\(value)"]
    }
  }

  /// IP over InfiniBand: its mode, and a child for another partition.
  @Test func ipoib() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop nodes=2", "ib_ipoib"])
    try guest.wait(for: "ib0", "ls /sys/class/net") { $0.output.contains("ib0") }
    try guest.check("echo 0x8001 >/sys/class/net/ib0/create_child; echo connected >/sys/class/net/ib0/mode")
    let shown = try Seen.object(guest.check(Self.show))
    let list = shown["interfaces"] as? [[String: Any]] ?? []
    let parent = try #require(list.first { $0["name"] as? String == "ib0" })
    let child = try #require(list.first { $0["name"] as? String == "ib0.8001" })
    let modes = [parent, child].map { (($0["link"] as? [String: [String: Any]])?["ipoib-mode"]?["value"]) as? String }
    #expect(modes == ["connected", "datagram"])
    #expect(parent["kind"] as? String == "ipoib")
    #expect(child["lower"] as? String == "ib0")
    let uppers = parent["uppers"] as? [[String: Any]] ?? []
    #expect(uppers.map { $0["tag"] as? Int } == [0x8001])
    let text = try guest.check("ethtool -k ib0")
    let features = parent["features"] as? [String: [String: Any]] ?? [:]
    for (feature, wanted) in EthtoolText.features(text).single {
      let state = features[feature] ?? features[KeyCatalogue.key(showing: feature) ?? ""]
      #expect(state?["active"] as? Bool == wanted.isActive, "\(feature)")
      #expect(state?["fixed"] as? Bool == wanted.isFixed, "\(feature)")
    }
  }

  /// All interfaces together cost a handful of messages, however many there are.
  @Test func messages() throws {
    let guest = try Guest(nics: Guest.allCards)
    func count() throws -> Int {
      try guest.check("strace -f -qq -e trace=sendto -o /tmp/trace \(Guest.rdmactl) offload show --json >/tmp/shown")
      return try #require(Int(guest.check("grep -c '^[0-9]* *sendto(' /tmp/trace").trimmingCharacters(in: .newlines)))
    }
    #expect(try count() == 9)
    try guest.check("for n in $(seq 12); do ip link add d$n type dummy; done")
    #expect(try count() == 9)
    #expect(try Seen.object(guest.check("cat /tmp/shown"))["interfaces"].map { ($0 as? [Any])?.count } == 16)
  }
}

extension KeyCatalogue {
  /// The friendly word under which a feature is shown that has no line of its own.
  fileprivate static func key(showing feature: String) -> String? {
    friendly.first { $0.knobs == [Knob(.feature, feature)] }?.name
  }
}
