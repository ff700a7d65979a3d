internal import Change
internal import GUIDMapping
internal import HostAccess
internal import MaskStore
internal import TestSupport
internal import Testing
internal import Vocabulary

/// A machine on which masks are stored and forgotten, and the process may be killed before any write.
private final class MaskWorld: ChangeWorld {
  static let path = "/etc/rdmactl/guid-masks"
  let life = Life()
  let files = FakeFiles()
  let machine = FakeFiles([
    "/proc/sys/kernel/random/boot_id": .text("boot-1"), "/etc/machine-id": .text("machine-1"),
    "/proc/self/ns/net": .link("net:[1]"),
  ])
  let clock = FakeClock()

  init(_ content: String? = nil) {
    for directory in ["/etc/rdmactl", "/var/lib/rdmactl", "/run/rdmactl"] { files.allowWriting(below: directory) }
    for name in ["history", "guid-masks"] { files.allowLocking("/run/rdmactl/\(name).lock") }
    if let content { files.set(Self.path, .bytes(Array(content.utf8))) }
  }

  var host: Host {
    Host(
      files: machine, store: MortalFiles(files, life), management: AbsentManagement(), verbs: AbsentVerbs(),
      pci: FakePCI(), unpacking: FakeUnpacking(), processes: FakeProcesses(), network: FakeNetwork(), clock: clock,
      console: FakeConsole(), places: Places())
  }

  var content: String? { (try? files.read(Self.path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } }
  var state: [String] { [content ?? "no file"] }

  func randomWriter(_ numbers: inout SeededNumbers) -> MaskWriter {
    let guid = GUID(0x1022_3344_5566_7780 + UInt64.random(in: 0..<4, using: &numbers))
    let masks = GUIDMask.all
    let mask = Bool.random(using: &numbers) ? masks[Int.random(in: 0..<masks.count, using: &numbers)] : nil
    return MaskWriter(
      host, wish: [MaskChange(action: mask == nil ? .forget : .store, guid: guid, mask: mask, port: "mlx5_0/1")])
  }

  func run(_ wish: [MaskChange]) throws -> ChangeRecord? {
    try ChangeRun(MaskWriter(host, wish: wish), on: host, kinds: ChangeKinds([MaskWriter(host)]))
      .perform(ChangeOptions(yes: true)).record
  }
}

@Suite struct MaskWriterTests {
  @Test(arguments: 1...12) func killedAnywhereEverythingIsUndone(seed: Int) throws {
    let mine = "# mine\n1022334455667781 0xe7  # by hand\nnonsense\n"
    #expect(try ChangeRehearsal.complaints(seed: seed, most: 8) { MaskWorld(seed % 2 == 0 ? mine : nil) } == [])
  }

  /// `rdmactl undo` brings the file back byte for byte, a line that nobody can read included.
  @Test func undoBringsTheFileBack() throws {
    let mine = "# mine\nnonsense\n"
    let world = MaskWorld(mine)
    let guid = GUID(0x1022_3344_5566_7788)
    let record = try world.run([MaskChange(action: .store, guid: guid, mask: .generic, port: "mlx5_0/1")])
    #expect(world.content == mine + "1022334455667788 0xe7  # mlx5_0/1\n")
    #expect(record?.kind == "masks" && record?.action == "store" && record?.subject == MaskWorld.path)
    let writer = MaskWriter(world.host)
    let undo = ChangeUndo(writer, on: world.host, kinds: ChangeKinds([writer]))
    #expect(try undo.perform(.latest()).exitStatus == .done)
    #expect(world.content == mine)
  }

  /// Somebody else changed the file while the question waited: nothing is written, and both are shown.
  @Test func aChangeInBetweenIsNotOverwritten() throws {
    let world = MaskWorld("# mine\n")
    let writer = MaskWriter(
      world.host,
      wish: [MaskChange(action: .store, guid: GUID(0x1022_3344_5566_7788), mask: .generic, port: "mlx5_0/1")])
    let run = ChangeRun(writer, on: world.host, kinds: ChangeKinds([writer]))
    #expect {
      try run.perform(ChangeOptions(yes: true)) { _ in world.files.set(MaskWorld.path, .bytes(Array("# theirs\n".utf8)))
      }
    } throws: {
      if case .changedSincePlan = $0 as? ChangeFailure { true } else { false }
    }
    #expect(world.content == "# theirs\n")
  }

  @Test func whatIsStoredAlreadyIsNothingToDo() throws {
    let world = MaskWorld("1022334455667788 0xe7  # x\n")
    let again = MaskChange(action: .store, guid: GUID(0x1022_3344_5566_7788), mask: .generic, port: "mlx5_0/1")
    #expect(try world.run([again]) == nil)
  }
}
