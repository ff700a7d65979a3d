public import AdapterChips

/// A kind of adapter that can be simulated. Source: DeviceAccess.md.
public struct AdapterProfile: Sendable {
  /// How CR space is reached through configuration space.
  enum Access: Sendable {
    /// Address at 0x58, data at 0x5c.
    case window
    /// The vendor specific capability.
    case capability
  }

  /// Of the kind of adapter: `connectx3`.
  public let kind: String
  /// Firmware runs from the flash, serves commands, and lets nobody else at the flash.
  public package(set) var isRunning = false
  /// As people call it: `ConnectX-3`.
  public let title: String
  public let format: ImageFormat
  public let pciDevice: UInt16
  /// What stands in the hardware id register, bits 15:0, and the revision in bits 23:16.
  public let hardwareID: UInt16
  public let hardwareRevision: UInt8
  /// BAR 0 is a megabyte of CR space.
  public let hasBAR0: Bool
  public let flashPart: NORPart
  /// How many of these parts stand side by side.
  public let flashChips: Int
  let access: Access
  private(set) var registers: RegisterMap
  /// The gateway works only with its flash enable bit (ConnectX to ConnectX-3).
  let needsFlashEnable: Bool
  /// The gateway has a lock of its own in its command register (from ConnectX-4 on).
  let locksGateway: Bool
  let bootAddressRegister: UInt32?
  var times = BusyTimes()

  /// Bytes of all flash chips.
  public var flashSize: Int { flashPart.size * flashChips }

  /// As on the command line: `connectx3`; `connectx5` is a card whose firmware runs, `connectx5,recovery` the same card
  /// with its flash open.
  public var name: String { runs && !isRunning ? kind + Self.recovery : kind }
  /// Adapters of this kind close their flash while their firmware runs.
  public var runs: Bool { access == .capability }
  /// The same card with its firmware running, where the kind makes a difference.
  public var running: AdapterProfile {
    guard runs else { return self }
    var profile = self
    profile.isRunning = true
    profile.registers = registers.running
    return profile
  }

  private static let recovery = ",recovery"

  /// What the command line takes: each kind as it runs, and in recovery where that is another card.
  public static var choices: [AdapterProfile] { all.flatMap { $0.runs ? [$0.running, $0] : [$0] } }

  /// The profile of this name, as on the command line.
  public static func named(_ name: String) -> AdapterProfile? { choices.first { $0.name == name } }
}

extension AdapterProfile: Equatable {
  /// There is one profile of a name.
  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}
