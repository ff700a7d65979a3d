import HostAccess
import Synchronization

/// A disk in memory. A lock is only counted: a test has one thread.
final class MemoryDisk: FileReading, FileWriting, ByteStoreOpening {
  private let files = Mutex<[String: [UInt8]]>([:])

  func bytes(of path: String) -> [UInt8]? { files.withLock { $0[path] } }
  func set(_ path: String, _ bytes: [UInt8]?) { files.withLock { $0[path] = bytes } }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let bytes = bytes(of: path) else { throw FileError(path: path, reason: .notFound) }
    guard bytes.count <= limit else { throw FileError(path: path, reason: .tooLarge(limit: limit)) }
    return bytes
  }

  func list(_ path: String) throws(FileError) -> [String] { throw FileError(path: path, reason: .notFound) }
  func link(_ path: String) throws(FileError) -> String { throw FileError(path: path, reason: .notFound) }
  func replace(_ path: String, with bytes: [UInt8]) throws(FileError) { set(path, bytes) }
  func append(_ path: String, _ bytes: [UInt8]) throws(FileError) { set(path, (self.bytes(of: path) ?? []) + bytes) }
  func makePrivateDirectory(_ path: String) throws(FileError) {}
  func remove(_ path: String) throws(FileError) { set(path, nil) }
  func lock(_ path: String) throws(FileError) -> any Lock { throw FileError(path: path, reason: .notPermitted) }

  func openStore(_ path: String) throws(FileError) -> any ByteStore {
    guard bytes(of: path) != nil else { throw FileError(path: path, reason: .notFound) }
    return Store(disk: self, path: path)
  }

  private final class Store: ByteStore {
    let disk: MemoryDisk
    let path: String

    init(disk: MemoryDisk, path: String) {
      self.disk = disk
      self.path = path
    }

    func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
      guard let bytes = disk.bytes(of: path) else { throw FileError(path: path, reason: .notFound) }
      return Array(bytes[range.clamped(to: bytes.indices)])
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
      disk.files.withLock { files in
        guard var old = files[path] else { return }
        // As pwrite(2): what is written beyond the end makes the file longer.
        if old.count < offset + bytes.count { old += [UInt8](repeating: 0, count: offset + bytes.count - old.count) }
        old.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        files[path] = old
      }
    }

    func lock() throws(FileError) {}
    func unlock() {}
  }
}
