internal import BinaryLayout

/// What of an adapter outlives the tool that used it, besides the flash: registers with their semaphores, the capability,
/// the flash chips' status registers and chip select.
struct DeviceState: Equatable {
  /// The head of the record; after it come status registers and registers, a dword each.
  private enum Layout {
    static let magic = LayoutField("magic", dword: 0, bits: 0...31)
    static let registerCount = LayoutField("registerCount", dword: 1, bits: 0...15)
    /// Of the words about the flash chips.
    static let chipCount = LayoutField("chipCount", dword: 1, bits: 16...31)
    /// Changes of the flash so far, by whatever process.
    static let generation = LayoutField("generation", byte: 8, bytes: 8)
    static let ticket = LayoutField("ticket", dword: 4, bits: 0...31)
    static let owner = LayoutField("owner", dword: 5, bits: 0...31)
    static let space = LayoutField("space", dword: 6, bits: 0...31)
    static let commandOwner = LayoutField("commandOwner", dword: 7, bits: 0...31)
    static let windowAddress = LayoutField("windowAddress", dword: 8, bits: 0...31)
    static let address = LayoutField("address", dword: 9, bits: 0...31)
    static let data = LayoutField("data", dword: 10, bits: 0...31)
    /// Dwords of the settings of running firmware, after the registers.
    static let settingCount = LayoutField("settingCount", dword: 11, bits: 0...31)
    static let size = 48
    static let magicValue: UInt64 = 0x5244_4d42
    static let dword = LayoutField("value", dword: 0, bits: 0...31)
  }

  var generation: UInt64 = 0
  var capability = VendorCapability()
  var commandOwner: UInt32 = 0
  var windowAddress: UInt32 = 0
  var chips: [UInt32] = []
  var registers: [UInt32] = []
  /// As ``StoredSettings`` writes them.
  var settings: [UInt32] = []

  /// The most bytes that a record has.
  static let largestSize = 16384

  init() {}

  /// `nil` when the bytes are no such record.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Layout.size, Layout.magic.read(bytes) == Layout.magicValue else { return nil }
    func dword(_ field: LayoutField) -> UInt32 { UInt32(truncatingIfNeeded: field.read(bytes) ?? 0) }
    generation = Layout.generation.read(bytes) ?? 0
    capability.ticket = dword(Layout.ticket)
    capability.owner = dword(Layout.owner)
    capability.space = dword(Layout.space)
    capability.address = dword(Layout.address)
    capability.data = dword(Layout.data)
    windowAddress = dword(Layout.windowAddress)
    commandOwner = dword(Layout.commandOwner)
    let chipCount = Int(dword(Layout.chipCount))
    let registerCount = Int(dword(Layout.registerCount))
    let settingCount = Int(dword(Layout.settingCount))
    let end = Layout.size + 4 * (chipCount + registerCount + settingCount)
    guard bytes.count >= end, end <= Self.largestSize else { return nil }
    let dwords = stride(from: Layout.size, to: end, by: 4).map {
      UInt32(truncatingIfNeeded: Layout.dword.read(bytes[$0..<$0 + 4]) ?? 0)
    }
    chips = Array(dwords.prefix(chipCount))
    registers = Array(dwords.dropFirst(chipCount).prefix(registerCount))
    settings = Array(dwords.dropFirst(chipCount + registerCount))
  }

  var bytes: [UInt8] {
    let dwords = chips + registers + settings
    var bytes = [UInt8](repeating: 0, count: Layout.size + 4 * dwords.count)
    Layout.magic.write(Layout.magicValue, into: &bytes)
    Layout.registerCount.write(UInt64(registers.count), into: &bytes)
    Layout.chipCount.write(UInt64(chips.count), into: &bytes)
    Layout.settingCount.write(UInt64(settings.count), into: &bytes)
    Layout.generation.write(generation, into: &bytes)
    Layout.ticket.write(UInt64(capability.ticket), into: &bytes)
    Layout.owner.write(UInt64(capability.owner), into: &bytes)
    Layout.space.write(UInt64(capability.space), into: &bytes)
    Layout.address.write(UInt64(capability.address), into: &bytes)
    Layout.data.write(UInt64(capability.data), into: &bytes)
    Layout.windowAddress.write(UInt64(windowAddress), into: &bytes)
    Layout.commandOwner.write(UInt64(commandOwner), into: &bytes)
    for (index, value) in dwords.enumerated() {
      Layout.dword.write(UInt64(value), into: &bytes, at: Layout.size + 4 * index)
    }
    return bytes
  }
}

extension Device {
  /// What outlives the tool now.
  func state(generation: UInt64) -> DeviceState {
    var state = DeviceState()
    state.generation = generation
    state.capability = capability
    state.windowAddress = windowAddress
    state.commandOwner = commandOwner
    state.chips = chips.flatMap(\.lasting)
    state.registers = registers
    state.settings = firmware.map { StoredSettings(next: $0.nextSettings, current: $0.currentSettings).dwords } ?? []
    return state
  }

  /// Takes over what another process left. Registers that the model has since gained keep their value of power-on.
  mutating func take(_ state: DeviceState) {
    capability = state.capability
    windowAddress = state.windowAddress
    commandOwner = state.commandOwner
    var words = state.chips[...]
    for index in chips.indices { chips[index].restore(&words) }
    let settings = StoredSettings(state.settings)
    firmware?.nextSettings = settings.next
    firmware?.currentSettings = settings.current
    for (index, value) in state.registers.enumerated() where registers.indices.contains(index) {
      registers[index] = value
    }
  }
}
