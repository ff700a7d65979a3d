public import ArgumentParser
internal import CardRegisters
internal import Change
internal import FirmwareFlash
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw unlock`
public struct FirmwareUnlock: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Free the flash of a device after a process was killed.",
    discussion: """
      Frees the semaphores, raises the chip select and switches the firmware's cache on again; of a card whose firmware \
      runs, also an update that was begun and not finished. Refused while another \
      rdmactl works on the card. Other tools cannot be detected: make sure that none works on it.

      Examples:
        rdmactl fw unlock -d mlx4_0
        rdmactl fw unlock -d 04:00.0 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter, instead of -d.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice

  @Flag(name: .shortAndLong, help: "Do not ask.")
  public var yes = false

  @Flag(name: [.customShort("n"), .long], help: "Show what a killed process has left, and write nothing.")
  public var dryRun = false

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let device = try named.name(word, for: "unlock")
    let adapter = try NamedAdapter.resolve(device, in: InventoryReader(host: host).read(InventoryRequest()))
    let change = UnlockChange(adapter: adapter, device: device, reach: reach, host: host)
    let outcome = try ChangeRun(change, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: yes, dryRun: dryRun)
    ) { plan in
      if !dryRun { output.talk("\(device): found: \(plan.detail.joined(separator: ", "))") }
    }
    try output.show(UnlockAnswer(device: device, taken: change.freed ?? outcome.plan.detail, dryRun: dryRun))
    return .done
  }
}

/// Frees what a killed process has left. Not to be taken back.
private final class UnlockChange: ChangeWriter {
  typealias Access = ChangePurpose

  let adapter: NamedAdapter
  let device: String
  let reach: DeviceReach
  let host: Host
  /// What was freed: more than was seen, where a semaphore stood before the rest.
  private(set) var freed: [String]?

  init(adapter: NamedAdapter, device: String, reach: DeviceReach, host: Host) {
    self.adapter = adapter
    self.device = device
    self.reach = reach
    self.host = host
  }

  let kind = FlashChange.firmware
  let action = FlashChange.unlock
  private var card: String { adapter.address.card.description }
  var locks: [ChangeLock] { [FlashChange.lock(of: card)] }
  private var place: ChangePlace { ChangePlace(ChangeObject(card), "locks") }

  private func found(onlyLooking: Bool) throws -> [String] {
    host.clock.holdInterruptions()
    var found: [String]
    do throws(FlashError) {
      found = try AdapterConnection.unlock(
        pci: host.pci, address: adapter.address, pciDevice: adapter.identity?.device ?? 0, clock: host.clock,
        preference: reach.way, record: RegisterRecord(of: card, on: host),
        locks: host.pci.isShared ? ToolLocks(adapter.address, on: host) : nil, onlyLooking: onlyLooking)
    } catch {
      throw DeviceFailure(error, name: device, way: reach.way)
    }
    // Behind a semaphore that is still taken an update cannot be seen.
    if !onlyLooking || found.isEmpty, let update = try update(onlyLooking: onlyLooking) { found.append(update) }
    return found
  }

  /// An update through the card's firmware that nobody finishes, in words.
  private func update(onlyLooking: Bool) throws -> String? {
    try RunningSession.use(adapter, as: device, reach: reach, host: host) { session -> String? in
      guard let status = try session.card.updateStatus(), !status.isFree else { return nil }
      if !onlyLooking { try session.card.releaseUpdate() }
      return "update through the firmware (\(status.state.words), last heard of \(status.silentSeconds) s ago)"
    } ?? nil
  }

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (ChangePurpose) throws -> Result) throws -> Result {
    try body(purpose)
  }

  func plan(_ access: ChangePurpose) throws -> ChangePlan<[String]> {
    // A process at work is not a process that was killed: its lock is looked at first.
    let lock = access == .look ? try HeldLocks(locks, host) : nil
    defer { withExtendedLifetime(lock) {} }
    let found = try found(onlyLooking: true)
    let change = PlannedChange(
      place, before: ChangeValue(found.joined(separator: ", ")), after: ChangeValue("free"))
    return ChangePlan(
      found, steps: found.isEmpty ? [] : [ChangeStep([change])], subject: device,
      question: "Does no other tool work on \(device)? Free it?", irreversible: "a lock that was freed stays free",
      card: ChangeScope.Card(guid: nil, address: card))
  }

  func read(_ places: Set<ChangePlace>, _ access: ChangePurpose) -> ChangeSnapshot { [place: ChangeValue("unknown")] }

  func write(_ changes: [PlannedChange], _ access: ChangePurpose, _ log: ChangeLog) throws {
    freed = try found(onlyLooking: false)
  }

  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: ChangePurpose) {}
  func recover(_ record: ChangeRecord, from error: any Error, _ access: ChangePurpose, _ log: ChangeLog)
    -> ChangeRecovery
  {
    .unknown
  }
}

/// The answer of `rdmactl fw unlock`.
private struct UnlockAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let taken: [String]
    let changed: Bool
  }

  static let schema = "rdmactl.fw.unlock/1"
  let device: String
  let taken: [String]
  let dryRun: Bool

  var payload: Payload { Payload(device: device, taken: taken, changed: !taken.isEmpty && !dryRun) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { taken }

  func write(to page: inout Page) {
    if taken.isEmpty {
      page.line("\(device): nothing is taken, nothing to do.", tone: .good)
    } else if dryRun {
      page.line("\(device): taken: \(taken.joined(separator: ", ")). Dry run: nothing was written.", tone: .caution)
    } else {
      page.line("\(device): freed: \(taken.joined(separator: ", ")).", tone: .good)
    }
  }
}
