/// Where the gateways to serial flash keep address and data, as positions in the register map.
struct SerialGateway: Sendable {
  let address: Int
  /// The first of four data registers that follow each other in the map.
  let data: Int
  let chipSelect: Int?

  init(map: RegisterMap) {
    address = map.index(Register.Gateway.address) ?? 0
    chipSelect = map.index(Register.GatewayLx.chipSelect).flatMap {
      map.registers[map.index(Register.GatewayLx.command) ?? 0].role == .gatewayCommandLx ? $0 : nil
    }
    data = map.index(chipSelect == nil ? Register.Gateway.data : Register.GatewayLx.data) ?? 0
  }
}

extension Device {
  /// ConnectX to ConnectX-6.
  mutating func runGateway(_ index: Int, _ value: UInt32) {
    typealias Bits = Register.Gateway
    guard value & Bits.busy != 0 else {
      // Without the go bit: the lock is freed, or a command is prepared that does nothing.
      if value & Bits.lock == 0, profile.locksGateway, registers[index] & Bits.lock == 0 {
        violations.add(.freedFreeSemaphore(address: Bits.command))
      }
      registers[index] = value
      return
    }
    counters.gatewayCommands += 1
    if !flashIsLocked { violations.add(.gatewayWithoutSemaphore) }
    if firmware != nil { violations.add(.gatewayWhileFirmwareRuns) }
    if profile.needsFlashEnable, value & Bits.flashEnable == 0 { violations.add(.flashNotEnabled) }
    let count = 1 << min(Int(value >> Bits.sizeShift & 7), 4)
    var transfer = SerialNOR.Transfer()
    if value & Bits.commandPhase != 0 { transfer.opcode = UInt8(value >> Bits.opcodeShift & 0xff) }
    if value & Bits.addressPhase != 0 {
      let long = value & Bits.longAddress != 0
      transfer.addressBytes = long ? 4 : 3
      transfer.address = Int(registers[gateway.address] & (long ? .max : 0xffffff))
    }
    transfer.hold = value & Bits.hold != 0
    let phase = value & Bits.dataPhase == 0 ? DataPhase.none : value & Bits.reads != 0 ? .fetch : .send
    run(transfer, phase, count, chip: Int(value >> Bits.chipSelectShift & 3))
    // Done at once: the busy bit is clear again.
    registers[index] = value & ~Bits.busy
  }

  /// InfiniHost III Lx.
  mutating func runGatewayLx(_ index: Int, _ value: UInt32) {
    typealias Bits = Register.GatewayLx
    guard value & Bits.busy != 0 else {
      registers[index] = value
      return
    }
    counters.gatewayCommands += 1
    if !flashIsLocked { violations.add(.gatewayWithoutSemaphore) }
    let word = registers[gateway.address]
    var transfer = SerialNOR.Transfer()
    transfer.opcode = value & Bits.special != 0 ? UInt8(word >> 24) : 0x03
    if value & Bits.noAddress == 0 { transfer.address = Int(word & 0xffffff) }
    let count = 1 << min(Int(value >> Bits.sizeShift & 7), 4)
    let phase = value & Bits.noData != 0 ? DataPhase.none : value & Bits.reads != 0 ? .fetch : .send
    run(transfer, phase, count, chip: Int(gateway.chipSelect.map { registers[$0] >> 30 } ?? 0))
    registers[index] = value & ~Bits.busy
  }

  private enum DataPhase { case none, fetch, send }

  private mutating func run(_ transfer: SerialNOR.Transfer, _ phase: DataPhase, _ count: Int, chip: Int) {
    var transfer = transfer
    switch phase {
    case .none: break
    case .fetch: transfer.fetch = count
    case .send:
      transfer.send = (0..<count).map {
        UInt8(truncatingIfNeeded: registers[gateway.data + $0 / 4] >> UInt32(24 - $0 % 4 * 8))
      }
    }
    guard chips.indices.contains(chip) else {
      // Nobody drives the wires. To look for a chip by its identification is no mistake; to use it is.
      if transfer.opcode != 0x9f && transfer.opcode != 0xab { violations.add(.noChip(select: chip)) }
      if transfer.fetch > 0 { store(Array(repeating: 0xff, count: count)) }
      return
    }
    let fetched = chips[chip].transfer(
      transfer, flash: &flash, counters: &counters, timing: profile.times, violations: &violations)
    if !fetched.isEmpty { store(fetched) }
  }

  /// Puts bytes in the data registers, the first in the highest bits; those that are not reached keep theirs.
  private mutating func store(_ bytes: [UInt8]) {
    for (offset, byte) in bytes.enumerated() {
      let register = gateway.data + offset / 4
      let shift = UInt32(24 - offset % 4 * 8)
      registers[register] = registers[register] & ~(0xff << shift) | UInt32(byte) << shift
    }
  }
}
