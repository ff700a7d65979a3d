internal import Glibc
internal import HostAccess

/// `/dev/kmsg`, or a file of that form: each `read(2)` gives one record, and none waits.
/// Source: the kernel's Documentation/ABI/testing/dev-kmsg.
final class LinuxRecords: RecordSource {
  /// The kernel's longest record with its keys is below 8 KiB.
  private static let longest = 8192

  private let path: String
  private let descriptor: Int32

  init(_ file: String, path: String) throws(FileError) {
    self.path = path
    descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
  }

  deinit { close(descriptor) }

  func next() throws(FileError) -> [UInt8]? {
    while true {
      var bytes = [UInt8](repeating: 0, count: Self.longest)
      let count = unsafe read(descriptor, &bytes, bytes.count)
      if count > 0 { return Array(bytes.prefix(count)) }
      if count == 0 || errno == EAGAIN { return nil }
      // EPIPE: the kernel has overwritten the next record; the read after that goes on with the oldest.
      guard errno == EINTR || errno == EPIPE else { throw FileError(path: path, code: errno) }
    }
  }
}
