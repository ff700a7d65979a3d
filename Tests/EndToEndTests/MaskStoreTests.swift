internal import Foundation
internal import TestSupport
internal import Testing

/// `rdmactl guid2mac --check --apply` and `--forget` by the built program on real files: what is kept, what is refused, and
/// what a call leaves behind that is killed.
@Suite("Stored masks", .timeLimit(.minutes(2)))
struct MaskStoreTests {
  private static let guid = "f4521403009523a1"
  private static let mac = "f4:52:14:95:23:a1"
  private static let entry = "\(guid) 0xe7  # mlx4_0/1\n"

  private let machine: RecordedMachine
  private let scratch: Scratch

  init() throws {
    machine = try RecordedMachine("cx3-vpi")
    scratch = try Scratch("masks")
  }

  private var masks: String { scratch("etc/guid-masks") }
  private var lock: String { scratch("run/guid-masks.lock") }
  private var environment: [String: String] {
    ["RDMACTL_CONFIG_DIR": scratch("etc"), "RDMACTL_STATE_DIR": scratch("lib"), "RDMACTL_RUN_DIR": scratch("run")]
  }

  private func start(_ arguments: String...) throws -> Spawned {
    try Spawned(
      Spawned.rdmactl, ["--root", machine.root, "guid2mac"] + arguments, environment: environment)
  }

  private func run(_ arguments: String...) throws -> Consequences {
    try Spawned.run(
      Spawned.rdmactl, ["--root", machine.root, "guid2mac"] + arguments, environment: environment)
  }

  private func stored() -> String? { try? String(contentsOfFile: masks, encoding: .utf8) }

