import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import Change
@testable import Offload

private let eth0 = InterfaceIdentity(
  name: "eth0", index: 2, permanentMAC: MACAddress("00:02:c9:ab:cd:ef"), pciAddress: PCIAddress("0000:3b:00.0"))
private let inForce = LinkFileInForce(
  path: "/usr/lib/systemd/network/99-default.link", lines: ["NamePolicy=keep kernel", "MTUBytes=1400"])
private let program = "/usr/sbin/rdmactl"

private func files(_ settings: [PersistentSetting]) -> PersistentFiles {
  PersistentFiles(settings, program: program) { _ in inForce }
}

private func on(_ interface: InterfaceIdentity?, _ kind: Knob.Kind, _ name: String, _ value: String)
  -> PersistentSetting
{ PersistentSetting(interface, .knob(Knob(kind, name)), value) }

@Suite("Files that bring settings back") struct PersistentFileTests {
  @Test("name a .link file's keys where systemd has them") func link() {
    let made = files([
      on(eth0, .link, "mtu", "9000"), on(eth0, .feature, "tx-tcp-segmentation", "off"),
      on(eth0, .feature, "rx-gro", "on"), on(eth0, .ring, "rx", "4096"), on(eth0, .channels, "combined", "8"),
      on(eth0, .pause, "autoneg", "off"), on(eth0, .coalesce, "adaptive-rx", "on"),
      on(eth0, .coalesce, "rx-usecs", "8"), on(eth0, .coalesce, "tx-frames", "32"),
    ])
    #expect(
      made.files == [
        PersistentFile(
          path: "/etc/systemd/network/60-rdmactl-eth0.link",
          text: """
            \(PersistentFiles.header)

            [Match]
            PermanentMACAddress=00:02:c9:ab:cd:ef

            [Link]
            # As in /usr/lib/systemd/network/99-default.link
            NamePolicy=keep kernel
            # Set by rdmactl
            MTUBytes=9000
            TCPSegmentationOffload=no
            GenericReceiveOffload=yes
            RxBufferSize=4096
            CombinedChannels=8
            AutoNegotiationFlowControl=no
            UseAdaptiveRxCoalesce=yes
            RxCoalesceSec=8us
            TxMaxCoalescedFrames=32

            """)
      ])
    #expect(made.remarks.isEmpty)
  }

  @Test("leave the rest to a rule of udev, and to rdmactl") func rules() {
    let made = files([
      on(eth0, .sysfs, "queues/rx-0/rps_cpus", "ff"), on(eth0, .rss, "function", "toeplitz"),
      on(eth0, .feature, "tx-scatter-gather", "off"), on(eth0, .link, "gro-max-size", "131072"),
      on(eth0, .interrupt, "60", "1"), on(eth0, .interrupt, "61", "2"), on(eth0, .channels, "rx", "0"),
      on(eth0, .link, "gso-max-size", "131072"), PersistentSetting(eth0, .key("rss"), "8"),
    ])
    let match = #"ACTION=="add", SUBSYSTEM=="net", ATTR{address}=="00:02:c9:ab:cd:ef", KERNELS=="0000:3b:00.0""#
    #expect(
      made.files == [
        PersistentFile(
          path: "/etc/udev/rules.d/90-rdmactl-eth0.rules",
          text: """
            \(PersistentFiles.header)
            \(match), ATTR{queues/rx-0/rps_cpus}="ff"
            \(match), RUN+="/usr/sbin/rdmactl offload set $name rss-function=toeplitz tx-scatter-gather=off \
            gro-max-size=131072 channels-rx=0 gso-max-size=131072 rss=8 irq-affinity=1,2 --yes --wait 60"

            """)
      ])
  }

  @Test("hold the sysctls of the machine and of interfaces") func sysctls() {
    let vlan = InterfaceIdentity(name: "eth0.5", index: 9)
    let made = files([
      on(nil, .sysctl, "net.ipv4.tcp_rmem", "4096 131072 16777216"),
      on(vlan, .sysctl, "net.ipv4.conf.IF.force_igmp_version", "2"),
    ])
    #expect(
      made.files == [
        PersistentFile(
          path: "/etc/sysctl.d/90-rdmactl.conf",
          text: """
            \(PersistentFiles.header)
            net.ipv4.tcp_rmem = 4096 131072 16777216
            net/ipv4/conf/eth0.5/force_igmp_version = 2

            """)
      ])
  }

  @Test("take the kinds of checksums together only when they are alike") func checksums() {
    let alike = files([
      on(eth0, .feature, "tx-checksum-ipv4", "off"), on(eth0, .feature, "tx-checksum-ipv6", "off"),
    ])
    #expect(alike.files.map(\.path) == ["/etc/systemd/network/60-rdmactl-eth0.link"])
    #expect(alike.files.first?.text.contains("\nTransmitChecksumOffload=no\n") == true)
    let different = files([
      on(eth0, .feature, "tx-checksum-ipv4", "off"), on(eth0, .feature, "tx-checksum-ipv6", "on"),
    ])
    #expect(different.files.map(\.path) == ["/etc/udev/rules.d/90-rdmactl-eth0.rules"])
    #expect(different.files.first?.text.contains("tx-checksum-ipv4=off tx-checksum-ipv6=on") == true)
  }

  @Test("find an interface by what stays") func match() {
    let onlyPCI = InterfaceIdentity(name: "ib0", index: 3, pciAddress: PCIAddress("0000:3b:00.1"))
    let virtual = InterfaceIdentity(name: "veth0", index: 4)
    let made = files([
      on(onlyPCI, .link, "mtu", "2044"), on(onlyPCI, .link, "ipoib-mode", "datagram"),
      on(virtual, .link, "mtu", "9000"),
      on(virtual, .sysfs, "threaded", "1"),
    ])
    #expect(
      made.files.map(\.path) == [
        "/etc/systemd/network/60-rdmactl-ib0.link", "/etc/systemd/network/60-rdmactl-veth0.link",
        "/etc/udev/rules.d/90-rdmactl-ib0.rules", "/etc/udev/rules.d/90-rdmactl-veth0.rules",
      ])
    let texts = made.files.map(\.text)
    #expect(texts[0].contains("\nPath=pci-0000:3b:00.1 pci-0000:3b:00.1-*\n"))
    #expect(texts[1].contains("\nOriginalName=veth0\n"))
    #expect(texts[2].contains(#"KERNELS=="0000:3b:00.1", ATTR{mode}="datagram""#))
    #expect(texts[3].contains(#"KERNEL=="veth0", ATTR{threaded}="1""#))
  }

  @Test(
    "take no value or name that means something to udev or a shell",
    arguments: ["1\" RUN+=\"/bin/sh", "$(reboot)", "a'b", "%c", "1\n[Link]", "a;b", "\u{0}", "é", ""])
  func injection(_ value: String) {
    let made = files([
      on(eth0, .sysfs, "queues/rx-0/rps_cpus", value), on(eth0, .link, "mtu", value),
      on(nil, .sysctl, "net.ipv4.tcp_congestion_control", value), PersistentSetting(eth0, .key("rss"), value),
    ])
    #expect(made.files.isEmpty && made.remarks.count == 4)
    let named = InterfaceIdentity(name: "e\"\(value)", index: 3)
    let others = files([on(named, .sysfs, "threaded", "1"), on(named, .sysctl, "net.ipv4.conf.IF.forwarding", "1")])
    #expect(others.files.isEmpty)
  }

  @Test("say what they cannot keep, and never name more than the one interface", arguments: ["*", "eth*", "q\"u$o"])
  func names(_ name: String) {
    let named = InterfaceIdentity(name: name, index: 3)
    let made = files([on(named, .link, "mtu", "9000"), on(named, .sysctl, "net.ipv4.conf.IF.forwarding", "1")])
    #expect(made.files.isEmpty)
    #expect(made.remarks.count == 2 && made.remarks.allSatisfy { $0.contains(name) && $0.contains("cannot be kept") })
  }

  @Test("say when another file goes first") func first() {
    let early = LinkFileInForce(path: "/etc/systemd/network/10-net.link", lines: ["Name=net0"])
    let made = PersistentFiles([on(eth0, .link, "mtu", "9000")], program: program) { _ in early }
    #expect(
      made.remarks == [
        "/etc/systemd/network/60-rdmactl-eth0.link has no effect on eth0: /etc/systemd/network/10-net.link comes before it"
      ])
  }
}

