public import ArgumentParser

/// `rdmactl snapshot`: one file for a bug report.
public struct SnapshotGroup: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Save this machine's RDMA state as one file for a bug report.",
    discussion: """
      A snapshot can stand in for the machine: rdmactl --root host.tar.xz status.

      Examples:
        rdmactl snapshot save host.tar.xz             names and addresses replaced
        rdmactl snapshot save host.tar.xz --fabric    the subnet too
        rdmactl snapshot show host.tar.xz
        rdmactl snapshot verify host.tar.xz
        rdmactl --root host.tar.xz status
      """,
    subcommands: [SnapshotSave.self, SnapshotShow.self, SnapshotVerify.self])

  @OptionGroup public var common: CommonOptions

  public init() {}
}
