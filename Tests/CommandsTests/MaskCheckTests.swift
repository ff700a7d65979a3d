import HostAccess
import TestSupport
import Testing

@testable import Commands

/// `rdmactl guid2mac --check`: verdicts, and the way to the file of masks and back.
@Suite struct MaskCheckTests {
  static let store = "/etc/rdmactl/guid-masks"
  static let lock = "/run/rdmactl/guid-masks.lock"
  static let modern = "f452140300112233"

  /// A machine whose port has a GUID, and whose configuration may be written.
  private func files(_ guid: String = modern, stored: String? = nil, locked: Bool = false) -> FakeFiles {
    var machine = SmallMachine()
    let groups = stride(from: 0, to: 16, by: 4).map { String(guid.dropFirst($0).prefix(4)) }
    machine.port("gids/0", "fe80:0000:0000:0000:" + groups.joined(separator: ":"))
    machine.device("node_guid", groups.joined(separator: ":"))
    machine.entries[Self.store] = stored.map { .text($0) }
    let files = FakeFiles(machine.entries)
    files.allowWriting(below: "/etc/rdmactl")
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowLocking(Self.lock)
    files.allowLocking("/run/rdmactl/history.lock")
    files.allowWriting(below: "/run/rdmactl")
    if locked { files.holdLock(Self.lock, by: 4711) }
    return files
  }

  private func stored(_ files: FakeFiles) -> String? {
    (try? files.read(Self.store, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What was written to the file of masks.
  private func stores(_ files: FakeFiles) -> [FakeFiles.Replacement] {
    files.replacements.filter { $0.path == Self.store }
  }

  private func run(_ arguments: String..., files: FakeFiles, console: FakeConsole = FakeConsole()) -> Consequences {
    consequences(
      of: ["guid2mac", "--check"] + arguments, host: SmallMachine().host(files: files), console: console)
  }

  @Test func recognized() {
    #expect(
      run("--rules", "driver", files: files("0002c90200aabbcc"))
        == Consequences(
          status: 0,
          output: """
            PORT      GUID              VERDICT     MAC                RULE           VENDOR
            mlx5_0/1  0002c90200aabbcc  recognized  00:02:c9:aa:bb:cc  mellanox_0200  Mellanox

            """, error: ""))
  }

  @Test func aMaskWorks() {
    let files = files()
    #expect(
      run(files: files)
        == Consequences(
          status: 2,
          output: """
            PORT      GUID              VERDICT     MAC                RULE  MASK  VENDOR
            mlx5_0/1  f452140300112233  mask found  f4:52:14:11:22:33  mask  0xe7  Mellanox

            warning: mlx5_0/1: the rules do not know GUID f452140300112233, but mask 0xe7 gives f4:52:14:11:22:33 \
            [mask.not_stored]
                next: rdmactl guid2mac --check mlx5_0/1 --apply

            """, error: ""))
    #expect(stores(files).isEmpty)
  }

  @Test func neither() {
    let result = run("mlx5_0/1", files: files("1022334455667788"))
    #expect(result.status == 2 && result.error.isEmpty)
    #expect(result.output.contains("1022334455667788  not recognized  02:00:00:00:00:01  local"))
    #expect(result.output.contains("next: rdmactl guid2mac --suggest 1022334455667788"))
  }

  @Test func aStoredMaskHolds() {
    let result = run("--json", files: files(stored: "\(Self.modern) 0xe7  # mlx5_0/1"))
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("\"verdict\":\"stored\""))
    #expect(result.output.contains("\"schema\":\"rdmactl.guid2mac/1\""))
    #expect(result.output.contains("\"changed\":false"))
  }

  @Test func quietIsMACsOnly() {
    #expect(run("-q", files: files()) == Consequences(status: 2, output: "f4:52:14:11:22:33\n", error: ""))
  }

