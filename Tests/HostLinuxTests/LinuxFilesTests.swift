import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// Reading, on real files.
@Suite struct LinuxFilesTests {
  private let scratch: Scratch
  private let files: LinuxFiles

  init() throws {
    scratch = try Scratch("files")
    files = LinuxFiles(root: scratch.path)
  }

  private func reason(_ body: () throws(FileError) -> some Any) -> FileError.Reason? {
    do throws(FileError) {
      _ = try body()
      return nil
    } catch {
      return error.reason
    }
  }

  /// Around the limit, and around the first portion of 4096 bytes.
  @Test(arguments: [0, 1, 4095, 4096, 4097, 8192, 100_000]) func limit(length: Int) throws {
    let bytes = (0..<length).map { UInt8($0 % 251) }
    try Data(bytes).write(to: URL(fileURLWithPath: scratch("file")))
    #expect(try files.read("/file", limit: length) == bytes)
    #expect(try files.read("/file", limit: length + 1) == bytes)
    #expect(try files.read("/file", limit: 1 << 20) == bytes)
    if length > 0 {
      #expect(throws: FileError(path: "/file", reason: .tooLarge(limit: length - 1))) {
        try files.read("/file", limit: length - 1)
      }
      #expect(reason { () throws(FileError) in try files.read("/file", limit: 0) } == .tooLarge(limit: 0))
    }
  }

  /// A file without a size of its own, as sysfs and procfs have them.
  @Test func filesOfTheKernel() throws {
    let machine = LinuxFiles()
    #expect(try machine.text("/proc/self/comm").isEmpty == false)
    #expect(reason { () throws(FileError) in try machine.read("/dev/zero", limit: 10_000) } == .tooLarge(limit: 10_000))
    #expect(try machine.read("/dev/null", limit: 10) == [])
  }

  /// Errors name the path as the caller knows it, not the place below the root.
  @Test func missing() throws {
    #expect(throws: FileError(path: "/absent", reason: .notFound)) { try files.read("/absent", limit: 10) }
    #expect(throws: FileError(path: "/absent", reason: .notFound)) { try files.list("/absent") }
    #expect(throws: FileError(path: "/absent", reason: .notFound)) { try files.link("/absent") }
    try scratch.write("file", "x")
    #expect(reason { () throws(FileError) in try files.read("/file/below", limit: 10) } == .wrongKind)
    try FileManager.default.createSymbolicLink(atPath: scratch("dangling"), withDestinationPath: "nowhere")
    #expect(reason { () throws(FileError) in try files.read("/dangling", limit: 10) } == .notFound)
  }

  @Test func wrongKind() throws {
    try FileManager.default.createDirectory(atPath: scratch("directory"), withIntermediateDirectories: false)
    try scratch.write("file", "x")
    #expect(throws: FileError(path: "/directory", reason: .wrongKind)) { try files.read("/directory", limit: 10) }
    #expect(throws: FileError(path: "/file", reason: .wrongKind)) { try files.list("/file") }
    #expect(!files.directoryExists("/file") && files.directoryExists("/directory"))
    #expect(throws: FileError(path: "/file", reason: .other("Invalid argument (22)"))) { try files.link("/file") }
  }

  @Test func aCircleOfLinks() throws {
    try FileManager.default.createSymbolicLink(atPath: scratch("a"), withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: scratch("b"), withDestinationPath: "a")
    guard case .other(let words) = reason({ () throws(FileError) in try files.read("/a", limit: 10) }) else {
      Issue.record("a circle was read")
      return
    }
    #expect(words.hasSuffix("(40)"))
  }

  @Test func lists() throws {
    for name in ["b", "a", ".hidden", "ä"] { try scratch.write(name, "") }
    #expect(try files.list("") == [".hidden", "a", "b", "ä"])
    #expect(try files.list("/") == [".hidden", "a", "b", "ä"])
    try FileManager.default.createDirectory(atPath: scratch("empty"), withIntermediateDirectories: false)
    #expect(try files.list("/empty") == [])
  }

  @Test(arguments: ["a", "../x/../y", "/absolute", String(repeating: "long/", count: 500) + "end"])
  func links(target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: target)
    #expect(try files.link("/link") == target)
  }

  @Test func theSlashAfterTheRoot() throws {
    try scratch.write("file", "text\n")
    #expect(try LinuxFiles(root: scratch.path + "/").text("/file") == "text")
  }

  /// Text that may reach a terminal: white space at its end goes, and what is no text is no answer.
  @Test(arguments: [("1\n", "1"), ("", ""), (" \n\n", ""), ("a b \t\n", "a b"), ("ä\n", "ä")])
  func text(_ bytes: String, _ text: String) throws {
    try scratch.write("file", bytes)
    #expect(try files.text("/file") == text)
  }

  @Test(
    arguments: [[0x1b, 0x5b, 0x33], [0x61, 0, 0x62], [0xff, 0xfe], [0x61, 0x7f, 0x62], [0xc2, 0x9b]] as [[UInt8]])
  func noText(bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: scratch("file")))
    #expect(reason { () throws(FileError) in try files.text("/file") } == .other("it holds bytes that are not text"))
  }

  /// What is asked for as one line cannot forge a second one.
  @Test func severalLines() throws {
    try scratch.write("file", "a\n\nb\n")
    #expect(reason { () throws(FileError) in try files.text("/file") } == .other("it holds more than one line"))
    #expect(try files.lines("/file") == ["a", "", "b"])
  }

  /// A pipe whose writer takes its time: "rdmactl fabric diff <(…)".
  @Test func aSlowWriter() throws {
    let scratch = try Scratch("pipe")
    let fifo = scratch("fifo")
    try #require(unsafe mkfifo(fifo, 0o600) == 0)
    // Open for both until the true writer has it: else the pipe would be at its end.
    let keeper = unsafe open(fifo, O_RDWR)
    let writer = try Spawned(
      "sh", ["-c", "exec >fifo; echo open >opened; sleep 0.2; echo late"], directory: scratch.path)
    try writer.wait(until: "open") { FileManager.default.fileExists(atPath: scratch("opened")) }
    close(keeper)
    #expect(try LinuxFiles().read(fifo, limit: 100) == Array("late\n".utf8))
  }

  /// A FIFO that nobody writes into is empty and holds nobody up. In a process of its own: if it did, the time limit ends it.
  @Test func aFIFODoesNotHang() throws {
    let machine = try RecordedMachine("cx5-dual")
    let state = "\(machine.root)/sys/class/infiniband/mlx5_0/ports/1/state"
    try FileManager.default.removeItem(atPath: state)
    try #require(unsafe mkfifo(state, 0o644) == 0)
    let result = try Spawned.rdmactl("--root", machine.root, "status", timeout: 10)
    #expect([0, 8].contains(result.status), "\(result.error)")
    #expect(result.output.contains("mlx5_1/1"))
    #expect(try LinuxFiles(root: machine.root).read("/sys/class/infiniband/mlx5_0/ports/1/state", limit: 10) == [])
  }

  /// A file that this user may not read is told from one that is not there.
  @Test(
    .enabled(
      if: getuid() == 0 && Spawned.find("setpriv") != nil, "needs root, to be another user, and setpriv"))
  func withoutPermission() throws {
    let configuration = scratch("etc")
    try FileManager.default.createDirectory(atPath: configuration, withIntermediateDirectories: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
    let masks = try scratch.write("etc/guid-masks", "f452140300112233 0xe7\n")
    let copy = try Spawned.rdmactlForEverybody(in: scratch)
    func run() throws -> Consequences {
      try Spawned.run(
        "setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", copy, "guid2mac", "f452140300112233"],
        environment: ["RDMACTL_CONFIG_DIR": configuration])
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: masks)
    let before = try run()
    #expect(before.output.contains("f4:52:14:11:22:33") && !before.output.contains("[mask.file_unreadable]"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: masks)
    let after = try run()
    #expect(after.output.contains("may not be read by this user"), "\(after.output)\(after.error)")
    #expect(after.output.contains("[mask.file_unreadable]"))
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: configuration)
    #expect(try run().output == after.output)
  }
}
