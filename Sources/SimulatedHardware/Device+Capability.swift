extension Device {
  mutating func readCapability(_ place: Int) -> UInt32 {
    switch place {
    case VendorCapability.Offset.control: return capability.control
    case VendorCapability.Offset.counter:
      let ticket = capability.ticket
      capability.ticket = ticket &+ 1
      return ticket
    case VendorCapability.Offset.semaphore: return flash.faults.semaphoreIsStuck ? .max : capability.owner
    case VendorCapability.Offset.address: return capability.address
    default: return capability.data
    }
  }

  mutating func writeCapability(_ place: Int, _ value: UInt32) {
    switch place {
    case VendorCapability.Offset.semaphore: writeOwner(value)
    case VendorCapability.Offset.control:
      requireOwner()
      capability.space = value & VendorCapability.spaceBits
    case VendorCapability.Offset.data:
      requireOwner()
      capability.data = value
    case VendorCapability.Offset.address:
      requireOwner()
      let address = value & VendorCapability.addressBits
      // The flag turns round when the access is done; it is done at once.
      if value & VendorCapability.flag != 0 {
        write(address, capability.data)
        capability.address = address
      } else {
        capability.data = read(address)
        capability.address = address | VendorCapability.flag
      }
    default: break
    }
  }

  private mutating func writeOwner(_ value: UInt32) {
    if value == 0 {
      capability.owner = 0
    } else if capability.owner == 0 {
      // A ticket is a number that the counter gave out.
      if value >= capability.ticket { violations.add(.foreignTicket(value)) }
      capability.owner = value
    }
    // Taken: a write changes nothing, and the one who reads back sees it.
  }

  private mutating func requireOwner() {
    if capability.owner == 0 { violations.add(.capabilityWithoutSemaphore) }
  }

  private mutating func read(_ address: UInt32) -> UInt32 {
    switch capability.space {
    case VendorCapability.Space.registers: return readRegister(address)
    case VendorCapability.Space.semaphore: return commandOwner
    case VendorCapability.Space.icmd, VendorCapability.Space.icmdExtended: return readCommand(address)
    default:
      violations.add(.unsupportedSpace(capability.space))
      return .max
    }
  }

  private mutating func write(_ address: UInt32, _ value: UInt32) {
    switch capability.space {
    case VendorCapability.Space.registers: writeRegister(address, value)
    case VendorCapability.Space.semaphore: if commandOwner == 0 || value == 0 { commandOwner = value }
    case VendorCapability.Space.icmd, VendorCapability.Space.icmdExtended: writeCommand(address, value)
    default: violations.add(.unsupportedSpace(capability.space))
    }
  }
}
