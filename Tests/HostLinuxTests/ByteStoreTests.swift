import Foundation
import HostAccess
import HostLinux
import TestSupport
import Testing

/// Files that are changed in place.
@Suite struct ByteStoreTests {
  private let scratch: Scratch
  private let files: LinuxFiles

  init() throws {
    scratch = try Scratch("store")
    files = LinuxFiles(root: scratch.path)
    try scratch.write("file", "0123456789")
  }

  @Test func changesInPlace() throws {
    let store = try files.openStore("/file")
    #expect(try store.read(2..<5) == Array("234".utf8))
    try store.write(Array("abc".utf8), at: 3)
    #expect(try store.read(0..<100) == Array("012abc6789".utf8))
    #expect(try files.read("/file", limit: 100) == Array("012abc6789".utf8))
    #expect(try store.read(20..<30) == [])
  }

  @Test func saysWhatIsMissing() throws {
    #expect(throws: FileError(path: "/none", reason: .notFound)) { _ = try files.openStore("/none") }
    #expect(throws: FileError.self) { _ = try files.openStore("/") }
  }

  /// Two who open the file wait for each other.
  @Test func locksOut() async throws {
    let (first, second) = (try files.openStore("/file"), try files.openStore("/file"))
    try first.lock()
    let waiting = Task.detached {
      try second.lock()
      defer { second.unlock() }
      return try second.read(0..<1)
    }
    try await Task.sleep(for: .milliseconds(50))
    try first.write(Array("x".utf8), at: 0)
    first.unlock()
    #expect(try await waiting.value == Array("x".utf8))
  }
}
