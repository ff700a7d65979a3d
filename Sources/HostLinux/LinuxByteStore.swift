internal import Glibc
public import HostAccess

extension LinuxFiles: ByteStoreOpening {
  public func openStore(_ path: String) throws(FileError) -> any ByteStore {
    let descriptor = unsafe open(root + path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    return LinuxByteStore(descriptor, path: path)
  }
}

/// An open file. It is closed with the object; the kernel frees its lock when the process ends, however it ends.
private final class LinuxByteStore: ByteStore {
  private let descriptor: Int32
  let path: String

  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var filled = 0
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while filled < range.count {
        let got = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), range.count - filled, range.lowerBound + filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
      count = filled
    }
    guard failure == 0 else { throw FileError(path: path, code: failure) }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let start = done
      let put = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start, offset + start)
      }
      if put < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, code: errno)
      }
      done += put
    }
  }

  func lock() throws(FileError) {
    while flock(descriptor, LOCK_EX) != 0 {
      if errno != EINTR { throw FileError(path: path, code: errno) }
    }
  }

  func unlock() { flock(descriptor, LOCK_UN) }
}
