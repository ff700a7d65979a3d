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
  private static let flows = ["tcp4", "udp4", "sctp4", "tcp6", "udp6", "sctp6"]

  /// A machine that is set up, what rdmactl shows of it, and what the others say.
  private struct Seen {
    let guest: Guest
    let shown: [String: Any]
    let interfaces: [String: [String: Any]]

    init(_ setUp: String, modules: [String]) throws {
      guest = try Guest(nics: Guest.allCards, modules: modules)
      try guest.run(setUp)
      shown = try Self.object(guest.check("\(Guest.rdmactl) offload show --json"))
      let list = shown["interfaces"] as? [[String: Any]] ?? []
      interfaces = Dictionary(list.map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
    }

    static func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// One command for each interface, in one go: their standard outputs.
    func outputs(_ command: String, of names: [String]) throws -> [String: String] {
      let mark = "-- next interface --"
      let all = try guest.run(
        "for interface in \(names.joined(separator: " ")); do \(command) 2>/dev/null; echo '\(mark)'; done",
        timeout: 120)
      let parts = all.output.components(separatedBy: mark + "\n")
      try #require(parts.count == names.count + 1, "\(command)")
      return Dictionary(uniqueKeysWithValues: zip(names, parts))
    }

    /// What is shown under a heading of an interface: `{"value": …, "min": …, "max": …}` by name.
    func values(_ heading: String, of name: String) -> [String: [String: Any]] {
      interfaces[name]?[heading] as? [String: [String: Any]] ?? [:]
    }

    func texts(_ heading: String, of name: String) -> [String: String] {
      interfaces[name]?[heading] as? [String: String] ?? [:]
    }
  }

  private func seen() throws -> Seen {
    try Seen(Self.setUp, modules: ["netdevsim", "bonding", "8021q", "macvlan"])
  }

  @Test func features() throws {
    let seen = try seen()
    for (name, text) in try seen.outputs("ethtool -k $interface", of: Self.interfaces) {
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
      for (name, text) in try seen.outputs("ethtool \(option) $interface", of: Self.interfaces) {
        let expected = EthtoolText.sizes(text, names)
        let shown = seen.values(heading, of: name).filter { names.values.contains($0.key) }
        #expect(shown.compactMapValues { $0["value"] as? Int } == expected.current, "\(name) \(heading)")
        #expect(shown.compactMapValues { $0["max"] as? Int } == expected.most, "\(name) \(heading)")
        found += expected.current.count
      }
      #expect(found >= 6, "\(heading)")
    }
    for (name, text) in try seen.outputs("ethtool -a $interface", of: Self.interfaces) {
      let shown = seen.values("pause", of: name).compactMapValues { $0["value"] as? Bool }
      #expect(shown == EthtoolText.pause(text), "\(name)")
    }
    #expect(seen.values("pause", of: "eth4")["rx"]?["value"] as? Bool == true)
  }

  @Test func coalescing() throws {
    let seen = try seen()
    var found = 0
    for (name, text) in try seen.outputs("ethtool -c $interface", of: Self.interfaces) {
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
    for (name, text) in try seen.outputs("ethtool -x $interface", of: Self.interfaces) {
      let expected = EthtoolText.rss(text)
      let shown = seen.texts("rss", of: name)
      #expect(shown["table"].flatMap { RSSTable($0)?.queues } ?? [] == expected.table, "\(name)")
      #expect(shown["key"] == expected.key, "\(name)")
      #expect(shown["function"] == expected.function, "\(name)")
      tables += expected.table.isEmpty ? 0 : 1
    }
    #expect(tables >= 2)
    for flow in Self.flows {
      for (name, text) in try seen.outputs("ethtool -n $interface rx-flow-hash \(flow)", of: Self.interfaces) {
        #expect(seen.texts("rss", of: name)["fields-\(flow)"] == EthtoolText.hashFields(text), "\(name) \(flow)")
      }
    }
    #expect(seen.texts("rss", of: "eth1")["table"] == "0*96 1*32")
    #expect(seen.texts("rss", of: "eth3")["fields-udp4"] == "sdfn")
  }

  @Test func linksAndTheirRelations() throws {
    let seen = try seen()
    let text = try seen.guest.check("ip -d -j link")
    let links = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
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
    for (name, text) in try seen.outputs("ethtool -i $interface", of: ["eth0", "eth1", "eth2", "eth3", "eth4"]) {
      let driver = text.split(separator: "\n").first { $0.hasPrefix("driver: ") }?.dropFirst(8)
      #expect(seen.interfaces[name]?["driver"] as? String == driver.map(String.init), "\(name)")
    }
    for (name, text) in try seen.outputs(
      "basename $(readlink -f /sys/class/net/$interface/device/.. /sys/class/net/$interface/device | grep -o 'pci.*' | tail -n 1)",
      of: ["eth0", "eth1"])
    {
      #expect(seen.interfaces[name]?["pci_address"] as? String == text.trimmingCharacters(in: .newlines), "\(name)")
    }
    // Every file of the queues, with its content; those that cannot be read are not there.
    let files = try seen.outputs(
      "cd /sys/class/net/$interface; grep -s . queues/*/rps_* queues/*/xps_* queues/*/tx_maxrate gro_flush_timeout "
        + "napi_defer_hard_irqs threaded", of: Self.interfaces)
    for (name, text) in files {
      let expected = text.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
      let pairs = expected.filter { $0.count == 2 }.map { ($0[0], $0[1]) }
      #expect(seen.texts("sysfs", of: name) == Dictionary(uniqueKeysWithValues: pairs), "\(name)")
    }
    #expect(seen.texts("sysfs", of: "eth2")["queues/rx-0/rps_cpus"] == "3")
    let table = try seen.guest.check("cat /proc/interrupts")
    var found = 0
    for name in ["eth0", "eth1", "eth2", "eth3"] {
      for interrupt in seen.interfaces[name]?["interrupts"] as? [[String: Any]] ?? [] {
        let number = try #require(interrupt["number"] as? Int)
        let line = table.split(separator: "\n").first {
          $0.trimmingCharacters(in: .whitespaces).hasPrefix("\(number):")
        }
        #expect(line?.hasSuffix("  " + (interrupt["name"] as? String ?? "?")) == true, "\(name) \(number)")
        let cpus = try seen.guest.check("cat /proc/irq/\(number)/smp_affinity_list")
        #expect(interrupt["cpus"] as? String == cpus.trimmingCharacters(in: .newlines))
        found += 1
      }
    }
    #expect(found > 10)
  }

  @Test func sysctls() throws {
    let seen = try seen()
    let machine = seen.shown["machine"] as? [String: String] ?? [:]
    #expect(machine.count > 15)
    for (name, value) in machine {
      let theirs = try seen.guest.check("sysctl -n \(name)").split { $0 == "\t" || $0 == "\n" }.joined(separator: " ")
      #expect(value == theirs, "\(name)")
    }
    for name in Self.interfaces {
      let shown = seen.texts("sysctl", of: name)
      #expect(shown.count == 3, "\(name)")
      for (knob, value) in shown {
        let dotted = knob.replacingOccurrences(of: ".IF.", with: ".\(name.replacingOccurrences(of: ".", with: "/")).")
        #expect(value == (try seen.guest.check("sysctl -n \(dotted)")).trimmingCharacters(in: .newlines), "\(dotted)")
      }
    }
    #expect(seen.texts("sysctl", of: "eth0.5")["net.ipv4.conf.IF.force_igmp_version"] == "3")
  }

  @Test func anOrdinaryUserSeesTheSame() throws {
    let seen = try seen()
    let theirs = try seen.guest.run("\(Guest.rdmactl) offload show --json", as: "nobody")
    #expect(theirs.status == 0, "\(theirs.error)")
    #expect(try NSDictionary(dictionary: Seen.object(theirs.output)) == NSDictionary(dictionary: seen.shown))
  }

  /// IP over InfiniBand: its mode, and a child for another partition.
  @Test func ipoib() throws {
    let guest = try Guest(modules: ["ib_umad", "ibloop nodes=2", "ib_ipoib"])
    try guest.wait(for: "ib0", "ls /sys/class/net") { $0.output.contains("ib0") }
    try guest.check("echo 0x8001 >/sys/class/net/ib0/create_child; echo connected >/sys/class/net/ib0/mode")
    let shown = try Seen.object(guest.check("\(Guest.rdmactl) offload show --json"))
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
    try guest.check("for n in $(seq 40); do ip link add d$n type dummy; done")
    #expect(try count() == 9)
    #expect(try Seen.object(guest.check("cat /tmp/shown"))["interfaces"].map { ($0 as? [Any])?.count } == 44)
  }
}

extension KeyCatalogue {
  /// The friendly word under which a feature is shown that has no line of its own.
  fileprivate static func key(showing feature: String) -> String? {
    friendly.first { $0.knobs == [Knob(.feature, feature)] }?.name
  }
}
