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

  /// A link in the place of the file is replaced by the file; what it points to stays.
  @Test func aLinkIsNotFollowed() throws {
    try scratch.write("elsewhere", "untouched")
    try FileManager.default.createSymbolicLink(atPath: scratch("file"), withDestinationPath: "elsewhere")
    try files.replace("/file", with: Array("new".utf8))
    #expect(try bytes(of: "elsewhere") == Array("untouched".utf8))
    #expect(try bytes(of: "file") == Array("new".utf8))
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

  @Test func aSecondLockOfThisProcess() throws {
    let first = try files.lock("/run/lock")
    let number = ProcessInfo.processInfo.processIdentifier
    #expect(throws: FileError(path: "/run/lock", reason: .locked(by: number))) { try files.lock("/run/lock") }
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
    #expect(throws: FileError(path: "/lock", reason: .locked(by: holder.processIdentifier))) {
      try files.lock("/lock")
    }
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
