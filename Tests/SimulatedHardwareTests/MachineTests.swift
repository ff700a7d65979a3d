import AdapterChips
import HostAccess
import Testing
import Vocabulary

@testable import SimulatedHardware

@Suite struct MachineTests {
  private let disk = MemoryDisk()
  private let address: PCIAddress

  init() throws { address = try #require(PCIAddress("0000:03:00.0")) }

  private func machine(_ profile: AdapterProfile = .connectx3, flash: [UInt8] = [1, 2, 3]) throws -> SimulatedAdapter {
    if disk.bytes(of: "/sim/adapters") == nil {
      let made = try SimulatedMachine.create([profile], in: "/sim", files: disk) { _ in flash }
      #expect(made.map(\.address) == [address])
    }
    return try #require(try SimulatedMachine.load(from: "/sim", files: disk).adapters[address])
  }

  @Test(arguments: [AdapterProfile.connectx3, .connectx5]) func outlivesItsTool(_ profile: AdapterProfile) throws {
    let first = PlainTool(adapter: try machine(profile))
    try first.lock()
    try first.program(Array(repeating: 0x5a, count: 16), at: 0x1000)
    // Not freed: the tool was killed here.
    let second = PlainTool(adapter: try machine(profile))
    #expect(second.adapter.flash(0..<4) == [1, 2, 3, 0xff])
    #expect(second.adapter.flash(0x1000..<0x1011) == Array(repeating: 0x5a, count: 16) + [0xff])
    #expect(second.adapter.flashIsLocked)
    try second.unlock()
    #expect(try !machine(profile).flashIsLocked)
    #expect(second.adapter.violations.isEmpty)
  }

  @Test(arguments: [AdapterProfile.connectx3, .connectx4]) func isOneAdapterForTwoProcesses(_ profile: AdapterProfile)
    throws
  {
    let (first, second) = (PlainTool(adapter: try machine(profile)), PlainTool(adapter: try machine(profile)))
    try first.lock()
    let semaphore: UInt32 = first.isFifth ? 0xf0400 : 0xf03fc
    #expect(try second.read(semaphore) != 0)
    try first.program(Array(repeating: 0, count: 256), at: 0x20000)
    try first.unlock()
    try second.lock()
    #expect(try second.flash(0x20000) == [0, 0, 0, 0])
    try second.erase(0xd8, 0x20000)
    try second.unlock()
    try first.lock()
    #expect(try first.flash(0x20000) == [.max, .max, .max, .max])
    #expect(first.adapter.violations.isEmpty && second.adapter.violations.isEmpty)
  }

  @Test func writesEachChangeAtOnce() throws {
    let tool = PlainTool(adapter: try machine())
    try tool.lock()
    let before = try #require(disk.bytes(of: "/sim/0000:03:00.0.flash"))
    #expect(before.count == AdapterProfile.connectx3.flashSize)
    try tool.program(Array(repeating: 0, count: 16), at: 0)
    #expect(disk.bytes(of: "/sim/0000:03:00.0.flash")?[0..<17] == Array(repeating: 0, count: 16)[...] + [0xff])
    try tool.erase(0x20, 0)
    #expect(disk.bytes(of: "/sim/0000:03:00.0.flash")?.prefix(17).allSatisfy { $0 == 0xff } == true)
  }

  @Test func isMadeOnce() throws {
    _ = try machine()
    #expect(throws: SimulationFailure.alreadyThere("/sim")) {
      _ = try SimulatedMachine.create([.connectx3], in: "/sim", files: disk) { _ in [] }
    }
  }

  @Test func saysWhatIsWrong() throws {
    #expect(throws: SimulationFailure.notAMachine("/none")) { try SimulatedMachine.load(from: "/none", files: disk) }
    disk.set("/sim/adapters", Array("0000:03:00.0\n".utf8))
    #expect(throws: SimulationFailure.malformed(directory: "/sim", line: "0000:03:00.0")) {
      try SimulatedMachine.load(from: "/sim", files: disk)
    }
    disk.set("/sim/adapters", Array("0000:03:00.0 connectx9\n".utf8))
    #expect(throws: SimulationFailure.unknownProfile("connectx9")) {
      try SimulatedMachine.load(from: "/sim", files: disk)
    }
    disk.set("/sim/adapters", nil)
    _ = try machine()
    disk.set("/sim/0000:03:00.0.state", [1, 2, 3])
    #expect(throws: SimulationFailure.self) { try SimulatedMachine.load(from: "/sim", files: disk) }
  }

  @Test func aFileThatIsGoneIsNoMissingMachine() throws {
    for name in ["flash", "state"] {
      _ = try machine()
      let path = "/sim/0000:03:00.0.\(name)"
      let kept = disk.bytes(of: path)
      disk.set(path, nil)
      #expect(throws: SimulationFailure.file(FileError(path: path, reason: .notFound))) {
        try SimulatedMachine.load(from: "/sim", files: disk)
      }
      disk.set(path, kept)
    }
  }

  /// Registers and flash that were never read are no state to work with.
  @Test func anEmptyStateIsNoState() throws {
    let adapter = try machine()
    disk.set("/sim/0000:03:00.0.state", [])
    #expect(throws: SimulationFailure.self) { try SimulatedMachine.load(from: "/sim", files: disk) }
    #expect(throws: (any Error).self) { try PlainTool(adapter: adapter).lock() }
  }

  /// A flash file that somebody cut short reads as erased where it ends.
  @Test func takesAShortFlash() throws {
    _ = try machine()
    disk.set("/sim/0000:03:00.0.flash", [9])
    #expect(try machine().flash(0..<2) == [9, 0xff])
  }

  @Test func showsItsAdaptersInSysfs() throws {
    _ = try machine(.infinihost3lx)
    let machine = try SimulatedMachine.load(from: "/sim", files: disk)
    let directory = "\(SimulatedSysfs.devices)/0000:03:00.0"
    #expect(try machine.files.list(SimulatedSysfs.devices) == ["0000:03:00.0"])
    #expect(try machine.files.text("\(directory)/vendor") == "0x15b3")
    #expect(try machine.files.text("\(directory)/device") == "0x6274")
    #expect(try machine.files.list(directory).contains("config"))
    #expect(try machine.pci.configurationSpace(of: address) == machine.files.read("\(directory)/config", limit: 4096))
    #expect(throws: FileError(path: "/sys/class/infiniband", reason: .notFound)) {
      try machine.files.list("/sys/class/infiniband")
    }
    #expect(machine.pci.name(vendor: 0x15b3, device: 0x6274) == "InfiniHost III Lx")
    let other = try #require(PCIAddress("0000:04:00.0"))
    #expect(throws: PCIError.notFound) { try machine.pci.open(other) }
  }
}
