import Glossary
import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import Commands

/// `events`, `igmp`, `boot`, `trace` and `srp` as a user meets them, on files.
@Suite struct ReadmeSystemTests {
  private func run(_ words: String..., files: [String: FakeFiles.Entry] = [:]) -> Consequences {
    var machine = SmallMachine()
    machine.entries.merge(files) { $1 }
    return consequences(of: words, host: machine.host())
  }

  private static let log: [String: FakeFiles.Entry] = [
    "/dev/kmsg": .bytes(
      Array(
        """
        6,1,5000000,-;mlx5_core 0000:3b:00.0: firmware version: 16.35.4506
        3,2,6000000,-;mlx5_core 0000:3b:00.0: health recovery failed
        4,3,7000000,-;mlx5_core 0000:81:00.0 eth9: Link down
        """.utf8)),
    "/proc/stat": .text("btime 1764000000"),
  ]

  @Test func anEventNamesItsAdapterAndTheNextCommand() throws {
    let result = run("events", files: Self.log)
    #expect(result.status == 0)
    #expect(result.output.contains("event.reset_failed"), "\(result.output)")
    #expect(result.output.contains("next: rdmactl fw query mlx5_0"), "\(result.output)")
    let answer = try FabricMachine.object(run("events", "--json", files: Self.log).output)
    let events = try #require(answer["events"] as? [[String: Any]])
    #expect(events.count == 3 && events[0]["device"] as? String == "mlx5_0" && events[0]["port"] as? Int == 1)
    #expect(events[0]["time"] as? String == "2025-11-24T16:00:05Z")
    #expect((events[1]["windows"] as? String)?.hasPrefix("Failed to reset the Mellanox ConnectX EN") == true)
  }

  @Test func eventsOfOneAdapterSinceAMoment() {
    #expect(
      run("events", "mlx5_0", "-q", files: Self.log).output == "event.started mlx5_0/1\nevent.reset_failed mlx5_0/1\n")
    let since = run("events", "--since", "2025-11-24T16:00:06", "-q", files: Self.log)
    #expect(since.output == "event.reset_failed mlx5_0/1\nevent.link_down eth9\n")
    #expect(run("events", "nosuch", files: Self.log).status == 3)
    #expect(run("events", "--since", "yesterday", files: Self.log).status == 64)
  }

  @Test func onlyAnErrorFailsAScript() {
    #expect(run("events", "--fail-on", "error", files: Self.log).status == 2)
    #expect(run("events", "--fail-on", "error", "--since", "2025-11-24T16:00:07", files: Self.log).status == 0)
    #expect(run("events", "--fail-on", "warning", "--since", "2025-11-24T16:00:07", files: Self.log).status == 2)
  }

  @Test func aMachineWithoutTheSystemSaysWhichPartIsMissing() {
    #expect(run("boot").status == 3 && run("trace").status == 6 && run("srp").status == 6)
    let denied = run("events", files: ["/dev/kmsg": .error(.notPermitted)])
    #expect(denied.status == 4 && denied.error.contains("CAP_SYSLOG"))
    #expect(run("igmp", "set", "eth0", "7").status == 64)
  }

  /// The sentences of the readme, section 6.5, as they stand there, and as an event log fills them in.
  @Test(arguments: [
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully initialized and enabled.",
    "Failed to initialize Mellanox ConnectX EN 10Gbit Ethernet Adapter.",
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully initialized and enabled. The port's network address is <MAC Address>",
    "The Mellanox ConnectX EN 10Gbit Ethernet was reset.",
    "Failed to reset the Mellanox ConnectX EN 10Gbit Ethernet NIC. Try disabling then re-enabling the \"Mellanox Ethernet Bus Driver\" device via the Windows device manager.",
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> has been successfully stopped.",
    "Failed to initialize the Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> because it uses old firmware version (<old firmware version>). You need to burn firmware version <new firmware version> or higher, and to restart your computer.",
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> device detected that the link connected to port <Y> is up, and has initiated normal operation.",
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> device detected that the link connected to port <Y> is down. This can occur if the physical link is disconnected or damaged, or if the other end-port is down.",
    "Mismatch in the configurations between the two ports may affect the performance. When Using MSI-X, both ports should use the same RSS mode. To fix the problem, configure the RSS mode of both ports to be the same in the driver GUI.",
    "Mellanox ConnectX EN 10Gbit Ethernet Adapter <X> device failed to create enough MSI-X vectors. The Network interface will not use MSI-X interrupts. This may affects the performance. To fix the problem, configure the number of MSI-X vectors in the registry to be at least <Y>.",
  ])
  func everySentenceOfTheEventLogHasItsEntry(_ sentence: String) {
    let glossary = ProblemCatalog.glossary
    let entries = glossary.lookUp(sentence).entries
    #expect(entries.count == 1 && entries.first?.name.hasPrefix("Event: ") == true, "\(entries.map(\.name))")
    let filled = sentence.replacing("<X>", with: "#2").replacing("<Y>", with: "1").replacing(
      "<MAC Address>", with: "00-02-C9"
    )
    .replacing("<old firmware version>", with: "2.1.0").replacing("<new firmware version>", with: "2.5.700")
    #expect(glossary.lookUp(filled).entries == entries)
    #expect(run("explain", sentence, "-q").status == 0)
  }

  /// What the documents say and nothing answered before.
  @Test(arguments: [
    "eventvwr", "eventvwr.exe", "VPI mode", "KB924286", "ipconfig /all", "IPsec Policy Agent", "IPNAT",
    "mt25418_pciconf0", "mt4099_pci_cr0", "-guid", "Startup type Automatic", "own subnet for each IB port",
    "statistics counted twice", "performance monitor counters", "fw-25408 Rev 2.5.700 or later",
    "wrong MSI architecture",
    "best throughput", "Why is SDP not used", "iSCSI boot", "WPP", "igmpprototype=igmprtrv2", "Is SDP being used?",
  ])
  func everyPhraseOfTheDocumentsHasItsEntry(_ phrase: String) {
    #expect(!ProblemCatalog.glossary.lookUp(phrase).entries.isEmpty)
  }

  @Test func aSimilarNameIsNeverTakenForAHit() throws {
    for form in ["--json", "-q"] { #expect(run("explain", "EnableTcpChimmney", form).status == 3) }
    let answer = try FabricMachine.object(run("explain", "EnableTcpChimmney", "--json").output)
    #expect(answer["exact"] as? Bool == false)
    #expect(try FabricMachine.object(run("explain", "chimney", "--json").output)["exact"] as? Bool == true)
  }
}
