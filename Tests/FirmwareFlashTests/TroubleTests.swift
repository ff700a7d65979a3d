internal import AdapterChips
internal import FirmwareImage
internal import HostAccess
internal import SimulatedHardware
internal import TestSupport
internal import Testing
internal import Vocabulary

@testable internal import FirmwareFlash

@Suite("When the adapter does not play along")
struct TroubleTests {
  @Test("A taken semaphore is told within two seconds, by name", arguments: AdapterProfile.all)
  func takenSemaphore(profile: AdapterProfile) throws {
    var faults = FaultPlan()
    faults.semaphoreIsStuck = true
    let bench = Bench(profile, faults: faults)
    #expect(throws: FlashError.self) { try bench.open(profile.isOld ? .window : nil).flash() }
    #expect(bench.clock.milliseconds <= 2100)
  }

  @Test("A stale semaphore is freed, and told of", arguments: AdapterProfile.all)
  func unlock(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    // A tool is killed in the middle: its objects are never closed.
    let connection = try bench.open(profile.isOld ? .window : nil)
    let flash = try connection.flash()
    let stale = bench.adapter.copy()
    withExtendedLifetime((connection, flash)) {}
    let next = SimulatedPCI([try Bench.address: stale])
    let clock = FakeClock()
    func unlock() throws -> [String] {
      try AdapterConnection.unlock(
        pci: next, address: try Bench.address, pciDevice: profile.pciDevice, clock: clock,
        preference: profile.isOld ? .window : nil)
    }
    func open() throws -> any FlashDevice {
      try AdapterConnection.open(
        pci: next, address: try Bench.address, pciDevice: profile.pciDevice, clock: clock,
        preference: profile.isOld ? .window : nil
      ).flash()
    }
    do {
      _ = try open()
      Issue.record("the semaphore was not stale")
    } catch let error as FlashError {
      guard case .semaphoreTaken = error else { throw error }
      #expect(error.exitStatus == .busy)
    }
    #expect(try unlock().isEmpty == false)
    #expect(try unlock() == [])
    try open().close()
    #expect(stale.violations.isEmpty)
  }

