internal import Change
internal import HostAccess
internal import TestSupport
internal import Vocabulary

/// What the fake writer changes: labels in a drawer. "lid" follows whatever "box" is; a label "bad" is refused, "shy" is
/// taken without effect.
final class Drawer: ChangeWorld {
  let life = Life()
  let files = FakeFiles()
  let machine = FakeFiles([
    "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("machine-1"),
  ])
  var namespace = "net:[1]"
  let clock = FakeClock()
  let processes = FakeProcesses()
  let console: FakeConsole
  var labels: [String: String] = ["box": "red", "lid": "red", "key": "1", "cup": "2"]
  /// What is written, by place.
  private(set) var writes: [String] = []
  /// Whether somebody has the drawer open.
  var isOpen = false
  var onOpen: ((ChangePurpose) -> Void)?
  var refusesAll = false

  init(_ console: FakeConsole = FakeConsole()) {
    self.console = console
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowWriting(below: "/run/rdmactl")
    for name in ["history", "drawer"] { files.allowLocking("/run/rdmactl/\(name).lock") }
  }

  var host: Host {
    Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: processes,
      network: FakeNetwork(namespace: NetworkNamespace(identifier: namespace)), clock: clock,
      console: console, places: Places())
  }

  var state: [String] { labels.map { "\($0.key)=\($0.value)" }.sorted() }

  func writer(_ wishes: [(String, String)], _ more: (inout DrawerWriter) -> Void = { _ in }) -> DrawerWriter {
    var writer = DrawerWriter(drawer: self, wishes: wishes)
    more(&writer)
    return writer
  }

  func randomWriter(_ numbers: inout SeededNumbers) -> DrawerWriter {
    let wishes = (0..<Int.random(in: 1...3, using: &numbers)).map { _ in
      (
        ["box", "key", "cup", "new"].randomElement(using: &numbers) ?? "box",
        ["red", "1", "2", "blue", "bad"].randomElement(using: &numbers) ?? "red"
      )
    }
    return writer(wishes)
  }

  func run(_ writer: DrawerWriter, _ options: ChangeOptions = ChangeOptions(yes: true)) throws
    -> ChangeOutcome<[String]>
  {
    try ChangeRun(writer, on: host, kinds: ChangeKinds([writer])).perform(options)
  }

  @discardableResult
  func set(_ wishes: (String, String)...) throws -> ChangeRecord? { try run(writer(wishes)).record }

  func undo(_ selection: UndoSelection = .latest(), _ policy: ConflictPolicy = .refuse) throws -> UndoOutcome {
    try undoing.perform(selection, policy)
  }

  var undoing: ChangeUndo<DrawerWriter> { ChangeUndo(writer([]), on: host, kinds: ChangeKinds([writer([])])) }

  var history: ChangeHistory { ChangeHistory(host) }
  func states() throws -> [ChangeState] { try history.all().records.map(\.state) }

  func put(_ key: String, _ value: String?) throws {
    if refusesAll || value == "bad" { throw Refused(value: value ?? "nothing") }
    guard life.spend() == .whole else { throw Refused(value: "killed") }
    writes.append(key)
    if value != "shy" { labels[key] = value }
    if key == "box" { labels["lid"] = value }
  }
}

struct Refused: Failure, Equatable {
  let value: String
  let id = "drawer.refused"
  var message: String { "the label \(value) was refused" }
  let subject: String? = nil
  let fix: [String] = []
  let exitStatus = ExitStatus.refused
}

struct DrawerWriter: ChangeWriter {
  let drawer: Drawer
  var wishes: [(String, String)]
  var kind = "drawer"
  var action = "set"
  var locks: [ChangeLock] = [.own("drawer")]
  var isOfNamespace = true
  var irreversible: String?

  func withAccess<Result>(_ purpose: ChangePurpose, _ body: (Drawer) throws -> Result) throws -> Result {
    drawer.onOpen?(purpose)
    precondition(!drawer.isOpen)
    drawer.isOpen = true
    defer { drawer.isOpen = false }
    return try body(drawer)
  }

  func plan(_ drawer: Drawer) throws -> ChangePlan<[String]> {
    var wanted: [String: String] = [:]
    for (key, value) in wishes { wanted[key] = value }
    let steps = wanted.sorted { $0.key < $1.key }.compactMap { key, value -> ChangeStep? in
      let before = self.value(key)
      guard before.text != value else { return nil }
      return ChangeStep([PlannedChange(Self.place(key), before: before, after: ChangeValue(value), key: key)])
    }
    return ChangePlan(
      steps.flatMap(\.changes).map(\.place.title), steps: steps, subject: "drawer", question: "Label this?",
      irreversible: irreversible)
  }

  static func place(_ key: String) -> ChangePlace { ChangePlace(ChangeObject("drawer", facts: ["n=1"]), key) }
  private func value(_ key: String) -> ChangeValue { drawer.labels[key].map { ChangeValue($0) } ?? .absent }

  func read(_ places: Set<ChangePlace>, _ drawer: Drawer) throws -> ChangeSnapshot {
    Dictionary(places.map { ($0, value($0.key)) }) { first, _ in first }
  }

  func reach(of places: Set<ChangePlace>, _ drawer: Drawer) throws -> ChangeSnapshot {
    try read(places.contains(Self.place("box")) ? places.union([Self.place("lid")]) : places, drawer)
  }

  func mayFollow(_ place: ChangePlace, from changed: ChangePlace) -> Bool {
    place == changed || place.key == "lid" && changed.key == "box"
  }

  func write(_ changes: [PlannedChange], _ drawer: Drawer, _ log: ChangeLog) throws {
    for change in changes { try drawer.put(change.place.key, change.after == .absent ? nil : change.after.text) }
  }
}
