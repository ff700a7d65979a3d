internal import AdapterChips
public import ArgumentParser
public import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import PortStatus
internal import Presentation
internal import Vocabulary

/// How a device's registers are to be reached.
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

/// A device whose flash is open, for as long as a closure runs.
struct DeviceSession {
  let name: String
  let adapter: NamedAdapter
  let connection: AdapterConnection
  let flash: any FlashDevice
  let flashSession: FlashSession
  let clock: any Clock

  /// Finds the adapter, opens its flash, and frees it again however `body` ends. From here on Ctrl-C only sets a wish:
  /// a process that died here would leave the flash semaphore taken.
  static func open<Value>(
    _ name: String, reach: DeviceReach, host: Host, progress: @escaping (BurnProgress) -> Void = { _ in },
    _ body: (DeviceSession) throws -> Value
  ) throws -> Value {
    let adapter = try NamedAdapter.resolve(name, in: InventoryReader(host: host).read(InventoryRequest()))
    let card = adapter.address.card.description
    let lock = try DeviceLock.forReading(of: card, on: host)
    host.clock.holdInterruptions()
    do {
      let connection = try AdapterConnection.open(
        pci: host.pci, address: adapter.address, pciDevice: adapter.identity?.device ?? 0, clock: host.clock,
        preference: reach.way, locks: host.pci.isShared ? ToolLocks(adapter.address, on: host) : nil)
      defer { connection.close() }
      let flash = try connection.flash(record: RegisterRecord(of: card, on: host))
      defer { flash.close() }
      let session = FlashSession(
        card: connection.card(named: name, at: adapter.address, pciDevice: adapter.identity?.device), flash: flash,
        host: host, lock: lock, progress: progress)
      return try body(
        DeviceSession(
          name: name, adapter: adapter, connection: connection, flash: flash, flashSession: session, clock: host.clock))
    } catch let error as FlashError {
      throw DeviceFailure(error, name: name, way: reach.way)
    }
  }

  /// Of what boots now; `nil` when nothing does, or nothing that can be read.
  func bootFacts() throws -> FirmwareFacts? {
    try flashSession.inspect(thoroughly: false).booting?.image?.facts
  }
}

/// A failure after which another way to the flash is worth a try, or is not.
protocol FlashRefused: Failure {
  var isClosed: Bool { get }
  /// Without what is true of the flash now.
  var reason: String { get }
}

/// Why a device's flash could not be reached, with the device's own name.
struct DeviceFailure: FlashRefused {
  let id: String
  let message: String
  let subject: String?
  let fix: [String]
  let exitStatus: ExitStatus
  let isClosed: Bool
  var reason: String { message }

  /// - Parameter way: the one that the user asked for.
  init(_ error: FlashError, name: String, way: AccessWay?) {
    id = error.id
    message = error.message
    subject = name
    isClosed = error.isClosed
    fix =
      error.fix.map { $0.replacing("DEVICE", with: name) }
      + (way == nil || error == .recorded ? [] : ["leave --access out: the way that leads there is chosen then"])
    exitStatus = error.exitStatus
  }
}