  @Test func applyStoresAndTheNextCallUsesIt() {
    let files = files()
    let result = run("--apply", "--yes", files: files)
    #expect(
      result
        == Consequences(
          status: 0,
          output: """
            PORT      GUID              VERDICT      MAC                RULE  MASK  VENDOR
            mlx5_0/1  f452140300112233  mask stored  f4:52:14:11:22:33  mask  0xe7  Mellanox

            """,
          error: """
            /etc/rdmactl/guid-masks:
              store 0xe7 for f452140300112233 (mlx5_0/1)

            """))
    #expect(stored(files)?.hasSuffix("\nf452140300112233 0xe7  # mlx5_0/1\n") == true)
    let next = consequences(of: ["guid2mac", Self.modern, "-q"], host: SmallMachine().host(files: files))
    #expect(next == Consequences(status: 0, output: "f4:52:14:11:22:33\n", error: ""))
    // Once more: already so, nothing is written, nothing is asked.
    let again = run("--apply", files: files)
    #expect(again.status == 0 && again.error == "no mask to store, nothing to do\n")
    #expect(stores(files).count == 1)
  }

  @Test func dryRunTellsTheSamePlan() {
    let files = files()
    let result = run("--apply", "--dry-run", files: files)
    #expect(
      result.error == """
        /etc/rdmactl/guid-masks:
          store 0xe7 for f452140300112233 (mlx5_0/1)
        Dry run: nothing was written.

        """)
    #expect(result.status == 0 && result.output.contains("mask found"))
    #expect(stores(files).isEmpty)
    let json = run("--apply", "--dry-run", "--json", files: files)
    #expect(json.output.contains("\"action\":\"store\"") && json.output.contains("\"dry_run\":true"))
  }

  @Test func nobodyToAsk() {
    let files = files()
    let result = run("--apply", files: files)
    #expect(result.status == 7 && result.output.isEmpty)
    #expect(result.error.contains("cannot ask (not a terminal); add --yes; nothing was written"), "\(result.error)")
    #expect(stores(files).isEmpty)
  }

  @Test(arguments: [("", 7), ("n", 7), ("nein", 7), ("y", 0), ("YES ", 0)] as [(String, Int32)])
  func theQuestion(_ answer: String, _ status: Int32) {
    let files = files()
    let console = FakeConsole(input: [answer], terminals: [.input, .error], colourForbidden: true)
    let result = run("--apply", files: files, console: console)
    #expect(result.status == status)
    #expect(result.error.contains("Write /etc/rdmactl/guid-masks? [y/N] "))
    #expect(result.error.contains("not confirmed; nothing was written") == (status == 7))
    #expect(result.output.isEmpty == (status == 7))
    #expect((stored(files) == nil) == (status == 7))
  }

  @Test func theJournalKnowsWhatWasThere() throws {
    let files = files(stored: "f452140300112233 0xcf")
    #expect(run("--apply", "--yes", "--mask", "0xe7", files: files).status == 0)
    #expect(run("--forget", "--yes", files: files).status == 0)
    let history = consequences(of: ["history", "--kind", "masks"], host: SmallMachine().host(files: files)).output
    #expect(history.contains("store") && history.contains("forget"), "\(history)")
  }

  @Test func theEndOfInputIsNo() {
    let files = files()
    let console = FakeConsole(input: [], terminals: [.input, .error], colourForbidden: true)
    #expect(run("--apply", files: files, console: console).status == 7)
    #expect(stores(files).isEmpty)
  }

  @Test func aSecondWriter() {
    let files = files(locked: true)
    let result = run("--apply", "--yes", files: files)
    #expect(result.status == 5 && result.output.isEmpty)
    #expect(result.error.contains("busy: held by PID 4711"), "\(result.error)")
    #expect(stores(files).isEmpty)
  }

  @Test func noRightToWrite() {
    let files = files()
    var host = SmallMachine().host(files: files)
    host.store = RefusingFiles(files)
    let result = consequences(of: ["guid2mac", "--check", "--apply", "--yes"], host: host)
    #expect(result.status == 4 && result.output.isEmpty)
    #expect(result.error.contains("may not be written by this user; nothing was written"))
  }

  @Test func aStoreThatCannotBeReadIsNotReplaced() {
    let files = files()
    files.set(Self.store, .error(.notPermitted))
    let denied = run("--apply", "--yes", files: files)
    #expect(denied.status == 4 && denied.output.isEmpty && denied.error.contains("may not be read by this user"))
    files.set(Self.store, .error(.other("Input/output error (5)")))
    let broken = run("--apply", "--yes", files: files)
    #expect(broken.status == 1 && broken.output.isEmpty && broken.error.contains("Input/output error (5)"))
    #expect(stores(files).isEmpty)
  }

  @Test func linesOfPeopleStay() {
    let files = files(stored: "# my cards\nrubbish\n0002c901deadbeef 0xf3")
    let result = run("--apply", "--yes", files: files)
    #expect(result.status == 0)
    #expect(
      stores(files).map(\.text) == [
        "# my cards\nrubbish\n0002c901deadbeef 0xf3\nf452140300112233 0xe7  # mlx5_0/1\n"
      ])
    #expect(result.output.contains("error: /etc/rdmactl/guid-masks:2: this line is not used: it has 1 word"))
  }

  @Test func aMaskOfTheUsersOwn() {
    let files = files("1022334455667788")
    let result = run("--mask", "0xeb", "--apply", "--yes", files: files)
    #expect(result.status == 0 && result.error.contains("store 0xeb for 1022334455667788"))
    let multicast = run("--mask", "0x7e", "--apply", "--yes", files: self.files("1033334455667788"))
    #expect(multicast.status == 2 && multicast.error == "no mask to store, nothing to do\n")
    #expect(multicast.output.contains("mac.multicast"))
  }

  @Test func forget() {
    let files = files(stored: "# mine\n\(Self.modern) 0xe7  # mlx5_0/1\n1022334455667788 0xe7 # sold")
    let result = run("mlx5_0", "--forget", "--yes", files: files)
    #expect(result.status == 0)
    #expect(
      result.error == """
        /etc/rdmactl/guid-masks:
          forget the mask of f452140300112233 (mlx5_0/1)

        """)
    #expect(stores(files).map(\.text) == ["# mine\n1022334455667788 0xe7 # sold\n"])
    // A card that is gone, by its GUID.
    let gone = run("1022334455667788", "--forget", "--yes", files: files)
    #expect(gone.status == 0 && gone.error.contains("forget the mask of 1022334455667788 (not on this machine)"))
    #expect(stores(files).last?.text == "# mine\n")
    let again = run("--forget", files: files)
    #expect(again.status == 0 && again.error == "no mask is stored for these ports, nothing to do\n")
    #expect(stores(files).count == 2)
  }

  @Test func anUnknownName() {
    let result = run("mlx5_7", files: files())
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: mlx5_7: no adapter, port or interface of this name"))
  }

  @Test func noDevice() {
    let result = consequences(of: ["guid2mac", "--check"], host: SmallMachine().host(files: FakeFiles()))
    #expect(result.status == 3 && result.output.isEmpty)
    #expect(result.error.hasPrefix("rdmactl: no RDMA device found"))
  }

  @Test func anUnreadablePortIsPartial() {
    let files = files("0002c90200aabbcc")
    files.set("\(SmallMachine.function)/infiniband/mlx5_0/ports/1/state", .error(.other("Input/output error (5)")))
    let result = run("-q", files: files)
    #expect(result == Consequences(status: 8, output: "00:02:c9:aa:bb:cc\n", error: ""))
  }

  @Test(
    arguments: [
      ("cx3-vpi", 2, "mlx4_0/1 f4521403009523a1 mask found; mlx4_0/2 f65214fffe9523a2 not needed"),
      ("cx6-vpi", 2, "ibp59s0f0/1 b83fd20300a1c6e0 mask found; rocep59s0f1/1 ba3fd2fffea1c6e1 not needed"),
      ("cx5-dual", 2, "mlx5_0/1 0c42a1030046ab20 mask found; mlx5_1/1 0c42a1030046ab21 mask found"),
      (
        "vf-host", 2,
        "mlx5_0/1 946dae0300c2d400 mask found; mlx5_1/1 0011223344556601 not recognized; "
          + "mlx5_3/1 0011223344556603 not recognized; mlx5_4/1 0011223344556604 not recognized"
      ), ("rxe-siw", 0, "rxe0/1 505400fffe000010 not needed"), ("bond", 0, "mlx5_bond_0/1 1270fdfffeb3a4c0 not needed"),
      ("bnxt", 0, "bnxt_re0/1 be97e1fffea4d050 not needed; bnxt_re1/1 be97e1fffea4d051 not needed"),
    ] as [(String, Int32, String)])
  func recordedMachines(_ name: String, _ status: Int32, _ verdicts: String) throws {
    let tree = try MachineTree(named: name)
    let result = consequences(of: ["guid2mac", "--check"], host: .recorded(tree))
    #expect(result.status == status)
    // The table ends at the first empty line.
    let table = result.output.split(separator: "\n\n")[0].split(separator: "\n").dropFirst()
    let words = table.map {
      $0.split(separator: " ")[0...3].joined(separator: " ").replacing("needed:", with: "needed")
    }
    #expect(words.joined(separator: "; ") == verdicts)
    // Cards as they were recorded contradict themselves nowhere.
    #expect(!result.output.contains("[guid.gid0]") && !result.output.contains("[guid.hardware_address]"))
    let files = FakeFiles(tree.entries)
    files.allowWriting(below: "/etc/rdmactl")
    files.allowWriting(below: "/var/lib/rdmactl")
    files.allowLocking(Self.lock)
    files.allowLocking("/run/rdmactl/history.lock")
    let applied = consequences(of: ["guid2mac", "--check", "--apply", "--yes"], host: .recorded(tree, files: files))
    let again = consequences(of: ["guid2mac", "--check", "-q"], host: .recorded(tree, files: files))
    #expect(applied.status == again.status && (again.status == 0) == (name != "vf-host"))
  }

  @Test func anEthernetPortNeedsNothing() {
    var machine = SmallMachine()
    machine.makeEthernet()
    machine.port("gids/0", "fe80:0000:0000:0000:0202:c9ff:feab:cde1")
    let result = consequences(of: ["guid2mac", "--check"], host: machine.host())
    #expect(result.status == 0 && result.error.isEmpty)
    #expect(result.output.contains("not needed: Ethernet  00:02:c9:ab:cd:e1\n"))
    #expect(
      consequences(of: ["guid2mac", "--check", "--json"], host: machine.host()).output.contains("\"rule\":null"))
    machine.port("gids/0", "fe80:0000:0000:0000:0202:c9ff:feab:cde2")
    let differs = consequences(of: ["guid2mac", "--check"], host: machine.host())
    #expect(differs.output.contains("GID 0 was made of MAC 00:02:c9:ab:cd:e2, which no netdev of the port has"))
  }
}

/// Files that can be read and locked, but not replaced.
private struct RefusingFiles: FileReading, FileWriting {
  private let files: FakeFiles

  init(_ files: FakeFiles) { self.files = files }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] { try files.read(path, limit: limit) }
  func list(_ path: String) throws(FileError) -> [String] { try files.list(path) }
  func link(_ path: String) throws(FileError) -> String { try files.link(path) }
  func lock(_ path: String) throws(FileError) -> any Lock { try files.lock(path) }
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) { try files.append(path, bytes) }
  func makePrivateDirectory(_ path: String) throws(FileError) { try files.makePrivateDirectory(path) }
  func remove(_ path: String) throws(FileError) { try files.remove(path) }
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    throw FileError(path: path, reason: .notPermitted)
  }
}