@Suite("The .link file in force") struct LinkFileTests {
  private let usb = "/usr/lib/systemd/network/73-usb-net-by-mac.link"

  @Test("is the one that udev used, and behind ours the one it names") func inForce() {
    let files = FakeFiles([
      "/run/udev/data/n2": .bytes(Array("I:1\nE:ID_NET_LINK_FILE=\(usb)\nE:X=1\n".utf8)),
      usb: .bytes(Array("[Match]\nPath=*-usb-*\n\n[Link]\n# by MAC\nNamePolicy=mac\n[SR-IOV]\nTrust=yes\n".utf8)),
    ])
    let usual = LinkFileInForce(path: usb, lines: ["NamePolicy=mac"])
    #expect(LinkFileInForce(of: eth0, files) == usual)
    let ours = "/etc/systemd/network/60-rdmactl-eth0.link"
    let made = PersistentFiles([on(eth0, .link, "mtu", "9000")], program: program) { LinkFileInForce(of: $0, files) }
    files.set(ours, .bytes(Array((made.files.first?.text ?? "").utf8)))
    files.set("/run/udev/data/n2", .text("E:ID_NET_LINK_FILE=\(ours)"))
    #expect(LinkFileInForce(of: eth0, files) == usual)
  }

  @Test(
    "is the usual one where nothing is known", arguments: ["", "E:ID_NET_LINK_FILE=", "E:ID_NET_LINK_FILE=/gone"])
  func unknown(_ line: String) {
    #expect(LinkFileInForce(of: eth0, FakeFiles(["/run/udev/data/n2": .text(line)])) == .usual)
  }
}

