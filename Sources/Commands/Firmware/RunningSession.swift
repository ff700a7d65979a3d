internal import AdapterChips
internal import CardRegisters
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
internal import HostAccess
internal import PortStatus
internal import Presentation
public import Vocabulary

/// A card whose firmware runs and takes commands, open for as long as a closure of ``DeviceSession`` runs.
struct RunningSession {
  let name: String
  let adapter: NamedAdapter
  let connection: AdapterConnection
  let card: RunningCard

  private init(
    name: String, adapter: NamedAdapter, connection: AdapterConnection, space: VendorCapability, host: Host
  ) {
    self.name = name
    self.adapter = adapter
    self.connection = connection
    card = RunningCard(space, format: connection.chip.firmware?.format ?? .fs4, clock: host.clock)
  }

  /// From here on Ctrl-C only sets a flag. The caller closes the session.
  /// - Returns: `nil` when no firmware takes commands there.
  static func connect(_ adapter: NamedAdapter, as name: String, reach: DeviceReach, host: Host) throws
    -> RunningSession?
  {
    guard reach.way == nil || reach.way == .capability, adapter.role == .adapter,
      let chip = adapter.identity.flatMap({ AdapterChip.find(vendor: $0.vendor, device: $0.device) })?.chip,
      chip.firmware?.commandInterface != nil
    else { return nil }
    host.clock.holdInterruptions()
    do throws(FlashError) {
      let connection = try AdapterConnection.open(
        pci: host.pci, address: adapter.address, pciDevice: adapter.identity?.device ?? 0, clock: host.clock,
        preference: reach.way, locks: host.pci.isShared ? ToolLocks(adapter.address, on: host) : nil)
      do throws(FlashError) {
        if let space = try connection.commandSpace() {
          return RunningSession(name: name, adapter: adapter, connection: connection, space: space, host: host)
        }
      } catch {
        connection.close()
        throw error
      }
      connection.close()
      return nil
    } catch {
      throw DeviceFailure(error, name: name, way: reach.way)
    }
  }

  func close() {
    card.close()
    connection.close()
  }

  /// Opens a card and asks its firmware.
  /// - Returns: `nil` when no firmware takes commands there; the flash is open then.
  static func open<Value>(
    _ adapter: NamedAdapter, as name: String, reach: DeviceReach, host: Host, _ body: (RunningSession) throws -> Value
  ) throws -> Value? {
    let lock = try DeviceSession.readerLock(of: adapter, host)
    defer { withExtendedLifetime(lock) {} }
    return try use(adapter, as: name, reach: reach, host: host, body)
  }

  /// For a change, which holds the card's lock itself unless it only looks.
  /// - Throws: `missing` when no firmware takes commands there.
  static func use<Value>(
    for purpose: ChangePurpose, _ adapter: NamedAdapter, as name: String, reach: DeviceReach, host: Host,
    or missing: @autoclosure () -> any Error, _ body: (RunningSession) throws -> Value
  ) throws -> Value {
    let lock = purpose == .look ? try DeviceSession.readerLock(of: adapter, host) : nil
    defer { withExtendedLifetime(lock) {} }
    guard let value = try use(adapter, as: name, reach: reach, host: host, body) else { throw missing() }
    return value
  }

  /// The same without a lock, for callers that hold the card's.
  static func use<Value>(
    _ adapter: NamedAdapter, as name: String, reach: DeviceReach, host: Host, _ body: (RunningSession) throws -> Value
  ) throws -> Value? {
    guard let session = try connect(adapter, as: name, reach: reach, host: host) else { return nil }
    defer { session.close() }
    return try session.naming { try body(session) }
  }

