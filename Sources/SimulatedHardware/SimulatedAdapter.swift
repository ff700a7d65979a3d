internal import CardRegisters
public import HostAccess
internal import Synchronization

/// An adapter of one of the ``AdapterProfile``s with configuration space, CR space, gateway and NOR flash, in this process.
///
/// It answers as the hardware would, counts what it is asked, and remembers each rule that was broken. Several may use it
/// at a time, as several processes may use one card.
public final class SimulatedAdapter: PCIFunction, Sendable {
  private struct Contents {
    var device: Device
    var keeper: DiskKeeper?
  }

  private let contents: Mutex<Contents>
  public let profile: AdapterProfile

  /// An adapter that was just powered on.
  /// - Parameters:
  ///   - flash: what its flash holds; the rest is erased. Longer than the flash: cut off.
  ///   - settings: what ``settings`` told of an adapter before.
  public convenience init(
    _ profile: AdapterProfile, flash: [UInt8] = [], settings: [UInt8] = [], faults: FaultPlan = FaultPlan()
  ) {
    var device = Device(profile: profile, cells: FlashCells(flash, count: profile.flashSize), faults: faults)
    device.startFirmware(StoredSettings(RegisterEnvelope.dwords(settings)).next)
    self.init(device)
  }

  init(_ device: Device) {
    profile = device.profile
    contents = Mutex(Contents(device: device))
  }

  /// An adapter that lives on a disk.
  init(_ profile: AdapterProfile, kept keeper: DiskKeeper) throws(FileError) {
    var keeper = keeper
    var device = Device(profile: profile, cells: FlashCells(blank: 0), faults: FaultPlan())
    device.flash.remembersChanges = true
    try keeper.around(&device) { _ in }
    self.profile = profile
    contents = Mutex(Contents(device: device, keeper: keeper))
  }

  private func with<R>(_ body: (inout Device) -> R) -> R where R: Sendable {
    contents.withLock { body(&$0.device) }
  }

  /// One access of a tool. `body` is told whether the adapter is there; without power or tool the access fails.
  private func access<R: Sendable>(_ body: (inout Device, _ isThere: Bool) -> R) throws(PCIError) -> R {
    try contents.withLock { contents throws(PCIError) in
      let isThere = try contents.device.access()
      let result: R
      if var keeper = contents.keeper {
        defer { contents.keeper = keeper }
        do throws(FileError) {
          result = try keeper.around(&contents.device) { body(&$0, isThere) }
        } catch {
          throw .failed("\(error.path) \(error.explanation)")
        }
      } else {
        result = body(&contents.device, isThere)
      }
      try contents.device.live()
      return result
    }
  }

  // MARK: PCIFunction

  public func readConfiguration(at offset: Int) throws(PCIError) -> UInt32 {
    try access { device, isThere in
      device.counters.configurationReads += 1
      return isThere ? device.readConfiguration(offset & ~3) : .max
    }
  }

  /// Bytes of configuration space in one operation of the system, as a read of sysfs' `config` gets them.
  public func readConfiguration(_ range: Range<Int>) throws(PCIError) -> [UInt8] {
    try access { device, isThere in
      device.counters.configurationReads += 1
      var bytes: [UInt8] = []
      for offset in stride(from: range.lowerBound & ~3, to: range.upperBound, by: 4) {
        let dword = isThere ? device.readConfiguration(offset) : .max
        for place in offset..<offset + 4 where range.contains(place) {
          bytes.append(UInt8(truncatingIfNeeded: dword >> UInt32(8 * (place - offset))))
        }
      }
      return bytes
    }
  }

  public func writeConfiguration(_ dwords: [UInt32], at offset: Int) throws(PCIError) {
    try access { device, isThere in
      device.counters.configurationWrites += 1
      guard isThere else { return }
      for (index, value) in dwords.enumerated() { device.writeConfiguration((offset & ~3) + 4 * index, value) }
    }
  }

  /// A megabyte of CR space; ``PCIError/notFound`` where the generation has none.
  public func mapBAR0(length: Int) throws(PCIError) -> any RegisterWindow {
    guard profile.hasBAR0, length <= Int(RegisterMap.size) else { throw .notFound }
    return SimulatedBAR(self)
  }

