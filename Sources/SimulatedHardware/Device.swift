internal import HostAccess

/// All that an adapter is, as one value: a copy is another adapter in the same state.
struct Device: Sendable {
  let profile: AdapterProfile
  var configuration: [UInt32]
  var windowAddress: UInt32 = 0
  var capability = VendorCapability()
  /// By position in the profile's register map.
  var registers: [UInt32]
  var gateway: SerialGateway
  var parallel: ParallelNOR
  var chips: [SerialNOR]
  var flash: FlashArray
  var counters = AccessCounters()
  var violations = Violations()
  /// Addresses that were read where the model has no register, each once, the first 64.
  var unknownReads: [UInt32] = []
  /// The owner of the virtual semaphore for firmware commands.
  var commandOwner: UInt32 = 0
  /// `nil` in recovery.
  var firmware: RunningFirmware?
  /// Numbers of registers that were asked for and that the firmware does not have, each once.
  var unknownRegisters: [UInt16] = []
  private var accesses = 0
  /// Steps of updates that this tool has taken.
  var updateSteps = 0

  init(profile: AdapterProfile, cells: FlashCells, faults: FaultPlan, status: UInt8 = 0) {
    self.profile = profile
    configuration = ConfigurationSpace.dwords(of: profile)
    registers = profile.registers.registers.map(\.initial)
    flash = FlashArray(cells: cells, faults: faults)
    gateway = SerialGateway(map: profile.registers)
    parallel = ParallelNOR(part: profile.flashPart)
    firmware = profile.isRunning ? RunningFirmware() : nil
    chips = (0..<profile.flashChips).map {
      SerialNOR(part: profile.flashPart, base: $0 * profile.flashPart.size, status: status)
    }
  }

  /// The next tool meets the adapter as it is now.
  mutating func restartTool(faults: FaultPlan) {
    flash.restart(faults: faults)
    for index in chips.indices { chips[index].settle() }
    parallel.settle()
    accesses = 0
    updateSteps = 0
  }

  /// Counts an access; answers whether the adapter is there, or throws when the tool or the power is gone.
  mutating func access() throws(PCIError) -> Bool {
    accesses += 1
    if let last = flash.faults.toolDeathAtAccess, accesses >= last { flash.killTool() }
    try live()
    guard let absent = flash.faults.absentFromAccess else { return true }
    return accesses < absent
  }

  /// Throws when the tool or the power is gone.
  func live() throws(PCIError) {
    if !flash.hasPower { throw .failed("the simulated power has failed") }
    if flash.toolIsDead { throw .failed("the simulated tool has been killed") }
  }

  // MARK: configuration space

  mutating func readConfiguration(_ offset: Int) -> UInt32 {
    counters.configurationReadDwords += 1
    switch profile.access {
    case .window:
      if offset == ConfigurationSpace.windowAddress { return windowAddress }
      if offset == ConfigurationSpace.windowData { return readRegister(windowAddress) }
    case .capability:
      let place = offset - ConfigurationSpace.vendorCapability
      if VendorCapability.Offset.all.contains(place) { return readCapability(place) }
    }
    let index = offset / 4
    return configuration.indices.contains(index) ? configuration[index] : 0
  }

  mutating func writeConfiguration(_ offset: Int, _ value: UInt32) {
    counters.configurationWriteDwords += 1
    switch profile.access {
    case .window:
      if offset == ConfigurationSpace.windowAddress { windowAddress = value }
      if offset == ConfigurationSpace.windowData { writeRegister(windowAddress, value) }
    case .capability:
      let place = offset - ConfigurationSpace.vendorCapability
      if VendorCapability.Offset.all.contains(place) { writeCapability(place, value) }
    }
    // The header's registers are not ours to change; writes there are ignored.
  }

  // MARK: CR space

  mutating func readRegister(_ address: UInt32) -> UInt32 {
    counters.registerReads += 1
    guard address & 3 == 0, let index = profile.registers.index(address) else {
      if address & 3 != 0 { violations.add(.misaligned(address: address)) }
      counters.unknownRegisterReads += 1
      if unknownReads.count < 64, !unknownReads.contains(address) { unknownReads.append(address) }
      return 0
    }
    switch profile.registers.registers[index].role {
    case .constant, .notReady, .deaf, .plain, .gatewayCommandLx, .parallelCommand: return readStuck(index)
    case .semaphore:
      let value = registers[index]
      if flash.faults.semaphoreIsStuck, address == Register.flashSemaphore { return 1 }
      registers[index] = 1
      return value
    case .gatewayCommand:
      let value = readStuck(index)
      // A read while the lock is free takes it.
      if profile.locksGateway {
        if flash.faults.semaphoreIsStuck { return value | Register.Gateway.lock }
        registers[index] |= Register.Gateway.lock
      }
      return value
    case .gpioSet, .gpioClear: return 0
    }
  }

  /// A gateway that never finishes shows its busy bits.
  private func readStuck(_ index: Int) -> UInt32 {
    guard flash.faults.gatewayIsStuck else { return registers[index] }
    switch profile.registers.registers[index].role {
    case .gatewayCommand, .gatewayCommandLx: return registers[index] | Register.Gateway.busy
    case .parallelCommand: return registers[index] | Register.Parallel.read4
    default: return registers[index]
    }
  }

  mutating func writeRegister(_ address: UInt32, _ value: UInt32) {
    counters.registerWrites += 1
    guard address & 3 == 0 else { return violations.add(.misaligned(address: address)) }
    guard let index = profile.registers.index(address) else {
      return violations.add(.unknownRegisterWrite(address: address))
    }
    switch profile.registers.registers[index].role {
    case .constant, .notReady: violations.add(.readOnlyRegisterWrite(address: address))
    case .deaf: break
    case .plain: registers[index] = value
    case .semaphore:
      if registers[index] == 0, value == 0 { violations.add(.freedFreeSemaphore(address: address)) }
      if value == 0 { registers[index] = 0 }
    case .gatewayCommand: runGateway(index, value)
    case .gatewayCommandLx: runGatewayLx(index, value)
    case .parallelCommand: runParallel(index, value)
    case .gpioSet: changeGPIO { $0 | value }
    case .gpioClear: changeGPIO { $0 & ~value }
    }
  }

  func value(of address: UInt32) -> UInt32 { profile.registers.index(address).map { registers[$0] } ?? 0 }

  mutating func set(_ address: UInt32, to value: UInt32) {
    if let index = profile.registers.index(address) { registers[index] = value }
  }

  private mutating func changeGPIO(_ change: (UInt32) -> UInt32) {
    set(Register.GPIO.data, to: change(value(of: Register.GPIO.data)))
  }

  /// Somebody holds what guards the flash.
  var flashIsLocked: Bool {
    if profile.locksGateway { return value(of: Register.Gateway.command) & Register.Gateway.lock != 0 }
    return value(of: Register.flashSemaphore) != 0
  }
}
