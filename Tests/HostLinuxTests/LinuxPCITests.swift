internal import Foundation
internal import HostAccess
internal import HostLinux
internal import TestSupport
internal import Testing
internal import Vocabulary

/// PCI functions below another root: plain files stand for configuration space and BAR.
@Suite("PCI functions through sysfs")
struct LinuxPCITests {
  private static var address: PCIAddress {
    get throws { try #require(PCIAddress("0000:03:00.0")) }
  }

  private func machine(_ files: [String: [UInt8]]) throws -> Scratch {
    let scratch = try Scratch()
    let directory = scratch.path + "/sys/bus/pci/devices/0000:03:00.0"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(directory)/\(name)")) }
    return scratch
  }

  private func bytes(_ scratch: Scratch, _ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: scratch.path + "/sys/bus/pci/devices/0000:03:00.0/\(name)")))
  }

  @Test("Configuration dwords are little endian; consecutive ones are written together")
  func configuration() throws {
    let scratch = try machine(["config": (0..<256).map { UInt8($0) }])
    let function = try LinuxPCI(root: scratch.path).open(try Self.address)
    #expect(try function.readConfiguration(at: 0x58) == 0x5b5a_5958)
    try function.writeConfiguration([0x0403_0201, 0x0807_0605], at: 0x58)
    #expect(try function.readConfiguration(at: 0x5c) == 0x0807_0605)
    #expect(try function.readConfiguration(at: 0x58, count: 2) == [0x0403_0201, 0x0807_0605])
    #expect(try bytes(scratch, "config")[0x56..<0x62] == [0x56, 0x57, 1, 2, 3, 4, 5, 6, 7, 8, 0x60, 0x61])
  }

  @Test("What is not there, or not wholly readable, is told")
  func failures() throws {
    let scratch = try machine(["config": [UInt8](repeating: 0, count: 64)])
    let pci = LinuxPCI(root: scratch.path)
    #expect(throws: PCIError.notFound) { try pci.open(try #require(PCIAddress("0000:04:00.0"))) }
    let function = try pci.open(try Self.address)
    #expect(try function.readConfiguration(at: 0x3c) == 0)
    // The first 64 bytes are what a process without rights may read.
    #expect(throws: PCIError.notPermitted) { try function.readConfiguration(at: 0x58) }
    #expect(throws: PCIError.notFound) { try function.mapBAR0(length: 0x1000) }
  }

  @Test("BAR 0 is big endian")
  func bar() throws {
    let scratch = try machine(["config": [UInt8](repeating: 0, count: 64), "resource0": (0..<64).map { UInt8($0) }])
    let function = try LinuxPCI(root: scratch.path).open(try Self.address)
    #expect(throws: PCIError.failed("BAR 0 has fewer than 128 bytes")) { try function.mapBAR0(length: 128) }
    let window = try function.mapBAR0(length: 64)
    #expect(window.read(at: 0x10) == 0x1011_1213)
    window.write(0xaabb_ccdd, at: 0x3c)
    #expect(try bytes(scratch, "resource0").suffix(4) == [0xaa, 0xbb, 0xcc, 0xdd])
  }

  @Test("Functions that come and go leave no open file behind")
  func descriptors() throws {
    let scratch = try machine([
      "config": [UInt8](repeating: 0, count: 64), "resource0": [UInt8](repeating: 0, count: 64),
    ])
    func count() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
      }.filter { $0.hasPrefix(scratch.path) }.count
    }
    let pci = LinuxPCI(root: scratch.path)
    for _ in 0..<10 {
      let function = try pci.open(try Self.address)
      _ = try function.readConfiguration(at: 0)
      _ = try function.mapBAR0(length: 64)
      #expect(try count() == 1)
    }
    #expect(try count() == 0)
  }
}