  /// Gives failures of the card's registers the card's own name.
  func naming<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as any DeviceError {
      throw DeviceFailure(error, name: name)
    }
  }

  /// What the burn engine needs to know of the card.
  var burnCard: Card { connection.card(named: name, at: adapter.address, pciDevice: adapter.identity?.device) }

  /// The flash as the firmware shows it.
  func flashSession(
    host: Host, progress: @escaping (BurnProgress) -> Void = { _ in }
  ) throws(FlashError) -> FlashSession {
    FlashSession(card: burnCard, flash: try RunningFlash(card), host: host, progress: progress)
  }

  func query() throws -> QueryAnswer {
    let facts = try card.query()
    var answer = QueryAnswer(
      target: name, facts: facts.firmware, slots: [], device: try device(facts), problems: problems(facts))
    answer.running = QueryAnswer.RunningPayload(facts)
    return answer
  }

  private func device(_ facts: RunningCardFacts) throws -> QueryAnswer.DevicePayload {
    let flash = try card.flashPart()
    return QueryAnswer.DevicePayload(
      pciAddress: adapter.address.description, chip: connection.chip.name, hardwareRevision: Int(connection.revision),
      recovery: false, access: connection.way.rawValue,
      accessReason: "\(connection.chip.name)'s firmware runs and answers by its registers (ICMD)", flash: flash?.name,
      flashSize: flash?.size, sectorSize: flash?.sectorSize, writeProtected: [])
  }

  private func problems(_ facts: RunningCardFacts) -> [Problem] {
    guard let pending = facts.pendingVersion, let running = facts.firmware.version else { return [] }
    return [
      Problem(
        id: RunningCardProblem.pending, severity: .info, subject: name,
        message: "firmware \(pending) is on the flash and waits for a reset; \(running) runs",
        fix: ["rdmactl fw activate \(ShellWord.quoted(name))"])
    ]
  }
}

/// What `rdmactl fw query` says of a running card.
public enum RunningCardProblem {
  static let pending = "firmware.pending"

  public static let descriptions = [
    ProblemDescription(
      id: pending, severity: .info, meaning: "a newer image is complete on the flash and starts with the next reset")
  ]
}

extension QueryAnswer {
  /// What only running firmware tells.
  struct RunningPayload: Encodable {
    @ExplicitNull var runningVersion: String?
    @ExplicitNull var pendingVersion: String?
    let uptimeSeconds: Int
    let ports: Int
    let debugFirmware: Bool
    let developmentFirmware: Bool
    let secureBoot: Bool
    @ExplicitNull var lifeCycle: String?

    init(_ facts: RunningCardFacts) {
      runningVersion = facts.firmware.version?.description
      pendingVersion = facts.pendingVersion?.description
      uptimeSeconds = facts.uptime
      ports = facts.portCount
      debugFirmware = facts.isDebug
      developmentFirmware = facts.isDevelopment
      secureBoot = facts.secureBoot
      lifeCycle = facts.lifeCycle
    }

    var fields: [(name: String, value: String?)] {
      [
        ("pending version", pendingVersion.map { "\($0), starts with the next reset" }),
        ("firmware kind", debugFirmware ? "debug" : developmentFirmware ? "development" : nil),
        ("life cycle", lifeCycle.map { $0.replacing("_", with: " ") }), ("secure boot", secureBoot ? "on" : "off"),
        ("running for", "\(uptimeSeconds) s"),
      ]
    }
  }

  /// The label that the card's maker wrote into it.
  struct VPDPayload: Encodable {
    @ExplicitNull var name: String?
    @ExplicitNull var partNumber: String?
    @ExplicitNull var serialNumber: String?
    @ExplicitNull var revision: String?

    /// From sysfs `vpd`; `nil` where it is not there or not for this user.
    init?(of address: PCIAddress, on host: Host) {
      guard let bytes = try? host.files.read("/sys/bus/pci/devices/\(address)/vpd", limit: 0x8000),
        let data = VitalProductData(bytes)
      else { return nil }
      name = data.name
      partNumber = data.partNumber
      serialNumber = data.serialNumber
      revision = data.revision
    }

    var fields: [(name: String, value: String?)] {
      [("product", name), ("part number", partNumber), ("serial number", serialNumber), ("revision", revision)]
    }
  }
}
