internal import AdapterChips
public import ArgumentParser
internal import CardRegisters
internal import Change
internal import FirmwareFlash
internal import FirmwareImage
public import HostAccess
internal import PortStatus
public import Presentation
public import Vocabulary

/// `rdmactl fw update`
public struct FirmwareUpdate: HostCommand {
  public static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Bring the firmware of cards to the newest image for their board in a file, package or folder.",
    discussion: """
      Each card gets the newest image for its PSID; a card that has it, or a newer one, is left alone. The table is shown \
      first; then the cards are burnt one after the other, as fw burn does it, and a failure does not stop the rest.

      Examples:
        rdmactl fw update --all firmware/ --check
        rdmactl fw update --all firmware/
        rdmactl fw update mlx5_0 mlx5_1 package.mfa2 --yes
      """)

  @OptionGroup public var common: CommonOptions

  @Argument(
    help: ArgumentHelp("The adapters, and the image, package or folder.", valueName: "name|path"), completion: .file())
  public var words: [String] = []

  @OptionGroup public var named: FirmwareDevice

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The image, package or folder.", valueName: "path"), completion: .file())
  public var image: String?

  @Flag(help: "Every adapter of this machine.")
  public var all = false

  @Flag(help: "Show the table and write nothing; exit with 2 if a card has an older version.")
  public var check = false

  @OptionGroup public var change: ChangeOptions

  public init() {}

  public func run(on host: Host, output: Output) throws -> ExitStatus {
    let (names, path) = try targets()
    let library = try ImageLibrary(path, host: host)
    let adapters = try adapters(names, host)
    var rows = adapters.map { UpdateRow(name: $0.label, adapter: $0, library: library, host: host) }
    let older = rows.filter { $0.state == .older }
    func answer() -> UpdateAnswer { UpdateAnswer(path: path, rows: rows, dryRun: change.dryRun) }
    guard !check, !change.dryRun, !older.isEmpty else {
      try output.show(answer())
      let unread = rows.contains { $0.failure != nil }
      return check && !older.isEmpty ? .checkFailed : unread ? Self.status(of: rows) : .done
    }
    if !change.yes { output.talk(try output.text(of: answer()).split(separator: "\n")) }
    try Question(host: host).ask(
      "Burn \(older.count) card\(older.count == 1 ? "" : "s")?", yes: change.yes)
    for index in rows.indices where rows[index].state == .older {
      if host.clock.interrupted { throw Interrupted() }
      rows[index].finish { file, name in try burn(file, on: name, host, output) }
    }
    try output.show(answer())
    return Self.status(of: rows)
  }

  /// 8 when some cards failed and others did not.
  private static func status(of rows: [UpdateRow]) -> ExitStatus {
    let failures = rows.compactMap(\.failure)
    guard let first = failures.first else { return .done }
    return failures.contains { $0.exitStatus == .unknownState }
      ? .unknownState : failures.count == rows.count && rows.count == 1 ? first.exitStatus : .partial
  }

  /// Burns as `fw burn` does; its answer is a row of ours.
  private func burn(_ file: String, on name: String, _ host: Host, _ output: Output) throws {
    var words = ["-d", name, "-i", file, "--yes", "--progress", change.progress.rawValue]
    if change.noBackup { words.append("--no-backup") }
    let silent = ConsoleWithoutOutput(host.console)
    let command = try FirmwareBurn.parse(words)
    output.talk("burning \(name) from \(file)")
    _ = try command.run(on: host, output: output.redirected(to: silent, format: .quiet))
  }

  private func targets() throws(UsageFailure) -> (names: [String], path: String) {
    var words = words
    let path = image ?? words.popLast()
    guard let path else { throw .unreadable("missing image, package or folder", command: "fw update") }
    let names = (named.device.map { [$0] } ?? []) + words
    guard names.isEmpty == all else {
      if all { throw .unreadable("--all cannot be combined with a name", command: "fw update") }
      throw .unreadable("missing adapter; name adapters or use --all", command: "fw update")
    }
    return (names, path)
  }

  private func adapters(_ names: [String], _ host: Host) throws -> [NamedAdapter] {
    let inventory = InventoryReader(host: host).read(InventoryRequest())
    let found =
      all
      ? FirmwareList.adapters(inventory).map(\.named).filter { $0.role != .virtualFunction && $0.role != nil }
      : try names.map { try NamedAdapter.resolve($0, in: inventory) }
    // The functions of a card have one flash.
    var cards: [NamedAdapter] = []
    for adapter in found where !cards.contains(where: { $0.address.card == adapter.address.card }) {
      cards.append(adapter)
    }
    if cards.isEmpty { throw NoAdapterToList() }
    return cards
  }
}

