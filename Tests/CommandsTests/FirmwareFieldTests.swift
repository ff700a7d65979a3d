import AdapterChips
import FirmwareImage
import Foundation
import TestSupport
import Testing

/// What people meet in the field with files and cards that are not as in the book.
@Suite struct FirmwareFieldTests {
  private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  @Test func anExpansionROMOfUnknownKindStaysOnTheCard() throws {
    let lab = try FirmwareLab("connectx3")
    let rom = [0x55, 0xaa] + [UInt8](repeating: 0x17, count: 510)
    let path = try lab.image("rom.bin", "--version", "2.42.5002")
    try write(
      Firmware.changing(#require(lab.bytes(path)), format: .fs2, IdentityChange(rom: rom)), path)
    #expect(lab.fw("query", "-i", path, "--json").output.contains("\"unknown ROM\""))
    #expect(lab.fw("burn", "-d", "03:00.0", "-i", path, "--yes").status == 0)
    let new = try lab.image("new.bin", "--version", "2.42.5004")
    let plan = lab.fw("burn", "-d", "03:00.0", "-i", new, "--yes", "--json")
    #expect(plan.status == 0 && plan.output.contains("\"rom\":\"kept\""), "\(plan.output)\(plan.error)")
    let after = lab.fw("query", "-d", "03:00.0").output
    #expect(after.contains("2.42.5004") && after.contains("unknown ROM (512 bytes)"), "\(after)")
  }

  /// The slot of an FS4 image without the device data at the flash's end, as vendors' downloads are.
  @Test func anUpdateImageIsWholeAndIsSaidToBeOne() throws {
    let lab = try FirmwareLab("connectx5,recovery")
    let path = try lab.image("full.bin", "--profile", "connectx5")
    let full = try #require(lab.bytes(path))
    let image = try #require(try Firmware.locate(in: MemoryBytes(full), medium: .file).first)
    let size = try Firmware.read(image, from: MemoryBytes(full)).facts.size
    try write(Array(full[..<size]), path)
    let query = lab.fw("query", "-i", path)
    #expect(query.status == 0 && query.output.contains("FS4, update image"), "\(query.output)\(query.error)")
    #expect(lab.fw("verify", "-i", path).status == 0)
    // A flash without that data is damaged still.
    try write(Array(full[..<(full.count - 4096)]) + [UInt8](repeating: 0xff, count: 4096), path)
    #expect(lab.fw("verify", "-i", path).status == 2)
  }

  @Test func containersAreNamed() throws {
    let lab = try FirmwareLab("connectx3")
    for (start, words) in [
      ([0x50, 0x4b, 3, 4], "a ZIP archive"), ([0x1f, 0x8b, 8], "a gzip file"), (Array("MFAR".utf8), "an MFA package"),
    ] as [([UInt8], String)] {
      let path = lab.scratch("download")
      try write(start + [UInt8](repeating: 0, count: 4096), path)
      let result = lab.fw("query", "-i", path)
      #expect(result.status == 2 && result.error.contains(words), "\(result.error)")
    }
  }

  @Test func aPackageListsVersionsAndModels() throws {
    let lab = try FirmwareLab("connectx3")
    let image = try #require(lab.bytes(lab.image("a.bin", "--profile", "connectx4")))
    let stock = MFA2Builder([.init(psid: "MT_2190110032", image: image)])
    let scratch = lab.scratch("package.mfa2")
    let package = try stock.build { contents in
      let plain = lab.scratch("contents")
      try write(contents, plain)
      let packed = try Spawned.run("xz", ["--check=crc32", "--keep", "--force", plain])
      try #require(packed.status == 0, "\(packed.error)")
      return try #require(lab.bytes(plain + ".xz"))
    }
    try write(package, scratch)
    let list = lab.fw("query", "-i", scratch).output
    #expect(list.contains("12.28.2006") && list.contains("MCX456A-ECA_Ax"), "\(list)")
  }

  @Test(arguments: [
    ("0x1025", "0x020000", "unknown device"), ("0x1018", "0x020000", "virtual function"),
    ("0x020d", "0x020700", "recovery"),
  ])
  func everyFunctionOfTheVendorIsListed(device: String, code: String, state: String) throws {
    let lab = try FirmwareLab("connectx3")
    let root = lab.scratch("root")
    let directory = "\(root)/sys/bus/pci/devices/0000:03:00.0"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for (file, text) in [("vendor", "0x15b3"), ("device", device), ("class", code)] {
      try write(Array((text + "\n").utf8), "\(directory)/\(file)")
    }
    let list = lab.call(["--root", root, "fw", "list"])
    #expect(list.status == 0 && list.output.contains(state), "\(list.output)\(list.error)")
    let query = lab.call(["--root", root, "fw", "query", "-d", "03:00.0"])
    #expect(query.status == 6, "\(query.error)")
    #expect(!list.error.contains("no adapter") && !query.error.contains("no such adapter"))
  }
}
