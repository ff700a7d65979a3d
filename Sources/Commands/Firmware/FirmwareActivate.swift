public import ArgumentParser
internal import CardRegisters
internal import Change
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw activate`
public struct FirmwareActivate: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Start the firmware that waits on the flash for a reset.",
    discussion: """
      Shows what runs, what is pending and what the card needs to start it. If the driver can, it resets the card \
      (devlink dev reload, action fw_activate): every interface of the card is down for some seconds. If not, the card \
      is prepared for a warm reboot, and the reboot is left to you.

      Examples:
        rdmactl fw activate mlx5_0 --dry-run
        rdmactl fw activate -d 5e:00.0 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter, instead of -d.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice

  @Flag(name: .shortAndLong, help: "Do not ask.")
  public var yes = false

  @Flag(name: [.customShort("n"), .long], help: "Show what would be done, and change nothing.")
  public var dryRun = false

  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let device = try named.name(word, for: "activate")
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let adapter = try NamedAdapter.resolve(device, in: inventory)
    let affected = inventory.adapters.filter { $0.pciAddress?.card == adapter.address.card }
      .flatMap { [$0.name].compactMap { $0 } + $0.ports.flatMap(\.netdevs).map(\.name) }.unique
    let writer = ActivationChange(adapter, named: device, affected: affected, reach: reach, host: host)
    let outcome = try ChangeRun(writer, on: host, kinds: .all(host)).perform(
      Change.ChangeOptions(yes: yes, dryRun: dryRun)
    ) { plan in
      guard !dryRun, output.format == .text || !yes else { return }
      var page = Page()
      page.write(plan.detail)
      output.talk(page.text.split(separator: "\n"))
    }
    let plan = outcome.plan.detail
    let result: ActivationAnswer.Result =
      outcome.record == nil
      ? plan.activation.pending == nil ? .unchanged : .dryRun : plan.way == .devlink ? .activated : .prepared
    try output.show(ActivationAnswer(plan: plan, result: result))
    return .done
  }
}

/// What an activation will do.
struct ActivationPlan {
  enum Way: String, Encodable {
    /// The driver resets the card.
    case devlink
    /// The card is prepared for a warm reboot.
    case reboot
  }

  let card: String
  let activation: FirmwareActivation
  let way: Way
  /// RDMA devices and interfaces that stop meanwhile.
  let affected: [String]
}

/// Activates what is pending. Not to be taken back: the version before is burnt again.
private struct ActivationChange: ChangeWriter {
  typealias Access = RunningSession

  let adapter: NamedAdapter
  let device: String
  let affected: [String]
  let reach: DeviceReach
  let host: Host

  init(_ adapter: NamedAdapter, named device: String, affected: [String], reach: DeviceReach, host: Host) {
    self.adapter = adapter
    self.device = device
    self.affected = affected
    self.reach = reach
    self.host = host
  }

  let kind = FlashChange.firmware
  let action = FlashChange.activate
  var locks: [ChangeLock] { [FlashChange.lock(of: card)] }
  private var card: String { adapter.address.card.description }
  private var place: ChangePlace { ChangePlace(ChangeObject(card), "running firmware") }
  private var handle: DevlinkHandle { DevlinkHandle(bus: "pci", device: adapter.address.description) }

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (RunningSession) throws -> Result) throws -> Result {
    try RunningSession.use(
      for: purpose, adapter, as: device, reach: reach, host: host, or: ActivationFailure.notRunning(device), body)
  }

  func plan(_ access: RunningSession) throws -> ChangePlan<ActivationPlan> {
    let activation = try access.card.activation()
    let byDriver = activation.levels.contains(.pcie) && (try? DevlinkClient(host).devices())?.contains(handle) == true
    let plan = ActivationPlan(
      card: device, activation: activation, way: byDriver ? .devlink : .reboot, affected: affected)
    guard let pending = activation.pending else {
      return ChangePlan(plan, steps: [], subject: device, question: "")
    }
    if !byDriver, !activation.levels.contains(.reboot) { throw ActivationFailure.noWay(device, activation.methods) }
    let change = PlannedChange(
      place, before: ChangeValue(activation.running?.description ?? "unknown"), after: ChangeValue(pending.description))
    return ChangePlan(
      plan, steps: [ChangeStep([change])], subject: device,
      question: byDriver ? "Reset \(device) now?" : "Prepare \(device) for a reboot?",
      irreversible: "firmware that runs is replaced by another burn only",
      card: ChangeScope.Card(guid: nil, address: card))
  }

  func read(_ places: Set<ChangePlace>, _ access: RunningSession) throws -> ChangeSnapshot {
    [place: ChangeValue(try access.card.versions().running?.description ?? "unknown")]
  }

  func write(_ changes: [PlannedChange], _ access: RunningSession, _ log: ChangeLog) throws {
    guard (try? DevlinkClient(host).devices())?.contains(handle) == true else { return try access.card.prepareReboot() }
    // The driver talks to the card now: its registers are left to the driver.
    access.close()
    try DevlinkClient(host).activateFirmware(of: handle)
  }

  func isSet(_ value: ChangeValue, as other: ChangeValue) -> Bool { false }
  func verify(_ changes: [PlannedChange], _ now: ChangeSnapshot, _ access: RunningSession) {}
  func recover(
    _ record: ChangeRecord, from error: any Error, _ access: RunningSession, _ log: ChangeLog
  ) -> ChangeRecovery { .unknown }
}

/// Why firmware cannot be activated.
enum ActivationFailure: Failure, Equatable {
  case notRunning(String)
  /// The card offers no reset that rdmactl can ask for.
  case noWay(String, [String])

  var id: String {
    switch self {
    case .notRunning: "activate.not_running"
    case .noWay: "activate.no_way"
    }
  }

  var subject: String? {
    switch self {
    case .notRunning(let device), .noWay(let device, _): device
    }
  }

  var message: String {
    switch self {
    case .notRunning:
      "the card's firmware does not run or takes no commands: it starts what is on the flash at power-on"
    case .noWay(_, let methods):
      "the card offers no reset through its registers or its driver"
        + (methods.isEmpty ? "" : "; the pending firmware starts with: \(methods.joined(separator: ", "))")
    }
  }

  var fix: [String] { [] }
  var hint: [String] { ["power the machine off and on"] }
  var exitStatus: ExitStatus { .unsupported }
}

/// The answer of `rdmactl fw activate`.
struct ActivationAnswer: Presentable {
  enum Result: String, Encodable {
    case activated, prepared, unchanged
    case dryRun = "dry_run"
  }

  struct Payload: Encodable {
    let device: String
    @ExplicitNull var runningVersion: String?
    @ExplicitNull var pendingVersion: String?
    let levels: [String]
    let methods: [String]
    let way: ActivationPlan.Way
    let affected: [String]
    let result: Result
    let changed: Bool
  }

  static let schema = "rdmactl.fw.activate/1"
  let plan: ActivationPlan
  let result: Result

  var payload: Payload {
    Payload(
      device: plan.card, runningVersion: plan.activation.running?.description,
      pendingVersion: plan.activation.pending?.description, levels: plan.activation.levels.map(\.word),
      methods: plan.activation.methods, way: plan.way, affected: plan.affected, result: result,
      changed: result == .activated || result == .prepared)
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { [result.rawValue] }

  func write(to page: inout Page) {
    let pending = plan.activation.pending?.description ?? "nothing"
    switch result {
    case .unchanged: page.line("\(plan.card): nothing is pending, nothing to do.", tone: .good)
    case .dryRun:
      page.write(plan)
      page.line("Dry run: nothing was changed.", tone: .caution)
    case .activated: page.line("\(plan.card): done; the card was reset, and starts \(pending).", tone: .good)
    case .prepared:
      page.line("\(plan.card): prepared; firmware \(pending) starts when the machine reboots.", tone: .good)
      page.line("    next: reboot")
    }
  }
}

extension Page {
  fileprivate mutating func write(_ plan: ActivationPlan) {
    let activation = plan.activation
    line("Plan for \(plan.card)", tone: .heading)
    fields([
      ("running", activation.running?.description), ("pending", activation.pending?.description),
      ("possible", activation.levels.isEmpty ? "nothing" : activation.levels.map(\.words).joined(separator: "; ")),
      ("starts with", activation.methods.isEmpty ? nil : activation.methods.joined(separator: ", ")),
      (
        "way",
        plan.way == .devlink ? "the driver resets the card (devlink)" : "prepared now, starts with the next reboot"
      ),
      (
        "interrupted",
        plan.way == .reboot
          ? "nothing before the reboot"
          : plan.affected.isEmpty ? "every interface of the card" : plan.affected.joined(separator: ", ")
      ),
    ])
  }
}
