public import ArgumentParser
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
      Frees the semaphores, raises the chip select and switches the firmware's cache on again. Refused while another \
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
    host.clock.holdInterruptions()
    func semaphores(onlyLooking: Bool) throws(FlashError) -> [String] {
      try AdapterConnection.unlock(
        pci: host.pci, address: adapter.address, pciDevice: adapter.identity?.device ?? 0, clock: host.clock,
        preference: reach.way, record: RegisterRecord(of: adapter.address.card.description, on: host),
        locks: host.pci.isShared ? ToolLocks(adapter.address, on: host) : nil, onlyLooking: onlyLooking)
    }
    do {
      let lock = try DeviceLock(of: adapter.address.card.description, on: host)
      defer { withExtendedLifetime(lock) {} }
      let taken = try semaphores(onlyLooking: true)
      guard !taken.isEmpty, !dryRun else {
        try output.show(UnlockAnswer(device: device, taken: taken, dryRun: dryRun))
        return .done
      }
      output.talk("\(device): taken: \(taken.joined(separator: ", "))")
      try Confirmation(host: host, output: output).ask("Is no other tool at work on \(device)? Free it?", yes: yes)
      try output.show(UnlockAnswer(device: device, taken: try semaphores(onlyLooking: false), dryRun: false))
      return .done
    } catch let error as FlashError {
      throw DeviceFailure(error, name: device, way: reach.way)
    }
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
      page.line("\(device): nothing is taken.", tone: .good)
    } else if dryRun {
      page.line("\(device): taken: \(taken.joined(separator: ", ")). Dry run: nothing was written.", tone: .caution)
    } else {
      page.line("\(device): freed: \(taken.joined(separator: ", ")).", tone: .good)
    }
  }
}
