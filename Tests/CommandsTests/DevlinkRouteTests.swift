import FirmwareImage
import Foundation
import HostAccess
import TestSupport
import Testing

/// Which way a burn takes, what is known of the image before, and what a query shows of drivers' words.
@Suite struct DevlinkRouteTests {
  private typealias Message = DevlinkMessage

  private static func fs4(_ version: FirmwareVersion = FirmwareVersion(16, 35, 3006), psid: String = "MT_0000000008")
    -> [UInt8]
  {
    var content = TabledImageContent.connectX5
    content.version = version
    content.psid = psid
    return FS4Builder(content, size: 1 << 20).build()
  }

  private static func package(_ boards: String...) throws -> [UInt8] {
    MFA2Builder(boards.map { .init(psid: $0, image: fs4(psid: $0)) }).build()
  }

  /// The board of a package and how large its image is, as rdmactl's own reader has it.
  private static func board(in bytes: [UInt8]) -> String? {
    guard let package = try? MFA2Package(bytes), let board = package.boards.first,
      let image = try? package.image(psid: board.psid, unpack: { Array($0.prefix($1)) }),
      let placement = try? Firmware.locate(in: MemoryBytes(image), medium: .file).first,
      (try? Firmware.verify(placement, in: MemoryBytes(image)).isWhole) == true
    else { return nil }
    return "\(board.psid) \(package.boards.count)"
  }

  private func isFlashed(_ lab: DevlinkLab) {
    lab.flashes(Message.pci, file: "rdmactl/pci_0000:3b:00.0.bin")
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.3006"))
  }