  private func names(in directory: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: scratch(directory))) ?? []).sorted()
  }

  private func makeDirectory(_ name: String, mode: Int = 0o755) throws {
    try FileManager.default.createDirectory(atPath: scratch(name), withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: scratch(name))
  }

  @Test func theNextCallUsesIt() throws {
    #expect(try run("--check", "-q", "mlx4_0/1").status == 2)
    #expect(names(in: "etc").isEmpty && names(in: "run").isEmpty, "who only looks has written")
    let applied = try run("--check", "--apply", "--yes")
    #expect(applied.status == 0)
    #expect(applied.error.contains("store 0xe7 for \(Self.guid) (mlx4_0/1)"))
    #expect(stored()?.hasSuffix("\n" + Self.entry) == true)
    #expect(names(in: "etc") == ["guid-masks"])
    #expect(try run(Self.guid, "-q") == Consequences(status: 0, output: Self.mac + "\n", error: ""))
    let next = try run("--check", "--json")
    #expect(next.status == 0 && next.output.contains("\"verdict\":\"stored\""))
    let forgotten = try run("--check", "--forget", "--yes")
    #expect(forgotten.status == 0 && stored()?.contains(Self.guid) == false)
    #expect(try run("--check", "-q").status == 2)
    // The recorded machine itself is never written.
    for place in ["etc", "var/lib", "run"] {
      #expect(!FileManager.default.fileExists(atPath: "\(machine.root)/\(place)/rdmactl"))
    }
    // What was done, and what had been there, can be read afterwards.
    let history = try Spawned.run(
      Spawned.rdmactl, ["--root", machine.root, "history", "--kind", "masks"], environment: environment)
    #expect(history.output.contains("--apply") && history.output.contains("--forget"), "\(history)")
  }

  @Test("Without the variables the files stand below the root") func belowTheRoot() throws {
    let result = try Spawned.rdmactl("--root", machine.root, "guid2mac", "--check", "--apply", "--yes")
    #expect(result.status == 0)
    let text = try String(contentsOfFile: machine.root + "/etc/rdmactl/guid-masks", encoding: .utf8)
    #expect(text.hasSuffix(Self.entry))
    #expect(FileManager.default.fileExists(atPath: machine.root + "/run/rdmactl/guid-masks.lock"))
  }

  @Test(.enabled(if: Programs.isInstalled("flock"), "flock is not installed")) func anotherWriter() throws {
    try makeDirectory("run")
    let holder = try Spawned(
      "flock", ["--no-fork", lock, "sh", "-c", "echo held; exec sleep 60"])
    try holder.wait(timeout: 10, until: "holding the lock") { holder.output == "held\n" }
    let refused = try run("--check", "--apply", "--yes")
    #expect(refused.status == 5 && refused.output.isEmpty)
    #expect(refused.error.contains("busy: held by PID \(holder.processIdentifier) (sleep); nothing was written"))
    #expect(names(in: "etc").isEmpty)
    // To look needs no lock.
    #expect(try run("--check", "-q").status == 2)
    holder.signal(SIGKILL)
    _ = try holder.wait(timeout: 10)
    #expect(try run("--check", "--apply", "--yes").status == 0)
  }

  /// Writers at the same time: each is refused (5, or 7 when another one was first) or done, and what was done is there.
  @Test func severalWriters() throws {
    let machines = try ["cx3-vpi", "cx5-dual", "cx6-vpi"].map { try RecordedMachine($0) }
    for _ in 0..<5 {
      try? FileManager.default.removeItem(atPath: masks)
      var waiting = machines
      while !waiting.isEmpty {
        let calls = try waiting.map {
          try Spawned(
            Spawned.rdmactl, ["--root", $0.root, "guid2mac", "--check", "--apply", "--yes"], environment: environment)
        }
        let results = try calls.map { try $0.wait() }
        #expect(results.allSatisfy { [0, 5, 7].contains($0.status) }, "\(results)")
        try #require(results.contains { $0.status == 0 }, "everybody was refused")
        waiting = zip(waiting, results).filter { $1.status != 0 }.map { machine, _ in machine }
      }
      for guid in [Self.guid, "0c42a1030046ab20", "0c42a1030046ab21", "b83fd20300a1c6e0"] {
        #expect(stored()?.contains("\n\(guid) 0xe7  # ") == true, "\(guid) is lost")
      }
    }
  }

  /// Killed at any moment, a call leaves the whole old file or the whole new one, and does not stand in the next one's way.
  @Test func killed() throws {
    try makeDirectory("etc")
    // Long enough that a file written in place would be seen half done.
    let base =
      "# kept by hand\n" + (0..<300).map { "0002c90100" + String(0x10_0000 + $0, radix: 16) + " 0xf3\n" }.joined()
    let texts = [base + Self.entry, base]
    try scratch.write("etc/guid-masks", base)
    let began = Date()
    #expect(try run("--check", "--apply", "--yes").status == 0)
    let usual = Date().timeIntervalSince(began)
    #expect(try run("--check", "--forget", "--yes").status == 0)
    try #require(stored() == base)

    var killed = 0
    var seen = [0, 0]
    for round in 0..<300 where killed < 60 {
      let change = ["--apply", "--forget"][round % 2]
      let new = texts[round % 2]
      let old = texts[1 - round % 2]
      let call = try start("--check", change, "--yes")
      if round % 3 == 0 {
        // In the midst of writing, which a moment by chance seldom meets.
        while call.isRunning, !names(in: "etc").contains(where: { $0.hasSuffix(".new") }) {}
      } else {
        usleep(UInt32.random(in: 0...UInt32(usual * 1.1e6)))
      }
      call.signal(SIGKILL)
      if try call.wait().status == 137 { killed += 1 }
      let found = stored()
      try #require(found == old || found == new, "round \(round), \(change): \(found?.count ?? -1) characters")
      seen[found == new ? 1 : 0] += 1
      let next = try run("--check", change, "--yes")
      try #require(next.status == 0, "round \(round), \(change): \(next.error)")
      try #require(stored() == new)
    }
    #expect(killed == 60 && seen[0] >= 10, "\(killed) killed, the file old and new \(seen) times")
    // What the last killed one had not finished is gone, too: the next one wrote over it.
    #expect(names(in: "etc") == ["guid-masks"])
  }

  @Test(
    .enabled(if: getuid() == 0 && Programs.isInstalled("setpriv"), "needs root, to be another user, and setpriv"),
    arguments: ["etc", "lib", "run"])
  func aReadOnlyDirectory(_ closed: String) throws {
    let copy = try Spawned.rdmactlForEverybody(in: scratch)
    for name in ["etc", "lib", "run"] { try makeDirectory(name, mode: name == closed ? 0o755 : 0o777) }
    try scratch.write("etc/guid-masks", "# mine\n")
    func run(_ change: String) throws -> Consequences {
      try Spawned.run(
        "setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", copy, "--root", machine.root, "guid2mac", "--check"]
          + [change, "--yes"], environment: environment)
    }
    let result = try run("--apply")
    #expect(result.status == 4 && result.output.isEmpty)
    #expect(result.error.contains("may not be written by this user; nothing was written"), "\(result.error)")
    #expect(result.error.contains("RDMACTL_STATE_DIR"))
    #expect(stored() == "# mine\n" && names(in: "etc") == ["guid-masks"])
    #expect(names(in: "run").filter { $0 != "history.lock" } == (closed == "run" ? [] : ["guid-masks.lock"]))
    // Nothing to do needs no right.
    #expect(try run("--forget").status == 0)
  }

  /// Whether this machine lets us have a small file system of our own.
  private static let canMount: Bool =
    (try? Spawned.run("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status) == 0

  @Test(.enabled(if: canMount, "needs the right to mount (root) and unshare")) func aFullFileSystem() throws {
    try makeDirectory("etc")
    // Two pages: one for the old file, one for what fills the rest.
    let script = """
      mount -t tmpfs -o size=8k none "$RDMACTL_CONFIG_DIR" && cd "$RDMACTL_CONFIG_DIR" || exit 99
      echo '# mine' > guid-masks; head -c 4096 /dev/zero > fill
      "$@"; echo "$?"; cat guid-masks; ls
      """
    let result = try Spawned.run(
      "unshare",
      ["-m", "sh", "-c", script, "sh", Spawned.rdmactl, "--root", machine.root, "guid2mac", "--check", "--apply"]
        + ["--yes"], environment: environment)
    #expect(result.output == "1\n# mine\nfill\nguid-masks\n")
    #expect(result.error.contains("cannot be written: No space left on device (28); nothing was written"))
  }
}
