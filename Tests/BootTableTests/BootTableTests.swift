import HostAccess
import TestSupport
import Testing
import Vocabulary

@testable import BootTable

/// `/sys/firmware/ibft` as iscsi_ibft shows the table of an iPXE machine (facts: drivers/firmware/iscsi_ibft.c of Linux 6.1).
@Suite struct BootTableTests {
  private static let directory = "/sys/firmware/ibft"

  private static let files: [String: FakeFiles.Entry] = {
    var files: [String: FakeFiles.Entry] = [:]
    func section(_ name: String, _ values: [String: String]) {
      for (file, value) in values { files["\(directory)/\(name)/\(file)"] = .text(value) }
    }
    section("initiator", ["initiator-name": "iqn.2026-11.org.example:guest", "flags": "3", "index": "0"])
    section(
      "ethernet0",
      [
        "ip-addr": "192.168.77.10", "prefix-len": "24", "origin": "1", "gateway": "192.168.77.1",
        "primary-dns": "192.168.77.1", "secondary-dns": "0.0.0.0", "dhcp": "0.0.0.0", "vlan": "0",
        "mac": "00:02:c9:ab:cd:e1", "hostname": "guest", "flags": "3", "index": "0",
      ])
    section(
      "target0",
      [
        "ip-addr": "192.168.77.1", "port": "3260", "lun": "00000000", "chap-type": "1", "nic-assoc": "0",
        "target-name": "iqn.2026-11.org.example:disk", "chap-name": "user", "flags": "3", "index": "0",
      ])
    // A secret that is read would stop the test with this error.
    files["\(directory)/target0/chap-secret"] = .text("secret")
    files["\(directory)/acpi_header/signature"] = .text("iBFT")
    files["/sys/class/net/eth2/address"] = .text("00:02:c9:ab:cd:e1")
    files["/sys/class/net/eth2.5/address"] = .text("00:02:c9:ab:cd:e1")
    files["/sys/class/net/eth2/device"] = .link("../../../0000:3b:00.0")
    return files
  }()

  @Test func theFieldsAndTheInterfaceOfTheTable() throws {
    let files = FakeFiles(Self.files)
    let table = try BootTable(files)
    #expect(table.initiator == "iqn.2026-11.org.example:guest")
    let adapter = try #require(table.adapters.first)
    #expect(adapter.interface == "eth2" && adapter.origin == "manual" && adapter.prefixLength == 24)
    #expect(adapter.dns == ["192.168.77.1"] && adapter.dhcp == nil && adapter.vlan == nil)
    let target = try #require(table.targets.first)
    #expect(target.iqn == "iqn.2026-11.org.example:disk" && target.port == 3260 && target.authentication == "chap")
    #expect(!files.pathsRead.contains { $0.contains("secret") })
  }

  @Test func aMachineWithoutATableIsAnAnswerOfItsOwn() {
    let error = #expect(throws: BootFailure.self) { _ = try BootTable(FakeFiles([:])) }
    #expect(error?.exitStatus == .notFound && error?.id == "boot.no_table")
    // The module is loaded, and there is no table.
    #expect(throws: BootFailure.self) { _ = try BootTable(FakeFiles([Self.directory: .directory])) }
  }
}
