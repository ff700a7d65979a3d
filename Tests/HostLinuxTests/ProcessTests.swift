import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// Other programs, real ones.
@Suite struct ProcessTests {
  private let processes = LinuxProcesses(path: "relative::/usr/bin:/bin")

  private func shell(_ script: String, timeout: Int = 10_000) throws -> FinishedProcess {
    try processes.run("sh", ["-c", script], timeoutMilliseconds: timeout)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func wait(_ seconds: Double = 10, until condition: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while !condition() {
      if Date() > end { return false }
      usleep(2_000)
    }
    return true
  }

  @Test func finds() throws {
    #expect(processes.find("sh") == "/usr/bin/sh")
    #expect(processes.find("/bin/sh") == "/bin/sh")
    #expect(processes.find("no-such-program-here") == nil)
    #expect(processes.find("/etc") == nil)
    #expect(processes.find("/etc/passwd") == nil)
    // Nor in the current directory, whatever PATH says.
    let scratch = try Scratch("find")
    try scratch.write("tool", "#!/bin/sh\n")
    #expect(LinuxProcesses(path: ".:").find("tool") == nil)
    // Administrators' programs are found with a user's PATH.
    #expect(LinuxProcesses(path: nil).find("sh") != nil)
  }

  @Test func runs() throws {
    let result = try shell("echo out; echo err >&2; exit 3")
    #expect(result.end == .exited(3))
    #expect(text(result.output) == "out\n")
    #expect(text(result.error) == "err\n")
    #expect(try shell("kill -9 $$").end == .signalled(9))
    #expect(try shell("cat; echo end").output == Array("end\n".utf8))
    #expect(throws: ProcessError.notFound) {
      try processes.run("no-such-program-here", [], timeoutMilliseconds: 1)
    }
    #expect(throws: ProcessError.notFound) { try processes.run("/etc/passwd", [], timeoutMilliseconds: 1) }
  }

  /// More than any pipe holds, on both streams at once: nobody waits for the other, and 1 MiB is kept.
  @Test func muchOutput() throws {
    let result = try shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; echo done >&2")
    #expect(result.end == .exited(0))
    #expect(result.output.count == 1 << 20)
    #expect(result.error.count == 1 << 20)
  }

  /// It is killed with what it started.
  @Test func timeLimit() throws {
    let scratch = try Scratch("limit")
    #expect(throws: ProcessError.timedOut(milliseconds: 300)) {
      try shell("sleep 100 & echo $! > \(scratch("pid")); wait", timeout: 300)
    }
    let child = try #require(Int32(text(LinuxFiles().read(scratch("pid"), limit: 100)).dropLast()))
    #expect(wait { kill(child, 0) != 0 || isZombie(child) })
  }

  private func isZombie(_ process: Int32) -> Bool {
    (try? LinuxFiles().read("/proc/\(process)/cmdline", limit: 1 << 16))?.isEmpty ?? true
  }

  /// A daemon that it leaves behind keeps its streams open and holds nobody up.
  @Test func grandchild() throws {
    let result = try shell("sleep 30 & echo $!", timeout: 20_000)
    #expect(result.end == .exited(0))
    let daemon = try #require(Int32(text(result.output).dropLast()))
    #expect(kill(daemon, SIGKILL) == 0)
  }

  /// Descriptors of ours are not the program's, whether marked or not; signals are as usual.
  @Test func inheritsNothing() throws {
    let leak = unsafe open("/etc/passwd", O_RDONLY)
    defer { close(leak) }
    let result = try shell("ls /proc/$$/fd; grep -E 'SigBlk|SigIgn' /proc/$$/status")
    let lines = text(result.output).split(separator: "\n").map(String.init)
    #expect(lines.prefix { $0.allSatisfy(\.isNumber) } == ["0", "1", "2"])
    #expect(lines.contains("SigBlk:\t0000000000000000"))
    let ignored = try #require(lines.first { $0.hasPrefix("SigIgn:\t") }.flatMap { UInt64($0.dropFirst(8), radix: 16) })
    #expect(ignored >> UInt64(SIGPIPE - 1) & 1 == 0)
  }

  @Test func launches() throws {
    let scratch = try Scratch("launch")
    try scratch.write("log", "before\n")
    let script = "echo $$ $(ps -o sid= -p $$); pwd; read line; echo \"read: $line\" >&2; exec sleep 100"
    let process = try processes.launch("sh", ["-c", script], log: scratch("log"), directory: scratch.path)
    defer { kill(process.identifier, SIGKILL) }
    func log() -> [String] {
      (try? String(contentsOfFile: scratch("log"), encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }
    #expect(wait { log().count >= 4 })
    let words = log().dropFirst().first?.split(separator: " ").map(String.init) ?? []
    #expect(words == ["\(process.identifier)", "\(process.identifier)"])
    #expect(log().first == "before")
    #expect(log().dropFirst(2).first == scratch.path)
    #expect(log().last == "read: ")
    #expect(process.ended() == nil)
    try processes.send(.terminate, to: process.identifier)
    #expect(wait { process.ended() != nil })
    #expect(process.ended() == .signalled(SIGTERM))
    // It was waited for: no zombie stays, and the number is free.
    #expect(throws: ProcessError.notFound) { try processes.send(.hangUp, to: process.identifier) }
  }

  @Test func launchFailures() throws {
    let scratch = try Scratch("launch")
    #expect(throws: ProcessError.notFound) {
      try processes.launch("no-such-program-here", [], log: scratch("log"), directory: scratch.path)
    }
    #expect(throws: ProcessError.self) {
      try processes.launch("sh", [], log: scratch("none/log"), directory: scratch.path)
    }
    #expect(throws: ProcessError.self) {
      try processes.launch("sh", [], log: scratch("log"), directory: scratch("none"))
    }
  }

  /// Groups, init and "all" are never signalled.
  @Test(arguments: [Int32.min, -1, 0, 1])
  func neverSignalled(process: Int32) {
    #expect(throws: ProcessError.notFound) { try processes.send(.user1, to: process) }
  }

  // MARK: parts of files

  @Test(arguments: [
    (0, 4, "0123", 0), (3, 100, "3456789", 3), (10, 5, "", 10), (99, 5, "", 10), (-3, 2, "78", 7), (-99, 3, "012", 0),
    (0, 0, "", 0), (5, -1, "", 5), (Int.min, 2, "01", 0), (Int.max, 2, "", 10),
  ])
  func parts(offset: Int, limit: Int, expected: String, start: Int) throws {
    let scratch = try Scratch("part")
    let path = try scratch.write("file", "0123456789")
    let part = try LinuxFiles().part(path, from: offset, limit: limit)
    #expect(part == FilePart(bytes: Array(expected.utf8), start: start, size: 10))
    #expect(FilePart(of: Array("0123456789".utf8), from: offset, limit: limit) == part)
  }

  @Test func partsOfNothing() {
    #expect(throws: FileError(path: "/none", reason: .notFound)) { try LinuxFiles().part("/none", from: 0, limit: 1) }
    #expect(throws: FileError(path: "/etc", reason: .wrongKind)) { try LinuxFiles().part("/etc", from: 0, limit: 1) }
  }
}