/// The images of a file, a package or a folder, by board.
struct ImageLibrary {
  struct Entry {
    let psid: String
    let version: FirmwareVersion
    let file: String
  }

  private(set) var entries: [Entry] = []
  /// Files that are no images.
  private(set) var ignored = 0

  init(_ path: String, host: Host) throws {
    guard let names = try? host.store.list(path) else {
      try add(NamedFile(path, host: host), host)
      if entries.isEmpty { throw NoImageInLibrary(path: path) }
      return
    }
    let directory = path.hasSuffix("/") ? String(path.dropLast()) : path
    for name in names where !name.hasPrefix(".") {
      let file = "\(directory)/\(name)"
      guard (try? host.store.list(file)) == nil else { continue }
      do { try add(NamedFile(file, host: host), host) } catch { ignored += 1 }
    }
    if entries.isEmpty { throw NoImageInLibrary(path: path) }
  }

  private mutating func add(_ file: NamedFile, _ host: Host) throws {
    if let package = try file.package() {
      let images = try package.images { try host.unpacking.xz($0, limit: $1) }
      for board in package.boards {
        guard let offset = board.components.first?.offset, let image = images.first(where: { $0.offset == offset }),
          let facts = Self.facts(image.image), let version = facts.version
        else { continue }
        entries.append(Entry(psid: board.psid, version: version, file: file.path))
      }
      return
    }
    let image = try ImageFile(file, psid: nil, host: host)
    let facts = try image.wrapping { try Firmware.read(image.placement, from: image.source).facts }
    guard let psid = facts.psid, let version = facts.version else { throw ImageFileFailure.image(file.path, .noImage) }
    entries.append(Entry(psid: psid, version: version, file: file.path))
  }

  private static func facts(_ bytes: [UInt8]) -> FirmwareFacts? {
    let source = MemoryBytes(bytes)
    guard let placement = try? Firmware.locate(in: source, medium: .file).first else { return nil }
    return try? Firmware.read(placement, from: source).facts
  }

  /// The newest image for a board.
  func newest(for psid: String) -> Entry? {
    entries.filter { $0.psid == psid }.max { $0.version < $1.version }
  }
}

/// A card, and what there is for it.
struct UpdateRow {
  enum State: String, Encodable {
    case older, current, newer
    /// No image for its board.
    case noImage = "no_image"
    /// Its firmware could not be read.
    case unread
    case updated, failed
  }

  let name: String
  let address: PCIAddress
  var psid: String?
  var version: FirmwareVersion?
  var new: ImageLibrary.Entry?
  var state = State.unread
  var failure: (any Failure)?

  init(name: String, adapter: NamedAdapter, library: ImageLibrary, host: Host) {
    self.name = name
    address = adapter.address
    do {
      (psid, version) = try DeviceSession.open(
        adapter.address.description, reach: try .parse([]), host: host,
        running: { session in
          let facts = try session.card.query()
          // What waits for a reset counts: it need not be burnt again.
          return (facts.firmware.psid, facts.pendingVersion ?? facts.firmware.version)
        },
        { session in
          let facts = try session.bootFacts()
          return (facts?.psid, facts?.version)
        })
      new = psid.flatMap(library.newest)
      state = Self.state(version, new?.version)
    } catch {
      failure = (error as? any Failure) ?? Interrupted()
    }
  }

