/// Opens files that are read and changed in place.
public protocol ByteStoreOpening: Sendable {
  /// Opens the file at `path` to read and write. It must be there.
  func openStore(_ path: String) throws(FileError) -> any ByteStore
}

/// Bytes that outlive the process, changed in place, so that a process killed between two writes leaves the first of them:
/// what a simulated adapter has on a disk. Several processes may have it open.
public protocol ByteStore: AnyObject, Sendable {
  var path: String { get }
  /// The bytes of `range` as far as there are any.
  func read(_ range: Range<Int>) throws(FileError) -> [UInt8]
  func write(_ bytes: [UInt8], at offset: Int) throws(FileError)
  /// Keeps other processes out that also ask, until ``unlock()``. Waits for them.
  func lock() throws(FileError)
  func unlock()
}