  /// The 256 bytes of configuration space as a look at the bus shows them; registers behind windows are not touched.
  var configurationHeader: [UInt8] {
    with { device in
      device.configuration.flatMap { dword in (0..<4).map { UInt8(dword >> UInt32(8 * $0) & 0xff) } }
    }
  }

  // MARK: what a test asks

  public var counters: AccessCounters { with { $0.counters } }
  /// The first hundred rules that were broken, in their order.
  public var violations: [RuleViolation] { with { $0.violations.first } }
  public var violationCount: Int { with { $0.violations.count } }
  /// Addresses of CR space that were read although the model has nothing there: each once, 64 at most.
  public var unknownRegisterReads: [UInt32] { with { $0.unknownReads } }
  /// Numbers of the registers that its firmware was asked for and does not have.
  public var unknownFirmwareRegisters: [UInt16] { with { $0.unknownRegisters } }
  /// Every erase and program operation, first to last, an interrupted one included.
  public var operations: [FlashOperation] { with { $0.flash.log } }
  /// All bytes of the flash.
  public var flash: [UInt8] { with { $0.flash.cells.bytes } }
  /// The settings of its next start that are not the factory's.
  public var settings: [UInt8] {
    with { RegisterEnvelope.bytes(StoredSettings(next: $0.firmware?.nextSettings ?? [:], current: [:]).dwords) }
  }
  /// Some bytes of the flash.
  public func flash(_ range: Range<Int>) -> [UInt8] {
    with { $0.flash.cells.bytes(range.clamped(to: 0..<profile.flashSize)) }
  }
  /// Whether the flash semaphore (or the gateway's lock) is held by somebody.
  public var flashIsLocked: Bool { with { $0.flashIsLocked } }
  /// Where the next software reset reads its image, in bytes; `nil` where the generation has no such register, 0 when it
  /// was never set.
  public var bootAddress: Int? {
    with { device in device.profile.bootAddressRegister.map { Int(device.value(of: $0) >> 8) } }
  }
  public var hasPower: Bool { with { $0.flash.hasPower } }

  /// A dword of CR space, without being counted and without taking anything.
  public func peek(_ address: UInt32) -> UInt32 { with { $0.value(of: address) } }

  /// Puts a value in a register as firmware or another agent on the card would: a semaphore taken, a cache replacement on.
  public func poke(_ address: UInt32, _ value: UInt32) { with { $0.set(address, to: value) } }

  // MARK: other adapters from this one

  /// Another adapter in the very same state. Costs little: bytes are shared until one of both changes them.
  public func copy() -> SimulatedAdapter { SimulatedAdapter(with { $0 }) }

  /// The adapter after the power has been off: the flash is what it is, everything else as new.
  public func powerOn(faults: FaultPlan = FaultPlan()) -> SimulatedAdapter {
    let (cells, settings) = with { ($0.flash.cells, $0.firmware?.nextSettings ?? [:]) }
    var device = Device(profile: profile, cells: cells, faults: faults)
    device.startFirmware(settings)
    return SimulatedAdapter(device)
  }

  /// The adapter as the next tool finds it when the last one was killed: semaphores and all. Counters and log go on;
  /// the plan counts from here.
  public func nextTool(faults: FaultPlan = FaultPlan()) -> SimulatedAdapter {
    let copy = copy()
    copy.with { $0.restartTool(faults: faults) }
    return copy
  }

  // MARK: BAR

  fileprivate func readMemory(_ offset: Int) -> UInt32 {
    guard let address = UInt32(exactly: offset) else { return .max }
    let value = try? access { device, isThere in
      device.counters.memoryReads += 1
      return isThere ? device.readRegister(address) : .max
    }
    return value ?? .max
  }

  fileprivate func writeMemory(_ value: UInt32, _ offset: Int) {
    guard let address = UInt32(exactly: offset) else { return }
    try? access { device, isThere in
      device.counters.memoryWrites += 1
      if isThere { device.writeRegister(address, value) }
    }
  }
}

/// BAR 0: reads of a dead adapter are ones, writes to it are lost.
final class SimulatedBAR: RegisterWindow {
  private let adapter: SimulatedAdapter
  init(_ adapter: SimulatedAdapter) { self.adapter = adapter }
  func read(at offset: Int) -> UInt32 { adapter.readMemory(offset) }
  func write(_ value: UInt32, at offset: Int) { adapter.writeMemory(value, offset) }
}
