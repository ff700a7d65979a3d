public import ArgumentParser

/// `rdmactl fw`: the firmware of adapters and of image files.
public struct FirmwareGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "fw",
    abstract: "Show, verify, burn and recover firmware; set a card's settings.",
    discussion: """
      An adapter has many names: mlx5_0, a PCI address, an interface, a GUID, flint's mt4119_pciconf0. An image is a file \
      in the format FS1 to FS4, a copy of a whole flash, or an MFA2 package. Without a command, fw lists the adapters.

      Examples:
        rdmactl fw list                      the adapters
        rdmactl fw query mlx4_0              the firmware on the flash
        rdmactl fw burn mlx4_0 new.bin -n    the plan of a burn
      """,
    subcommands: [
      FirmwareList.self, FirmwareQuery.self, FirmwareVerify.self, FirmwareBurn.self, FirmwareRead.self,
      FirmwareSetGUIDs.self, FirmwareExtract.self, FirmwareDiff.self, FirmwareRecover.self, FirmwareUnlock.self,
      FirmwareActivate.self, FirmwareConfiguration.self, FirmwareUpdate.self, FirmwareRestore.self, FirmwareROM.self,
    ])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
