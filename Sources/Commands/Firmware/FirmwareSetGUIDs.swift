public import ArgumentParser
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw set-guids`
public struct FirmwareSetGUIDs: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set-guids",
    abstract: "Set GUIDs, MAC addresses or vendor data of a device or an image file.",
    discussion: """
      On cards that keep these values in the image (FS1, FS2), the image is burned again with the new values.

      Examples:
        rdmactl fw set-guids -d mlx4_0 --guid 0002c90300aabbc0
        rdmactl fw set-guids -d mlx4_0 --mac 00:02:c9:aa:bb:c0
        rdmactl fw set-guids -i fw.bin --guid 0002c90300aabbc0 -o mine.bin
      """)

  @OptionGroup public var common: CommonOptions
  @OptionGroup public var target: FirmwareTarget
  @OptionGroup(title: "Values of the card") public var identity: IdentityOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("With an image: the file to write.", valueName: "file"),
    completion: .file())
  public var output: String?

  @OptionGroup var overwrite: OverwriteOption

  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let wanted = IdentityChange(
      guids: try identity.guids(for: "set-guids"), macs: try identity.macs(for: "set-guids"),
      vsd: try identity.vendorData(for: "set-guids"))
    guard wanted != IdentityChange() else {
      throw UsageFailure.unreadable(
        "missing value; use --guid, --guids, --mac, --macs or --vsd", command: "fw set-guids")
    }
    switch try target.kind(for: "set-guids", host: host) {
    case .device(let name):
      if self.output != nil { throw UsageFailure.unreadable("-o needs -i", command: "fw set-guids") }
      return try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(
        .setIdentity, on: name
      ) { session in
        try session.flashSession.identityPlan(wanted, wantsBackup: !change.noBackup)
      }
    case .image(let path):
      guard let destination = self.output else {
        throw UsageFailure.unreadable("missing output file; use -o FILE", command: "fw set-guids")
      }
      let file = try ImageFile(path, psid: target.psid, host: host)
      let (changed, facts) = try file.wrapping {
        let changed = try Firmware.changing(try file.contents(), format: file.placement.format, wanted)
        let placement = Placement(format: file.placement.format, start: 0)
        return (changed, try Firmware.read(placement, from: MemoryBytes(changed)).facts)
      }
      if destination.isEmpty { throw ImageFileFailure.nameless }
      let target =
        change.dryRun
        ? nil
        : try OutputFile(
          destination, what: "the image", force: overwrite.force || change.yes, host: host, output: output)
      try WrittenFileAnswer.write(changed, to: destination, target, of: path, facts: facts, output: output)
      return .done
    }
  }
}