  /// Secure Boot: nobody tries the registers.
  @Test func aKernelThatIsLockedDown() {
    let lab = DevlinkLab(
      ["/sys/kernel/security/lockdown": .text("none [integrity] confidentiality")], image: Self.fs4())
    lab.offers(Message.pci)
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.2000"))
    lab.offers(Message.pci)
    isFlashed(lab)
    let result = lab.burn("--yes", device: "mlx5_0")
    #expect(result.status == 0, "\(result.error)")
    #expect(
      result.error.contains("the driver mlx5_core, through devlink (pci/0000:3b:00.0): the kernel is locked down"))
    #expect(result.error.contains("mlx5_core takes MFA2 packages only: the image is wrapped into one"))
    let placed = lab.files.replacements.first { $0.path.hasSuffix("pci_0000:3b:00.0.bin") }
    #expect(placed.map { Self.board(in: $0.bytes) } == "MT_0000000008 1", "\(lab.files.replacements.map(\.path))")
    #expect(result.output.contains("stored   fw.version 16.35.3006") && !result.error.contains("same stored"))
    #expect(lab.text(DevlinkLab.record)?.contains("version=16.35.3006") == true && lab.state == "done")
    #expect(lab.network.outstanding == 0)
  }

  /// The registers were tried, and nobody may reach them: the driver may.
  @Test(arguments: [PCIError.lockedDown, .failed("Input/output error"), .notFound])
  func registersThatAreClosed(error: PCIError) {
    let lab = DevlinkLab(image: Self.fs4())
    lab.pci = error
    lab.knows(Message.simulated, Message.pci)
    lab.offers(Message.pci)
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.2000"))
    lab.offers(Message.pci)
    isFlashed(lab)
    let result = lab.burn("--yes", device: "mlx5_0")
    #expect(result.status == 0 && lab.network.outstanding == 0, "\(result.error)")
  }

  @Test func closedBothWays() {
    let lab = DevlinkLab(image: Self.fs4())
    lab.pci = .lockedDown
    lab.knows(Message.pci)
    lab.offers(Message.pci, Message.unsupported)
    let result = lab.burn("--yes", device: "mlx5_0")
    #expect(result.status == 4 && result.error.contains("its driver offers no flashing through devlink either"))
    #expect(!result.error.contains("--via devlink") && lab.isUntouched)
  }

  /// What is not closed but only not allowed, or what devlink does not know, stays what it is; so does what was asked for.
  @Test func waysThatAreNotTaken() {
    let lab = DevlinkLab(image: Self.fs4())
    lab.pci = .notPermitted
    let rights = lab.burn("--yes", device: "mlx5_0")
    #expect(rights.status == 4 && rights.error.contains("open to root only"))
    lab.console = FakeConsole()
    lab.pci = .lockedDown
    let direct = lab.burn("--yes", "--via", "direct", device: "mlx5_0")
    #expect(
      direct.status == 4
        && direct.error.contains("hint: let the driver write it: rdmactl fw burn -d mlx5_0 -i FILE --via devlink"))
    lab.console = FakeConsole()
    let mac = lab.burn("--yes", "--mac", "00:02:c9:00:00:10", device: "mlx5_0")
    #expect(mac.status == 4 && !mac.error.contains("devlink either"))
    lab.console = FakeConsole()
    lab.knows(Message.simulated)
    #expect(lab.burn("--yes", device: "mlx5_0").status == 4)
    #expect(lab.network.outstanding == 0 && lab.isUntouched)
  }

  @Test(arguments: ["pci/0000:3b:00.0", "3b:00.0", "mlx5_0"]) func namesOfOneDevice(name: String) throws {
    let lab = DevlinkLab(image: try Self.package("MT_0000000008", "MT_0000000023"))
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.2000"))
    lab.offers(Message.pci)
    let result = lab.burn("--via", "devlink", "--dry-run", device: name)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("MFA2 package for 2 boards") && result.output.contains("16.35.3006"))
    #expect(!result.error.contains("MFA2 packages only"))
  }

  /// What the driver could only refuse, and what it might not.
  @Test func imagesThatDoNotBelongThere() throws {
    struct Case {
      let image: [UInt8]
      var stored = "16.35.2000"
      var option: String?
      let status: Int32
      let words: String
    }
    var damaged = Self.fs4()
    let whole = MemoryBytes(damaged)
    let placement = try #require(try Firmware.locate(in: whole, medium: .file).first)
    let code = try #require(
      try Firmware.read(placement, from: whole).sections.first { $0.name.contains("MAIN_CODE") && !$0.isDeviceData })
    damaged[code.address + code.size / 2] ^= 0xff
    let cases = [
      Case(image: [], status: 7, words: "the file is empty; nothing was written"),
      Case(image: try Self.package("MT_0000000023"), status: 7, words: "MT_0000000008"),
      Case(image: Self.fs4(psid: "MT_0000000023"), status: 7, words: "the image's is MT_0000000023"),
      Case(image: Self.fs4(), stored: "16.36.1000", status: 7, words: "the image is the older 16.35.3006"),
      Case(image: damaged, status: 7, words: "the image is damaged"),
      Case(image: Self.fs4(psid: "MT_0000000023"), option: "--psid-from-image", status: 0, words: "Plan"),
      Case(image: Self.fs4(), stored: "16.36.1000", option: "--allow-downgrade", status: 0, words: "Plan"),
    ]
    for item in cases {
      let lab = DevlinkLab(image: item.image)
      lab.informs(Message.pci, DevlinkLab.card(stored: item.stored))
      lab.offers(Message.pci)
      let words = ["--via", "devlink", "--dry-run"] + (item.option.map { [$0] } ?? [])
      let result = lab.fw(["burn", "-d", "mlx5_0", "-i", DevlinkLab.image] + words)
      #expect(result.status == item.status, "\(item.words): \(result.error)")
      #expect((result.error + result.output).contains(item.words), "\(result.error)")
      #expect(lab.isUntouched)
    }
  }

  @Test func aPackageForABoardThatNobodyNames() throws {
    let lab = DevlinkLab(image: try Self.package("MT_0000000023"))
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.2000", psid: nil))
    lab.offers(Message.pci)
    let result = lab.burn("--via", "devlink", "--dry-run", device: "mlx5_0")
    #expect(result.status == 0)
    #expect(result.error.contains("only the driver can check whether the package is for this board"))
  }

  @Test func aQueryOfADeviceThatOnlyDevlinkKnows() throws {
    let lab = DevlinkLab()
    lab.knows(Message.simulated)
    lab.informs()
    let text = lab.fw(["query", "-d", "eth0"])
    #expect(text.status == 0 && text.error.isEmpty)
    #expect(
      text.output == """
        eth0
          driver   netdevsim (devlink netdevsim/netdevsim10)
          running  fw.mgmt 10.20.30
          stored   fw.mgmt 10.20.30

        """)
    lab.console = FakeConsole()
    lab.knows(Message.simulated)
    lab.informs()
    struct Answer: Decodable {
      struct Device: Decodable {
        let handle, driver: String
        let serial_number: String?
        let versions: [[String: String]]
      }
      let schema, target, version: String
      let format, psid: String?
      let size: Int?
      let devlink: Device
    }
    let json = lab.fw(["query", "-d", "netdevsim/netdevsim10", "--json"]).output
    let answer = try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
    #expect(answer.target == "netdevsim/netdevsim10" && answer.version == "10.20.30" && answer.format == nil)
    #expect(answer.devlink.versions.map { $0["kind"] } == ["running", "stored"])
    for key in ["format", "psid", "size", "secure", "device", "serial_number"] {
      #expect(json.contains("\"\(key)\":null"), "\(key)")
    }
  }

  /// An ordinary user, and a kernel that is locked down: what the driver tells it tells everybody.
  @Test(arguments: [PCIError.notPermitted, .lockedDown]) func aQueryWithoutTheFlash(error: PCIError) {
    let lab = DevlinkLab()
    lab.pci = error
    lab.knows(Message.pci)
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.3006"))
    let result = lab.fw(["query", "-d", "mlx5_0"])
    #expect(result.status == 0 && result.output.contains("stored   fw.version 16.35.3006"))
    #expect(result.error.contains("note: mlx5_0: only what its driver reports: "))
    // Where devlink knows nothing either, the reason is the answer.
    lab.console = FakeConsole()
    lab.knows()
    let none = lab.fw(["query", "-d", "mlx5_0", "-q"])
    #expect(none.status == 4 && none.output.isEmpty && lab.network.outstanding == 0)
  }

  /// `status` says that firmware waits for a reset, and nothing where the driver reports one version.
  @Test func statusSaysThatFirmwareIsPending() {
    let lab = DevlinkLab()
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.3006"))
    let result = lab.run(["status"])
    #expect(
      result.status == 0
        && result.output.contains("warning: mlx5_0: new firmware is on the flash, and the old firmware runs"))
    #expect(result.output.contains("seen: running=16.35.2000, pending=16.35.3006"))
    #expect(result.output.contains("next: rdmactl fw activate mlx5_0 --dry-run"))
    lab.console = FakeConsole()
    lab.informs(Message.pci, DevlinkLab.card(stored: "16.35.2000"))
    #expect(!lab.run(["status"]).output.contains("warning:"))
  }

  @Test func aFileIsNoDevice() throws {
    let lab = DevlinkLab(image: Self.fs4())
    let json = lab.fw(["query", "-i", DevlinkLab.image, "--json"])
    #expect(json.status == 0 && json.output.contains("\"devlink\":null"))
  }
}
