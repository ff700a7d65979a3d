internal import AdapterChips
public import ArgumentParser
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw restore`
public struct FirmwareRestore: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Write back what was on a card before a burn, from a backup of rdmactl.",
    discussion: """
      The backup is named by the number of the change in rdmactl history, or by its file. Without either, the backups of \
      the card are listed. A backup of another card is refused: fw burn writes its image and keeps the card's GUIDs.

      Examples:
        rdmactl fw restore mlx4_0             the backups of this card
        rdmactl fw restore mlx4_0 12          what was there before change 12
        rdmactl fw restore -d 04:00.0 /var/lib/rdmactl/backups/card.bin --dry-run
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp(
      "The adapter (or -d), and the backup: a number of rdmactl history, or a file.", valueName: "name"),
    completion: .shellCommand(FirmwareTarget.deviceNames))
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice
  @OptionGroup public var change: ChangeOptions
  @OptionGroup public var reach: DeviceReach

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    var words = words
    let device = try named.name(&words, for: "restore")
    let adapter = try NamedAdapter.resolve(device, in: InventoryReader(host: host).read(InventoryRequest()))
    guard let word = words.first else {
      try output.show(BackupsAnswer(device: device, backups: try CardBackup.all(of: adapter, host)))
      return .done
    }
    if words.count > 1 {
      throw UsageFailure.unreadable("unexpected word \"\(words[1])\"", command: "fw restore")
    }
    let backup = try CardBackup(word, for: adapter, as: device, host)
    let image = try backup.image(host)
    return try FirmwareChangeTask(host: host, output: output, change: change, reach: reach).run(.burn, on: device) {
      session in
      if let there = try? session.bootFacts()?.guids.node, let own = image.facts.guids.node, there != own {
        throw RestoreFailure.otherCard(backup.path, own: own, device: device, there: there)
      }
      var request = image.request
      request.wantsBackup = !change.noBackup
      return try session.flashSession.plan(request)
    }
  }
}

/// A backup that rdmactl made of a card, as a file.
struct CardBackup {
  let path: String
  /// The change that made it; `nil` of a file that was named.
  var change: ChangeRecord?
  /// As the list of backups has it.
  var checksum: UInt32?

  /// The image of a backup with the identity that is in it, whatever version is on the card now.
  func image(_ host: Host) throws -> (request: BurnRequest, facts: FirmwareFacts) {
    let image = try ImageFile(path, psid: nil, host: host)
    if let checksum, checksum != CRC32.of(image.bytes) { throw RestoreFailure.changed(path) }
    let facts = try image.wrapping { try Firmware.read(image.placement, from: image.source).facts }
    var request = BurnRequest(
      image: try image.contents(), format: image.placement.format, overrides: [.downgrade, .psidChange])
    request.isOfThisCard = true
    return (request, facts)
  }

  init(_ path: String, _ host: Host) {
    self.path = path
    checksum = Self.checksums(host)[path]
  }

  /// - Parameter word: the number of a change, or a path.
  init(_ word: String, for adapter: NamedAdapter, as device: String, _ host: Host) throws {
    guard let id = Int(word), !FirmwareTarget.isFile(word, host) else {
      self.init(word, host)
      return
    }
    let record = try ChangeHistory(host).record(id)
    guard record.kind == FlashChange.firmware, let path = record.attachments["backup"] else {
      throw RestoreFailure.noBackup(id)
    }
    let card = adapter.address.card.description
    guard record.scope.card?.address == card else {
      throw RestoreFailure.otherSlot(id, device: device, was: record.scope.card?.address ?? "unknown")
    }
    self.init(path, host)
    change = record
  }

  /// The newest first.
  static func all(of adapter: NamedAdapter, _ host: Host) throws -> [CardBackup] {
    let card = adapter.address.card.description
    return try ChangeHistory(host).all(FlashChange.firmware).records.reversed().compactMap { record in
      guard record.scope.card?.address == card, let path = record.attachments["backup"],
        host.store.permissions(path) != nil
      else { return nil }
      var backup = CardBackup(path, host)
      backup.change = record
      return backup
    }
  }

  /// Checksums by path, from the list beside the backups: `TIME CARD KIND SIZE crc32=HEX PATH`.
  private static func checksums(_ host: Host) -> [String: UInt32] {
    let lines = (try? host.store.lines("\(host.places.state)/backups/list", limit: 16 << 20)) ?? []
    var found: [String: UInt32] = [:]
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 5)
      guard words.count == 6, words[4].hasPrefix("crc32=") else { continue }
      found[String(words[5])] = UInt32(words[4].dropFirst(6), radix: 16)
    }
    return found
  }
}

/// Why a backup is not written back.
enum RestoreFailure: Failure, Equatable {
  case noBackup(Int)
  case otherSlot(Int, device: String, was: String)
  case otherCard(String, own: GUID, device: String, there: GUID)
  case changed(String)

  var id: String {
    switch self {
    case .noBackup: "restore.no_backup"
    case .otherSlot, .otherCard: "restore.other_card"
    case .changed: "restore.changed_backup"
    }
  }

  var subject: String? {
    switch self {
    case .noBackup(let id), .otherSlot(let id, _, _): "change \(id)"
    case .otherCard(let path, _, _, _), .changed(let path): path
    }
  }

  var message: String {
    switch self {
    case .noBackup: "this change made no backup of a card's firmware"
    case .otherSlot(_, let device, let was):
      "this backup is of the card at \(was), not of \(device); nothing was written"
    case .otherCard(_, let own, let device, let there):
      "this backup is of the card with node GUID \(own); \(device) has \(there); nothing was written"
    case .changed: "the file has changed since the backup was made: its checksum is wrong; nothing was written"
    }
  }

  var fix: [String] {
    switch self {
    case .noBackup: ["rdmactl history --kind firmware"]
    case .otherSlot(_, let device, _): ["rdmactl fw restore \(device)"]
    case .otherCard, .changed: []
    }
  }

  var hint: [String] {
    if case .otherCard = self { ["fw burn writes the image of another card and keeps this card's GUIDs"] } else { [] }
  }

  var exitStatus: ExitStatus { if case .noBackup = self { .notFound } else { .refused } }
}

/// The backups of a card: `rdmactl fw restore NAME` alone.
struct BackupsAnswer: Presentable {
  struct Payload: Encodable {
    let device: String
    let backups: [BackupPayload]
  }

  struct BackupPayload: Encodable {
    @ExplicitNull var journalId: Int?
    @ExplicitNull var time: String?
    @ExplicitNull var version: String?
    let path: String
    @ExplicitNull var crc32: String?
  }

  static let schema = "rdmactl.fw.restore/1"
  let device: String
  let backups: [CardBackup]

  var payload: Payload {
    Payload(
      device: device,
      backups: backups.map {
        BackupPayload(
          journalId: $0.change?.id, time: $0.change?.time, version: Self.version($0), path: $0.path,
          crc32: $0.checksum?.hexadecimal(digits: 8))
      })
  }

  /// What booted before the change: `2.42.5000 at 0x20000`.
  private static func version(_ backup: CardBackup) -> String? {
    backup.change?.changes.first.flatMap { $0.before.text.split(separator: " ").first.map(String.init) }
  }

  var problems: [Problem] { [] }
  var notes: [Note] { [] }
  var quietLines: [String] { backups.map(\.path) }

  func write(to page: inout Page) {
    guard !backups.isEmpty else { return page.line("no backup of \(device)") }
    let fields: [Table.Field<CardBackup>] = [
      .init("CHANGE", number: { $0.change?.id }), .init("TIME", text: { $0.change?.time }),
      .init("VERSION", text: { Self.version($0) }), .init("FILE", rank: 1, text: { $0.path }),
    ]
    page.table(Table(fields, rows: backups))
  }
}