  private static func state(_ version: FirmwareVersion?, _ new: FirmwareVersion?) -> State {
    guard let new else { return .noImage }
    guard let version else { return .older }
    return version < new ? .older : version == new ? .current : .newer
  }

  mutating func finish(_ burn: (String, String) throws -> Void) {
    guard let new else { return }
    do {
      try burn(new.file, address.description)
      state = .updated
    } catch {
      state = .failed
      failure = error as? any Failure
    }
  }
}

/// No image of a file or folder names its board and version.
private struct NoImageInLibrary: Failure {
  let path: String
  let id = "update.no_image"
  let message = "no firmware image with a board and a version found"
  var subject: String? { path }
  let fix: [String] = []
  let exitStatus = ExitStatus.notFound
}

/// The answer of `rdmactl fw update`.
struct UpdateAnswer: Presentable {
  struct Payload: Encodable {
    let source: String
    let changed: Bool
    let cards: [CardPayload]
  }

  struct CardPayload: Encodable {
    let device: String
    let pciAddress: String
    @ExplicitNull var psid: String?
    @ExplicitNull var version: String?
    @ExplicitNull var newVersion: String?
    @ExplicitNull var file: String?
    let state: UpdateRow.State
  }

  static let schema = "rdmactl.fw.update/1"
  let path: String
  let rows: [UpdateRow]
  let dryRun: Bool

  var payload: Payload {
    Payload(
      source: path, changed: rows.contains { $0.state == .updated },
      cards: rows.map {
        CardPayload(
          device: $0.name, pciAddress: $0.address.description, psid: $0.psid, version: $0.version?.description,
          newVersion: $0.new?.version.description, file: $0.new?.file, state: $0.state)
      })
  }

  var wouldChange: Bool? { dryRun ? rows.contains { $0.state == .older } : nil }
  var notes: [Note] { [] }
  var quietLines: [String] { rows.filter { [.older, .updated].contains($0.state) }.map(\.name) }

  var problems: [Problem] {
    rows.compactMap { row in
      row.failure.map {
        Problem(id: $0.id, severity: .error, subject: row.name, message: $0.message, fix: $0.fix)
      }
    }
  }

  func write(to page: inout Page) {
    let fields: [Table.Field<UpdateRow>] = [
      .init("DEVICE", text: { $0.name }), .init("PCI", rank: 2, text: { $0.address.description }),
      .init("PSID", text: { $0.psid }), .init("VERSION", text: { $0.version?.description }),
      .init("AVAILABLE", text: { $0.new?.version.description }),
      .init("STATE", cell: { Table.Cell($0.state.words, value: $0.state.rawValue, tone: $0.state.tone) }),
      .init("FILE", rank: 1, text: { $0.new?.file }),
    ]
    page.table(Table(fields, rows: rows))
    page.problems(problems)
    if dryRun { page.line("Dry run: nothing was written.", tone: .caution) }
    if rows.contains(where: { $0.state == .updated }) {
      page.line("hint: to run the new firmware, restart the adapters (reboot, or mstfwreset)")
    }
  }
}

extension UpdateRow.State {
  fileprivate var words: String { self == .noImage ? "no image" : self == .unread ? "not readable" : rawValue }

  fileprivate var tone: Tone {
    switch self {
    case .older: .caution
    case .updated, .current: .good
    case .failed, .unread: .bad
    case .newer, .noImage: .plain
    }
  }
}

/// Passes on what is said on standard error; what would be data is dropped.
private final class ConsoleWithoutOutput: Console {
  private let console: any Console

  init(_ console: any Console) { self.console = console }

  func write(_ bytes: [UInt8], to stream: OutputStream) throws(StreamError) {
    if stream == .error { try console.write(bytes, to: stream) }
  }

  func readLine(limit: Int) throws(StreamError) -> [UInt8]? { nil }
  func discardInput() {}
  func isTerminal(_ stream: StandardStream) -> Bool { stream == .error && console.isTerminal(.error) }
  var size: (columns: Int, rows: Int)? { console.size }
  var isDumb: Bool { console.isDumb }
  var colourForbidden: Bool { console.colourForbidden }
}
