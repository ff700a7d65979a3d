public import ArgumentParser

/// `rdmactl fw config`: the card's own settings.
public struct FirmwareConfiguration: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show settings that the card keeps: SR-IOV, link type, boot, PCI, RoCE.",
    discussion: """
      The names of parameters are those of mstconfig.

      Examples:
        rdmactl fw config show mlx5_0
        rdmactl fw config show mlx5_0 SRIOV_EN NUM_OF_VFS
        rdmactl fw config set mlx5_0 SRIOV_EN=1 NUM_OF_VFS=16
      """,
    subcommands: [FirmwareConfigurationShow.self, FirmwareConfigurationSet.self, FirmwareConfigurationReset.self],
    defaultSubcommand: FirmwareConfigurationShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}
