internal import AdapterChips
public import ArgumentParser
internal import CardRegisters
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
public import Presentation
public import Vocabulary

/// `rdmactl fw rom`: the expansion ROM, by which a machine boots over the network.
public struct FirmwareROM: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "rom",
    abstract: "Show, replace or remove the expansion ROM (PXE, UEFI, iSCSI boot) of a card.",
    discussion: """
      The ROM of a ConnectX-3 and older is a section of its image: set and drop write the changed image into the other slot. \
      Newer images are signed as a whole, and their ROM comes with the firmware.

      Examples:
        rdmactl fw rom show mlx4_0
        rdmactl fw rom set mlx4_0 ipxe.rom --dry-run
      """,
    subcommands: [FirmwareROMShow.self, FirmwareROMSet.self, FirmwareROMDrop.self],
    defaultSubcommand: FirmwareROMShow.self)

  @OptionGroup public var common: CommonOptions

  public init() {}
}

/// `rdmactl fw rom show`
public struct FirmwareROMShow: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the expansion ROM of a card, or copy it to a file.",
    discussion: """
      Examples:
        rdmactl fw rom show mlx4_0
        rdmactl fw rom show -d 04:00.0 -o rom.bin
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter, instead of -d.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Copy the ROM to this file.", valueName: "file"), completion: .file())
  public var output: String?

  @OptionGroup var overwrite: OverwriteOption
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let device = try named.name(word, for: "rom show")
    let wantsBytes = self.output != nil
    let target = try self.output.map {
      try OutputFile($0, what: "the ROM", force: overwrite.force, host: host, output: output)
    }
    let read: (roms: [ExpansionROM], bytes: [UInt8]?)
    if wantsBytes {
      read = try DeviceSession.open(device, reach: reach, host: host) { session in
        let boot = try session.bootImage { _, _ in }
        return (boot.image.facts.roms, boot.image.romBytes(in: boot.bytes))
      }
    } else {
      read = try DeviceSession.open(
        device, reach: reach, host: host, running: { session in (try session.card.query().firmware.roms, nil) },
        { session in (try session.bootFacts()?.roms ?? [], nil) })
    }
    if let target, let path = self.output {
      guard let bytes = read.bytes else { throw NoROM(device: device) }
      try target.write(bytes)
      try output.show(ROMAnswer(device: device, roms: read.roms, size: bytes.count, file: path))
    } else {
      try output.show(ROMAnswer(device: device, roms: read.roms, size: nil, file: nil))
    }
    return .done
  }
}

/// `rdmactl fw rom set`
public struct FirmwareROMSet: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Put an expansion ROM on a card, in place of the one that is there.",
    discussion: """
      Examples:
        rdmactl fw rom set mlx4_0 ipxe.rom --dry-run
        rdmactl fw rom set -d 04:00.0 ipxe.rom --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter (or -d), and the ROM file.", valueName: "name"), completion: .file())
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice
  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    let device = try named.name(&words, for: "rom set")
    guard words.count == 1 else { throw UsageFailure.unreadable("name one ROM file", command: "fw rom set") }
    var rom = try UserFile(words[0], what: "the expansion ROM", limit: 4 << 20, host: host).bytes
    guard rom.starts(with: Self.signature) else { throw NotROM(path: words[0]) }
    rom += [UInt8](repeating: 0, count: (4 - rom.count % 4) % 4)
    return try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(
      .changeROM, on: device
    ) { session in try session.flashSession.identityPlan(IdentityChange(rom: rom), wantsBackup: !change.noBackup) }
  }

  /// How every expansion ROM begins. Source: PCI Firmware Specification 3.0, 5.1.
  private static let signature: [UInt8] = [0x55, 0xaa]
}

/// `rdmactl fw rom drop`
public struct FirmwareROMDrop: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "drop",
    abstract: "Remove the expansion ROM of a card: the machine no longer boots by it.",
    discussion: """
      Examples:
        rdmactl fw rom drop mlx4_0 --dry-run
        rdmactl fw rom drop -d 04:00.0 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapter, instead of -d.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var word: String?

  @OptionGroup public var named: FirmwareDevice
  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let device = try named.name(word, for: "rom drop")
    return try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(
      .changeROM, on: device
    ) { session in try session.flashSession.identityPlan(IdentityChange(rom: []), wantsBackup: !change.noBackup) }
  }
}

/// The card has no expansion ROM.
private struct NoROM: Failure {
  let device: String
  let id = "rom.none"
  let message = "the image that boots has no expansion ROM"
  var subject: String? { device }
  let fix: [String] = []
  let exitStatus = ExitStatus.notFound
}

/// A file that is no expansion ROM.
private struct NotROM: Failure {
  let path: String
  let id = "rom.not_a_rom"
  let message = "not a PCI expansion ROM: it does not begin with 55 aa; nothing was written"
  var subject: String? { path }
  let fix: [String] = []
  let exitStatus = ExitStatus.refused
}

/// The answer of `rdmactl fw rom show`.
struct ROMAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let roms: [FirmwarePayload.ROM]
    /// Bytes, when they were copied.
    @ExplicitNull var size: Int?
    @ExplicitNull var file: String?
  }

  static let schema = "rdmactl.fw.rom/1"
  let device: String
  let roms: [ExpansionROM]
  let size: Int?
  let file: String?

  var payload: Payload { Payload(device: device, roms: roms.map(FirmwarePayload.ROM.init), size: size, file: file) }
  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { roms.map { [$0.type, $0.version].compactMap { $0 }.joined(separator: " ") } }

  func write(to page: inout Page) {
    guard !roms.isEmpty else { return page.line("no expansion ROM") }
    let fields: [Table.Field<ExpansionROM>] = [
      .init("TYPE", text: { $0.type }), .init("VERSION", text: { $0.version }),
      .init("PROPERTIES", text: { $0.properties.joined(separator: " ") }),
    ]
    page.table(Table(fields, rows: roms))
    if let file, let size { page.line("\(size) bytes written to \(file)") }
  }
}
