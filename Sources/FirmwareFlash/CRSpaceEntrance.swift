internal import AdapterChips
internal import BinaryLayout
internal import HostAccess
internal import Vocabulary

/// Chooses the way into an adapter's CR space, and says why.
struct CRSpaceEntrance {
  struct Opened {
    let space: any CRSpace
    let way: AccessWay
    let reason: String
  }

  let known: (chip: AdapterChip, role: AdapterChip.Role)?
  private let function: any PCIFunction
  private let clock: any Clock
  private let locks: ToolLocks?

  init(
    pci: any PCIAccess, address: PCIAddress, pciDevice: UInt16, clock: any Clock, locks: ToolLocks?
  ) throws(FlashError) {
    self.locks = locks
    do { function = try pci.open(address) } catch { throw FlashError(error) }
    known = AdapterChip.find(device: pciDevice)
    self.clock = clock
  }

  func open(_ preference: AccessWay?) throws(FlashError) -> Opened {
    switch preference {
    case .window:
      return Opened(space: try ConfigWindow(function, clock: clock, locks: locks), way: .window, reason: Self.wanted)
    case .bar: return Opened(space: BARSpace(try map()), way: .bar, reason: Self.wanted)
    case .capability:
      guard let space = try capability() else {
        throw .access("the adapter has no vendor specific capability that leads to its registers")
      }
      return Opened(space: space, way: .capability, reason: Self.wanted)
    case nil: return try choose()
    }
  }

  /// Frees the capability's semaphore when its holder does not move: firmware and drivers hold it for microseconds.
  /// - Parameter onlyLooking: tells whether it would be freed, and writes nothing.
  /// - Returns: whether a holder that does not move was found.
  func freeCapability(_ preference: AccessWay?, onlyLooking: Bool) throws(FlashError) -> Bool {
    guard preference.map({ $0 == .capability }) ?? expectsCapability, let base = try VendorCapability.find(in: function)
    else { return false }
    let semaphore = base + VendorCapability.Offset.semaphore
    let holder = try function.configuration(at: semaphore)
    guard holder != 0 else { return false }
    if holder == .max { throw .noAnswer }
    for _ in 0..<VendorCapability.stillnessChecks {
      clock.sleep(milliseconds: VendorCapability.stillnessInterval)
      guard try function.configuration(at: semaphore) == holder else { return false }
    }
    if !onlyLooking { try function.configure([0], at: semaphore) }
    return true
  }

  private static let wanted = "asked for"

  /// An unknown adapter is likely a new one.
  private var expectsCapability: Bool { known.map { $0.chip.firmware?.hasCapability ?? true } ?? true }

  private func choose() throws(FlashError) -> Opened {
    let name = known?.chip.name ?? "the adapter"
    if expectsCapability {
      if let space = try capability() {
        return Opened(
          space: space, way: .capability, reason: "\(name) has the vendor specific capability, which leads to CR space")
      }
      return Opened(
        space: try ConfigWindow(function, clock: clock, locks: locks), way: .window,
        reason: "the vendor specific capability is missing or does not lead to CR space")
    }
    let why: String
    do throws(PCIError) {
      let window = try function.mapBAR0(length: BARSpace.size)
      // Without a driver the function may not decode memory, and BAR 0 may show other registers than these.
      let id = UInt16(truncatingIfNeeded: window.read(at: Int(AdapterConnection.hardwareIDAddress)))
      if known?.chip.hardwareID?.id == id {
        return Opened(
          space: BARSpace(window), way: .bar, reason: "BAR 0 of \(name) holds CR space and can be mapped")
      }
      why = "BAR 0 does not show the registers of \(name)"
    } catch {
      why = "BAR 0 cannot be mapped (\(Self.words(error)))"
    }
    return Opened(space: try ConfigWindow(function, clock: clock, locks: locks), way: .window, reason: why)
  }

  private func capability() throws(FlashError) -> VendorCapability? {
    guard let base = try VendorCapability.find(in: function) else { return nil }
    return try VendorCapability(function, at: base, clock: clock)
  }

  private func map() throws(FlashError) -> any RegisterWindow {
    do { return try function.mapBAR0(length: BARSpace.size) } catch {
      throw error == .notFound ? .access("the adapter has no BAR 0 that holds its registers") : FlashError(error)
    }
  }

  private static func words(_ error: PCIError) -> String {
    switch error {
    case .notPermitted: "not permitted"
    case .lockedDown: "the kernel is locked down"
    case .notFound: "it is not there"
    case .recorded: "the machine is a recording"
    case .failed(let words): words
    }
  }
}

/// Registers of ConnectX to ConnectX-3 that decide what the adapter does when its link goes down. Source:
/// DeviceAccess.md#cr-space.
enum LinkReset {
  /// Reads above the threshold while no firmware runs.
  static let withoutFirmware: UInt32 = 0x41270
  static let threshold: UInt32 = 0xfff0_0000
  static let control: UInt32 = 0xf3834
  static let mode = LayoutField.register("reset on link down", bits: 27...28)
  static let off: UInt32 = 2
}
