import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// Programs that are attended, real ones.
@Suite struct AttendedTests {
  private let processes = LinuxProcesses(path: "/usr/bin:/bin")

  private func wait(_ seconds: Double = 10, until condition: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while !condition() {
      if Date() > end { return false }
      usleep(2_000)
    }
    return true
  }

  private func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 }

  @Test func whatItWritesIsKept() throws {
    let child = try processes.attend("sh", ["-c", "echo out; echo err >&2; cat; exit 3"], Attendance(.kept))
    #expect(wait { child.ended() != nil })
    #expect(child.ended() == .exited(3))
    #expect(String(decoding: child.output, as: UTF8.self) == "out\n")
    #expect(String(decoding: child.error, as: UTF8.self) == "err\n")
  }

  @Test func aProgramThatCannotBeStarted() throws {
    #expect(throws: ProcessError.notFound) { try processes.attend("no-such-program-here", [], Attendance(.kept)) }
    let scratch = try Scratch("attend")
    let path = try scratch.write("odd", "\u{7f}ELF no")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    #expect(throws: ProcessError.self) { try processes.attend(path, [], Attendance(.kept)) }
  }

  /// Neither it nor what it has started outlives the object.
  @Test func itEndsWithItsObject() throws {
    var child: (any AttendedProcess)? = try processes.attend(
      "sh", ["-c", "sleep 100 & echo $!; wait"], Attendance(.kept))
    #expect(wait { child?.output.isEmpty == false })
    let started = try #require(child)
    let below = try #require(Int32(String(decoding: started.output, as: UTF8.self).dropLast()))
    #expect(isAlive(below))
    child = nil
    _ = consume started
    #expect(wait { !isAlive(below) || Self.isZombie(below) })
  }

  /// An orphan that its new parent has not waited for yet.
  private static func isZombie(_ process: Int32) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? "State:\tZ"
    return text.contains("State:\tZ")
  }

  @Test func librariesStandBeforeThoseOfTheEnvironment() throws {
    let child = try processes.attend(
      "sh", ["-c", "echo \"$LD_PRELOAD $MINE\""],
      Attendance(.kept, preload: ["libm.so.6", "libdl.so.2"], variables: ["MINE": "5"]))
    #expect(wait { child.ended() != nil })
    let before = ProcessInfo.processInfo.environment["LD_PRELOAD"].map { ":\($0)" } ?? ""
    #expect(String(decoding: child.output, as: UTF8.self) == "libm.so.6:libdl.so.2\(before) 5\n")
  }
}