@Suite("What is kept") struct PersistentSettingTests {
  private let rx = Place(eth0, Knob(.ring, "rx"))
  private let sack = Place(nil, Knob(.sysctl, "net.ipv4.tcp_sack"))

  private func record(_ id: Int, _ changes: [KnobChange], _ word: String = "done", trial: Int? = nil) -> ChangeRecord {
    let planned = changes.map(\.planned)
    var record = ChangeRecord(
      id: id, time: "", kind: "offload", action: "set", origin: ChangeOrigin(), scope: ChangeScope(), subject: "eth0",
      trialSeconds: trial, undoes: nil, attachments: [:], irreversible: nil, changes: planned, before: [:])
    record.results = Dictionary(planned.map { ($0.place, $0.after) }) { first, _ in first }
    record.events = [ChangeRecord.Event(time: "", words: [word])]
    return record
  }

  @Test("is what open entries set, as it is now, each once") func journal() {
    var state = tunedState()
    var interface = tunedInterface("renamed")
    interface.identity = InterfaceIdentity(
      name: "renamed", index: 7, permanentMAC: eth0.permanentMAC, pciAddress: eth0.pciAddress)
    state.interfaces = [interface]
    let entries = [
      record(1, [KnobChange(rx, before: KnobState("256"), wanted: "512", key: "rx-ring")]),
      record(2, [KnobChange(rx, before: KnobState("512"), wanted: "1024", key: "rx-ring")]),
      record(3, [KnobChange(sack, before: KnobState("1"), wanted: "0", key: "tcp_sack")]),
      record(
        4, [KnobChange(Place(eth0, Knob(.ring, "tx")), before: KnobState("1"), wanted: "2", key: nil)], "undone"),
    ]
    let (settings, remarks) = PersistentSetting.settings(of: entries, in: state)
    #expect(
      settings == [
        on(interface.identity, .ring, "rx", "1024"), on(nil, .sysctl, "net.ipv4.tcp_sack", "1"),
      ])
    #expect(remarks == ["net.ipv4.tcp_sack is kept as it is (1): rdmactl had set 0"])
  }

  @Test("is not what is only tried") func tried() {
    var trial = record(2, [KnobChange(rx, before: KnobState("512"), wanted: "1024", key: "rx-ring")], trial: 60)
    let (settings, remarks) = PersistentSetting.settings(
      of: [record(1, [KnobChange(rx, before: KnobState("256"), wanted: "512", key: "rx-ring")]), trial],
      in: tunedState())
    #expect(settings.isEmpty)
    #expect(remarks == ["eth0 ring rx is left out: change 2 is a trial; rdmactl offload keep 2 confirms it"])
    trial.events = [ChangeRecord.Event(time: "", words: ["kept"])]
    #expect(!PersistentSetting.settings(of: [trial], in: tunedState()).remarks.contains { $0.contains("trial") })
  }

  @Test("is not what is gone") func gone() {
    let entries = [record(1, [KnobChange(rx, before: KnobState("1"), wanted: "2", key: nil)])]
    let (settings, remarks) = PersistentSetting.settings(of: entries, in: OffloadState())
    #expect(settings.isEmpty && remarks == ["eth0 ring rx is left out: the interface is gone"])
  }

  @Test("is what a profile comes to, by the knobs of its keys") func profile() {
    let state = tunedState()
    let plan = TuningPlanner(.readme2003, state: state, machine: TuningMachine()).plan()
    let interface = state.interfaces[0].identity
    #expect(
      PersistentSetting.settings(of: plan, in: state) == [
        on(nil, .sysctl, "net.ipv4.tcp_rmem", "4096 131072 6291456"), on(nil, .sysctl, "net.core.rmem_max", "524288"),
        on(nil, .sysctl, "net.ipv4.tcp_window_scaling", "1"), on(nil, .sysctl, "net.ipv4.tcp_timestamps", "0"),
        on(interface, .feature, "rx-hashing", "on"), PersistentSetting(interface, .key("rss-base"), "1"),
        PersistentSetting(interface, .key("rss"), "2"),
      ])
  }
}

