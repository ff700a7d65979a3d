public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw burn`
public struct FirmwareBurn: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "burn",
    abstract: "Put an image on a device; it boots its old one until the new one is complete.",
    discussion: """
      The card keeps its GUIDs, MAC addresses, vendor data and expansion ROM unless others are given. Of a package, the \
      image for the card's own PSID is taken.

      Examples:
        rdmactl fw burn -d mlx4_0 -i fw.bin --dry-run    what would be done
        rdmactl fw burn -d mlx4_0 -i fw.bin              plan, question, burn
        rdmactl fw burn -d 04:00.0 -i fw.mfa2 --yes --json
      """)

  @OptionGroup public var common: CommonOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The adapter, by any of its names.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var device: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The image file or package.", valueName: "file"), completion: .file())
  public var image: String

  @Option(
    name: .long, help: ArgumentHelp("Which board's image of a package; the card's own without.", valueName: "psid"))
  public var psid: String?

  @OptionGroup(title: "Values of the card") public var identity: IdentityOptions

  @Flag(help: "Take the image's PSID although the card has another: it becomes another board.")
  public var psidFromImage = false

  @Flag(help: "Leave the card's expansion ROM away when the image has none.")
  public var dropROM = false

  @Flag(help: "Burn an image although its list of hardware does not name this card.")
  public var allowOtherHardware = false

  @Flag(help: "Burn an older version than the card has.")
  public var allowDowngrade = false

  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let guids = try identity.guids(for: "burn")
    let macs = try identity.macs(for: "burn")
    let vsd = try identity.vendorData(for: "burn")
    // Everything about the file is known before the device is touched; but of a package the card says which image.
    let named = try NamedFile(image, host: host)
    let saysItself = try psid != nil || named.package() == nil
    let known = saysItself ? try ImageFile(named, psid: psid, host: host) : nil
    let task = FirmwareChangeTask(host: host, output: output, change: change, reach: reach)
    return try task.run(on: device) { session in
      let file = try known ?? ImageFile(named, psid: psid, board: try session.bootFacts()?.psid, host: host)
      var request = BurnRequest(image: try file.contents(), format: file.placement.format)
      request.guids = guids
      request.macs = macs
      request.vsd = vsd
      request.keepsROM = !dropROM
      if psidFromImage { request.overrides.insert(.psidChange) }
      if allowOtherHardware { request.overrides.insert(.otherHardware) }
      if allowDowngrade { request.overrides.insert(.downgrade) }
      request.wantsBackup = !change.noBackup
      return try session.flashSession.plan(request)
    }
  }
}
