public import ArgumentParser

/// `rdmactl fw`: the firmware of adapters and of image files.
public struct FirmwareGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fw",
    abstract: "Firmware of an adapter or an image file: see, verify, burn, recover.",
    discussion: """
      A device (-d) is named as everywhere: mlx5_0, a PCI address, an interface, a GUID, flint's mt4119_pciconf0. An image \
      (-i) is a file of the forms FS1 to FS4, a copy of a whole flash, or an MFA2 package.

      Examples:
        rdmactl fw list                        which adapters there are
        rdmactl fw query -d mlx4_0             what is on the flash
        rdmactl fw burn -d mlx4_0 -i new.bin --dry-run
      """,
    subcommands: [
      FirmwareList.self, FirmwareQuery.self, FirmwareVerify.self, FirmwareBurn.self, FirmwareRead.self,
      FirmwareSetGUIDs.self, FirmwareExtract.self, FirmwareDiff.self, FirmwareRecover.self, FirmwareUnlock.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