@Suite("Files of rdmactl in the machine's directories") struct PersistenceTests {
  private let link = PersistentFile(
    path: "/etc/systemd/network/60-rdmactl-eth0.link", text: PersistentFiles.header + "\n[Link]\n")
  private let old = "/etc/udev/rules.d/90-rdmactl-eth1.rules"

  private func host(_ files: FakeFiles) -> Host {
    for directory in ["/etc/systemd/network", "/etc/udev/rules.d", "/etc/sysctl.d", "/var/lib/rdmactl"] {
      files.allowWriting(below: directory)
    }
    for lock in ["persist", "history"] { files.allowLocking("/run/rdmactl/\(lock).lock") }
    return Host(
      files: files, store: files, management: AbsentManagement(), verbs: AbsentVerbs(), pci: FakePCI(),
      unpacking: FakeUnpacking(), processes: FakeProcesses(), network: FakeNetwork(), clock: FakeClock(),
      console: FakeConsole(), places: Places())
  }

  private func put(_ made: [PersistentFile], on host: Host) throws -> ChangeOutcome<[Persistence.Step]> {
    try ChangeRun(PersistWriter(host, files: made), on: host, kinds: ChangeKinds([])).perform(ChangeOptions(yes: true))
  }

  @Test("are written, then already set, then removed, then undone") func round() throws {
    let files = FakeFiles([
      old: .text(PersistentFiles.header), "/etc/udev/rules.d/90-rdmactl-own.rules": .text("# mine"),
    ])
    let host = host(files)
    let outcome = try put([link], on: host)
    #expect(outcome.plan.detail.map(\.path) == [link.path, old])
    #expect(outcome.plan.detail.map(\.action) == [.write, .remove])
    #expect(try files.read(link.path, limit: 1000) == Array(link.text.utf8))
    #expect(try put([link], on: host).result == .unchanged)
    #expect(try put([], on: host).record?.id == 2)
    #expect(try put([], on: host).result == .unchanged)
    #expect(try files.list("/etc/udev/rules.d") == ["90-rdmactl-own.rules"], "somebody else's stays")
    let undo = ChangeUndo(PersistWriter(host), on: host, kinds: ChangeKinds([]))
    #expect(try undo.perform(.all).undone == [2, 1])
    #expect(try files.list("/etc/systemd/network") == [])
    #expect(try files.read(old, limit: 1000) == Array((PersistentFiles.header + "\n").utf8))
  }

  @Test("never take the place of somebody else's") func foreign() {
    let files = FakeFiles([link.path: .text("[Link]")])
    #expect(throws: PersistenceFailure.foreign(link.path)) { try put([link], on: host(files)) }
    #expect(PersistenceFailure.foreign("x").exitStatus == .refused)
  }

  @Test("A directory that may not be written leaves all as it was") func unwritable() throws {
    let files = FakeFiles()
    let second = PersistentFile(path: "/etc/sysctl.d/90-rdmactl.conf", text: PersistentFiles.header + "\n")
    files.set(second.path, .error(.notPermitted))
    let host = host(files)
    #expect(throws: PersistenceFailure.self) { try put([link, second], on: host) }
    #expect((try? files.read(link.path, limit: 10)) == nil)
    #expect(PersistenceFailure.unwritable(FileError(path: "x", reason: .notPermitted)).exitStatus == .notPermitted)
  }
}
