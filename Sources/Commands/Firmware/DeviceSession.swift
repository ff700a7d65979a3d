internal import AdapterChips
public import ArgumentParser
internal import CardRegisters
internal import Change
public import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// How a device's registers are accessed.
public struct DeviceReach: ParsableArguments {
  @Option(
    name: .customLong("access"),
    help: ArgumentHelp("Register access method (default: best available).", valueName: "way"))
  public var way: AccessWay?

  public init() {}
}

extension AccessWay: ExpressibleByArgument {
  public static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.meaning) })
  }
}

/// A device whose flash is open.
struct DeviceSession {
  let name: String
  let adapter: NamedAdapter
  let connection: AdapterConnection
  let flash: any FlashDevice
  let flashSession: FlashSession
  let clock: any Clock

  /// Finds the adapter and opens its flash. From here on Ctrl-C only sets a flag: a process that died here would leave the
  /// flash semaphore taken. The caller closes the session.
  /// - Parameter reading: nothing will be written: the flash of a card whose firmware runs is read through its firmware.
  static func connect(
    _ adapter: NamedAdapter, as name: String, reach: DeviceReach, host: Host, reading: Bool = false,
    progress: @escaping (BurnProgress) -> Void = { _ in }
  ) throws -> DeviceSession {
    host.clock.holdInterruptions()
    let card = adapter.address.card.description
    do throws(FlashError) {
      let connection = try AdapterConnection.open(
        pci: host.pci, address: adapter.address, pciDevice: adapter.identity?.device ?? 0, clock: host.clock,
        preference: reach.way, locks: host.pci.isShared ? ToolLocks(adapter.address, on: host) : nil)
      let flash: any FlashDevice
      do throws(FlashError) {
        if reading, let space = try connection.commandSpace() {
          let format = connection.chip.firmware?.format ?? .fs4
          flash = try RunningFlash(RunningCard(space, format: format, clock: host.clock))
        } else {
          flash = try connection.flash(record: RegisterRecord(of: card, on: host))
        }
      } catch {
        connection.close()
        throw error
      }
      let session = FlashSession(
        card: connection.card(named: name, at: adapter.address, pciDevice: adapter.identity?.device), flash: flash,
        host: host, progress: progress)
      return DeviceSession(
        name: name, adapter: adapter, connection: connection, flash: flash, flashSession: session, clock: host.clock)
    } catch {
      throw DeviceFailure(error, name: name, way: reach.way)
    }
  }

  func close() {
    flash.close()
    connection.close()
  }

  /// Opens the flash to read it, and closes it however `body` ends.
  static func open<Value>(
    _ name: String, reach: DeviceReach, host: Host, _ body: (DeviceSession) throws -> Value
  ) throws -> Value {
    let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
    let lock = try readerLock(of: adapter, host)
    defer { withExtendedLifetime(lock) {} }
    let session = try connect(adapter, as: name, reach: reach, host: host, reading: true)
    defer { session.close() }
    do { return try body(session) } catch let error as FlashError {
      throw DeviceFailure(error, name: name, way: reach.way)
    }
  }

  /// The same for a card whose firmware may run: where it takes commands, `running` takes the place of `body`.
  static func open<Value>(
    _ name: String, reach: DeviceReach, host: Host, running: (RunningSession) throws -> Value,
    _ body: (DeviceSession) throws -> Value
  ) throws -> Value {
    let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
    if let value = try RunningSession.open(adapter, as: name, reach: reach, host: host, running) { return value }
    return try open(name, reach: reach, host: host, body)
  }

  /// A change of the card, with the lock of readers held while it looks; the engine holds the card's lock while it writes.
  static func change(
    _ purpose: BurnPlan.Purpose, of name: String, reach: DeviceReach, host: Host, keepsOpen: Bool,
    progress: @escaping (BurnProgress) -> Void = { _ in }, plan: @escaping (DeviceSession) throws -> BurnPlan
  ) throws -> FlashChange {
    let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
    var device: DeviceSession?
    return FlashChange(
      purpose, of: adapter.address.card.description, on: host, keepsOpen: keepsOpen,
      open: { purpose in
        // Held by another process: said at once, with its name. Once the flash is open, its semaphore keeps others out.
        let lock = purpose == .look ? try readerLock(of: adapter, host) : nil
        defer { withExtendedLifetime(lock) {} }
        let session = try connect(adapter, as: name, reach: reach, host: host, progress: progress)
        device = session
        return OpenFlash(session.flashSession, closing: session.close)
      },
      plan: { _ in
        guard let device else { throw DeviceFailure(FlashError.noAnswer, name: name, way: reach.way) }
        do { return try plan(device) } catch let error as FlashError {
          throw DeviceFailure(error, name: name, way: reach.way)
        } catch BurnFailure.refused(let gate) {
          throw DeviceFailure(gate, name: name)
        }
      })
  }

  /// The adapter's semaphore keeps tools apart too, so a lock that cannot be taken (no right to its directory) does not
  /// hinder a reader; a lock that is held does.
  static func readerLock(of adapter: NamedAdapter, _ host: Host) throws(ChangeFailure) -> (any Lock)? {
    let name = "fw-\(adapter.address.card)"
    do throws(FileError) { return try host.store.lock("\(host.places.run)/\(name).lock") } catch {
      if error.isHeld { throw .lock(error) }
      return nil
    }
  }

  /// Of what boots now; `nil` when nothing does, or nothing that can be read.
  func bootFacts() throws -> FirmwareFacts? {
    try flashSession.inspect(thoroughly: false).booting?.image?.facts
  }
}
