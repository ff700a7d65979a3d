public import ArgumentParser
internal import CardRegisters
internal import Devlink
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw burn`
public struct FirmwareBurn: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "burn",
    abstract: "Write firmware to a device. The old image stays bootable until the new one is complete.",
    discussion: """
      The card keeps its GUIDs, MAC addresses, vendor data and expansion ROM unless others are given. From a package, the \
      image for the card's PSID is taken. A card whose firmware runs is written by its driver (devlink) where the driver \
      offers it, else by its own firmware (MCC); a card in recovery, and any before ConnectX-4, by rdmactl itself.

      Examples:
        rdmactl fw burn mlx4_0 fw.bin --dry-run    the plan
        rdmactl fw burn mlx4_0 fw.bin              plan, question, burn
        rdmactl fw burn -d 04:00.0 -i fw.mfa2 --yes --json
        rdmactl fw burn -d 5e:00.0 -i fw.bin --via devlink --component fw.mgmt
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter and the image, instead of -d and -i.", valueName: "name"), completion: .file())
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The image file or package.", valueName: "file"), completion: .file())
  public var image: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Board (PSID) to take from the package (default: the card's).", valueName: "psid"))
  public var psid: String?

  @OptionGroup(title: "Values of the card") public var identity: IdentityOptions

  @Flag(help: "Use the image's PSID even if the card has another. The card becomes another board.")
  public var psidFromImage = false

  @Flag(help: "Remove the card's expansion ROM if the image has none.")
  public var dropROM = false

  @Flag(help: "Burn an image that does not list this card as supported hardware.")
  public var allowOtherHardware = false

  @Flag(help: "Burn an older version than the card's.")
  public var allowDowngrade = false

  @OptionGroup(title: "Access") public var devlink: DevlinkOptions
  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = FirmwareTarget.fileLast(words, host)
    if image == nil, named.device == nil, words.count == 1, FirmwareTarget.isFile(words[0], host) {
      throw UsageFailure.unreadable("missing adapter; use -d NAME", command: "fw burn")
    }
    let device = try named.name(&words, for: "burn")
    let image = image ?? (words.isEmpty ? nil : words.removeFirst())
    guard let image else { throw UsageFailure.unreadable("missing image; use -i FILE", command: "fw burn") }
    if let extra = words.first { throw UsageFailure.unreadable("unexpected word \"\(extra)\"", command: "fw burn") }
    do {
      return try run(device, image, host, output)
    } catch ImageFileFailure.image(let path, let error) {
      throw ImageFileFailure.refused(path, error)
    }
  }

  private func run(_ device: String, _ image: String, _ host: Host, _ output: Output) throws -> ExitStatus {
    let overwrite = try devlink.sections()
    try devlink.check(against: directOptions)
    let burn = try DirectBurn(self, device, image, host: host, output: output)
    let task = DevlinkBurnTask(
      host: host, output: output, change: change, file: burn.file, component: devlink.component, overwrite: overwrite,
      allowed: overrides)
    let asked = devlink.via == .devlink ? "asked for" : devlink.reason.map { "\($0) asks for it" }
    if let asked { return try task.run(on: try DevlinkTarget.resolve(device, host: host), reason: asked) }
    if devlink.via == .mcc { return try update(adapter(device, host), device, burn.file, "asked for", host, output) }
    guard devlink.via == .auto else { return try burn.run() }
    if directOptions.isEmpty, host.files.kernelIsLockedDown, let target = offered(device, on: host) {
      return try task.run(on: target, reason: "the kernel is locked down")
    }
    if let adapter = try? adapter(device, host), try runs(adapter, device, host) {
      if directOptions.isEmpty, let target = offered(device, on: host) {
        return try task.run(on: target, reason: "the card's firmware runs, and its driver offers flashing")
      }
      return try update(adapter, device, burn.file, "the card's firmware runs", host, output)
    }
    guard directOptions.isEmpty else { return try burn.run() }
    do {
      return try burn.run()
    } catch let failure as any Failure {
      guard !burn.isPlanned,
        let target = DevlinkTarget.other(than: failure, name: device, reading: false, host: host)
      else { throw failure }
      guard let refused = failure as? DeviceFailure else {
        return try task.run(on: target, reason: "rdmactl knows no other way to it")
      }
      if (try? DevlinkClient(host).offersFlashing(target.handle)) == false { throw ClosedBothWays(direct: refused) }
      return try task.run(on: target, reason: refused.error.reason)
    }
  }

  private func adapter(_ device: String, _ host: Host) throws -> NamedAdapter {
    try NamedAdapter.resolve(device, in: InventoryReader(host: host).read(InventoryRequest()))
  }

  /// Whether firmware runs there and takes commands. That this way is closed is no answer; that it is taken is a failure.
  private func runs(_ adapter: NamedAdapter, _ device: String, _ host: Host) throws -> Bool {
    do { return try RunningSession.open(adapter, as: device, reach: reach, host: host) { _ in true } ?? false } catch {
      if let refused = error as? DeviceFailure, refused.error.isClosed { return false }
      throw error
    }
  }

  /// A burn by the card's own firmware.
  private func update(
    _ adapter: NamedAdapter, _ device: String, _ file: NamedFile, _ reason: String, _ host: Host, _ output: Output
  ) throws -> ExitStatus {
    let impossible = directOptions.filter { $0 != "--psid" && $0 != "--access" }
    guard impossible.isEmpty else { throw UpdateFailure.refused(.options(impossible), card: device) }
    let task = FirmwareUpdateTask(
      host: host, output: output, change: change, reach: reach, file: file, psid: psid, allowed: overrides)
    return try task.run(on: adapter, named: device, reason: reason)
  }

  /// The device, when its driver says that it can flash it.
  private func offered(_ device: String, on host: Host) -> DevlinkTarget? {
    guard let target = try? DevlinkTarget.resolve(device, host: host),
      (try? DevlinkClient(host).offersFlashing(target.handle)) == true
    else { return nil }
    return target
  }

  /// The options given that only rdmactl itself can follow.
  private var directOptions: [String] {
    let given: [(String, Bool)] = [
      ("--psid", psid != nil), ("--guid", identity.baseGUID != nil), ("--guids", identity.listedGUIDs != nil),
      ("--mac", identity.baseMAC != nil), ("--macs", identity.listedMACs != nil), ("--vsd", identity.vsd != nil),
      ("--drop-rom", dropROM), (BurnRequest.Override.otherHardware.rawValue, allowOtherHardware),
      ("--access", reach.way != nil),
    ]
    return given.filter(\.1).map(\.0)
  }

  fileprivate var overrides: Set<BurnRequest.Override> {
    var overrides: Set<BurnRequest.Override> = []
    if psidFromImage { overrides.insert(.psidChange) }
    if allowOtherHardware { overrides.insert(.otherHardware) }
    if allowDowngrade { overrides.insert(.downgrade) }
    return overrides
  }
}

/// A burn by rdmactl itself.
private final class DirectBurn {
  let file: NamedFile
  /// What is to be done was worked out: there is nothing left that another way could help with.
  private(set) var isPlanned = false

  private let command: FirmwareBurn
  private let device: String
  private let host: Host
  private let output: Output
  private let guids: CardGUIDs?
  private let macs: CardMACs?
  private let vsd: String?

  init(_ command: FirmwareBurn, _ device: String, _ image: String, host: Host, output: Output) throws {
    self.command = command
    self.device = device
    self.host = host
    self.output = output
    guids = try command.identity.guids(for: "burn")
    macs = try command.identity.macs(for: "burn")
    vsd = try command.identity.vendorData(for: "burn")
    file = try NamedFile(image, host: host)
  }

  func run() throws -> ExitStatus {
    // Everything about the file is known before the device is touched; but of a package the card says which image.
    let saysItself = try command.psid != nil || file.package() == nil
    let known = saysItself ? try ImageFile(file, psid: command.psid, host: host) : nil
    let task = FirmwareChangeTask(host: host, output: output, change: command.change, reach: command.reach)
    return try task.run(.burn, on: device) { [self] session in
      let image = try known ?? ImageFile(file, psid: command.psid, board: try session.bootFacts()?.psid, host: host)
      var request = BurnRequest(image: try image.contents(), format: image.placement.format)
      request.guids = guids
      request.macs = macs
      request.vsd = vsd
      request.keepsROM = !command.dropROM
      request.overrides = command.overrides
      request.wantsBackup = !command.change.noBackup
      let plan = try session.flashSession.plan(request)
      isPlanned = true
      return plan
    }
  }
}

/// Neither rdmactl nor the driver can write the flash.
private struct ClosedBothWays: Failure {
  let direct: DeviceFailure

  var id: String { direct.id }
  var message: String {
    "\(direct.error.reason); its driver offers no flashing through devlink either; nothing was written"
  }
  var subject: String? { direct.subject }
  var fix: [String] { direct.fix }
  var hint: [String] { direct.hint.filter { !$0.hasSuffix("--via devlink") } }
  var exitStatus: ExitStatus { direct.exitStatus }
}
