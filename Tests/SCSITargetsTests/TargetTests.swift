import BinaryLayout
import Change
import HostAccess
import InfiniBandWire
import TestSupport
import Testing
import Vocabulary

@testable import SCSITargets

@Suite struct TargetTests {
  @Test(
    arguments: [
      ("id_ext=1,ioc_guid=2,dest=192.0.2.7:5555", nil),
      ("id_ext=1,ioc_guid=2,dgid=fe800000000000000002c90200402bd5,pkey=ffff,service_id=3", nil),
      ("id_ext=1,ioc_guid=2", "needs"), ("id_ext=x,ioc_guid=2,dest=a:1", "hexadecimal"), ("nonsense=1", "unknown key"),
      ("id_ext=1,id_ext=2,ioc_guid=3,dest=a:1", "twice"), ("id_ext", "key=value"), ("", "key=value"),
      ("id_ext=1,ioc_guid=2,dest=a b:1", "blanks"),
    ] as [(String, String?)])
  func whatAddTargetWouldNotTakeIsRefusedBefore(_ text: String, _ complaint: String?) {
    let found = TargetAddress.complaint(text)
    #expect((found == nil) == (complaint == nil) && found?.contains(complaint ?? "") ?? true, "\(found ?? "")")
  }

  /// The controllers' list of ib_srpt: one slot of sixteen.
  @Test func theSlotsOfAnIOUnit() {
    var attribute = [UInt8](repeating: 0, count: 192)
    attribute.replaceSubrange(0..<6, with: [0, 1, 16, 0, 0x10, 0x01])
    #expect(IOUnitInfo.controllers(attribute) == [1, 4])
    #expect(IOUnitInfo.controllers([0, 1, 16]) == nil)
  }

  /// As ib_srpt of Linux 6.1 fills its structure (ib_dm_mad.h): class 0x0100, subclass 0x609e, protocol 0x0108.
  @Test func theProfileOfAController() throws {
    var attribute = [UInt8](repeating: 0, count: 192)
    attribute.replaceSubrange(0..<8, with: [0, 2, 0xc9, 3, 0, 0xaa, 0xbb, 0xc0])
    attribute.replaceSubrange(28..<36, with: [0x01, 0x00, 0x60, 0x9e, 0x01, 0x08, 0x00, 0x01])
    attribute[54] = 1
    attribute.replaceSubrange(64..<80, with: Array("Linux SRP target".utf8))
    let record = try #require(LayoutRecord(attribute, length: IOControllerProfile.length))
    typealias Layout = IOControllerProfile.Layout
    #expect(record[Layout.guid] == 0x0002_c903_00aa_bbc0 && record[Layout.ioClass] == 0x0100)
    #expect(record[Layout.ioSubclass] == 0x609e && record[Layout.protocolNumber] == 0x0108)
    #expect(record[Layout.protocolVersion] == 1 && record[Layout.serviceEntries] == 1)
    #expect(IOControllerProfile.description(record) == "Linux SRP target")
  }

  @Test func theServicesOfAController() {
    var attribute = [UInt8](repeating: 0, count: 192)
    attribute.replaceSubrange(0..<24, with: Array("SRP.T10:0002c90300aabbc0".utf8))
    attribute.replaceSubrange(40..<48, with: [0, 2, 0xc9, 3, 0, 0xaa, 0xbb, 0xc0])
    let entries = ServiceEntries.entries(attribute, count: 4)
    #expect(entries.map(\.name) == ["SRP.T10:0002c90300aabbc0"])
    #expect(entries.map(\.identifier) == [0x0002_c903_00aa_bbc0])
  }

  /// `scsi_host` of a login over rdma_cm in the guest: no destination GID, so it cannot be logged in to again by itself.
  private static let files: [String: FakeFiles.Entry] = {
    var files: [String: FakeFiles.Entry] = [
      "/sys/class/scsi_host/host3/proc_name": .text("ahci"),
      "/sys/class/srp_remote_ports/port-6:1/state": .text("running"),
      "/sys/class/scsi_disk/6:0:0:0/device/block/sda": .directory, "/sys/class/infiniband_srp/srp-rxe0-1": .directory,
    ]
    for (file, value) in [
      "id_ext": "505400fffe000010", "ioc_guid": "505400fffe000010", "local_ib_device": "rxe0", "local_ib_port": "1",
      "sgid": "fe80:0000:0000:0000:5054:00ff:fe00:0010", "ch_count": "2", "req_lim": "62",
    ] { files["/sys/class/scsi_host/host6/\(file)"] = .text(value) }
    return files
  }()

  @Test func aConnectionWithItsDisks() throws {
    let connections = TargetConnection.all(FakeFiles(Self.files))
    let connection = try #require(connections.first)
    #expect(connections.count == 1 && connection.host == "host6" && connection.state == "running")
    #expect(connection.disks == ["sda"] && connection.channels == 2 && connection.loginText == nil)
    let address = try #require(TargetAddress("id_ext=0x505400fffe000010,ioc_guid=505400fffe000010,dest=192.0.2.1:5555"))
    #expect(address.matches(connection, device: "rxe0") && !address.matches(connection, device: "rxe1"))
  }

  @Test func aLoginThatIsThereWritesNothing() throws {
    let host = SmallMachine().host(files: FakeFiles(Self.files))
    let address = try #require(TargetAddress("id_ext=505400fffe000010,ioc_guid=505400fffe000010,dest=192.0.2.1:5555"))
    #expect(try TargetWriter(host, .login(address, initiator: "srp-rxe0-1")).plan(.init()).isEmpty)
    #expect(throws: TargetFailure.self) { _ = try TargetWriter.initiators(FakeFiles([:])) }
  }

  @Test(
    arguments: [
      ("scsi host6:   REJ reason 0x8", "srp.no_listener"),
      ("scsi host6: ib_srp: SRP LOGIN REJECTED, reason 0x00010006", "srp.not_allowed"),
      ("scsi host6: ib_srp: SRP LOGIN REJECTED, reason 0x00010003", "srp.wrong_ioc_guid"),
      ("ib_srp: unknown parameter or missing value 'x' in target creation request", "srp.bad_parameter"),
      ("something else", "srp.failed"),
    ])
  func theKernelsRefusalIsTranslated(_ message: String, _ id: String) {
    let refusal = KernelRefusal(code: 5, name: "EIO", words: "Input/output error")
    #expect(TargetFailure.refused("t", .refused(refusal), [message]).id == id)
    let right = KernelRefusal(code: 13, name: "EACCES", words: "Permission denied")
    #expect(TargetFailure.refused("t", .refused(right), [message]).exitStatus == .notPermitted)
  }
}