  @Test("A gateway that never finishes is given up", arguments: AdapterProfile.all)
  func stuckGateway(profile: AdapterProfile) throws {
    var faults = FaultPlan()
    faults.gatewayIsStuck = true
    let bench = Bench(profile, faults: faults)
    #expect(throws: FlashError.timeout("the flash gateway")) {
      try bench.open(profile.isOld ? .window : nil).flash()
    }
    #expect(bench.clock.milliseconds <= 2100)
    #expect(!bench.adapter.flashIsLocked)
  }

  @Test("A part that never finishes is given up", arguments: AdapterProfile.all)
  func stuckPart(profile: AdapterProfile) throws {
    var faults = FaultPlan()
    faults.stuckBusy = 1
    let bench = Bench(profile, faults: faults)
    let connection = try bench.open(profile.isOld ? .window : nil)
    let flash = try connection.flash()
    do {
      try flash.program([0], at: 0)
      Issue.record("it was programmed")
    } catch {
      guard case .timeout = error else { throw error }
    }
    flash.close()
    #expect(!bench.adapter.flashIsLocked)
  }

  @Test("An adapter that leaves the bus does not answer", arguments: AdapterProfile.all, [3, 20, 200])
  func absent(profile: AdapterProfile, access: Int) throws {
    var faults = FaultPlan()
    faults.absentFromAccess = access
    let bench = Bench(profile, faults: faults)
    do {
      let flash = try bench.open(profile.isOld ? .window : nil).flash()
      _ = try flash.read(0..<0x1000)
      Issue.record("it answered")
    } catch let error as FlashError {
      #expect(error == .noAnswer)
    }
  }

  @Test("Firmware that runs from the flash keeps it", arguments: [AdapterProfile.connectx4, .connectx5])
  func cacheReplacement(profile: AdapterProfile) throws {
    let bench = Bench(profile)
    bench.adapter.poke(0xf0408, 0x1000)
    let connection = try bench.open()
    do {
      _ = try connection.flash()
      Issue.record("it was given away")
    } catch {
      guard case .secured = error else { throw error }
      #expect(error.exitStatus == .unsupported)
    }
    #expect(!bench.adapter.flashIsLocked)
    try connection.flash(ignoringCache: true).close()
    #expect(bench.adapter.violations.isEmpty)
  }

  @Test("The firmware's cache is off while the flash is ours, and as before afterwards")
  func cacheEnable() throws {
    let bench = Bench(.connectx4)
    bench.adapter.poke(0xf0420, 0x13)
    let flash = try bench.open().flash()
    #expect(bench.adapter.peek(0xf0420) == 0x12)
    flash.close()
    #expect(bench.adapter.peek(0xf0420) == 0x13)
  }

  @Test(
    "Hardware ids that mean something else",
    arguments: [
      (0xbad0_cafe, "flash.secured"), (0xbada_cce6, "flash.secured"), (UInt32.max, "flash.no_answer"),
      (0x0000_1234, "flash.unknown_chip"),
    ])
  func hardwareIDs(value: UInt32, id: String) throws {
    let bench = Bench(.connectx5)
    bench.adapter.poke(0xf0014, value)
    do {
      _ = try bench.open()
      Issue.record("it was opened")
    } catch let error as FlashError {
      #expect(error.id == id)
    }
    // The capability's semaphore is free again.
    bench.adapter.poke(0xf0014, 0x20d)
    _ = try bench.open()
  }

  @Test("A card in recovery is opened by what its hardware id says")
  func recovery() throws {
    let bench = Bench(.connectx3)
    let connection = try bench.open(.window, pciDevice: 0x01f6)
    #expect(connection.isInRecovery)
    #expect(connection.chip.name == "ConnectX-3")
    try connection.flash().close()
  }

  @Test("No BAR 0: the window, and why")
  func withoutBAR() throws {
    let pci = ScriptedPCI([
      .map(.failed("Invalid argument")), .write([0xf0014], at: 0x58), .read(0x58, gives: 0xf0014),
      .readTwo(0x58, gives: [0xf0014, 0x1f5]),
    ])
    let connection = try AdapterConnection.open(
      pci: pci, address: try Bench.address, pciDevice: 0x1003, clock: FakeClock())
    #expect(connection.way == .window)
    #expect(connection.reason == "BAR 0 cannot be mapped (Invalid argument)")
  }

  @Test("A way that was asked for and is not there is no other way")
  func wantedWay() throws {
    #expect(throws: FlashError.self) { try Bench(.connectx3).open(.capability) }
    #expect(throws: FlashError.access("the adapter has no BAR 0 that holds its registers")) {
      try Bench(.connectx5).open(.bar)
    }
  }

  @Test(
    "Each error has a stable id, words, and the right exit status",
    arguments: [
      (FlashError.notPermitted, "flash.not_permitted", 4), (.lockedDown, "flash.locked_down", 4),
      (.noAnswer, "flash.no_answer", 1), (.secured("x"), "flash.secured", 6),
      (.semaphoreTaken("x", milliseconds: 1), "flash.semaphore_taken", 5),
      (.heldByTool("x"), "flash.held_by_tool", 5), (.timeout("x"), "flash.timeout", 1),
      (.unknownChip(1), "flash.unknown_chip", 6), (.unknownPart(1), "flash.unknown_part", 6),
      (.writeProtected(0..<1), "flash.write_protected", 7), (.access("x"), "flash.access", 1),
    ])
  func failures(error: FlashError, id: String, status: Int32) {
    #expect(error.id == id)
    #expect(error.exitStatus.rawValue == status)
    #expect(!error.message.isEmpty)
  }
}
