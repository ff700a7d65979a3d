import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// `replace` and `lock`, on real files and against real processes.
@Suite struct WritingTests {
  private let scratch: Scratch
  private let files: LinuxFiles

  init() throws {
    scratch = try Scratch("writing")
    files = LinuxFiles(root: scratch.path)
  }

  private func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: scratch(name))))
  }

  @Test func newDirectories() throws {
    try files.replace("/a/b/c/file", with: Array("text".utf8))
    #expect(try bytes(of: "a/b/c/file") == Array("text".utf8))
    #expect(try files.list("/a/b/c") == ["file"])
    let mode = try FileManager.default.attributesOfItem(atPath: scratch("a/b/c/file"))[.posixPermissions] as? Int
    #expect((mode ?? 0) & 0o022 == 0, "others may write it")
  }

  /// For root, a new file in the place of /dev/null would be the end of it.
  @Test func devicesAndPipesStay() throws {
    #expect(unsafe mkfifo(scratch("pipe"), 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: scratch("null"), withDestinationPath: "/dev/null")
    for name in ["pipe", "null"] {
      #expect(throws: FileError(path: "/\(name)", reason: .other("it is a device, a pipe or a socket"))) {
        try files.replace("/\(name)", with: [1])
      }
    }
    #expect(throws: FileError(path: "/", reason: .wrongKind)) { try files.replace("/", with: [1]) }
    #expect(try files.list("/") == ["null", "pipe"])
  }

  @Test func privateDirectories() throws {
    try files.makePrivateDirectory("/a/own")
    try files.makePrivateDirectory("/a/own")
    let modes = try ["a", "a/own"].map {
      try FileManager.default.attributesOfItem(atPath: scratch($0))[.posixPermissions] as? Int ?? 0
    }
    #expect(modes[0] & 0o055 == 0o055 && modes[1] == 0o700)
    try scratch.write("file", "text")
    #expect(throws: FileError(path: "/file", reason: .wrongKind)) { try files.makePrivateDirectory("/file") }
    #expect(throws: FileError.self) { try files.makePrivateDirectory("/file/below") }
  }

  @Test func removing() throws {
    try files.replace("/full/file", with: [1])
    try FileManager.default.createSymbolicLink(atPath: scratch("full/link"), withDestinationPath: "file")
    #expect(throws: FileError(path: "/full", reason: .other("Directory not empty (39)"))) { try files.remove("/full") }
    try files.remove("/full/link")
    #expect(try files.list("/full") == ["file"])
    try files.remove("/full/file")
    #expect(throws: FileError(path: "/full/file", reason: .notFound)) { try files.remove("/full/file") }
    try files.remove("/full")
    #expect(try files.list("/").isEmpty)
  }

  @Test(arguments: [0, 1, 100_000]) func oldContentIsReplaced(length: Int) throws {
    try scratch.write("file", String(repeating: "old", count: 1000))
    let new = [UInt8](repeating: 0x6e, count: length)
    try files.replace("/file", with: new)
    #expect(try bytes(of: "file") == new)
    #expect(try files.list("") == ["file"])
  }

  /// A configuration with keys in it stays its owner's alone, also where a killed writer left its file behind.
  @Test(arguments: [UInt16(0o600), 0o640, 0o444]) func permissionsStay(mode: UInt16) throws {
    try scratch.write("file", "old")
    try scratch.write("file.new", "of a killed one")
    #expect(unsafe chmod(scratch("file"), mode_t(mode)) == 0)
    try files.replace("/file", with: [0x6e])
    #expect(files.permissions("/file") == mode)
  }

  /// The old file itself is never opened for writing: who reads it reads on in the old text.
  @Test func aReaderKeepsTheOldText() throws {
    try scratch.write("file", "old text")
    let reader = try #require(FileHandle(forReadingAtPath: scratch("file")))
    #expect(try reader.read(upToCount: 4) == Data("old ".utf8))
    try files.replace("/file", with: Array("new".utf8))
    #expect(try reader.readToEnd() == Data("text".utf8))
  }

  /// A configuration that a manager keeps elsewhere stays there, through any number of links.
  @Test(arguments: ["elsewhere/file", "link", "missing"]) func aLinkIsFollowed(to first: String) throws {
    try FileManager.default.createDirectory(atPath: scratch("elsewhere"), withIntermediateDirectories: true)
    try scratch.write("elsewhere/file", "old")
    #expect(unsafe chmod(scratch("elsewhere/file"), 0o640) == 0)
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: scratch("link"), withDestinationPath: scratch("elsewhere/../elsewhere/file"))
    try manager.createSymbolicLink(atPath: scratch("missing"), withDestinationPath: "elsewhere/new")
    try manager.createSymbolicLink(atPath: scratch("file"), withDestinationPath: first)
    try files.replace("/file", with: Array("new".utf8))
    #expect(try files.link("/file") == first)
    #expect(try bytes(of: first == "missing" ? "elsewhere/new" : "elsewhere/file") == Array("new".utf8))
    #expect(try files.list("/elsewhere") == (first == "missing" ? ["file", "new"] : ["file"]))
    #expect(files.permissions("/elsewhere/file") == 0o640)
  }

  @Test func linksInACircle() throws {
    try FileManager.default.createSymbolicLink(atPath: scratch("a"), withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: scratch("b"), withDestinationPath: "a")
    #expect(throws: FileError.self) { try files.replace("/a", with: [1]) }
  }

  /// The name that was given has the new text. The other names are other files from then on: snapshots by hard links
  /// (`cp -al`) keep what they are for.
  @Test func anotherHardLinkKeepsTheOldText() throws {
    try scratch.write("file", "old")
    try FileManager.default.linkItem(atPath: scratch("file"), toPath: scratch("snapshot"))
    try files.replace("/file", with: Array("new".utf8))
    #expect(try bytes(of: "snapshot") == Array("old".utf8))
    #expect(try bytes(of: "file") == Array("new".utf8))
  }

  /// What a user has beside the file is the user's, whatever its name.
  @Test func filesBesideItStay() throws {
    let foreign = ["file.new", "file.tmp", ".rdmactl-abc", "x.rdmactl-abc.tmp"]
    for name in foreign + ["file"] { try scratch.write(name, "mine") }
    try files.replace("/file", with: Array("new".utf8))
    for name in foreign { #expect(try bytes(of: name) == Array("mine".utf8)) }
    #expect(try files.list("/") == (foreign + ["file"]).sorted())
  }

  /// What a killed writer left is removed by the next; what a living one writes is not.
  @Test(.enabled(if: Spawned.find("flock") != nil, "flock is not installed")) func leftovers() throws {
    try scratch.write(".rdmactl-dead.tmp", "half")
    try scratch.write(".rdmactl-alive.tmp", "half")
    try FileManager.default.createSymbolicLink(atPath: scratch(".rdmactl-link.tmp"), withDestinationPath: "file")
    let writer = try Spawned(
      "flock", ["--no-fork", scratch(".rdmactl-alive.tmp"), "sh", "-c", "echo held; exec sleep 60"])
    try writer.wait(timeout: 10, until: "writing") { writer.output == "held\n" }
    try files.replace("/file", with: [1])
    #expect(try files.list("/") == [".rdmactl-alive.tmp", ".rdmactl-link.tmp", "file"])
  }

  @Test func aNewFileIsNeverInThePlaceOfAnother() throws {
    try files.create("/file", with: Array("first".utf8))
    #expect(throws: FileError(path: "/file", reason: .exists)) { try files.create("/file", with: [1]) }
    #expect(try bytes(of: "file") == Array("first".utf8))
    #expect(files.permissions("/file").map { $0 & 0o444 } == 0o444)
    #expect(try files.list("/") == ["file"])
  }

  /// Nothing is left behind by a failure, and nothing is changed.
  @Test func aDirectoryInThePlaceOfTheFile() throws {
    try FileManager.default.createDirectory(atPath: scratch("file"), withIntermediateDirectories: false)
    #expect(throws: FileError(path: "/file", reason: .wrongKind)) { try files.replace("/file", with: [1]) }
    #expect(try files.list("") == ["file"])
    #expect(try files.list("/file") == [])
  }

  @Test func aFileInThePlaceOfADirectory() throws {
    try scratch.write("a", "text")
    #expect(throws: FileError.self) { try files.replace("/a/b/file", with: [1]) }
    #expect(throws: FileError.self) { try files.replace("/a/file", with: [1]) }
    #expect(throws: FileError.self) { try files.lock("/a/lock") }
    #expect(try files.list("") == ["a"])
    #expect(try bytes(of: "a") == Array("text".utf8))
  }

  /// Nobody else can open a lock, so that nobody else can hold it; those of earlier versions become private.
  @Test func locksArePrivate() throws {
    let files = LinuxFiles(root: scratch.path, own: [scratch("run/rdmactl"), scratch("state/rdmactl")])
    for place in ["run/rdmactl", "state/rdmactl/offload"] {
      try FileManager.default.createDirectory(atPath: scratch(place), withIntermediateDirectories: true)
      #expect(unsafe chmod(scratch(place), 0o755) == 0)
    }
    try scratch.write("run/rdmactl/old.lock", "")
    for name in ["old", "new"] {
      let lock = try files.lock("/run/rdmactl/\(name).lock")
      #expect(files.permissions("/run/rdmactl/\(name).lock") == 0o600)
      withExtendedLifetime(lock) {}
    }
    try files.replace("/state/rdmactl/offload/entry", with: [1])
    try files.append("/state/rdmactl/fw/card/journal", [1])
    for path in ["/run/rdmactl", "/state/rdmactl", "/state/rdmactl/offload", "/state/rdmactl/fw/card"] {
      #expect(files.permissions(path) == 0o700, "\(path)")
    }
    #expect(files.permissions("/run") == 0o755)
  }

  /// A directory that the user named (RDMACTL_RUN_DIR=/tmp) may serve others: it stays as it is.
  @Test func aDirectoryOfOthersStays() throws {
    let files = LinuxFiles(root: scratch.path, own: [scratch("shared")])
    try FileManager.default.createDirectory(atPath: scratch("shared"), withIntermediateDirectories: true)
    #expect(unsafe chmod(scratch("shared"), 0o1777) == 0)
    withExtendedLifetime(try files.lock("/shared/a.lock")) {}
    #expect(files.permissions("/shared") == 0o1777 && files.permissions("/shared/a.lock") == 0o600)
  }

  /// Another program's lock is taken and released without a new file; the program sees it held.
  @Test(.enabled(if: Spawned.find("flock") != nil, "flock is not installed")) func aLockOfAnotherProgram() throws {
    let lock = try files.openFieldLock("/lockfiles/0000:03:00.0_config")
    let look = ["--nonblock", scratch("lockfiles/0000:03:00.0_config"), "true"]
    #expect(try Spawned.run("flock", look).status == 0)
    try lock.take()
    #expect(try Spawned.run("flock", look).status == 1)
    lock.release()
    let holder = try Spawned("flock", ["--no-fork", look[1], "sh", "-c", "echo held; exec sleep 60"])
    try holder.wait(timeout: 10, until: "holding the lock") { holder.output == "held\n" }
    let named = LockHolder(process: holder.processIdentifier, command: "sleep")
    #expect(throws: FileError(path: "/lockfiles/0000:03:00.0_config", reason: .locked(by: named))) { try lock.take() }
  }

  @Test func aSecondLockOfThisProcess() throws {
    let first = try files.lock("/run/lock")
    let number = ProcessInfo.processInfo.processIdentifier
    do {
      _ = try files.lock("/run/lock")
      Issue.record("taken twice")
    } catch {
      #expect(error.holder?.process == number && error.explanation.hasPrefix("is busy: held by PID \(number) ("))
    }
    withExtendedLifetime(first) {}
  }

  @Test func aLockEndsWithItsObject() throws {
    for _ in 0..<3 {
      let lock = try files.lock("/lock")
      withExtendedLifetime(lock) {}
    }
  }

  /// A holder in another process is named, as long as it lives and not a moment longer. Who it is tells the kernel,
  /// whatever stands in the file.
  @Test(
    .enabled(if: Spawned.find("flock") != nil, "flock is not installed"), arguments: [SIGKILL, SIGTERM],
    ["", "1\n", "\u{1b}[2J"])
  func anotherProcess(dies signal: Int32, text: String) throws {
    try scratch.write("lock", text)
    let holder = try Spawned("flock", ["--no-fork", scratch("lock"), "sh", "-c", "echo held; exec sleep 60"])
    try holder.wait(timeout: 10, until: "holding the lock") { holder.output == "held\n" }
    let named = LockHolder(process: holder.processIdentifier, command: "sleep")
    #expect(throws: FileError(path: "/lock", reason: .locked(by: named))) { try files.lock("/lock") }
    #expect(try bytes(of: "lock") == Array(text.utf8), "a refused caller has written into the lock")
    holder.signal(signal)
    _ = try holder.wait(timeout: 10)
    let lock = try files.lock("/lock")
    withExtendedLifetime(lock) {}
  }

  @Test func appended() throws {
    try files.append("/state/journal", Array("one\n".utf8))
    try files.append("/state/journal", Array("two\n".utf8))
    #expect(try files.lines("/state/journal") == ["one", "two"])
    try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: "state/journal")
    #expect(throws: FileError.self) { try files.append("/link", Array("three\n".utf8)) }
    #expect(throws: FileError(path: "/state", reason: .wrongKind)) { try files.append("/state", [1]) }
    #expect(try files.lines("/state/journal") == ["one", "two"])
  }

  /// A lock may not lead anybody to another file.
  @Test func aLinkInThePlaceOfTheLock() throws {
    try scratch.write("elsewhere", "untouched")
    try FileManager.default.createSymbolicLink(atPath: scratch("lock"), withDestinationPath: "elsewhere")
    #expect(throws: FileError.self) { try files.lock("/lock") }
    #expect(try bytes(of: "elsewhere") == Array("untouched".utf8))
  }
}
