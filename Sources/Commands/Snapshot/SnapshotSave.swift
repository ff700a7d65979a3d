public import ArgumentParser
public import HostAccess
public import Presentation
internal import Snapshot
public import Vocabulary

/// `rdmactl snapshot save`
public struct SnapshotSave: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Save this machine's RDMA state as one file.",
    discussion: """
      Reads only. GUIDs, MAC and IP addresses, host names and serial numbers are replaced by others, the same everywhere, by \
      a key that is not kept. What could not be read is named. Check the file before sharing it: free text may hold names \
      that the rules miss. Exits with 8 if the time was not enough.

      Examples:
        rdmactl snapshot save host.tar.xz
        rdmactl snapshot save host.tar.xz --fabric      the subnet too (sends MADs)
        rdmactl snapshot save host.tar.xz --keep-names  nothing is replaced
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file(extensions: ["xz"]))
  public var file: String

  @Flag(help: "Read the subnet too. Sends MADs.")
  public var fabric = false

  @Flag(help: "Query the flash of each adapter too. Opens its registers.")
  public var firmware = false

  @Flag(help: "Keep addresses, names and serial numbers.")
  public var keepNames = false

  @OptionGroup var overwrite: OverwriteOption

  @Option(help: ArgumentHelp("Leave out what is not read within this time (default: 30s).", valueName: "time"))
  public var timeout: DurationArgument?

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let target = try OutputFile(file, what: "the snapshot", force: overwrite.force, host: host, output: output)
    let task = SnapshotTask(
      host: host, output: output, options: .init(fabric: fabric, firmware: firmware, keepsNames: keepNames),
      limitMilliseconds: timeout?.milliseconds ?? 30_000)
    let snapshot = try task.take()
    let bytes = try snapshot.packed(seconds: Int(host.clock.secondsSince1970), by: host.unpacking)
    do throws(FileError) { try target.write(bytes) } catch { throw UserFileFailure.unwritable("the snapshot", error) }
    let answer = SnapshotAnswer(file: file, bytes: bytes.count, snapshot: snapshot, isVerified: nil)
    try output.show(answer)
    return snapshot.contents.missing.contains { $0.reason == SnapshotTask.outOfTime } ? .partial : .done
  }
}

/// `rdmactl snapshot show`
public struct SnapshotShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a snapshot holds, and what is missing.",
    discussion: """
      Examples:
        rdmactl snapshot show host.tar.xz
        rdmactl snapshot show host.tar.xz --json
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The snapshot.", valueName: "file"), completion: .file(extensions: ["xz"]))
  public var file: String

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    try output.show(try SnapshotAnswer(reading: file, on: host, verifies: false))
    return .done
  }
}

/// `rdmactl snapshot verify`
public struct SnapshotVerify: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the digests of a snapshot, and that its answers can be given again.",
    discussion: """
      Runs the commands of the snapshot on the machine in it and compares their answers. Exits with 2 if a part has changed \
      or an answer differs; another version of rdmactl may answer differently.

      Examples:
        rdmactl snapshot verify host.tar.xz
        rdmactl snapshot verify host.tar.xz -q     the parts that differ
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(help: ArgumentHelp("The snapshot.", valueName: "file"), completion: .file(extensions: ["xz"]))
  public var file: String

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let answer = try SnapshotAnswer(reading: file, on: host, verifies: true)
    try output.show(answer)
    return answer.isVerified == false ? .checkFailed : .done
  }
}
